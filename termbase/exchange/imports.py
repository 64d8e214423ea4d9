"""Imports from the file that comes in to the step of the history that it becomes, and back.

A worker that is killed leaves nothing half done: what a step writes, it writes in one transaction together with the
state that says so, and one that has ended is not begun again.
"""

import hashlib
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from termbase.errors import Conflict, InvalidInput, NotAllowed, TermbaseError
from termbase.exchange import formats, importer
from termbase.exchange.encodings import text_of
from termbase.exchange.entry import Entry, Problem
from termbase.exchange.mappings import names_of
from termbase.exchange.review import IN_MEMORY, review, to_write
from termbase.exchange.stored import from_json, to_json
from termbase.history import undoing
from termbase.models import Activity, Import, ImportChunk
from termbase.models.history import acting, current_activity
from termbase.models.imports import CHUNK
from termbase.outages import DATABASE_AWAY
from termbase.vocabulary import ActivityKind, ImportState, RowAction, RowOutcome

_TELL_SECONDS = 0.5
_AFTER_A_FAILURE = {ImportState.UPLOADED: ImportState.FAILED, ImportState.APPLYING: ImportState.REVIEWED}
MOST_PROBLEMS = 100
"""Of an application that its outcome keeps; those of the review are rows."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be imported; `format` is blank where the name of the file tells it.

    With `ask`, somebody is there to say what unknown columns stand for.
    """

    format: str = ""
    encoding: str = ""
    on_conflict: str = RowAction.SKIP.value
    as_of: datetime | None = None
    keep_review: bool = False
    dry_run: bool = True
    reason: str = ""
    ask: bool = False


def max_bytes() -> int:
    """The largest file that is taken."""
    return settings.TERMBASE_MAX_IMPORT_MB * 2**20


@transaction.atomic
def accept(chunks: Iterable[bytes], *, name: str, wishes: Wishes, by: User) -> Import:
    """Keep a file that is to be imported; what a person has said before of its columns goes for it.

    Raises `InvalidInput` for a format that is not read, and for a file that is empty, too large, or not what it should
    be at the first glance.
    """
    kind = formats.named(wishes.format) if wishes.format else formats.of_file(name)
    kind.reader()
    # Whether the encoding is one is told at once, not when a worker reads the file.
    text_of(io.BytesIO(), wishes.encoding)
    check_review(by, keep_review=wishes.keep_review)
    item = Import.objects.create(
        name=_short(name) or f"import{kind.suffixes[0]}",
        size=0,
        sha256="0" * 64,
        format=kind.name,
        encoding=wishes.encoding,
        on_conflict=wishes.on_conflict,
        as_of=wishes.as_of,
        keep_review=wishes.keep_review,
        dry_run=wishes.dry_run,
        reason=wishes.reason,
        uploaded_by=by,
    )
    item.size, item.sha256 = _keep(item, chunks)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        item.copy_to(file)
        known = names_of(kind, file, wishes.encoding)
    item.fields, item.languages, item.asks = dict(known.fields), dict(known.languages), wishes.ask and known.ask
    item.save()
    return item


def check_review(by: User, *, keep_review: bool) -> None:
    """Raises `NotAllowed` where approvals are to be taken over by one who may give none."""
    if keep_review and not by.has_perm("termbase.review_term"):
        message = _("Approvals are taken over by those alone who may approve.")
        raise NotAllowed(message, fields={"keep_review": [message]})


def _short(name: str) -> str:
    plain = "".join(character if character.isprintable() else "_" for character in name)
    return plain.replace("\\", "/").rpartition("/")[2][-200:]


