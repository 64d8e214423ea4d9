"""A client of the API for programs and people: calls, a copy of the termbase that keeps itself current, a command line.

It needs neither a database nor Django's settings.
"""

from termbase.client.calls import ApiError, Termbase
from termbase.client.copy import Copy

__all__ = ["ApiError", "Copy", "Termbase"]
