"""The API against requests made up from its own schema: no fault of ours, no answer that the schema does not know."""

import copy
from collections import Counter

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from termbase.models import Candidate, Concept, Import
from tests.api.conftest import SCOPES, Caller

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MANY, FEW = 60, 6
"""Requests to an operation that the caller may call, and to one that it may not."""


def scope_of(operation):
    """The scope that an operation takes."""
    if "/candidates/" in operation.path:
        return "review"
    if "/imports/" in operation.path:
        return "edit"
    if operation.method.upper() == "GET" or operation.path.endswith(("/recognise/", "/check/")):
        return "read"
    if operation.path.endswith(("/suggestions/", "/waivers/")):
        return "suggest"
    return "review" if operation.path.endswith(("/approve/", "/reject/")) else "edit"


def strict(schema):
    """The schema with nothing allowed that it does not name."""
    schema = copy.deepcopy(schema)
    for part in schema["components"]["schemas"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    return schema


def aim(case):
    """Have a request lead somewhere: to what there is, in the version that it is in."""
    concept = Concept.objects.get(key="c0003")
    candidate = Candidate.objects.with_version().last()
    of_candidate = "/candidates/" in case.path
    names = {
        "key": "a-conf-234-7" if "documents" in case.path else concept.key,
        "id": _id_for(case.path, candidate, concept),
        "name": "csv",
    }
    case.path_parameters = {name: names[name] for name in case.path_parameters or {}}
    declared = {parameter["name"] for parameter in case.operation.definition.raw.get("parameters", [])}
    if "If-Match" in declared:
        version = candidate.version if of_candidate else concept.version
        case.headers = {**(case.headers or {}), "If-Match": f'"{version}"'}


def _id_for(path, candidate, concept):
    if "/candidates/" in path:
        return candidate.pk
    return Import.objects.first().pk if "/imports/" in path else concept.terms.first().pk


@pytest.fixture
def application(monkeypatch):
    """The application as a server calls it, but for its closing of the connection that the test stands on."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    return get_wsgi_application()


@pytest.mark.parametrize("scope", ["anonymous", *SCOPES])
def test_no_fault_and_no_unknown_answer(scope, person, nobody, small_termbase, application):
    Import.objects.create(name="terms.csv", size=1, sha256="0" * 64, format="csv")
    caller = nobody if scope == "anonymous" else Caller(person("administrator"), [scope])
    api = schemathesis.openapi.from_dict(strict(nobody.get("schema/").json()))
    api.app = application
    Candidate.objects.create(text="会员国", badges=["body"], proposed_english="Member State", score=0.5)
    answered = Counter()
    for result in api.get_all_operations():
        operation = result.ok()
        may = scope_of(operation) == (scope if scope != "anonymous" else "read")
        try_out(operation, caller, answered, MANY if may else FEW)
    assert {400, 404} <= set(answered), answered
    assert answered[200] + answered[201] + answered[204] > 0, answered


def try_out(operation, caller, answered, examples):
    """Requests as the schema has them, and requests that it does not allow."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)), aimed=st.booleans()
    )
    def send(case, aimed):
        if aimed:
            aim(case)
        response = case.call(headers=caller.headers | {"Accept-Encoding": "identity"})
        answered[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    send()
