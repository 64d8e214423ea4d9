"""The one Django app."""

from django.apps import AppConfig


class TermbaseConfig(AppConfig):
    """The termbase."""

    name = "termbase"
    verbose_name = "Termbase"
    default_auto_field = "django.db.models.BigAutoField"
