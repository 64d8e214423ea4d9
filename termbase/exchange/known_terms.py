"""The termbase's own terms in the texts of a file, for formats that mark them."""

from collections.abc import Sequence

from termbase.exchange.xliff import Found
from termbase.models import Definition
from termbase.recognition.texts import Recognised, terms_in


def find(texts: Sequence[str], source: str, target: str) -> list[list[Found]]:
    """The approved terms in each text, longest first, with equivalents to use in `target` and a definition.

    Both are keys of `languages.EXPANSIONS`. A definition in the target language comes before one in the other. The
    equivalents of a form not to be used are the same: the mark says what it means, not that it is right.
    """
    recognised = terms_in(texts, source)
    definitions = _definitions({item.concept.key for items in recognised for item in items}, target)
    return [[_found(item, target, definitions) for item in items] for items in recognised]


def _found(item: Recognised, target: str, definitions: dict[str, str]) -> Found:
    usable = tuple(term.text for term in item.concept.terms_in(target) if not term.is_deprecated)
    definition = definitions.get(item.concept.key, "")
    return Found(item.start, item.end, item.concept.key, item.term.text, usable, definition)


def _definitions(keys: set[str], target: str) -> dict[str, str]:
    rows = Definition.objects.filter(concept__key__in=keys).order_by("concept", "language", "pk")
    found: dict[str, str] = {}
    for key, language, text in rows.values_list("concept__key", "language", "text"):
        if key not in found or language == target:
            found[key] = text
    return found
