"""The URLconf of a tenant, whose view has a policy of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

from cors_django import Policy, cors_policy

urlpatterns = [
    path("tenant", cors_policy(Policy(allow_origins=["https://admin.example.com"]))(lambda request: HttpResponse()))
]
