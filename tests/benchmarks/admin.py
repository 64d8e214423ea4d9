"""How long the workbench takes over a large termbase: `python -m tests.benchmarks.admin [CONCEPTS]`.

Fills a throw-away database with made-up concepts of two terms each, and prints a Markdown table: for each page the
time of the server, middleware and templates included (fastest and median of ROUNDS), of it the processor time of Django
(the rest is PostgreSQL's, and waiting where the machine has other work), and how many queries.
`-v` names the slowest queries of each on the standard error.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 9
CONCEPTS = "/admin/termbase/concept/"
LISTS = {
    "concepts": CONCEPTS,
    "concepts, the last page": f"{CONCEPTS}?p=last",
    "concepts, searched by Chinese": f"{CONCEPTS}?q={{zh}}",
    "concepts, searched by an English word": f"{CONCEPTS}?q={{en}}",
    "concepts, searched by key": f"{CONCEPTS}?q=s4711",
    "concepts with proposed terms": f"{CONCEPTS}?terms__review_status__exact=proposed",
    "concepts with approved terms": f"{CONCEPTS}?terms__review_status__exact=approved",
    "terms": "/admin/termbase/term/",
    "an entry to edit": f"{CONCEPTS}{{pk}}/change/",
    "help with a term": f"{CONCEPTS}aid/?text={{zh}}&language=zh-Hans&concept={{pk}}",
    "help with a term that is near others": f"{CONCEPTS}aid/?text={{near}}&language=en&concept={{pk}}",
    "concepts to relate to": f"{CONCEPTS}find/?q={{en}}",
    "examples to choose from": f"{CONCEPTS}{{pk}}/examples/",
}


def main(concepts: int) -> None:
    """Fill the database and ask every page."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded
        from tests.benchmarks.synthetic import Maker, fill

        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("migrate", verbosity=0)
        fill(2 * concepts, Maker())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"| page, at {concepts:,} concepts | fastest, ms | median, ms | of it Django, ms | queries |")
        print("|---|---|---|---|---|")
        client, named = _client(), _named(concepts)
        for name, address in LISTS.items():
            address = address.format(**named).replace("p=last", f"p={(concepts - 1) // 50 + 1}")
            times, processor, queries = _measure(client, address)
            figures = (min(times), statistics.median(times), processor)
            print(f"| {name} | {' | '.join(f'{figure:.0f}' for figure in figures)} | {queries} |", flush=True)
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _client() -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def _named(concepts: int) -> dict[str, Any]:
    """A concept in the middle, and texts of it to search for."""
    from termbase.models import Concept

    concept = Concept.objects.get(key=f"s{concepts // 2}")
    zh, en = (concept.terms.get(language=tag).text for tag in ("zh-Hans", "en"))
    # Some concepts wait for approval, as at work.
    concept.terms.model.objects.filter(concept__key__endswith="77").update(review_status="proposed")
    return {"pk": concept.pk, "zh": zh[:2], "en": en.split()[0], "near": f"{en}s"}


def _measure(client: Any, address: str) -> tuple[list[float], float, int]:
    """Milliseconds of each round, after one that does not count; the least processor time; the queries of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    # The next request empties the log.
    count = len(queries)
    if "-v" in sys.argv:
        for query in sorted(queries, key=lambda query: -float(query["time"]))[:4]:
            print(query["time"], query["sql"][:300], file=sys.stderr)
    times, processor = [], []
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        client.get(address)
        times.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return times, min(processor), count


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdecimal()]
    main(int(numbers[0]) if numbers else 100_000)
