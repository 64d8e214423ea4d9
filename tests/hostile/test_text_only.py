"""What people write is shown as text wherever it comes out: in pages, data, files, mails, the log and a terminal."""

import csv
import io
import json
import logging
import zipfile
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, models, transaction
from django.test import Client
from lxml import etree, html
from python_calamine import CalamineWorkbook

from termbase.client import command_line
from termbase.logs import JsonFormatter, PlainFormatter
from termbase.models import Assignment, Comment, Concept, Definition, Memo, Suggestion, Term
from termbase.notices import digest_of, mine
from tests.access import ADMIN, PAGES
from tests.models.test_constraints import good  # noqa: F401  What `things` is made of.
from tests.test_access import things  # noqa: F401

pytestmark = pytest.mark.django_db

# Out of an attribute, out of a text field, out of a script, an element of its own, a template, and what SQL ends with.
PAYLOAD = """hax'"><hax onload=hax()></textarea></script><script>hax()</script>{{7*7}}{% debug %}';DROP TABLE x;--"""
FORMULA = "=cmd|' /C calc'!A0"
FORMULAS = (FORMULA, "+1+1", "-1", "@SUM(1)", "\t=1")
# Where it would be carried out: by Alpine, on which the admin stands, and by the browser.
LIVE = ("on", "x-", "@", ":", "hx-on", "srcdoc")
SAFE_SCHEMES = ("http", "https", "mailto", "data", "")


def written(queryset, name):
    """Whether a column of a row takes the payload, whole or cut to its length; else it stays as it is."""
    field = queryset.model._meta.get_field(name)
    try:
        with transaction.atomic():
            queryset.update(**{name: PAYLOAD[: field.max_length or None]})
    except DatabaseError:
        # A constraint of the database says what may stand there.
        return False
    return True


@pytest.fixture
def everywhere(things):  # noqa: F811
    """The names of all columns that now hold the payload: those of texts that are not picked from a list."""
    taken = set()
    for model in (*apps.get_app_config("termbase").get_models(), User):
        row = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        for field in model._meta.get_fields():
            plain = isinstance(field, models.CharField | models.TextField) and not field.choices
            secret = field.name in ("key", "digest", "password", "sha256", "caller")
            if plain and not secret and not field.primary_key and not field.generated:
                rows = model._default_manager.filter(pk=row)
                if row is not None and written(rows, field.name):
                    taken.add(f"{model._meta.model_name}.{field.name}")
    for model, values in (
        (Term, {"concept__key": "c0002", "language": "en"}),
        (Definition, {"concept__key": "c0004"}),
        (Concept, {"key": "c0002"}),
    ):
        for name in ("text", "source", "note", "usage_note"):
            if any(field.name == name for field in model._meta.fields):
                written(model._default_manager.filter(**values), name)
    concept = Concept.objects.get(key="c0002")
    Comment.objects.create(concept=concept, text=PAYLOAD, status="accepted")
    Suggestion.objects.create(concept=concept, text_zh=PAYLOAD, text_en=PAYLOAD, comment=PAYLOAD)
    somebody = User.objects.first()
    Memo.objects.create(concept=concept, text=PAYLOAD, written_by=somebody)
    Assignment.objects.create(concept=concept, assigned_to=somebody, note=PAYLOAD)
    return taken


@pytest.fixture
def client():
    """One who sees all that there is."""
    user = User.objects.create_superuser("root", first_name=PAYLOAD[:150])
    user.groups.add(*Group.objects.all())
    client = Client()
    client.force_login(user)
    return client


def carried_out(page):
    """What a browser would do of the payload in a page."""
    found = []
    for element in html.document_fromstring(page).iter(etree.Element):
        if element.tag == "hax":
            found.append("an element of its own")
        if (
            element.tag in ("script", "style")
            and "hax" in (element.text or "")
            and "json" not in element.get("type", "")
        ):
            found.append(f"in a {element.tag}")
        for name, value in element.attrib.items():
            if "hax" in name or ("hax" in value and name.startswith(LIVE)):
                found.append(f"{name}={value}"[:100])
            scheme = value.strip().lower().partition(":")[0] if ":" in value else ""
            if name in ("href", "src", "action", "formaction") and "/" not in scheme and scheme not in SAFE_SCHEMES:
                found.append(f"{name}={value}"[:100])
    return found


