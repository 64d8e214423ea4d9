"""The versions of a document's text: one takes the place of another, which is kept to be read and put back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from django.contrib.auth.models import User
from django.db import connection
from django.utils.translation import gettext as _

from termbase.errors import Conflict, NotFound, Withdrawn
from termbase.history.documents import locked
from termbase.models import (
    Document,
    DocumentVersion,
    Example,
    FormerPassage,
    Passage,
    Revision,
    Term,
    TermFrequency,
)
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.vocabulary import ActivityKind

_BATCH = 1_000
_COLUMNS = ("position", "number", "kind", "text", "translation")

# Inside the database: a corpus may be of any size.
_KEEP = """
INSERT INTO termbase_formerpassage (version_id, passage, position, number, kind, text, translation)
SELECT %(version)s, id, position, number, kind, text, translation FROM termbase_passage
WHERE document_id = %(document)s ORDER BY position
"""
_NEW = "SELECT text, translation FROM termbase_passage WHERE document_id = %(document)s"
_FORMER = "SELECT text, translation FROM termbase_formerpassage WHERE version_id = %(version)s"
_COMPARE = f"""
SELECT (SELECT count(*) FROM ({_NEW}) AS present),
    (SELECT count(*) FROM ({_NEW} EXCEPT ALL {_FORMER}) AS came),
    (SELECT count(*) FROM ({_FORMER} EXCEPT ALL {_NEW}) AS went)
"""  # noqa: S608 - of the statements above


@dataclass(frozen=True, slots=True)
class Aside:
    """A text that another takes the place of, and the pinned examples that it had."""

    version: DocumentVersion
    pinned: list[Example]


def one_at_a_time() -> None:
    """Until the end of the transaction no other stores a document: two of one key or one digest would collide."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('termbase.harvest.documents'))")


def demand_current(document: Document) -> None:
    """Raises `Withdrawn` for a document that no text is to come to."""
    if document.withdrawn_at is not None:
        reason = document.withdrawal_reason
        problem = _("%(document)s has been withdrawn: %(reason)s") % {"document": document.cited_as, "reason": reason}
        raise Withdrawn(problem, fields={"key": ["is that of a withdrawn document"]})


def set_aside(document: Document) -> Aside:
    """Keep the text of a document as the version that it is, and clear its place; then comes `settle`.

    Raises `Withdrawn`.
    """
    demand_current(document)
    pinned = Example.objects.filter(passage__document=document, pinned=True).select_related("passage", "term")
    known = {"sha256": document.sha256, "passages": document.passages.count()}
    version, _new = DocumentVersion.objects.get_or_create(document=document, number=document.version, defaults=known)
    aside = Aside(version, list(pinned))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"version": version.pk, "document": document.pk})
    TermFrequency.objects.filter(document=document).delete()
    document.passages.all().delete()
    document.version += 1
    return aside


def settle(document: Document, *, file_name: str, aside: Aside | None = None) -> DocumentVersion:
    """Note the text that is now stored as a version, with what it changed of the one set `aside`.

    Pinned examples move to where their sentence stands now; those whose sentence stands nowhere are lost.
    """
    pinned = aside.pinned if aside else []
    kept = [example for old in pinned if (example := _moved(old, document)) is not None]
    Example.objects.bulk_create(kept, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"document": document.pk, "version": aside.version.pk if aside else None})
        passages, came, went = cursor.fetchone()
    return DocumentVersion.objects.create(
        document=document,
        number=document.version,
        sha256=document.sha256,
        file_name=file_name[:255],
        passages=passages,
        came=came if aside else 0,
        went=went,
        moved=len(kept),
        lost=len(pinned) - len(kept),
    )


def _moved(old: Example, document: Document) -> Example | None:
    """A pinned example where its sentence stands now; None where it stands nowhere."""
    sentence = old.sentence
    passage = document.passages.filter(text__contains=sentence).defer("key", "ngrams").order_by("position").first()
    if passage is None:
        return None
    at = passage.text.index(sentence)
    return Example(
        term=old.term,
        passage=passage,
        start=at + old.start - old.sentence_start,
        end=at + old.end - old.sentence_start,
        sentence_start=at,
        sentence_end=at + len(sentence),
        score=old.score,
        pinned=True,
    )


def store(document: Document, passages: Iterable[Passage]) -> None:
    """Store the passages of a document that has none yet; in constant memory, since a passage's n-grams are many."""
    rows = iter(passages)
    while batch := list(islice(rows, _BATCH)):
        Passage.objects.copy_in(batch)


def put_back(*, key: str, number: int, seen: int | None, by: User, reason: str = "") -> DocumentVersion:
    """Let a document have again the text that it had as version `number`; it is a new version, with what that changed.

    Pinned examples that were lost with that text come back with it.

    Raises `NotAllowed`, `NotFound`, `Stale`, `Withdrawn`, and `Conflict` for the text that it has, and for one that is
    another document's by now.
    """
    demand(by, "change_document")
    with acting(user=by, reason=reason, activity=ActivityKind.RESTORE):
        one_at_a_time()
        document = locked(key, seen)
        version = document.versions.filter(number=number).first()
        if version is None:
            raise NotFound(_("The document has no such version."))
        if number == document.version:
            raise Conflict(_("This is the text that the document has."))
        if Document.objects.filter(sha256=version.sha256).exclude(pk=document.pk).exists():
            raise Conflict(_("Another document has this text by now."))
        aside = set_aside(document)
        document.sha256 = version.sha256
        document.save(update_fields=["sha256", "version"])
        rows = FormerPassage.objects.filter(version=version).order_by("position").values(*_COLUMNS)
        store(document, (Passage(document=document, **row) for row in rows.iterator()))
        there = {(example.term_id, example.sentence) for example in aside.pinned}
        again = [example for example in _pins_of(version) if (example.term_id, example.sentence) not in there]
        aside = replace(aside, pinned=[*aside.pinned, *again])
        return settle(document, file_name=version.file_name, aside=aside)


def _pins_of(version: DocumentVersion) -> list[Example]:
    """The pinned examples that a version had when it was replaced, as the history has them; of terms that there are."""
    later = DocumentVersion.objects.filter(document=version.document_id, number__gt=version.number)
    next_ones = Revision.objects.filter(model="documentversion", row__in=later.order_by("number").values("pk")[:1])
    replaced = next_ones.filter(changes__isnull=True).values("activity")
    gone = Revision.objects.filter(activity__in=replaced, model="example", deleted=True)
    rows = [revision.changes or {} for revision in gone]
    former = version.former_passages.filter(passage__in=[row["passage_id"] for row in rows])
    texts = dict(former.values_list("passage", "text"))
    terms = Term.objects.in_bulk([row["term_id"] for row in rows])
    return [
        Example(
            term=terms[row["term_id"]],
            passage=Passage(text=texts[row["passage_id"]]),
            **{name: row[name] for name in ("start", "end", "sentence_start", "sentence_end", "score")},
        )
        for row in rows
        if row["term_id"] in terms and row["passage_id"] in texts
    ]
