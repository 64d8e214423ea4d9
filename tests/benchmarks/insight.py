"""What looking through the entries and showing it costs: `python -m tests.benchmarks.insight [CONCEPTS] [FOLDER]`.

Brings the shipped termbase up to CONCEPTS with made-up ones, in a throw-away database or in that of FOLDER, where a
later run goes on. Prints Markdown tables: seconds that the entries take to be looked through, all kinds in one go; and
the first page of the workbench and the findings as the server answers them in this process, with the number of queries:
milliseconds of the first time, the median and the slowest of twenty more, and the mean processor time of these, that of
the database not included.
"""

import io
import os
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext

PAGES = (
    ("first page", "/admin/"),
    ("findings, all", "/admin/termbase/entryfinding/"),
    ("findings, page 500 of a kind", "/admin/termbase/entryfinding/?kind=no_example&page=500"),
    ("findings of a subject", "/admin/termbase/entryfinding/?subject=crime"),
    ("findings of a kind and language", "/admin/termbase/entryfinding/?kind=no_preferred&language=en"),
    ("findings waived", "/admin/termbase/entryfinding/?waived=yes"),
)
REPEATED = 20
# Made-up concepts have a subject each in five of six cases, an example in every second, and stand in documents.
SPREAD = """
SET session_replication_role = replica;
UPDATE termbase_concept AS concept SET subject_field_id = field.id FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS fields FROM termbase_subjectfield
) AS field WHERE subject_field_id IS NULL AND concept.id % 6 <> 0 AND concept.id % fields + 1 = number;
INSERT INTO termbase_termfrequency (term_id, document_id, count)
SELECT term.id, document.id, 1 + term.id % 7 FROM termbase_term AS term, termbase_document AS document
WHERE term.language <> 'en' AND term.id % 3 = document.id % 3 ON CONFLICT DO NOTHING;
INSERT INTO termbase_example (term_id, passage_id, start, "end", sentence_start, sentence_end, score, pinned)
SELECT id, (SELECT min(id) FROM termbase_passage), 0, 1, 0, 2, 1, false FROM termbase_term
WHERE language <> 'en' AND id % 2 = 0 ON CONFLICT DO NOTHING;
SET session_replication_role = origin;
ANALYZE;
"""


def main(concepts: int, folder: str) -> None:
    """Fill, look through, ask for the pages."""
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as data:
        os.environ["TERMBASE_DATA"] = data
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from tests.benchmarks.synthetic import Maker, fill

        call_command("migrate", verbosity=0)
        call_command("load_termbase", if_empty=True, stdout=io.StringIO())
        fill(2 * concepts, Maker())
        with connection.cursor() as cursor:
            for statement in filter(str.strip, SPREAD.split(";")):
                cursor.execute(statement)
        looking()
        pages()
        connection.close()


def looking() -> None:
    """The time of a first and of a second time."""
    from termbase.models import Concept, EntryFinding
    from termbase.quality import entries

    print("| concepts | first time, s | again, s | findings |\n|---|---|---|---|")
    EntryFinding.objects.all().delete()
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        entries.look_through()
        seconds.append(time.perf_counter() - begun)
    print(f"| {Concept.objects.count():,} | {seconds[0]:.1f} | {seconds[1]:.1f} | {EntryFinding.objects.count():,} |\n")


def pages() -> None:
    """The time of each page."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get_or_create(username="benchmark", is_staff=True, is_superuser=True)[0])
    print("| page | queries | first, ms | median, ms | slowest, ms | processor, ms |\n|---|---|---|---|---|---|")
    for name, path in PAGES:
        client.get("/admin/login/")
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            first = _milliseconds(client, path)
        queries = len(captured)
        begun = time.process_time()
        times = [_milliseconds(client, path) for _ in range(REPEATED)]
        own = 1000 * (time.process_time() - begun) / REPEATED
        print(f"| {name} | {queries} | {first:.0f} | {statistics.median(times):.0f} | {max(times):.0f} | {own:.0f} |")


def _milliseconds(client: object, path: str) -> float:
    begun = time.perf_counter()
    assert client.get(path).status_code == 200  # type: ignore[attr-defined]
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else "")
