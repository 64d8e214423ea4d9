"""exploration"""

import os
import random
import time
import traceback
from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client

from tests.access import ADMIN, PAGES
from tests.models.test_constraints import good  # noqa
from tests.test_access import as_role, things  # noqa

pytestmark = pytest.mark.django_db
ROWS = PAGES | ADMIN
NAMES = [
    "q",
    "page",
    "cursor",
    "limit",
    "format",
    "script",
    "proposed",
    "source",
    "target",
    "mode",
    "in",
    "subject_field",
    "p",
    "o",
    "all",
    "e",
    "_popup",
    "_to_field",
    "_changelist_filters",
    "next",
    "document",
    "term",
    "concept",
    "status",
    "changed_since",
    "reliability",
    "administrative_status",
    "term_type",
    "strict",
    "id__exact",
    "pk",
    "project",
    "kind",
    "sort",
    "language",
    "field",
    "text",
    "text__icontains",
    "key",
    "review_status__exact",
    "changed_at__gte",
    "app_label",
    "model_name",
    "field_name",
    "action",
    "ids",
    "of",
    "from",
    "to",
    "item",
    "import",
    "by",
    "after",
    "since",
    "name",
    "level",
    "assigned",
    "state",
    "export",
    "left",
    "right",
    "revision",
    "with",
    "into",
    "merge",
    "a",
    "b",
]
VALUES = [
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "9" * 30,
    "-1",
    "0",
    "x" * 5000,
    "'",
    '"><script>alert(1)</script>',
    "{{7*7}}",
    "a%0d%0ab",
    "%F0%9F%98%80",
    "1e309",
    "NaN",
    "%E2%80%AE",
    "../../etc/passwd",
    "%25",
    "true",
    "..",
    "2026-13-45",
    "9999999999",
    "%C0%AF",
    "%",
    "[]",
    "1,2",
    "null",
    "=cmd|x",
]


def go(client, method, path, data="", ct="application/x-www-form-urlencoded", **extra):
    cookies = deepcopy(client.cookies)
    try:
        with transaction.atomic():
            r = client.generic(method, path, data, ct, **extra)
            if r.streaming:
                b"".join(r.streaming_content)
                r.close = lambda: None
            transaction.set_rollback(True)
        return r.status_code, r
    except Exception as e:
        tb = traceback.extract_tb(e.__traceback__)
        last = [f for f in tb if "w_hostile/termbase" in f.filename or "/tmp/w_hostile/config" in f.filename]
        where = f"{last[-1].filename}:{last[-1].lineno}" if last else f"{tb[-1].filename}:{tb[-1].lineno}"
        return f"{type(e).__name__}: {str(e)[:150]} at {where}", None
    finally:
        client.cookies = cookies


def fresh(role, things):
    from django.contrib.auth.models import Group, User

    c = Client(raise_request_exception=True)
    if role != "nobody":
        u = User.objects.create_user(role, is_staff=True, is_superuser=(role == "super"))
        u.groups.add(*Group.objects.filter(name=role))
        c.force_login(u)
    return c


