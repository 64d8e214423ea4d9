"""What the templates say of terms, fields and documents in the reader's language and script."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import get_language

from termbase.models import Document, SubjectField
from termbase.search import ExampleInContext
from termbase.text.languages import ZH_HANS, ZH_HANT
from termbase.text.scripts import to_traditional
from termbase.vocabulary import PassageKind, Reliability
from termbase.web import documents, suggestions

register = template.Library()


@register.filter
def in_script(text: str, script: str) -> str:
    """`text` in Traditional characters where the reader asks for zh-Hant; English has no ideographs to change."""
    return to_traditional(text) if script == ZH_HANT else text


@register.filter
def tag_in_script(language: str, script: str) -> str:
    """The language tag of what `in_script` shows of a text in `language`."""
    return ZH_HANT if language == ZH_HANS and script == ZH_HANT else language


@register.filter
def named(field: SubjectField) -> str:
    """A subject field's name in the language of the page."""
    return field.name_zh if _page_is_chinese() else field.name_en


@register.filter
def titled(document: Document) -> str:
    """A document's title in the language of the page, else in the other, else its symbol."""
    titles = [document.title_en, document.title_zh]
    if _page_is_chinese():
        titles.reverse()
    return next(filter(None, titles), document.cited_as)


@register.filter
def title_language(document: Document) -> str:
    """The language that `titled` speaks."""
    title = titled(document)
    return ZH_HANS if title == document.title_zh else "en"


@register.filter
def numbered(example: ExampleInContext) -> str:
    """The number of an example's passage as printed; of one without, such as a title, its kind in words."""
    return str(PassageKind(example.number).label) if example.number in PassageKind else example.number


@register.filter
def dots(reliability: int) -> str:
    """Reliability as a row of filled and empty dots."""
    return "●" * reliability + "○" * (max(Reliability.values) - reliability)


@register.filter
def share(count: int, whole: int) -> str:
    """How much of `whole` `count` is, in per cent; with a point whatever the language, as SVG wants it."""
    return f"{100 * count / whole:.1f}" if whole else "0"


@register.simple_tag(takes_context=True)
def may_suggest(context: Context) -> bool:
    """Whether this reader may send suggestions."""
    return suggestions.allowed(context["request"].user)


@register.simple_tag
def passage_url(key: str, position: int) -> str:
    """The address of a passage of a document (key): of the part of a long one that has it, then of the place."""
    part = f"?at={position}" if position >= documents.PART else ""
    return f"{reverse('web:document', args=[key])}{part}#p{position}"


def _page_is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
