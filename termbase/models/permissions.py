"""What a person may do, asked where it is done: no screen and no caller can forget it."""

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _

from termbase.errors import NotAllowed


def demand(person: User | AnonymousUser, *codenames: str) -> None:
    """Raises `NotAllowed` unless the person has all these permissions, such as `review_term`."""
    if not person.has_perms([f"termbase.{codename}" for codename in codenames]):
        raise NotAllowed(_("Your role does not allow this."))
