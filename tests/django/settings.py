"""The project that the tests run in; a test says the rest with `override_settings`."""

from importlib.util import find_spec

SECRET_KEY = "the tests' own"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
ROOT_URLCONF = "tests.django.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    *(["rest_framework"] if find_spec("rest_framework") else []),
    "cors_django",
]
MIDDLEWARE = ["cors_django.middleware.CorsMiddleware"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