def _keep(item: Import, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Store the file; its size and SHA-256."""
    size, digest = 0, hashlib.sha256()
    for position, chunk in enumerate(_of_one_size(chunks)):
        size += len(chunk)
        if size > max_bytes():
            problem = _("The file is larger than %d MB.") % settings.TERMBASE_MAX_IMPORT_MB
            raise InvalidInput(problem, fields={"file": [problem]})
        digest.update(chunk)
        ImportChunk.objects.create(of=item, position=position, content=chunk)
    if not size:
        raise InvalidInput(_("The file is empty."), fields={"file": [_("The file is empty.")]})
    return size, digest.hexdigest()


def _of_one_size(chunks: Iterable[bytes]) -> Iterator[bytes]:
    gathered = b""
    for chunk in chunks:
        gathered += chunk
        while len(gathered) >= CHUNK:
            yield gathered[:CHUNK]
            gathered = gathered[CHUNK:]
    if gathered:
        yield gathered


def run_review(pk: int, *, then: Callable[[Import], None] = lambda item: None) -> None:
    """Compare an import's file with the termbase; `then` is done in the same transaction, after a good end.

    Does nothing to one that waits for no review, or that another worker has. A file that cannot be read fails. Where
    the database is away or full, that is raised, and the import goes on waiting.
    """
    try:
        with _claimed(pk, ImportState.UPLOADED) as item:
            if item is None:
                return
            with _telling(item) as tell:
                item.counts = review(item, tell)
            item.state, item.total, item.done, item.problem = ImportState.REVIEWED, sum(item.counts.values()), 0, ""
            item.save()
            then(item)
    except TermbaseError as error:
        _fail(pk, error.message, error.fields)
    except DATABASE_AWAY:
        raise
    except Exception:
        _fail(pk, _("This went wrong on our side, not yours; it has been logged."))
        raise


def review_again(item: Import) -> None:
    """Have a file compared anew, as its columns, its options or the termbase are others now. Raises `Conflict`."""
    _move(item, (ImportState.UPLOADED, ImportState.REVIEWED, ImportState.FAILED), ImportState.UPLOADED)


def release(item: Import, *, by: User, reason: str = "", on_conflict: str = "") -> None:
    """Let an import that was reviewed be applied, by `by`, perhaps by another rule for what is in conflict.

    Raises `Conflict` for any other import, and `NotAllowed`.
    """
    check_review(by, keep_review=item.keep_review)
    values = {"applied_by": by, "reason": reason or item.reason, "on_conflict": on_conflict or item.on_conflict}
    _move(item, (ImportState.REVIEWED,), ImportState.APPLYING, done=0, **values)


def _move(item: Import, states: tuple[ImportState, ...], state: ImportState, **values: Any) -> None:
    """Of two who move an import at once, one is refused."""
    if not Import.objects.filter(pk=item.pk, state__in=states).update(state=state, problem="", **values):
        item.refresh_from_db()
        problem = _("The import is %s.") % item.get_state_display()
        raise Conflict(problem, fields={"state": [problem]})
    item.refresh_from_db()


def run_application(pk: int, *, then: Callable[[], None] = lambda: None) -> bool:
    """Write what an import is to write, as one activity; whether anything was, and then `then` in its transaction.

    Does nothing to one that was not released, that is applied already, or that another worker has. Where it fails, the
    import is again one that was reviewed, and says why; but for a database that is away or full, as in the review.
    """
    try:
        with _claimed(pk, ImportState.APPLYING) as item:
            written = item is not None and _apply(item)
            if written:
                then()
            return written
    except TermbaseError as error:
        _fail(pk, error.message, error.fields)
    except DATABASE_AWAY:
        raise
    except Exception:
        _fail(pk, _("This went wrong on our side, not yours; it has been logged."))
        raise
    return False


def _apply(item: Import) -> bool:
    with (
        _telling(item) as tell,
        tempfile.SpooledTemporaryFile(IN_MEMORY) as file,
        acting(user=item.applied_by, reason=item.reason or item.name, activity=ActivityKind.IMPORT),
    ):
        # All is compared before anything is written: what an import writes itself is not a change by others.
        numbers = _spool(file, to_write(item, lambda done: tell(done // 2)))
        half = item.total // 2
        report = importer.apply(
            _spooled(file), by=item.applied_by, settled=True, progress=lambda done: tell(half + done // 2)
        )
        activity = current_activity()
    refused = [numbers[problem.key] for problem in report.problems if problem.refuses and problem.key in numbers]
    item.rows.filter(number__in=refused).update(outcome="")
    item.activity = activity if report.new or report.changed else None
    item.outcome = _told(item, report)
    item.state, item.applied_at, item.done = ImportState.APPLIED, timezone.now(), item.total
    item.save()
    return bool(report.new or report.changed)


def _spool(file: IO[bytes], entries: Iterable[tuple[int, Entry]]) -> dict[str, int]:
    """Write entries to a file, from which they are read without a question to the database; their rows by key."""
    numbers = {}
    for number, entry in entries:
        numbers[entry.key] = number
        file.write(json.dumps(to_json(entry)).encode() + b"\n")
    file.seek(0)
    return numbers


def _spooled(file: IO[bytes]) -> Iterator[Entry | Problem]:
    for line in file:
        yield from_json(json.loads(line))


def _told(item: Import, report: importer.Report) -> dict[str, Any]:
    left = (RowOutcome.SKIPPED, RowOutcome.STALE)
    outcomes = {str(outcome): item.rows.filter(outcome=outcome).count() for outcome in left}
    counts = {name: getattr(report, name) for name in ("new", "changed", "same", "refused")}
    return {**counts, **outcomes, "problems": [asdict(problem) for problem in report.problems[:MOST_PROBLEMS]]}


def undoable(item: Import) -> Activity:
    """The step that an import was, to be taken back. Raises `Conflict` where there is nothing to take back."""
    if item.activity is None or item.state != ImportState.APPLIED:
        problem = _("The import is %s.") % item.get_state_display()
        raise Conflict(problem, fields={"state": [problem]})
    return item.activity


def undo(item: Import, *, by: User, reason: str = "") -> undoing.Undone:
    """Take an import back as one step. Raises `Conflict` where there is nothing to take back."""
    undone = undoing.undo(activity=undoable(item), by=by, reason=reason)
    item.refresh_from_db()
    return undone


@contextmanager
def _claimed(pk: int, state: ImportState) -> Iterator[Import | None]:
    """In a transaction, the import for this worker alone; None where it is in another state, or another has it.

    The row itself stays free, for the progress that is written meanwhile.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {pk}"])
            mine = cursor.fetchone()[0]
        yield Import.objects.filter(pk=pk, state=state).first() if mine else None


def give_up(pk: int) -> None:
    """Tell those who wait for an import that no worker could come to an end with it; it may be asked for again."""
    problem = _("The work was broken off several times: the database was away or full, or this was too much for it.")
    _fail(pk, problem)


def _fail(pk: int, problem: str, fields: Mapping[str, Any] | None = None) -> None:
    for at_work, state in _AFTER_A_FAILURE.items():
        item = Import.objects.filter(pk=pk, state=at_work)
        item.update(state=state, problem=problem, problem_fields=dict(fields or {}), done=0)


@contextmanager
def _telling(item: Import) -> Iterator[Callable[[int], None]]:
    """Tells others how far a step has come, past the transaction that the step is in; a few times a second at most."""
    told = 0.0
    with closing(connection.copy()) as beside:

        def tell(done: int) -> None:
            nonlocal told
            if time.monotonic() - told >= _TELL_SECONDS:
                told = time.monotonic()
                with suppress(*DATABASE_AWAY), beside.cursor() as cursor:
                    cursor.execute("UPDATE termbase_import SET done = %s WHERE id = %s", [done, item.pk])

        yield tell
