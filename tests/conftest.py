"""What all tests share: a throw-away database, and no detours over HTTPS."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, connections
from django.test import override_settings
from django.utils import translation

from config.database import EMBEDDED_ENGINE
from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm
from termbase.harvest import occurrences
from termbase.models import Document, Passage, SubjectField
from termbase.search import answers
from termbase.search.asked import waiting

# A temporary folder of this session's own: pytest's common one is closed to other users whenever a session begins, also
# to the user that the embedded server runs as when root starts it.
os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.mkdtemp(prefix="termbase-tests-")
atexit.register(shutil.rmtree, os.environ["PYTEST_DEBUG_TEMPROOT"], ignore_errors=True)

# How long an example takes says more of the machine than of the program.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TERMBASE_SHARED", ROOT.parent / "shared"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Tests that commit come after those that roll back; each begins with the rows that migrations make."""
    for item in items:
        if _commits(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    items.sort(key=lambda item: ("browser" in item.path.parts, _commits(item)))


def _commits(item):
    marker = item.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        return True
    return not {"transactional_db", "live_server"}.isdisjoint(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """Tests never touch the data folder: they get a server of their own, or on that of DATABASE_URL a database each."""
    if settings.DATABASES["default"]["ENGINE"] == EMBEDDED_ENGINE:
        connections["default"].settings_dict["DATA"] = tmp_path_factory.mktemp("data") / "postgres"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """What tests write need not survive a failure of power: waiting for the disk takes longer than most of them."""
    if settings.DATABASES["default"]["ENGINE"] == EMBEDDED_ENGINE:
        with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET fsync = off")
            cursor.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session", autouse=True)
def _as_on_this_machine(django_test_environment):
    """Not as deployed: no detour over HTTPS, no name to be asked by, no count of calls, nothing from collectstatic.

    For the whole session, as the server that browsers ask is made before what belongs to a single test.
    """
    with override_settings(
        ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "127.0.0.1"],
        SECURE_SSL_REDIRECT=False,
        SESSION_COOKIE_SECURE=False,
        CSRF_COOKIE_SECURE=False,
        TERMBASE_CALLER_LIMIT=0,
        TERMBASE_ADDRESS_LIMIT=0,
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(autouse=True)
def _nothing_kept():
    """No test shall see what another has counted, or speak the language that another was asked to answer in."""
    yield
    cache.clear()
    # Emptying the tables, after tests that commit, is told by no log.
    answers.forget()
    waiting.clear()
    # Tests that commit leave other content types behind.
    ContentType.objects.clear_cache()
    translation.deactivate_all()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def shared():
    """The folder of reference material; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the reference material in {SHARED}")
    return SHARED


@pytest.fixture
def other_connection():
    """Connections to the test's database that Django does not know of."""
    opened = []

    def connect():
        opened.append(psycopg.connect(_address()))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@pytest.fixture
def environment():
    """What a process of its own needs to work on the test's database, as a transaction has committed it."""
    connection.ensure_connection()
    return {
        **os.environ,
        "DATABASE_URL": _address(),
        "SECRET_KEY": "not-secret",
        "ALLOWED_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@pytest.fixture
def processes(environment):
    """Starts so many processes with connections of their own, each answering the line of JSON it is given with one."""
    started = []

    def start(script, count):
        new = [
            subprocess.Popen(
                [sys.executable, "-c", script],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]
        started.extend(new)
        for process in new:
            assert process.stdout.readline() == "ready\n"

        def ask(value):
            for process in new:
                process.stdin.write(json.dumps(value) + "\n")
                process.stdin.flush()
            return [json.loads(process.stdout.readline()) for process in new]

        return ask

    yield start
    for process in started:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def _address():
    values = connection.settings_dict
    where = f"{quote(str(values['USER']), safe='')}:{quote(str(values['PASSWORD']), safe='')}"
    host = quote(str(values["HOST"] or "/tmp"), safe="")
    port = f"&port={values['PORT']}" if values["PORT"] else ""
    return f"postgresql://{where}@/{values['NAME']}?host={host}{port}"


@pytest.fixture
def small_termbase(db):
    """Five concepts that show what look-up must tell apart, with one document that holds an example."""
    SubjectField.objects.create(key="bodies", name_en="Bodies", name_zh="机构")
    report = importer.apply(SMALL)
    assert report.new == len(SMALL), report.problems
    document = Document.objects.create(key="a-conf-234-7", symbol="A/CONF.234/7", sha256="0" * 64)
    Passage.objects.create(
        document=document, position=0, number="13", kind="paragraph", text="毒罪办支持若干网络，并与会员国合作。"
    )
    occurrences.refresh()


def _term(language, text, status="preferred", **fields):
    values = {"source": "A/CONF.234/7", "review_status": "approved", "reliability": 3} | fields
    return EntryTerm(language=language, text=text, administrative_status=status, **values)


SMALL = [
    Entry(
        key="c0001",
        subject_field="bodies",
        terms=(
            _term("zh-Hans", "联合国毒品和犯罪问题办公室"),
            _term("zh-Hans", "毒品和犯罪问题办公室", "admitted", term_type="short_form"),
            _term("zh-Hans", "毒罪办", "admitted", term_type="abbreviation"),
            _term("en", "United Nations Office on Drugs and Crime"),
            _term("en", "UNODC", "admitted", term_type="acronym"),
        ),
    ),
    Entry(key="c0002", terms=(_term("zh-Hans", "毒品"), _term("en", "drug"))),
    Entry(
        key="c0003",
        terms=(
            _term("zh-Hans", "外国恐怖主义作战人员"),
            _term("zh-Hans", "外国恐怖分子战士", "deprecated"),
            _term("en", "foreign terrorist fighter"),
        ),
        relations=(EntryRelation("related", "c0004"),),
    ),
    Entry(
        key="c0004",
        terms=(_term("zh-Hans", "恐怖主义"), _term("en", "terrorism")),
        definitions=(EntryDefinition("en", "Violence meant to intimidate.", "editors"),),
    ),
    Entry(
        key="c0005",
        terms=(
            _term("zh-Hans", "恐怖主义罪", review_status="proposed"),
            _term("en", "terrorist offence", review_status="proposed"),
        ),
    ),
]
