"""The one Django app."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from termbase import checks


class TermbaseConfig(AppConfig):
    """The termbase."""

    name = "termbase"
    verbose_name = _("Termbase")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Once all apps are loaded."""
        for check, tag in checks.ALL.items():
            register(check, tag)
