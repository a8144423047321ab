"""CORS for Django: `cors_django` in `INSTALLED_APPS`, its middleware first in `MIDDLEWARE`, and a policy in the settings.

    from cors_django import Policy

    CORS_POLICY = Policy(allow_origins=["https://app.example.com"])

django-cors-headers' `CORS_*` settings are understood as they are. Nothing here reads the settings, so
that they may import it.
"""

from cors_core import Policy, __version__, by_host, by_path, cors_policy
from cors_django.csrf import csrf_trusted_origins
from cors_django.grants import ALLOW_WITH_CREDENTIALS

__all__ = [
    "ALLOW_WITH_CREDENTIALS",
    "Policy",
    "__version__",
    "by_host",
    "by_path",
    "cors_policy",
    "csrf_trusted_origins",
]
