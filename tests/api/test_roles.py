"""Who may call what: every endpoint and method against every role, every scope and nobody."""

import itertools

import pytest
from django.urls import get_resolver
from django.utils import timezone

from termbase.harvest.candidates import reviewing
from termbase.models import Activity, Candidate, Concept, Import, Term
from tests.api.conftest import ROLES, SCOPES, Caller

pytestmark = pytest.mark.django_db

EVERYONE = {"nobody", "norole", *ROLES}
WRITERS = {"terminologist", "reviewer", "administrator"}
REVIEWERS = {"reviewer", "administrator"}
CONTRIBUTORS = WRITERS | {"contributor"}
WAIVER = {"project": "p", "finding": "0" * 32, "reason": "x"}
BODY = {"terms": [{"language": "en", "text": "new"}]}

# (name of the address, method) -> (path, body, who may, the scope it takes)
CALLS = {
    ("lookup", "GET"): ("lookup/?q=x", None, EVERYONE, "read"),
    ("concepts", "GET"): ("concepts/", None, EVERYONE, "read"),
    ("concepts", "POST"): ("concepts/", BODY, WRITERS, "edit"),
    ("concept", "GET"): ("concepts/c0002/", None, EVERYONE, "read"),
    ("concept", "PUT"): ("concepts/c0006/", BODY, WRITERS, "edit"),
    ("concept", "PATCH"): ("concepts/c0002/", {"note": "x"}, WRITERS, "edit"),
    ("concept", "DELETE"): ("concepts/c0002/", None, WRITERS, "edit"),
    ("terms", "GET"): ("terms/", None, EVERYONE, "read"),
    ("terms", "POST"): ("terms/", {"concept": "c0002", "language": "en", "text": "x"}, WRITERS, "edit"),
    ("term", "GET"): ("terms/{term}/", None, EVERYONE, "read"),
    ("term", "PATCH"): ("terms/{term}/", {"note": "x"}, WRITERS, "edit"),
    ("term-approve", "POST"): ("terms/{term}/approve/", None, REVIEWERS, "review"),
    ("term-reject", "POST"): ("terms/{term}/reject/", {"reason": "x"}, REVIEWERS, "review"),
    ("candidates", "GET"): ("candidates/", None, WRITERS, "review"),
    ("candidate", "GET"): ("candidates/{candidate}/", None, WRITERS, "review"),
    ("candidate-accept", "POST"): ("candidates/{candidate}/accept/", {}, WRITERS, "review"),
    ("candidate-merge", "POST"): ("candidates/{candidate}/merge/", {"into": "c0002"}, WRITERS, "review"),
    ("candidate-reject", "POST"): ("candidates/{candidate}/reject/", {"reason": "x"}, WRITERS, "review"),
    ("candidate-undo", "POST"): ("candidates/{decided}/undo/", {}, WRITERS, "review"),
    ("subject-fields", "GET"): ("subject-fields/", None, EVERYONE, "read"),
    ("documents", "GET"): ("documents/", None, EVERYONE, "read"),
    ("document", "GET"): ("documents/a-conf-234-7/", None, EVERYONE, "read"),
    ("passages", "GET"): ("documents/a-conf-234-7/passages/", None, EVERYONE, "read"),
    ("concordance", "GET"): ("concordance/?q=x", None, EVERYONE, "read"),
    ("exports", "GET"): ("exports/", None, EVERYONE, "read"),
    ("export", "GET"): ("exports/csv/", None, EVERYONE, "read"),
    ("export-losses", "GET"): ("exports/csv/losses/", None, EVERYONE, "read"),
    ("imports", "GET"): ("imports/", None, WRITERS, "edit"),
    ("imports", "POST"): ("imports/?format=csv", b"concept,language,text\nn1,en,new\n", WRITERS, "edit"),
    ("import", "GET"): ("imports/{import}/", None, WRITERS, "edit"),
    ("import-rows", "GET"): ("imports/{import}/rows/", None, WRITERS, "edit"),
    ("import-apply", "POST"): ("imports/{reviewed}/apply/", {}, WRITERS, "edit"),
    ("import-undo", "POST"): ("imports/{applied}/undo/", {}, WRITERS, "edit"),
    ("suggestions", "POST"): ("suggestions/", {"comment": "x"}, CONTRIBUTORS, "suggest"),
    ("changes", "GET"): ("changes/", None, EVERYONE, "read"),
    ("recognise", "POST"): ("recognise/", {"text": "x"}, EVERYONE, "read"),
    ("check", "POST"): ("check/", {"segments": [], "source": "zh", "target": "en"}, EVERYONE, "read"),
    ("waivers", "GET"): ("waivers/?project=p", None, set(ROLES), "read"),
    ("waivers", "POST"): ("waivers/", WAIVER, CONTRIBUTORS, "suggest"),
    ("schema", "GET"): ("schema/", None, EVERYONE, None),
    ("docs", "GET"): ("docs/", None, EVERYONE, None),
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
cases = pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call))


