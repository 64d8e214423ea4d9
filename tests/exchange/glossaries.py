"""A termbase that shows what glossaries must drop, and how they are written and read in tests."""

import io

from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm
from termbase.exchange.options import ReadOptions, WriteOptions


def term(language, text, status="preferred", **values):
    given = {"source": "A/1", "review_status": "approved", "administrative_status": status} | values
    return EntryTerm(language, text, **given)


ENTRIES = [
    Entry(
        "c1",
        terms=(
            term("zh-Hans", "毒品和犯罪问题办公室", usage_note="Not 毒办."),
            term("zh-Hans", "毒罪办", "admitted", term_type="abbreviation"),
            term("zh-Hans", "毒办", "deprecated"),
            term("zh-Hant", "毒品和犯罪問題辦公室"),
            term("en", "Office on Drugs and Crime"),
            term("en", "UNODC", "admitted", term_type="acronym"),
        ),
        definitions=(EntryDefinition("en", "An office."),),
    ),
    Entry("c2", terms=(term("zh-Hans", "大会"), term("en", "General Assembly"))),
    Entry("c3", terms=(term("zh-Hans", "大会"), term("en", "congress"))),
    Entry("c4", terms=(term("zh-Hans", "草案", review_status="proposed"), term("en", "draft"))),
    Entry("c5", terms=(term("zh-Hans", "只有中文"),)),
    Entry("c6", terms=(term("zh-Hans", "#号", part_of_speech="other"), term("en", 'a "sign", #'))),
    Entry("c7", terms=(term("zh-Hans", "旧"), term("en", "old")), withdrawn_at="2026-01-31T00:00:00+00:00"),
    Entry("c8", terms=(term("zh-Hans", "否决", review_status="rejected"), term("en", "veto"))),
]


def written(write, entries=ENTRIES, **options):
    """The file, as text, and the losses by field and reason."""
    stream = io.BytesIO()
    losses = write(stream, entries, WriteOptions(**options))
    return stream.getvalue().decode(), {(loss.field, str(loss.reason)): loss.count for loss in losses}


def read(reader, data, **options):
    """Entries and problems of a file."""
    return list(reader(io.BytesIO(data if isinstance(data, bytes) else data.encode()), ReadOptions(**options)))
