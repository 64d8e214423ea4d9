"""A termbase to find things in: entries made of a line each, and what is found of them."""

import pytest

from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryTerm
from termbase.models import EntryFinding, SubjectField
from termbase.quality import entries

TAGS = {"zh": "zh-Hans", "hant": "zh-Hant"}


@pytest.fixture
def fields(db):
    """Two subject fields."""
    for key in ("crime", "drugs"):
        SubjectField.objects.create(key=key, name_en=key, name_zh=key)


@pytest.fixture
def enter(fields):
    """Makes an entry of terms: (language, text) or (language, text, status), preferred where nothing is said."""

    def entered(key, *terms, subject="crime", note="", relations=(), definitions=(), **values):
        given = [
            EntryTerm(
                language=TAGS.get(language, language),
                text=text,
                administrative_status=status[0] if status else "preferred",
                **{"source": "A/1", "review_status": "approved"} | values,
            )
            for language, text, *status in terms
        ]
        entry = Entry(key, subject, note, tuple(given), relations=tuple(relations), definitions=tuple(definitions))
        report = importer.apply([entry])
        assert not report.problems, report.problems

    return entered


@pytest.fixture
def found(db):
    """What there is of a kind: (entry, other entry, language, rule, text, other text), without those that are blank."""

    def of(kind):
        entries.look_through()
        rows = EntryFinding.objects.filter(kind=kind).order_by("concept__key", "language", "text")
        return [
            tuple(value for value in row if value)
            for row in rows.values_list("concept__key", "other__key", "language", "rule", "text", "other_text")
        ]

    return of
