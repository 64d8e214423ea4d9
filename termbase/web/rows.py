"""Hits as a list shows them: the pair to use, the other forms of either side, and how a hit came to be found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from termbase.models import Term
from termbase.search import Hit
from termbase.text.languages import EN, counterpart
from termbase.vocabulary import AdministrativeStatus, ReviewStatus
from termbase.web.examples import Marked, marked

MATCH_NAMES: dict[str, str | Promise] = {
    "exact": _("exact"),
    "spelling": _("another form of it"),
    "prefix": _("begins with it"),
    "part": _("contains it"),
    "words": _("has its words"),
    "wildcard": _("fits the pattern"),
    "pinyin": _("reads like it"),
    "fuzzy": _("looks like it"),
    "definition": _("in the definition"),
    "note": _("in a note"),
}
"""Why a hit is one: `search.MODES`, and the places besides terms."""
_USABLE = (AdministrativeStatus.PREFERRED, AdministrativeStatus.ADMITTED)


@dataclass(frozen=True, slots=True)
class Row:
    """A hit ready for a template; `is_term` unless a definition or a note answered.

    `proposed` are the languages (`zh`, `en`) in which there is nothing to use but what nobody has approved yet.
    """

    hit: Hit
    source: Term | None
    target: Term | None
    other_sources: tuple[Term, ...]
    other_targets: tuple[Term, ...]
    why: str | Promise
    example: Marked | None
    proposed: frozenset[str]

    @property
    def is_term(self) -> bool:
        """Whether a term answered."""
        return isinstance(self.hit.matched, Term)

    @property
    def is_warning(self) -> bool:
        """Whether what was typed is a form not to be used."""
        return isinstance(self.hit.matched, Term) and recommended([self.hit.matched]) is None

    @property
    def replacement(self) -> Term | None:
        """The form to use in the language of the matched one."""
        return recommended([t for t in self.hit.source_terms if t.language == self.hit.matched.language])

    @property
    def source_is_proposed(self) -> bool:
        """Whether the side of the query has only proposals."""
        return self.source is None and _side(self.hit.matched.language) in self.proposed

    @property
    def target_is_proposed(self) -> bool:
        """Whether the other side has only proposals."""
        return self.target is None and counterpart(_side(self.hit.matched.language)) in self.proposed


def recommended(terms: Sequence[Term]) -> Term | None:
    """The first of `terms`, which are in order, that is to be used, if possible an approved one; None if none is."""
    usable = [term for term in terms if term.administrative_status in _USABLE]
    approved = (term for term in usable if term.review_status == ReviewStatus.APPROVED)
    return next(approved, usable[0] if usable else None)


def rows_of(hits: Iterable[Hit], *, with_proposed: bool = False) -> list[Row]:
    """The rows of `hits`; `with_proposed` asks, in one query if at all, where there are proposals for an empty side."""
    hits = list(hits)
    lacking = [hit.concept.pk for hit in hits if not (recommended(hit.source_terms) and recommended(hit.target_terms))]
    waiting: dict[int, set[str]] = {}
    if lacking and with_proposed:
        proposals = Term.objects.filter(concept__in=lacking, review_status=ReviewStatus.PROPOSED)
        for concept, language in proposals.values_list("concept_id", "language"):
            waiting.setdefault(concept, set()).add(_side(language))
    return [_row(hit, frozenset(waiting.get(hit.concept.pk, ()))) for hit in hits]


def _row(hit: Hit, proposed: frozenset[str]) -> Row:
    source, target = recommended(hit.source_terms), recommended(hit.target_terms)
    return Row(
        hit=hit,
        source=source,
        target=target,
        other_sources=tuple(term for term in hit.source_terms if term != source),
        other_targets=tuple(term for term in hit.target_terms if term != target),
        why=MATCH_NAMES[hit.match],
        example=marked(hit.example) if hit.example else None,
        proposed=proposed,
    )


def _side(language: str) -> str:
    return EN if language == EN else "zh"
