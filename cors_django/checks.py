"""System checks."""

REGISTERED = ()
