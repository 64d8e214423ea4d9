"""How many wrong passwords are enough: for a name from one address, for an address, for a name from anywhere.

A name alone must not be easy to lock, or whoever knows it keeps its owner out; and an institution may have one address
for all its people. So the first limit is of the two together; the others are ten times as high, against who tries many
names, and against many who try one.
"""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.db.models import Sum
from django.http import HttpRequest

FACTORS = (1, 10, 10)
"""How much higher the limit of each of AXES_LOCKOUT_PARAMETERS is than AXES_FAILURE_LIMIT."""


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts in the database, so that all processes share it."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The wrong passwords so far, those that have a higher limit counting for less."""
        found = self.get_user_attempts(request, credentials)
        sums = (attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0 for attempts in found)
        return max(count // factor for count, factor in zip(sums, FACTORS, strict=True))

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """A right password forgets the wrong ones of that name from there, and none of other names or places."""
        own: int = self.filter_user_attempts(request, credentials)[0].delete()[0]
        return own
