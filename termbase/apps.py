"""The one Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TermbaseConfig(AppConfig):
    """The termbase."""

    name = "termbase"
    verbose_name = _("Termbase")
    default_auto_field = "django.db.models.BigAutoField"