@pytest.fixture
def send(small_termbase, person):
    Concept.objects.create(key="c0006")
    candidates = {name: Candidate.objects.create(text=name).pk for name in ("candidate", "decided")}
    term = Term.objects.get(text="恐怖主义罪")
    file = {"name": "terms.csv", "size": 1, "sha256": "0" * 64, "format": "csv"}
    activity = Activity.objects.latest("pk")
    imports = {
        "import": Import.objects.create(**file),
        "reviewed": Import.objects.create(**file, state="reviewed"),
        "applied": Import.objects.create(**file, state="applied", applied_at=timezone.now(), activity=activity),
    }

    def to(caller, call):
        path, body, *_ = CALLS[call]
        key = "c0006" if "c0006" in path else "c0005" if "{term}" in path else "c0002"
        version = Concept.objects.get(key=key).version
        if "decided" in path:
            reviewing.reject(candidate=candidates["decided"], by=person("administrator"), reason="x")
        if "candidate" in path:
            version = 1 + ("decided" in path)
        numbers = {"term": term.pk, **candidates, **{name: item.pk for name, item in imports.items()}}
        return caller(call[1], path.format(**numbers), body, If_Match=f'"{version}"')

    return to


@pytest.fixture
def user(person):
    return lambda role: person("nobody" if role == "norole" else role)


def test_every_address_is_in_the_table():
    (api,) = [p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/"]
    assert {name for name, _ in CALLS} == {p.name for p in api.url_patterns if p.name}


@cases
@pytest.mark.parametrize("session", [False, True], ids=["token", "session"])
@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_roles(send, user, call, role, session):
    """Each role with a token of all scopes, and signed in."""
    caller = Caller() if role == "nobody" else Caller(user(role), session=session)
    status = send(caller, call).status_code
    assert 200 <= status < 300 if role in CALLS[call][2] else status == (401 if role == "nobody" else 403)


@cases
@pytest.mark.parametrize(
    "scopes",
    [*itertools.combinations(SCOPES, 1), ("read", "suggest", "edit"), ("suggest", "edit", "review")],
    ids="+".join,
)
def test_scopes(send, person, call, scopes):
    """The role that may do all, behind a token that may do some."""
    may = CALLS[call][3] is None or CALLS[call][3] in scopes
    status = send(Caller(person("administrator"), scopes), call).status_code
    assert 200 <= status < 300 if may else status == 403


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_other_methods_are_there_for_no_one(user, small_termbase, role):
    caller = Caller() if role == "nobody" else Caller(user(role))
    for name in {name for name, _ in CALLS}:
        for method in METHODS:
            if (name, method) not in CALLS:
                numbers = dict.fromkeys(("term", "candidate", "decided", "import", "reviewed", "applied"), 1)
                path = next(CALLS[call][0] for call in CALLS if call[0] == name).format(**numbers)
                assert caller(method, path, {}).status_code == 405, f"{method} {path}"


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_closed_termbase(send, user, settings, role):
    settings.TERMBASE_ANONYMOUS_READ = False
    caller = Caller() if role == "nobody" else Caller(user(role))
    for call, (_, _, who, scope) in CALLS.items():
        if scope == "read":
            status = send(caller, call).status_code
            assert status == {"nobody": 401, "norole": 403}.get(role, 200), call
            assert who >= set(ROLES)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_suggestions_open_to_all(send, user, settings, role):
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = True
    caller = Caller() if role == "nobody" else Caller(user(role))
    assert send(caller, ("suggestions", "POST")).status_code == 201
