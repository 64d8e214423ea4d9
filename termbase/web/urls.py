"""Addresses of the pages and of the health checks."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from termbase.web import (
    browse,
    comments,
    concepts,
    concordance,
    documents,
    glossaries,
    health,
    history,
    lookup,
    metrics,
    sign_in,
    suggestions,
    texts,
)

app_name = "web"
urlpatterns = [
    path("", lookup.lookup, name="lookup"),
    path("text", texts.text, name="text"),
    path("concepts/<key:key>", concepts.concept, name="concept"),
    path("concepts/<key:key>/comment", comments.comment, name="comment"),
    path("concepts/<key:key>/history", history.history, name="history"),
    path("documents", documents.documents, name="documents"),
    path("documents/<key:key>", documents.document, name="document"),
    path("documents/<key:key>/glossary", glossaries.glossary, name="glossary"),
    path("concordance", concordance.concordance, name="concordance"),
    path("subjects", browse.subjects, name="subjects"),
    path("subjects/<slug:key>", browse.subject, name="subject"),
    path("coverage", browse.coverage, name="coverage"),
    path("suggest", suggestions.suggest, name="suggest"),
    path("sign-in", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]
