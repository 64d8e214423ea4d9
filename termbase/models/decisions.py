"""Of two who decide on the same thing at once, the second is told."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from termbase.errors import Conflict


def decided_already(by: User | None, text: str, decision: str) -> Conflict:
    """Who has decided on `text`, and how, as people read it."""
    who = by.get_username() if by else _("Somebody")
    told = {"who": who, "text": text, "decision": decision}
    return Conflict(_("%(who)s has decided on “%(text)s” already: %(decision)s.") % told)
