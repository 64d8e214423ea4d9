"""What the pages weigh and how long they take: `python -m tests.benchmarks.pages [TERMS]`.

Serves the shipped termbase, brought up to TERMS terms with made-up ones if that is more, as `make run` does, and prints
Markdown tables: answers of the server over HTTP (median and 95th percentile), what a browser measures of whole pages
(Chromium's performance interfaces, empty cache), and how long after a keystroke its hits stand on the page.
"""

import gzip
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.screenshots import ROOT, serving

ROUNDS = 50
LOADS = 9
PAGES = {
    "`/`": "/",
    "look-up, 毒罪办": f"/?q={quote('毒罪办')}",
    "look-up, one character": f"/?q={quote('毒')}",
    "look-up, an English word": "/?q=crime",
    "look-up, pinyin": "/?q=sifaxiezhu",
    "look-up, a typing error": "/?q=mutual+legal+asistance",
    "look-up, no hit, near forms": f"/?q={quote('犯罪预防')}",
    "look-up, no hit, a phrase": f"/?q={quote('打击跨国有组织犯罪的国际合作机制')}",
    "concept": "/concepts/c0036",
    "document of 620 passages": "/documents/e-2024-30",
    "its glossary": "/documents/e-2024-30/glossary",
    "concordance": f"/concordance?q={quote('国际合作')}",
    "subjects": "/subjects",
    "coverage": "/coverage",
}
IN_BROWSER = {"`/`": "/", "concept": "/concepts/c0036", "document": "/documents/a-conf-234-7"}
# What Lighthouse takes for a telephone: a processor of a quarter, 1.6 Mbit/s, 150 ms to the server and back.
SLOW_CPU = 4
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 // 8,
    "uploadThroughput": 750_000 // 8,
}
TYPED = ["毒罪办", "国际合作", "恐怖主义", "foreign terrorist", "mutual legal", "sifaxiezhu"]
CHARACTERS = 30_000

# Before the page, so that nothing is missed: the largest paint, shifts of layout, what keeps the page from answering.
_WATCH = """() => {
  window.seen = { lcp: 0, cls: 0, long: [] };
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  watch("longtask", (entry) => { seen.long.push([entry.startTime, entry.duration]); });
}"""
_FIGURES = """() => {
  const fcp = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource");
  const blocked = seen.long.filter(([start]) => start >= fcp).reduce((sum, [, duration]) => sum + duration - 50, 0);
  const sent = [page, ...files].reduce((sum, entry) => sum + entry.transferSize, 0);
  return [fcp, seen.lcp, seen.cls, blocked, page.transferSize / 1000, sent / 1000, files.length + 1];
}"""
_TYPE = """(text) => new Promise((done) => {
  const box = document.getElementById("q");
  const begun = performance.now();
  const painted = () => requestAnimationFrame(() => done(performance.now() - begun));
  document.addEventListener("htmx:afterSettle", painted, { once: true });
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def main(terms: int) -> None:
    """Print all tables."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TERMBASE_DATA": folder}
        # In a process of its own, so that the server that is measured has the machine to itself.
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.pages", "--fill", str(terms)], env=environment, check=True
        )
        with serving(folder) as address, sync_playwright() as playwright:
            _answers(address)
            flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            _paint(browser, address)
            _typing(browser, address)
            browser.close()


def fill(terms: int) -> None:
    """Load the shipped termbase into TERMBASE_DATA and bring it to `terms` terms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from config.database import embedded
    from tests.benchmarks import synthetic

    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as silence:
        call_command("load_termbase", stdout=silence)
    synthetic.fill(terms, synthetic.Maker())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    embedded.leave(settings.TERMBASE_DATA / "postgres")


def _answers(address: str) -> None:
    """The first table: server time over HTTP on one connection, compressed, both workers warm."""
    line = http.client.HTTPConnection(urlsplit(address).netloc)
    print("| page | median ms | p95 ms | kB | kB compressed |\n|---|---|---|---|---|")
    for name, path in PAGES.items():
        print(f"| {name} | {_measured(line, path)} |", flush=True)
    text = (ROOT / "fixtures" / "documents" / "004_6ac443a3a27de7fa.txt").read_text(encoding="utf-8")[:CHARACTERS]
    print(f"| a text of {CHARACTERS:,} characters | {_measured(line, '/text', text)} |")
    line.close()


def _measured(line: http.client.HTTPConnection, path: str, text: str = "") -> str:
    times = []
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Cookie": f"csrftoken={'a' * 32}"}
    body = urlencode({"source": text, "csrfmiddlewaretoken": "a" * 32}) if text else None
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    for number in range(ROUNDS + 10):
        start = time.perf_counter()
        line.request("POST" if body else "GET", path, body, headers)
        answer = line.getresponse()
        content = answer.read()
        if number >= 10:
            times.append(1_000 * (time.perf_counter() - start))
        assert answer.status == 200, (path, answer.status)
    plain = gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.1f} | {p95:.1f} | {len(plain) / 1000:.1f} | {len(content) / 1000:.1f}"


def _paint(browser: Browser, address: str) -> None:
    """The second table: whole pages in a browser, as this machine is and as a telephone would be."""
    head = ["page", "FCP ms", "LCP ms", "CLS", "TBT ms", "page kB", "all kB", "requests"]
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for name, path in IN_BROWSER.items():
        for kind, is_slow in (("", False), (", as on a telephone", True)):
            loads = [_load(browser, address + path, is_slow) for _ in range(LOADS)]
            fcp, lcp, cls, tbt, page, everything, requests = map(statistics.median, zip(*loads, strict=True))
            figures = f"{fcp:.0f} | {lcp:.0f} | {cls:.3f} | {tbt:.0f} | {page:.1f} | {everything:.1f} | {requests:.0f}"
            print(f"| {name}{kind} | {figures} |", flush=True)


def _load(browser: Browser, address: str, is_slow: bool) -> list[float]:
    size = {"width": 412, "height": 823} if is_slow else {"width": 1350, "height": 940}
    context = browser.new_context(viewport=size)
    page: Page = context.new_page()
    if is_slow:
        devtools = context.new_cdp_session(page)
        devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    page.add_init_script(f"({_WATCH})()")
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(500)
    figures: list[float] = page.evaluate(_FIGURES)
    context.close()
    return figures


def _typing(browser: Browser, address: str) -> None:
    """The third table: from a keystroke to its hits, the wait for further keys included."""
    page = browser.new_page()
    page.goto(address, wait_until="networkidle")
    times = []
    for text in TYPED * 5:
        times += [page.evaluate(_TYPE, text[:end]) for end in range(1, len(text) + 1)]
    p95 = statistics.quantiles(times, n=20)[-1]
    print("\n| keystroke to hits | median ms | p95 ms | worst ms |\n|---|---|---|---|")
    print(f"| {len(times)} keystrokes | {statistics.median(times):.0f} | {p95:.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        fill(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
