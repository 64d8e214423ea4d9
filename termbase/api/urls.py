"""Addresses of the API, under /api/v1/."""

from django.urls import path

from termbase.api import errors, views

urlpatterns = [
    path("lookup/", views.LookupView.as_view(), name="lookup"),
    path("concepts/<str:key>/", views.ConceptView.as_view(), name="concept"),
    path("documents/", views.DocumentsView.as_view(), name="documents"),
    path("documents/<str:key>/passages/", views.PassagesView.as_view(), name="passages"),
    path("<path:path>", errors.not_found),
    path("", errors.not_found),
]
