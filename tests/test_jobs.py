"""Background work."""

import pytest
from django.db import connection

from termbase.jobs import request_refresh

pytestmark = pytest.mark.django_db


def test_asking_again_while_one_waits_changes_nothing_and_harms_no_transaction():
    for _ in range(3):
        request_refresh()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchone() == (1,)
