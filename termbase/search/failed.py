"""The record of look-ups that found nothing: what terminologists should add next.

It keeps texts and how often they were asked, nothing about who asked. It must never slow or fail a look-up, nor fill
the disk: texts are as short as queries, the rows are bounded, the write waits neither for a lock nor for the disk.
"""

import logging

from django.db import Error, connection, transaction

MAX_ROWS = 5_000
PRUNE_EVERY = 100
"""The rows may exceed MAX_ROWS by so many before the least asked, then the longest unasked, go."""
MAX_KEY = 200

_log = logging.getLogger(__name__)

_RECORD = """
WITH quickly AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '20ms', true)
)
INSERT INTO termbase_failedlookup AS known (key, text, count, first_seen, last_seen)
SELECT %(key)s, %(text)s, 1, now(), now() FROM quickly
ON CONFLICT (key) DO UPDATE SET
    text = EXCLUDED.text, last_seen = EXCLUDED.last_seen, count = least(known.count, 2147483646) + 1
"""

# A sequence gives a number to each attempt, new text or not, so one of so many sees a multiple.
_PRUNE = """
DELETE FROM termbase_failedlookup WHERE lastval() %% %(every)s = 0 AND id IN (
    SELECT id FROM termbase_failedlookup ORDER BY count DESC, last_seen DESC, id OFFSET %(rows)s
)
"""


def record(text: str, key: str) -> None:
    """Count a look-up of `text`, of which `key` is the matching key, among those that found nothing."""
    if len(key) > MAX_KEY:
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RECORD, {"key": key, "text": text.strip()})
            cursor.execute(_PRUNE, {"every": PRUNE_EVERY, "rows": MAX_ROWS})
    except Error as error:
        _log.info("A look-up that found nothing is not recorded: %s", error)
