"""Settings with mistakes of many kinds."""

from tests.django.servers.migrated import *  # noqa: F403

CORS_ALLOWED_ORIGINS = "https://myapp.com"
CORS_ALLOWED_ORIGIN_REGEXES = ["https://("]
CORS_ALLOW_METHODS = ["GET", "P U T"]
CORS_ALLOW_CREDENTIALS = "False"
CORS_PREFLIGHT_MAX_AGE = -1
