"""Files that came through the web: kept in the database until a worker has harvested them."""

import time
import uuid
from collections.abc import Iterable
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


def run(pk: int) -> bool:
    """Harvest an upload (id) and note how far it has come; whether documents are other than before.

    One that has ended stays as it is, so that a worker may do it again after another was killed over it.
    """
    upload = Upload.objects.filter(pk=pk, content__isnull=False).first()
    if upload is None or upload.content is None:
        return False
    file = File(upload.name, bytes(upload.content), upload.encoding)
    teller = _Teller(upload)
    try:
        harvested = harvest(file, DocumentInfo(**upload.about), teller.tell)
        _propose(harvested, teller)
    except TermbaseError as error:
        _end(upload, UploadStatus.REFUSED, problem=error.message, fields=error.fields)
        return False
    except Exception:
        _end(upload, UploadStatus.REFUSED, problem="This went wrong on our side, not yours; it has been logged.")
        raise
    _end(
        upload,
        UploadStatus.DONE,
        outcome=harvested.outcome,
        document=harvested.document,
        encoding=harvested.encoding or upload.encoding,
        problem=_lost(harvested),
    )
    return harvested.outcome != HarvestOutcome.KNOWN


def _propose(harvested: Harvested, teller: "_Teller") -> None:
    if harvested.needs_candidates:
        teller.tell(HarvestStep.CANDIDATES, 0, 1)
        propose([harvested.document])
        equivalents.add_to_candidates([harvested.document])


def _lost(harvested: Harvested) -> str:
    return f"{harvested.lost} pinned examples stand nowhere in the new version." if harvested.lost else ""


def _end(upload: Upload, status: UploadStatus, **values: object) -> None:
    Upload.objects.filter(pk=upload.pk).update(status=status, step="", content=None, **values)


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