def test_columns_that_take_it(everywhere):
    """So that the other tests mean something."""
    assert everywhere >= {
        *("term.text", "term.source", "term.note", "definition.text", "concept.note", "document.title_zh"),
        *("document.symbol", "passage.text", "candidate.text", "suggestion.comment", "comment.text", "waiver.reason"),
        *("apitoken.name", "import.name", "import.reason", "activity.reason", "failedlookup.text", "user.username"),
        *("subjectfield.name_en", "candidate.proposed_english", "importrow.title"),
    }


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages(everywhere, things, client, language):  # noqa: F811
    seen = 0
    for path, row in (PAGES | ADMIN).items():
        if language != "en" and path.startswith("admin"):
            continue
        answer = client.get((row.at or f"/{path}").format(**things), headers={"Accept-Language": language})
        if answer.status_code == 200 and "html" in answer["Content-Type"] and answer.content.strip():
            assert carried_out(answer.content) == [], path
            assert "{49}" not in answer.text
            seen += "hax" in answer.text
    assert seen > (20 if language == "en" else 5), "pages that show it"


# What comes back as it was asked: (address, what is asked)
REFLECTED = [
    *(
        f"/?q={{}}&{name}={{}}"
        for name in ("source", "format", "cursor", "in", "subject_field", "reliability", "limit")
    ),
    *("/concordance?q={}", "/concordance?q=x&sort={}", "/concordance?q=x&document={}", "/concepts/c0002?script={}"),
    *("/concepts/c0002?format={}", "/suggest?q={}", "/sign-in?next={}", "/documents?page={}", "/nowhere/{}", "/{}"),
    *("/admin/termbase/concept/?q={}", "/admin/termbase/concept/?nothing={}", "/admin/search/?s={}"),
    *("/admin/termbase/term/?e={}", "/admin/termbase/concept/find/?q={}", "/admin/termbase/concept/aid/?text={}"),
    *("/admin/termbase/term/add/?text={}", "/admin/termbase/concept/add/?variant=en:{}", "/admin/nowhere/{}"),
    *("/admin/termbase/term/?_popup={}", "/admin/termbase/term/add/?_changelist_filters={}"),
]


def test_what_was_asked(things, client):  # noqa: F811
    for address, value in product(REFLECTED, (PAYLOAD, "javascript:hax()", "hax\r\nSet-Cookie: hax=1")):
        answer = client.get(address.replace("{}", "%s") % ((_quoted(value),) * address.count("{}")))
        assert answer.status_code < 500, address
        assert "hax" not in answer.cookies, address
        assert all(value.isprintable() for value in answer.headers.values()), address
        if "html" in answer["Content-Type"] and answer.content.strip():
            assert carried_out(answer.content) == [], address


def _quoted(value):
    return "".join(f"%{byte:02x}" for byte in value.encode())


HEADERS = {
    "Accept-Language": PAYLOAD,
    "Referer": "javascript:hax()",
    "User-Agent": PAYLOAD,
    "X-Request-ID": "hax\x1b[31m",
    "X-Forwarded-For": PAYLOAD,
    "X-Forwarded-Host": "hax.example",
    "X-Forwarded-Proto": PAYLOAD,
    "Cookie": f"django_language={PAYLOAD}; csrftoken={PAYLOAD}; sessionid=hax; messages=hax",
    "If-None-Match": PAYLOAD,
    "If-Match": PAYLOAD,
    "Accept": PAYLOAD,
    "HX-Request": "true",
    "HX-Current-URL": "javascript:hax()",
    "Origin": "https://hax.example",
    "Range": "bytes=hax",
    "Idempotency-Key": PAYLOAD,
}


@pytest.mark.parametrize("header", HEADERS)
def test_headers(header, small_termbase):
    for path in (
        "/?q=x",
        "/concepts/c0002",
        "/documents",
        "/nowhere",
        "/api/v1/concepts/",
        "/static/termbase/page.css",
    ):
        answer = Client().get(path, headers={header: HEADERS[header]})
        answer.close = lambda: None
        content = answer.getvalue() if answer.streaming else answer.content
        assert answer.status_code < 500, path
        assert b"hax" not in content.replace(b"hax.css", b""), path
        assert not any("hax" in value for value in answer.headers.values()), path


