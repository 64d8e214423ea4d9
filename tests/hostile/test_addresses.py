"""Every address of the pages and the admin against requests that no browser makes: never a fault of ours.

A short run, the same each time; `TERMBASE_FUZZ=20 pytest tests/hostile` makes twenty times as many requests.
"""

import os
from copy import deepcopy
from itertools import chain, cycle
from urllib.parse import quote, quote_from_bytes, urljoin

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import html

from tests.access import ADMIN, PAGES
from tests.models.test_constraints import good  # noqa: F401  What `things` is made of.
from tests.test_access import things  # noqa: F401
from tests.web.stamps import old_stamp

pytestmark = pytest.mark.django_db

TIMES = int(os.environ.get("TERMBASE_FUZZ", "1"))
FORM = "application/x-www-form-urlencoded"
UNUSUAL = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
# (content type, body, why)
BODIES = (
    ("text/plain", b"a=b", "a form that says it is none"),
    ("application/json", b"[" * 1000, "JSON, of which pages know nothing"),
    ("multipart/form-data", b"--B", "parts without a boundary"),
    ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "parts cut off"),
    ("multipart/form-data; boundary=" + "B" * 300, b"", "a boundary longer than there may be"),
    (f"{FORM}; charset=utf-16", b"a=b", "another encoding"),
    (FORM, b"a=b&" * 2000, "more fields than there may be"),
    (FORM, b"a=%00&%00=b", "null characters"),
    (FORM, b"\xff\xfe=\xff&%zz=%", "bytes that are no text"),
    (FORM, b"a=" + b"x" * 2_500_000, "a body beyond the limit"),
    (FORM, b"_changelist_filters=%00&_save=&terms-TOTAL_FORMS=99999999999999999999", "a form of very many"),
)
# What parameters the program knows, and some that it does not.
NAMES = (
    *("q", "page", "p", "o", "e", "all", "next", "format", "script", "cursor", "limit", "sort", "proposed", "source"),
    *("subject_field", "reliability", "in", "document", "concept", "term", "item", "kind", "text", "language", "name"),
    *("variant", "as", "_popup", "_to_field", "_changelist_filters", "id__exact", "status__exact", "is_active__exact"),
    *("app_label", "model_name", "field_name", "changed_at__gte", "terms__text", "password", "pk__in", "x", ""),
)
NASTY = (
    *("%00", "%FF%FE", "%ED%A0%80", "%C0%AF", "%", "%zz", "a%0d%0aSet-Cookie:%20a=b", "9" * 400, "-1", "1e999", "NaN"),
    *("..%2f..%2fetc%2fpasswd", "%27%20OR%201=1--", "{{7*7}}", "%7B%25%20debug%20%25%7D", "%3Cscript%3E", "x" * 9000),
    *("2026-13-45", "%D9%A3", "%E2%80%AE", "javascript:alert(1)", "%F0%9F%98%80", "//evil.example", "[]", "null"),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values = st.one_of(st.sampled_from(NASTY), texts.map(quote), st.binary(max_size=20).map(quote_from_bytes))
queries = st.lists(st.tuples(st.sampled_from(NAMES), values), min_size=1, max_size=4)
some = settings(
    max_examples=60 * TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(params=["nobody", "somebody"])
def client(request, things, settings):  # noqa: F811
    """Nobody, where anybody may send suggestions; and one who may do everything."""
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = True
    client = Client()
    if request.param == "somebody":
        user = User.objects.create_superuser("root")
        user.groups.add(*Group.objects.all())
        client.force_login(user)
    return client


@pytest.fixture
def paths(things):  # noqa: F811
    return [(row.at or f"/{path}").format(**things) for path, row in (PAGES | ADMIN).items()]


def fault(client, method, path, body=b"", content_type=FORM):
    """What went wrong on our side, if anything; whatever the request did is undone."""
    cookies = deepcopy(client.cookies)
    try:
        with transaction.atomic():
            answer = client.generic(method, path, body, content_type)
            if answer.streaming:
                answer.getvalue()
                answer.close = lambda: None
            transaction.set_rollback(True)
    except Exception as error:
        return f"{method} {path[:200]} {body[:200]!r}: {error!r}"
    finally:
        client.cookies = cookies
    # A process whose matchers are not built yet says so.
    bad = answer.status_code >= 500 and not path.startswith("/readyz")
    return f"{method} {path[:200]} {body[:200]!r}: {answer.status_code}" if bad else ""


def test_methods_and_bodies(client, paths):
    """Each address with a method that it may not have, or with a body that is no form; each of them many times."""
    methods = [(method, b"", FORM, "a method") for method in UNUSUAL]
    bodies = [("POST", body, content_type, why) for content_type, body, why in BODIES]
    # As many of the one as of the other, in an order that gives each address others every time.
    sent = cycle(chain.from_iterable(zip(cycle(methods), bodies, strict=False)))
    wrong = []
    for path in paths * TIMES:
        method, body, content_type, why = next(sent)
        if found := fault(client, method, path, body, content_type):
            wrong.append(f"{why}: {found}")
    assert wrong == []


def test_a_body_beyond_the_limit_is_told_so(client):
    for path in ("/text", "/sign-in", "/suggest"):
        answer = client.generic("POST", path, b"source=" + b"x" * 2_500_000, FORM)
        assert answer.status_code == 413, path


def test_queries(client, paths):
    @some
    @given(path=st.sampled_from(paths), query=queries)
    def ask(path, query):
        said = "&".join(f"{name}={value}" for name, value in query)
        assert fault(client, "GET", f"{path}?{said}") == ""

    ask()


def forms(client, paths):
    """The forms of all pages, as (address, method, fields)."""
    found = {}
    for path in paths:
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"] or not answer.content:
            continue
        for form in html.document_fromstring(answer.content).forms:
            action = urljoin(path, form.get("action") or "")
            fields = [(name, value or "") for name, value in form.form_values() if name != "csrfmiddlewaretoken"]
            if fields and "out" not in action:
                found[action, form.method, tuple(name for name, _ in fields)] = fields
    return [(action, method, fields) for (action, method, _), fields in found.items()]


def test_forms(client, paths):
    """The forms that there are, filled in as no browser would: with other values, without fields, with more."""
    there_are = forms(client, paths)
    assert len(there_are) > 5

    @some
    @given(form=st.sampled_from(there_are), data=st.data())
    def send(form, data):
        action, method, fields = form
        fields = [(name, old_stamp() if name == "stamp" else quote(value)) for name, value in fields]
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(fields) - 1))
            what = data.draw(st.sampled_from(("change", "change", "leave out", "repeat", "add")))
            name = fields[at][0] if what != "add" else data.draw(st.sampled_from(NAMES))
            fields[at : at + (what in ("change", "leave out"))] = (
                [] if what == "leave out" and len(fields) > 1 else [(name, data.draw(values))]
            )
        said = "&".join(f"{quote(name)}={value}" for name, value in fields)
        body = said.encode() if method == "POST" else b""
        path = action if method == "POST" else f"{action.partition('?')[0]}?{said}"
        assert fault(client, method, path, body) == ""

    send()
