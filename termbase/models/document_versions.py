"""The versions of a document's text: what each has changed, and the passages of those that another has replaced."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from termbase.models.documents import Document
from termbase.models.history import with_history
from termbase.vocabulary import PassageKind


class DocumentVersion(models.Model):
    """A text that a document has, or had; who stored it, when and why is in the history.

    What came and went are passages, beside the version before; what moved and was lost are pinned examples.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255, blank=True)
    passages = models.PositiveIntegerField(_("passages"), default=0)
    came = models.PositiveIntegerField(_("new passages"), default=0)
    went = models.PositiveIntegerField(_("passages gone"), default=0)
    moved = models.PositiveIntegerField(_("pinned examples kept"), default=0)
    lost = models.PositiveIntegerField(_("pinned examples lost"), default=0)

    class Meta:
        ordering = ["document", "-number"]
        verbose_name = _("version of a text")
        verbose_name_plural = _("versions of texts")
        default_permissions = ()
        constraints = [models.UniqueConstraint("document", "number", name="document_version_unique")]
        triggers = with_history("document_version")

    def __str__(self) -> str:
        return f"{self.document} {self.number}"


class FormerPassage(models.Model):
    """A passage of a version that has been replaced, as it was: to read and to put back, not to search."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="former_passages", db_index=False)
    passage = models.BigIntegerField(db_index=True, help_text=_("The id that it had, by which the history names it."))
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=16, choices=PassageKind)
    text = models.TextField()
    translation = models.TextField(blank=True)

    class Meta:
        ordering = ["version", "position"]
        verbose_name = _("former passage")
        verbose_name_plural = _("former passages")
        default_permissions = ()
        constraints = [models.UniqueConstraint("version", "position", name="former_passage_position_unique")]

    def __str__(self) -> str:
        return self.text[:80]
