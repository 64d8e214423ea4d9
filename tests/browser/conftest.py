"""A real browser on a real server."""

import os
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from termbase.models import Concept
from tests.browser.chromium import CHROMIUM, FLAGS

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}

# Patience for a machine with other work; what is there is there at once.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser(django_db_setup):
    """Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    # Playwright's loop runs in this thread; Django would take the tests' own queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    rows_of_migrations = connection._test_serialized_contents
    with sync_playwright() as playwright:
        # Beside a running loop Django has connections of their own, which must know what an empty database has, too.
        connection._test_serialized_contents = rows_of_migrations
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
    """What axe-core finds against WCAG 2.2 AA on a page or `within` a part of it, as a report; empty if nothing."""

    def found(page, within=None):
        results = Axe().run(page, context=within, options=WCAG)
        return f"{results.generate_snapshot()}\n{results.generate_report()}" if results.violations_count else ""

    return found


@pytest.fixture
def people(small_termbase):
    """Two who may do anything; what each role may is tested without a browser."""
    return {name: User.objects.create_superuser(name) for name in ("li", "wang")}


@pytest.fixture
def sign_in(live_server, people, open_page):
    """Makes pages of a person who is signed in."""

    def as_person(name, **options):
        client = Client()
        client.force_login(people[name])
        page = open_page(**{"viewport": {"width": 1400, "height": 1000}, **options})
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        return page

    return as_person


@pytest.fixture
def admin(live_server):
    """The address of a page about a concept."""

    def address(key, rest="change/"):
        return f"{live_server.url}/admin/termbase/concept/{Concept.objects.get(key=key).pk}/{rest}"

    return address
