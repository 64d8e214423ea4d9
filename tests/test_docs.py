"""What the documentation names exists, and what exists is documented."""

import re

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, get_resolver, resolve

from termbase import vocabulary
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_make_targets():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"(?:^|`|\b[A-Z_]+=\S+ )make ([a-z]+)", text, re.MULTILINE))
    assert named <= targets


def test_commands():
    own = {name for name, app in get_commands().items() if app in ("termbase", "procrastinate.contrib.django")}
    named = set(re.findall(r"`manage\.py ([a-z_]+)", README))
    assert named == own


def _addresses(patterns, prefix=""):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            if path not in ("admin/", "admin/review/", "i18n/"):
                yield from _addresses(pattern.url_patterns, path)
        else:
            yield "/" + path


def test_every_address_is_documented():
    documented = set(re.findall(r"(?:GET|POST|PUT|PATCH|DELETE) (/[^\s`?]+)", README))
    served = {re.sub(r"<\w+:(\w+)>", r"{\1}", path) for path in _addresses(get_resolver().url_patterns)}
    pages = {"/", "/concepts/{key}", "/admin/login/"}
    catch_all = {"/api/v1/", "/api/v1/{path}"}
    assert documented == served - pages - catch_all


@pytest.mark.parametrize("path", sorted(set(re.findall(r"127\.0\.0\.1:8000(/[^\s'`?]*)", README))))
def test_addresses_in_examples_answer(path):
    try:
        match = resolve(path)
    except Resolver404:
        pytest.fail(f"README names {path}")
    assert match.func.__name__ != "not_found"


def test_settings():
    known = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"\b([A-Z]+_[A-Z_]+)=", page.read_text(encoding="utf-8"))}
    # The C library's own.
    assert named <= known | {"MALLOC_ARENA_MAX"}


def test_every_value_of_a_picklist_is_in_the_vocabulary():
    text = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    names = ("TermType", "AdministrativeStatus", "ReviewStatus", "PartOfSpeech", "RelationType")
    values = [value for name in names for value in getattr(vocabulary, name).values]
    assert [value for value in values if f"`{value}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")) if "://" not in t]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_layout_in_the_readme_is_there():
    for name in ("config", "termbase", "fixtures", "tests", "manage.py", "pyproject.toml", "docker-compose.yml"):
        assert (ROOT / name).exists()
    for name in re.findall(r"^  ([a-z_]+(?:/|\.py)) ", README, re.MULTILINE):
        assert (ROOT / "termbase" / name).exists(), name
