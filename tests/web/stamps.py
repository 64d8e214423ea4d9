"""Forms that were shown a while ago, as people take to fill one in."""

import time
from unittest import mock

from django.core import signing

from termbase.web import guard


def old_stamp() -> str:
    """The stamp of a form shown ten seconds ago."""
    shown = time.time() - 10
    with mock.patch.object(signing.time, "time", return_value=shown):
        return guard.stamp()
