"""A Django project in one file: the middleware stands first, so that redirects, logins and errors are inside.

gunicorn django_app
curl -i http://127.0.0.1:8000/orders -H 'Origin: https://app.example.com'
"""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

from cors_django import Policy

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    CORS_POLICY=Policy(
        allow_origins=["https://app.example.com"],
        allow_methods=["PUT"],
        allow_headers=["Authorization"],
    ),
    INSTALLED_APPS=["cors_django"],
    MIDDLEWARE=[
        "cors_django.middleware.CorsMiddleware",
        f"{__name__}.require_token",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret: change it",
)


def require_token(get_response):
    """Never sees a preflight: browsers send those without a token, and they are answered further out."""

    def middleware(request):
        if request.headers.get("Authorization") != "Bearer secret":
            return JsonResponse({"error": "who are you?"}, status=401)
        return get_response(request)

    return middleware


def orders(request):
    return JsonResponse({"orders": []})


urlpatterns = [path("orders", orders)]

application = get_wsgi_application()
