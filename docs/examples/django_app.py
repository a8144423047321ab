"""A Django project in one file: the policy stands around the WSGI application that Django returns.

gunicorn django_app
curl -i http://127.0.0.1:8000/orders -H 'Origin: https://app.example.com'
"""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

from cors_core.wsgi import CORSMiddleware

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret: change it",
)


def orders(request):
    return JsonResponse({"orders": []})


urlpatterns = [path("orders", orders)]

application = CORSMiddleware(
    get_wsgi_application(),
    allow_origins=["https://app.example.com"],
    allow_methods=["PUT"],
)
