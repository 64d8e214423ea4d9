"""Addresses of the API, under /api/v1/."""

from django.urls import path

from termbase.api import errors, views
from termbase.api.check import CheckView, WaiversView
from termbase.api.recognise import RecogniseView

urlpatterns = [
    path("lookup/", views.LookupView.as_view(), name="lookup"),
    path("concepts/<str:key>/", views.ConceptView.as_view(), name="concept"),
    path("documents/", views.DocumentsView.as_view(), name="documents"),
    path("documents/<str:key>/passages/", views.PassagesView.as_view(), name="passages"),
    path("recognise/", RecogniseView.as_view(), name="recognise"),
    path("check/", CheckView.as_view(), name="check"),
    path("waivers/", WaiversView.as_view(), name="waivers"),
    path("<path:path>", errors.not_found),
    path("", errors.not_found),
]
