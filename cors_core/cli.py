"""The command `cors`. Each command imports what it needs when it runs, so that `cors --help` stays fast."""

from __future__ import annotations

try:
    import click
except ImportError:
    raise SystemExit("cors: the command line needs click: pip install 'cors-core[cli]'") from None

from cors_core import __version__


@click.group()
@click.version_option(__version__, prog_name="cors")
def main() -> None:
    """See what a CORS policy means to a browser."""


@main.command()
@click.option("--port", type=click.IntRange(1, 65533), help="The first of three ports in a row.  [default: 8000]")
@click.option("--check", "checking", is_flag=True, help="Try everything in headless Chromium, print a table, and end.")
@click.option("--no-browser", is_flag=True, help="With --check: plain HTTP requests, no browser.")
def demo(port: int | None, checking: bool, no_browser: bool) -> None:
    """Two web pages and one API on this machine: the API's policy allows one of the pages.

    Open both in a browser and compare. --check does it for you, on free ports unless --port is
    given; the exit status is 1 if anything is not as expected, 2 if the demo cannot run.
    """
    from cors_core.demo import check, server

    if no_browser and not checking:
        raise click.UsageError("--no-browser goes with --check")
    try:
        if checking:
            raise SystemExit(0 if check.check(port, browser=not no_browser) else 1)
        server.wait(8000 if port is None else port)
    except server.DemoError as error:
        raise _CannotRun(str(error)) from None


class _CannotRun(click.ClickException):
    exit_code = 2
