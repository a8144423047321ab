"""A project with sessions and CSRF protection, behind a proxy, for a page of another site."""

from cors_django import Policy, csrf_trusted_origins

SECRET_KEY = "the tests' own"
ALLOWED_HOSTS = [".example.net", ".example.org", "api.example"]
ROOT_URLCONF = "tests.django.servers.login.urls"
INSTALLED_APPS = ["django.contrib.sessions", "cors_django"]
MIDDLEWARE = [
    "cors_django.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
USE_TZ = True

USE_X_FORWARDED_HOST = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "None"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

CORS_POLICY = Policy(
    allow_origins=["https://app.example.com"],
    allow_methods=["PUT"],
    allow_headers=["X-CSRFToken"],
    allow_credentials=True,
)
CSRF_TRUSTED_ORIGINS = csrf_trusted_origins(CORS_POLICY)