def test_queries(things):
    rng = random.Random(int(os.environ.get("SEED", "1")))
    client = fresh(os.environ.get("ROLE", "super"), things)
    seen = {}
    end = time.time() + float(os.environ.get("SECS", "150"))
    slow = []
    n = 0
    paths = list(ROWS.items())
    while time.time() < end:
        rng.shuffle(paths)
        for path, row in paths:
            at = (row.at or f"/{path}").format(**things)
            qs = "&".join(f"{rng.choice(NAMES)}={rng.choice(VALUES)}" for _ in range(rng.choice([1, 1, 1, 2, 3])))
            method = rng.choice(
                ["GET"] * 8 + ["POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "FOO"]
            )
            t = time.time()
            status, r = go(client, method, f"{at}?{qs}", qs if method == "POST" else "")
            n += 1
            d = time.time() - t
            if d > 2:
                slow.append((d, method, at, qs[:100]))
            if (isinstance(status, str)) or status >= 500:
                key = str(status)[-90:]
                if key not in seen:
                    seen[key] = (method, at, qs[:200], status)
    print(n, "requests")
    for v in seen.values():
        print("FAULT", v)
    for v in sorted(slow)[-10:]:
        print("SLOW", v)


TEXTS = [
    "",
    "\0",
    "\ud800",
    "x" * 100_000,
    "9" * 400,
    "-1",
    "1e999",
    "0x10",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1--",
    "a\r\nb: c",
    "\u202e\u0007",
    "=cmd|' /C calc'!A0",
    "on",
    "٣",
    "2026-13-45",
    "NaN",
    "[]",
    "{",
    "999999999999",
    "😀" * 50,
    "\ufffe",
    " ",
    "\u3000",
    "true",
    "\x1b[31m",
]


def forms_of(html, base):
    import lxml.html

    doc = lxml.html.document_fromstring(html or "<p>")
    for form in doc.forms:
        fields = []
        for el in form.iter("input", "select", "textarea", "button"):
            n = el.get("name")
            if not n:
                continue
            if el.tag == "select":
                opts = [o.get("value", "") for o in el.iter("option") if o.get("selected") is not None] or [
                    o.get("value", "") for o in el.iter("option")
                ][:1]
                v = opts[0] if opts else ""
            elif el.tag == "textarea":
                v = el.text or ""
            else:
                if el.get("type") in ("checkbox", "radio") and el.get("checked") is None:
                    continue
                v = el.get("value") or ""
            fields.append((n, v, el.get("type")))
        yield form.get("action") or base, (form.method or "GET").upper(), fields


def test_forms(things):
    from urllib.parse import urlencode, urljoin

    rng = random.Random(int(os.environ.get("SEED", "1")))
    client = fresh(os.environ.get("ROLE", "super"), things)
    forms = []
    for path, row in ROWS.items():
        at = (row.at or f"/{path}").format(**things)
        st, r = go(client, "GET", at)
        if r is not None and st == 200 and "html" in r.get("Content-Type", ""):
            for a, m, f in forms_of(r.content.decode(), at):
                action = urljoin(at, a)
                if f and action.startswith("/") and "sign-out" not in action and "logout" not in action:
                    forms.append((at, action, m, f))
    uniq = {}
    for at, a, m, f in forms:
        uniq.setdefault((a, m, tuple(n for n, _, _ in f)), (at, a, m, f))
    forms = list(uniq.values())
    print(len(forms), "forms")
    seen, n = {}, 0
    end = time.time() + float(os.environ.get("SECS", "150"))
    slow = []
    statuses = {}
    while time.time() < end:
        rng.shuffle(forms)
        for at, action, method, fields in forms:
            data = [(n, v) for n, v, _ in fields]
            kind = rng.choice(["one", "one", "one", "two", "drop", "repeat", "unknown", "all"])
            idx = [i for i, (n_, v, t) in enumerate(fields)]
            if kind in ("one", "two"):
                for i in rng.sample(idx, min(len(idx), 1 if kind == "one" else 2)):
                    data[i] = (data[i][0], rng.choice(TEXTS))
            elif kind == "drop":
                data.pop(rng.randrange(len(data)))
            elif kind == "repeat":
                data.append((rng.choice(data)[0], rng.choice(TEXTS)))
            elif kind == "unknown":
                data.append((rng.choice(NAMES), rng.choice(TEXTS)))
            else:
                p = rng.choice([0.2, 1])
                data = [
                    (n_, rng.choice(TEXTS) if rng.random() < p and "TOTAL" not in n_ and "stamp" not in n_ else v)
                    for n_, v in data
                ]
            body = urlencode(data, encoding="utf-8", errors="surrogatepass")
            t = time.time()
            if method == "GET":
                st, r = go(client, "GET", action.split("?")[0] + "?" + body)
            else:
                st, r = go(client, "POST", action, body)
            n += 1
            d = time.time() - t
            if d > 2:
                slow.append((d, method, action, body[:150]))
            statuses[st if isinstance(st, int) else 500] = statuses.get(st if isinstance(st, int) else 500, 0) + 1
            if isinstance(st, str) or st >= 500:
                key = str(st)[-90:]
                if key not in seen:
                    changed = [d for d, (n0, v0, _) in zip(data, fields) if d != (n0, v0)][:4] or data[-1:]
                    seen[key] = (method, action, repr([(a, b[:60]) for a, b in changed]), st)
    print(n, "requests", statuses)
    for v in seen.values():
        print("FAULT", v)
    for v in sorted(slow)[-10:]:
        print("SLOW", v)