@pytest.mark.parametrize("path", ["/", "/sign-in", "/concepts/c0002", "/api/v1/concepts/"])
def test_another_host_is_no_address_of_ours(path, small_termbase):
    for host in (
        "hax.example",
        "localhost@hax.example",
        "localhost:80:80",
        "hax.example/",
        '"><hax>',
        "localhost\thax",
    ):
        answer = Client().get(path, headers={"Host": host})
        assert answer.status_code == 400, host
        assert "hax" not in answer.text


class TestFiles:
    """Files for spreadsheets."""

    @pytest.fixture(autouse=True)
    def _formulas(self, small_termbase):
        terms = list(Term.objects.order_by("pk"))
        for term, formula in zip(terms, FORMULAS, strict=False):
            written(Term.objects.filter(pk=term.pk), "note")
            Term.objects.filter(pk=term.pk).update(usage_note=formula.strip(), source=formula.strip())

    @pytest.mark.parametrize("name", ["csv-excel"])
    def test_csv_for_spreadsheets(self, name):
        rows = list(csv.reader(io.StringIO(Client().get(f"/api/v1/exports/{name}/").content.decode("utf-8-sig"))))
        cells = [cell for row in rows for cell in row]
        assert f"'{FORMULA}" in cells
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)

    @pytest.mark.parametrize("name", ["xlsx", "xlsx-concepts"])
    def test_workbooks_have_no_formula_and_no_link(self, name):
        content = Client().get(f"/api/v1/exports/{name}/").content
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
        assert FORMULA in cells or name == "xlsx-concepts"
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f" not in sheet
        assert b"hyperlink" not in sheet

    def test_every_export_is_a_file_of_its_kind(self, client):
        """Nothing that a browser would take for a page."""
        for item in client.get("/api/v1/exports/").json()["formats"]:
            query = "?source=zh&target=en" if item["directed"] else ""
            answer = client.get(f"/api/v1/exports/{item['name']}/{query}")
            assert answer.status_code == 200, item["name"]
            assert answer["Content-Disposition"].startswith("attachment")
            assert "html" not in answer["Content-Type"]
            assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_api_gives_it_back_as_it_was(everywhere, small_termbase):
    """As JSON, with no way for a browser to take it for a page."""
    for path in (
        "concepts/c0002/",
        "lookup/?q=毒品",
        "documents/",
        "subject-fields/",
        "concordance/?q=hax",
        "changes/",
    ):
        answer = Client().get(f"/api/v1/{path}")
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        json.loads(answer.content)
    html_of = Client().post(
        "/api/v1/recognise/", {"text": f"毒品{PAYLOAD}", "format": "html"}, content_type="application/json"
    )
    assert carried_out(html_of.json()["html"]) == []


@pytest.mark.parametrize(
    "formatter", [PlainFormatter("%(levelname)s %(message)s"), JsonFormatter()], ids=["plain", "json"]
)
def test_no_line_of_the_log_is_a_callers(formatter, client, caplog, small_termbase):
    caplog.set_level(logging.INFO)
    for path in ("/a%0aERROR%20forged", "/a%0d%1b%5b31m", "/a%c2%9b31m", "/a%e2%80%a8b", "/a%00b"):
        client.get(path)
    assert len(caplog.records) >= 5
    for record in caplog.records:
        line = formatter.format(record)
        if record.exc_info is None:
            assert len(line.splitlines()) == 1
            assert not any(0x80 <= ord(character) < 0xA0 or character in "\x1b\u2028" for character in line)


def test_a_mail_is_one_mail(small_termbase):
    """Its subject is of our words alone, its text is plain."""
    writer, reader = (User.objects.create_user(name) for name in ("li", "wang"))
    concept = Concept.objects.get(key="c0002")
    Assignment.objects.create(concept=concept, assigned_to=reader, assigned_by=writer, note=f"{PAYLOAD}\nBcc: hax")
    Memo.objects.create(concept=concept, text=PAYLOAD, written_by=writer).mentioned.add(reader)
    subject, text = digest_of(reader, mine(reader))
    assert "hax" not in subject
    assert "\n" not in subject
    assert PAYLOAD in text


def test_a_terminal_is_told_nothing(capsys):
    """By the command `termbase`, of what stands in the termbase."""
    command_line.tell("毒品\x1b[31m\x9b31m\r\u2028\u202edrug")
    assert capsys.readouterr().out == "毒品\\u001b[31m\\u009b31m\\u000d\\u2028\\u202edrug\n"
