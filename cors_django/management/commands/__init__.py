"""`manage.py cors`."""
