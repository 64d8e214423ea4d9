"""Random entries that the database takes, for laws that hold of every format."""

from dataclasses import fields, replace

from hypothesis import strategies as st

from termbase.exchange.entry import Entry, EntryDefinition, EntryExample, EntryRelation, EntryTerm
from termbase.models.matching import is_clean
from termbase.vocabulary import AdministrativeStatus, Language, PartOfSpeech, RelationType, Reliability, ReviewStatus
from termbase.vocabulary import TermType as Type


def values(choices):
    return st.sampled_from(choices.values)


# What formats are tempted to read as their own: delimiters, formulas, comments, markup, joiners, empty marks.
TEMPTING = "\"',;:|=+-@#<>&*\\/()[]{}%_~^`．：；｜。、《》\u3000 \u00a0007TRUE毒罪办"
character = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
texts = st.text(character | st.sampled_from(TEMPTING), min_size=1, max_size=12).map(str.strip).filter(is_clean)
cells = st.just("") | texts
# Notes may have lines.
notes = cells | st.lists(texts, min_size=2, max_size=3).map("\n".join)
keys = st.from_regex(r"[A-Za-z_][A-Za-z0-9._-]{0,9}", fullmatch=True)

terms = st.builds(
    EntryTerm,
    language=values(Language),
    text=texts,
    term_type=values(Type),
    administrative_status=values(AdministrativeStatus),
    part_of_speech=values(PartOfSpeech),
    geographical_usage=cells,
    reading=cells,
    source=notes,
    note=notes,
    usage_note=notes,
    reliability=values(Reliability),
    review_status=values(ReviewStatus),
    rejection_reason=notes,
)
definitions = st.builds(EntryDefinition, language=values(Language), text=texts, source=notes)
relations = st.builds(EntryRelation, values(RelationType), keys)
times = st.sampled_from(["2026-01-31T08:30:00+00:00", "2026-01-31T08:30:00.123456+00:00"])


@st.composite
def entries(draw):
    """An entry with terms in order of language, each once; of a rejected or withdrawn one the rest as it may be."""
    several = draw(st.lists(terms, max_size=4, unique_by=lambda t: (t.language, t.text)))
    withdrawn = draw(st.just("") | times)
    examples = [
        EntryExample(term.language, term.text, draw(texts), draw(cells), draw(cells))
        for term in several
        if draw(st.booleans())
    ]
    return Entry(
        key=draw(keys),
        subject_field=draw(cells),
        note=draw(notes),
        terms=tuple(several),
        definitions=tuple(draw(st.lists(definitions, max_size=3, unique_by=lambda d: (d.language, d.text)))),
        relations=tuple(draw(st.lists(relations, max_size=3, unique_by=lambda r: (r.relation_type, r.target)))),
        examples=tuple(examples),
        withdrawn_at=withdrawn,
        replaced_by=draw(st.just("") | keys) if withdrawn else "",
    )


termbases = st.lists(entries(), max_size=4, unique_by=lambda entry: entry.key)

_DEFAULTS = {f.name: f.default for f in fields(EntryTerm) if f.name not in ("language", "text")}


def held(entry, holds):
    """What is left of an entry in a format that holds these fields, in the order of languages."""
    dropped = {name: default for name, default in _DEFAULTS.items() if name not in holds}
    sources = {} if "definition_source" in holds else {"source": ""}
    return Entry(
        key=entry.key if "concept" in holds else "",
        subject_field=entry.subject_field if "subject_field" in holds else "",
        note=entry.note if "concept_note" in holds else "",
        terms=tuple(sorted((replace(term, **dropped) for term in entry.terms), key=lambda t: t.language)),
        definitions=tuple(
            sorted((replace(d, **sources) for d in entry.definitions), key=lambda d: d.language)
            if "definition" in holds
            else ()
        ),
        relations=entry.relations if "relations" in holds else (),
        examples=tuple(sorted(entry.examples, key=lambda e: e.language)) if "examples" in holds else (),
        withdrawn_at=entry.withdrawn_at if "withdrawn_at" in holds else "",
        replaced_by=entry.replaced_by if "replaced_by" in holds else "",
    )
