"""What a concept is related to, from both ends, with names to show."""

from django.utils.translation import gettext_lazy as _

from termbase.models import Concept, ConceptRelation, Term
from termbase.models.concepts import preferred_terms
from termbase.vocabulary import RelationType
from termbase.web.figures import Neighbour

_NAMES = {
    (RelationType.BROADER, True): _("broader"),
    (RelationType.BROADER, False): _("narrower"),
    (RelationType.RELATED, True): _("related"),
    (RelationType.RELATED, False): _("related"),
    (RelationType.SEE_ALSO, True): _("see also"),
    (RelationType.SEE_ALSO, False): _("referred to by"),
}
# The order of the names, so that a list can be grouped by them.
_ORDER = list(_NAMES)


def neighbours_of(item: Concept) -> list[Neighbour]:
    """The concepts that this one names or is named by, each once, its own relations first; three queries."""
    inverse = ConceptRelation.objects.filter(target=item, concept__withdrawn_at=None).select_related("concept")
    found = {row.target.key: (row.relation_type, True) for row in item.relations.current().select_related("target")}
    for row in inverse:
        found.setdefault(row.concept.key, (row.relation_type, False))
    names = _names(found)
    ranked = sorted(found.items(), key=lambda row: (_ORDER.index((RelationType(row[1][0]), row[1][1])), row[0]))
    return [
        Neighbour(
            key=key,
            zh=names.get(key, {}).get("zh", ""),
            en=names.get(key, {}).get("en", ""),
            relation_type=relation_type,
            outward=outward,
            relation=str(_NAMES[RelationType(relation_type), outward]),
        )
        for key, (relation_type, outward) in ranked
    ]


def homographs(item: Concept, terms: list[Term]) -> list[Term]:
    """Terms of other concepts that are written as one of this concept's; one query."""
    keys = {(term.key, term.language) for term in terms}
    same = Term.objects.visible().filter(key__in=[key for key, _language in keys]).exclude(concept=item)
    return [term for term in same.select_related("concept") if (term.key, term.language) in keys]


def _names(keys: dict[str, tuple[str, bool]]) -> dict[str, dict[str, str]]:
    """By key of a concept its preferred terms, by side."""
    names: dict[str, dict[str, str]] = {}
    rows = preferred_terms().filter(concept__key__in=keys).order_by("language")
    for key, language, text in rows.values_list("concept__key", "language", "text"):
        names.setdefault(key, {})["en" if language == "en" else "zh"] = text
    return names
