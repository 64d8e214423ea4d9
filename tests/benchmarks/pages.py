"""What the pages weigh and how long they take: `python -m tests.benchmarks.pages [TERMS]`.

Serves the shipped termbase, brought up to TERMS terms with made-up ones if that is more, and prints two Markdown
tables: server time of pages (median and 95th percentile in the process, middleware and compression included), and what
a browser loads and when it paints for `/` (Chromium, empty cache, nothing else on the line).
"""

import gzip
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from tests.browser.screenshots import serving

ROUNDS = 50
PAGES = {
    "`/`": "/",
    "look-up, 毒罪办": f"/?q={quote('毒罪办')}",
    "look-up, one character": f"/?q={quote('毒')}",
    "look-up, an English word": "/?q=crime",
    "look-up, no hit": f"/?q={quote('举行了第')}",
    "concept": "/concepts/c0036",
    "document of 620 passages": "/documents/e-2024-30",
    "its glossary": "/documents/e-2024-30/glossary",
    "concordance": f"/concordance?q={quote('国际合作')}",
    "subjects": "/subjects",
    "coverage": "/coverage",
}


def main(terms: int) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded
        from tests.benchmarks.synthetic import Maker, fill

        call_command("migrate", verbosity=0)
        with Path(os.devnull).open("w") as silence:
            call_command("load_termbase", stdout=silence)
        fill(terms, Maker())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print("| page | median ms | p95 ms | kB | kB compressed |\n|---|---|---|---|---|")
        for name, path in PAGES.items():
            print(f"| {name} | {_measured(path)} |", flush=True)
        connection.close()
        embedded.leave(Path(folder).resolve() / "postgres")


def _measured(path: str) -> str:
    from django.test import Client

    client = Client(headers={"Accept-Encoding": "gzip"}, SERVER_NAME="localhost")
    for _ in range(3):
        client.get(path)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        response = client.get(path)
        times.append(1_000 * (time.perf_counter() - start))
        assert response.status_code == 200, path
    body = response.content
    plain = gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.1f} | {p95:.1f} | {len(plain) / 1000:.1f} | {len(body) / 1000:.1f}"


def paint() -> None:
    """The second table, from a browser."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, FLAGS

    script = """() => {
      const paint = performance.getEntriesByType("paint").find((e) => e.name === "first-contentful-paint");
      const [page] = performance.getEntriesByType("navigation");
      return [paint?.startTime ?? 0, page.domInteractive, page.loadEventEnd];
    }"""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    rows = []
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        for _ in range(10):
            context = browser.new_context()
            page = context.new_page()
            page.goto(address, wait_until="load")
            page.wait_for_timeout(300)
            rows.append(page.evaluate(script))
            context.close()
        browser.close()
    figures = [statistics.median(column) for column in zip(*rows, strict=True)]
    print("\n| first paint ms | interactive ms | loaded ms |\n|---|---|---|")
    print("| " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")


def weight() -> None:
    """What `/` needs before it paints, compressed as a deployed server sends it."""
    import django_htmx

    static = Path(__file__).resolve().parents[2] / "termbase" / "static" / "termbase"
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    print("\n| file | kB | kB compressed |\n|---|---|---|")
    for path in (static / "page.css", static / "page.js", static / "icon.svg", htmx):
        body = path.read_bytes()
        print(f"| {path.name} | {len(body) / 1000:.1f} | {len(gzip.compress(body)) / 1000:.1f} |")


if __name__ == "__main__":
    paint()
    weight()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
