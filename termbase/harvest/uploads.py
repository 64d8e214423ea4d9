"""Files that came through the web: kept in the database until a worker has harvested them."""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

from django.contrib.auth.models import User
from django.db import transaction

from termbase.errors import TermbaseError
from termbase.harvest import equivalents
from termbase.harvest.candidates.proposing import propose
from termbase.harvest.documents import DocumentInfo, Harvested, harvest, parse_catalogue
from termbase.harvest.files import File, check
from termbase.harvest.formats.refusal import refused
from termbase.models import Upload
from termbase.outages import DATABASE_AWAY
from termbase.vocabulary import HarvestOutcome, HarvestStep, UploadStatus

_TELL_SECONDS = 0.5


@transaction.atomic
def accept(files: Iterable[File], infos: Iterable[DocumentInfo], *, by: User) -> list[Upload]:
    """Keep files that are sent together, each with what is said of it, for a worker to harvest.

    Raises `UnreadableFile` for one that is refused at a glance, and keeps none then.
    """
    batch = uuid.uuid4()
    kept = []
    for file, info in zip(files, infos, strict=True):
        check(file)
        kept.append(
            Upload.objects.create(
                batch=batch,
                name=file.name,
                content=file.content,
                encoding=file.encoding,
                about=asdict(info),
                uploaded_by=by,
            )
        )
    return kept


def with_catalogue(files: Iterable[File], catalogue: bytes) -> list[tuple[File, DocumentInfo]]:
    """The files that a catalogue sent along with them lists, each with its entry, in the catalogue's order.

    Raises `UnreadableFile` where one of them was not sent, or one that was sent is not listed.
    """
    by_name = {file.name: file for file in files}
    infos = {info.file.rpartition("/")[2]: info for info in parse_catalogue(catalogue)}
    for missing in sorted(infos.keys() - by_name.keys()):
        raise refused(f"“{missing}” is in the catalogue and was not sent")
    for extra in sorted(by_name.keys() - infos.keys()):
        raise refused(f"“{extra}” is not in the catalogue")
    return [(by_name[name], info) for name, info in infos.items()]


def run(pk: int, *, then: Callable[[], None] = lambda: None) -> bool:
    """Harvest an upload (id) and note how far it has come; whether documents are other than before.

    `then` is done in the transaction that ends it, if they are. Each step is noted with what it writes: a worker that
    takes over from one that was killed goes on from there, and one that has ended stays as it is. Where the database is
    away or full, that is raised, and the upload goes on waiting.
    """
    upload = Upload.objects.filter(pk=pk, content__isnull=False).select_related("document", "uploaded_by").first()
    if upload is None:
        return False
    try:
        harvested = _stored(upload) or _harvest(upload)
        _propose(harvested, _Teller(upload))
    except TermbaseError as error:
        _refuse(upload.pk, error.message, error.fields)
        return False
    except DATABASE_AWAY:
        raise
    except Exception:
        _refuse(upload.pk, "This went wrong on our side, not yours; it has been logged.")
        raise
    changed = harvested.outcome != HarvestOutcome.KNOWN
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(status=UploadStatus.DONE, step="", content=None)
        if changed:
            then()
    return changed


def give_up(pk: int) -> None:
    """Tell those who wait for an upload that no worker could come to an end with it; it may be sent again."""
    waiting = Upload.objects.filter(pk=pk, content__isnull=False).exists()
    if waiting:
        _refuse(
            pk, "The work was broken off several times: the database was away or full, or this was too much for it."
        )


def _stored(upload: Upload) -> Harvested | None:
    """The document of an upload whose harvest was broken off after it was stored."""
    if upload.document is None or not upload.outcome:
        return None
    return Harvested(upload.document, HarvestOutcome(upload.outcome))


def _harvest(upload: Upload) -> Harvested:
    file = File(upload.name, bytes(upload.content or b""), upload.encoding)

    def note(harvested: Harvested) -> None:
        Upload.objects.filter(pk=upload.pk).update(
            outcome=harvested.outcome,
            document=harvested.document,
            encoding=harvested.encoding or upload.encoding,
            problem=_remark(harvested),
        )

    return harvest(file, DocumentInfo(**upload.about), _Teller(upload).tell, note, by=upload.uploaded_by)


def _propose(harvested: Harvested, teller: "_Teller") -> None:
    """Done again it comes to the same."""
    if harvested.needs_candidates:
        teller.tell(HarvestStep.CANDIDATES, 0, 1)
        propose([harvested.document])
        equivalents.add_to_candidates([harvested.document])


def _remark(harvested: Harvested) -> str:
    if harvested.document.withdrawn_at is not None:
        return f"The document has been withdrawn: {harvested.document.withdrawal_reason}"
    return f"{harvested.lost} pinned examples stand nowhere in the new version." if harvested.lost else ""


def _refuse(pk: int, problem: str, fields: Mapping[str, object] | None = None) -> None:
    refused = {"status": UploadStatus.REFUSED, "problem": problem, "fields": dict(fields or {})}
    Upload.objects.filter(pk=pk).update(**refused, step="", content=None)


class _Teller:
    """Writes progress into an upload's row, a few times a second at most, at once where the step is another."""

    def __init__(self, upload: Upload) -> None:
        self._pk = upload.pk
        self._step = ""
        self._told = 0.0

    def tell(self, step: HarvestStep, done: int, total: int) -> None:
        now = time.monotonic()
        if step != self._step or now - self._told >= _TELL_SECONDS:
            self._step, self._told = step, now
            Upload.objects.filter(pk=self._pk).update(status=UploadStatus.RUNNING, step=step, done=done, total=total)
