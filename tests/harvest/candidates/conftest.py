"""Small documents and termbases for the tests of candidates."""

import pytest

from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.values import Known, KnownTerm, Paragraph, Source
from termbase.text.normalise import normalise
from termbase.vocabulary import PassageKind


@pytest.fixture
def source():
    """A document of these paragraphs; one that begins with # is a heading."""

    def made(*texts, document=1):
        kinds = [PassageKind.HEADING if text.startswith("#") else PassageKind.PARAGRAPH for text in texts]
        paragraphs = [
            Paragraph(number, kind, text.lstrip("# "))
            for number, (kind, text) in enumerate(zip(kinds, texts, strict=True), 1)
        ]
        return Source(document, tuple(paragraphs))

    return made


@pytest.fixture
def shared():
    """What is compared with these known terms, given as Chinese=English; a field's number may follow after @."""

    def made(*terms, rejected=()):
        known = {}
        for number, entry in enumerate(terms, 1):
            zh, _, rest = entry.partition("=")
            english, _, subject = rest.partition("@")
            known[normalise(zh)] = KnownTerm(number, 100 + number, zh, english, int(subject) if subject else None)
        return Shared(Known(known, frozenset(map(normalise, rejected))))

    return made
