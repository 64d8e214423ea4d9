"""The OpenAPI schema: valid, complete, and what the API really does."""

import re

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from termbase.api import examples
from termbase.api.schema import _ALWAYS

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def schema(nobody, db):
    return nobody.get("schema/").json()


@pytest.fixture
def operations(schema):
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_it_is_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_every_address_and_method_is_in_it(operations):
    (api,) = [p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/"]
    served = {
        ("/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)), method)
        for pattern in api.url_patterns
        if pattern.name and pattern.name not in ("schema", "docs")
        for method in METHODS
        if hasattr(pattern.callback.view_class, method)
    }
    assert {(path, method) for path, method, _ in operations} == served


def test_every_operation_says_what_it_answers(operations):
    for path, method, operation in operations:
        where = f"{method} {path}"
        answers = operation["responses"]
        assert {str(code) for code in _ALWAYS} <= set(answers), where
        assert ("404" in answers) == ("{" in path or (path == "/api/v1/terms/" and method == "post")), where
        assert any(code.startswith("2") for code in answers), where
        for code, answer in answers.items():
            if code in ("204", "304"):
                assert "content" not in answer, where
                continue
            if path == "/api/v1/exports/{name}/" and code == "200":
                assert {part["schema"]["format"] for part in answer["content"].values()} == {"binary"}
                continue
            (content,) = answer["content"].values()
            name = content["schema"]["$ref"].rpartition("/")[2]
            assert (name == "Error") == (code >= "4"), where
        assert operation["operationId"]
        assert operation["description"], where
        assert operation["description"].startswith(operation["summary"]), where
        assert len(operation["summary"]) < 130, where


# Activities that change nothing; a waiver given twice is one.
UNREPEATED = ("/api/v1/recognise/", "/api/v1/check/", "/api/v1/waivers/")
DECISIONS = ("/approve/", "/reject/", "/accept/", "/merge/", "/undo/")
SIGNED_IN = re.compile("/(waivers|candidates|imports)/")
OPEN_POSTS = ("/api/v1/recognise/", "/api/v1/check/", "/api/v1/suggestions/")


def test_operation_ids_are_names(operations):
    names = [operation["operationId"] for *_, operation in operations]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z_]+", name) for name in names)


def test_conditional_and_repeatable_calls_name_their_headers(operations):
    for path, method, operation in operations:
        headers = (
            {p["name"] for p in operation["parameters"] if p["in"] == "header"} if "parameters" in operation else set()
        )
        # An import has no version: its state says what may be done with it.
        writes = method in ("put", "patch", "delete") or (path.endswith(DECISIONS) and "/imports/" not in path)
        assert ("If-Match" in headers) == writes, path
        assert ({"412", "428"} <= set(operation["responses"])) == writes, path
        repeatable = method == "post" and path not in UNREPEATED
        assert ("Idempotency-Key" in headers) == repeatable, path
        assert ("422" in operation["responses"]) == repeatable, path


def test_writes_take_a_token_and_reads_none(operations):
    for path, method, operation in operations:
        open_to_all = {} in operation["security"]
        assert open_to_all == (path in OPEN_POSTS or (method == "get" and not SIGNED_IN.search(path))), path
        assert {"token": []} in operation["security"]


def test_bodies_take_no_member_that_there_is_not(schema):
    inputs = {name: part for name, part in schema["components"]["schemas"].items() if "Input" in name}
    assert len(inputs) >= 8
    assert all(part["additionalProperties"] is False for part in inputs.values())


def test_docs_need_nothing_from_elsewhere(client, db):
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href|data-schema)="([^"]+)"', page.text)
    assert len(addresses) >= 5
    assert all(address.startswith("/") for address in addresses)
    assert "<script>" not in page.text
    assert "style=" not in page.text


def test_every_body_and_every_parameter_that_must_be_given_has_an_example(operations):
    for path, method, operation in operations:
        where = f"{method} {path}"
        if "application/json" in (body := operation.get("requestBody", {}).get("content", {})):
            assert body["application/json"]["example"], where
        for parameter in operation.get("parameters", []):
            # The number of a term, a candidate or an import is another in every database.
            if parameter.get("required") and parameter["name"] != "id":
                assert parameter["example"], where


def test_every_operation_stands_under_a_heading_in_its_order(schema, operations):
    assert {tag for *_, operation in operations for tag in operation["tags"]} == {t["name"] for t in schema["tags"]}


def test_examples_are_of_operations_that_there_are(operations):
    names = {operation["operationId"] for *_, operation in operations}
    assert names >= {*examples.PARAMETERS, *examples.BODIES}


def test_examples_fit_the_schema(schema, operations):
    definitions = {"components": schema["components"]}
    for _, _, operation in operations:
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if "example" in content:
                validator = Draft202012Validator({**definitions, **content["schema"]})
                assert [error.message for error in validator.iter_errors(content["example"])] == []
