"""A real browser on a real server."""

import os
import shutil
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    # Playwright's loop runs in this thread; Django would take the tests' own queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # As root, in a container, Chromium has no sandbox to use.
        flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


@pytest.fixture
def open_page(browser):
    """Makes pages that fail the test on any script error, refused resource or request to another host."""
    contexts = []
    problems = []

    def opened(**options):
        context = browser.new_context(**{"locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: problems.append(request.url) if "//localhost" not in request.url else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    _let_the_server_finish()
    assert problems == []


def _let_the_server_finish():
    """A request that its page has left may still read tables, and the emptying after the test lock with it for good."""
    busy = (
        "SELECT EXISTS (SELECT FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle')"
    )
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(busy)
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)


@pytest.fixture
def page(open_page):
    """Such a page, in English."""
    return open_page()


@pytest.fixture(scope="session")
def barriers():
    """What axe-core finds against WCAG 2.2 AA on a page, as a report; empty where it finds nothing."""

    def found(page):
        results = Axe().run(page, options=WCAG)
        return f"{results.generate_snapshot()}\n{results.generate_report()}" if results.violations_count else ""

    return found
