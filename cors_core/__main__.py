"""`python -m cors_core` is the command `cors`."""

from cors_core.cli import main

if __name__ == "__main__":
    main(prog_name="cors")
