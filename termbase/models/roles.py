"""Roles: what a person is, in one word. A group of that name holds what they may do."""

from django.contrib.auth.models import Group, User
from django.db.models import Case, IntegerField, QuerySet, Value, When

from termbase.vocabulary import Role


def roles() -> "QuerySet[Group]":
    """All there are, those with the fewest rights first; an institution's own ones last."""
    ranks = [When(name=role, then=Value(rank)) for rank, role in enumerate(Role.values)]
    return Group.objects.order_by(Case(*ranks, default=Value(len(ranks)), output_field=IntegerField()), "name")


def role_of(person: User) -> Group | None:
    """The role of a person; of several the last of `roles`."""
    return roles().filter(user=person).last()


def give_role(person: User, role: Group | str | None) -> None:
    """Give a saved person this role, and no other; None takes all away.

    All but readers may sign in to the workbench, and superusers whatever they are.
    """
    group = Group.objects.get(name=role) if isinstance(role, str) else role
    person.groups.set([group] if group else [])
    person.is_staff = person.is_superuser or (group is not None and group.name != Role.READER)
    person.save(update_fields=["is_staff"])
