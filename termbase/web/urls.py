"""Addresses of the pages and of the health checks."""

from django.urls import path

from termbase.web import health, views

app_name = "web"
urlpatterns = [
    path("", views.lookup, name="lookup"),
    path("coverage", views.coverage, name="coverage"),
    path("concepts/<str:key>", views.concept, name="concept"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
