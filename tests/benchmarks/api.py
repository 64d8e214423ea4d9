"""The API over 1,000,000 terms: `python -m tests.benchmarks.api [TERMS]`.

Prints a Markdown table: median and 95th percentile of one process, in milliseconds, of whole requests from the first
middleware to the last, without a network.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 200


def main(terms: int) -> None:
    """Fill a throw-away database and measure."""
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

        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", verbosity=0)
        call_command("load_termbase", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: PTH123, SIM115
        maker = Maker()
        fill(terms, maker)
        _fill_passages(terms // 10, maker)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{terms:,} terms, {terms // 10:,} passages\n\n| what | median ms | p95 ms |\n|---|---|---|")
        for name, ask in _requests().items():
            median, p95 = _measure(ask)
            print(f"| {name} | {median:.2f} | {p95:.2f} |", flush=True)
        _whole_copy()
        connection.close()
        embedded.leave(Path(folder).resolve() / "postgres")


def _fill_passages(count: int, maker: Any) -> None:
    from termbase.models import Document, Passage

    document = Document.objects.create(key="made-up", sha256="0" * 64)
    for start in range(0, count, 5_000):
        Passage.objects.bulk_create(
            Passage(document=document, position=at, kind="paragraph", text="，".join(maker.zh() for _ in range(20)))
            for at in range(start, start + 5_000)
        )


def _requests() -> dict[str, Callable[[], object]]:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from termbase import feed
    from termbase.api.changes import _since
    from termbase.api.json import render
    from termbase.models import ApiToken, RequestCount
    from tests.benchmarks.synthetic import Maker

    client = Client()
    _, secret = ApiToken.issue(name="b", user=User.objects.create_superuser("b"), scopes=["read", "edit"])
    bearer = {"Authorization": f"Bearer {secret}"}
    page = client.get("/api/v1/concepts/?limit=100").json()
    where = feed.Place(feed.beginning().epoch, 0)
    middle = list(feed.read(where, limit=1000).items)[-1].key
    deep = feed.Place(where.epoch, feed.read(where, limit=1).place.transaction, middle)

    def get(path: str, **headers: str) -> Callable[[], object]:
        return lambda: client.get(f"/api/v1/{path}", headers=headers).content

    def limited(path: str) -> Callable[[], object]:
        def ask() -> object:
            settings.TERMBASE_ADDRESS_LIMIT = 10**9
            try:
                return client.get(f"/api/v1/{path}").content
            finally:
                settings.TERMBASE_ADDRESS_LIMIT = 0

        return ask

    def etag(path: str) -> str:
        return str(client.get(f"/api/v1/{path}")["ETag"])

    def write() -> object:
        tag = client.get("/api/v1/concepts/c0036/", headers=bearer)["ETag"]
        body = json.dumps({"note": str(time.time())})
        return client.patch("/api/v1/concepts/c0036/", body, "application/json", headers=bearer | {"If-Match": tag})

    return {
        "46 subject fields": get("subject-fields/"),
        "46 subject fields, with a token": get("subject-fields/", **bearer),
        "46 subject fields, with a limit on calls": limited("subject-fields/"),
        "the count of a call alone": lambda: RequestCount.objects.add_one("address:127.0.0.1"),
        "a concept": get("concepts/c0036/"),
        "a concept, its own fields": get("concepts/c0036/?fields=key,terms"),
        "a concept, unchanged: 304": get("concepts/c0036/", **{"If-None-Match": etag("concepts/c0036/")}),
        "read and write a concept": write,
        "100 concepts": get("concepts/?limit=100"),
        "100 concepts, unchanged: 304": get("concepts/?limit=100", **{"If-None-Match": etag("concepts/?limit=100")}),
        "100 concepts, gzip": get("concepts/?limit=100", **{"Accept-Encoding": "gzip"}),
        "100 terms": get("terms/?limit=100"),
        "a concordance of a word of the documents": get("concordance/?q=恐怖主义"),
        "a concordance of a frequent word": get(f"concordance/?q={Maker().zh()[:2]}"),
        "a concordance of a frequent character": get(f"concordance/?q={Maker().zh()[0]}"),
        "a concordance of what is not there": get("concordance/?q=龘龘"),
        "changes: 100 of a copy": get("changes/?limit=100"),
        "changes: 100 of the log": get(f"changes/?limit=100&since={_since(deep, proposed=False)}"),
        "changes: up to date": get(f"changes/?since={_up_to_date(client)}"),
        "orjson: 100 concepts": lambda: render(page),
        "json: 100 concepts": lambda: json.dumps(page, ensure_ascii=False).encode(),
    }


def _up_to_date(client: Any) -> str:
    from termbase import feed
    from termbase.api.changes import _since

    where = feed.beginning()
    return _since(feed.Place(where.epoch, where.transaction), proposed=False)


def _whole_copy() -> None:
    from django.test import Client

    from termbase import feed

    client, since, read = Client(), "", 0
    start = time.perf_counter()
    while True:
        answer = client.get(f"/api/v1/changes/?limit=1000{f'&since={since}' if since else ''}").json()
        read += len(answer["changes"])
        since = answer["next"]
        if not answer["more"]:
            break
    seconds = time.perf_counter() - start
    print(f"\nA whole copy: {read:,} concepts in {seconds:.0f} s, {read / seconds:,.0f} a second.")
    start = time.perf_counter()
    print(f"Compacting: {feed.compact():,} changes in {time.perf_counter() - start:.1f} s.")


def _measure(ask: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, over ROUNDS calls after a few to warm up."""
    for _ in range(5):
        ask()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        times.append(1_000 * (time.perf_counter() - start))
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
