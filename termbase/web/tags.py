"""What the templates say of terms, fields and documents in the reader's language and script."""

from functools import cache

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from termbase.models import Document, SubjectField, Term
from termbase.recognition.stored import KnownTerm
from termbase.search import ExampleInContext
from termbase.text.languages import EN, ZH_HANS, ZH_HANT, language_of, language_of_prose
from termbase.text.scripts import to_traditional
from termbase.vocabulary import AdministrativeStatus, PassageKind, Reliability, ReviewStatus, TermType
from termbase.web import comments, documents, guard, suggestions

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
    return str(field)


@register.filter
def title_language(document: Document) -> str:
    """The language that its title on this page is in."""
    return ZH_HANS if document.title == document.title_zh else "en"


@register.filter
def numbered(example: ExampleInContext) -> str:
    """The number of an example's passage as printed; of one without, such as a title, its kind in words."""
    return str(PassageKind(example.number).label) if example.number in PassageKind else example.number


@register.filter
def status_mark(term: Term | KnownTerm) -> SafeString:
    """What to do with a term, as shape, word and colour; and that nobody has approved it, if so."""
    return _status_mark(term.administrative_status, term.review_status, get_language())


@register.filter
def review_mark(term: Term | KnownTerm) -> SafeString:
    """That nobody has approved a term, if so."""
    return _review_mark(term.review_status, get_language())


@register.filter
def reliability_mark(term: Term | KnownTerm) -> SafeString:
    """The reliability of a term as a row of filled and empty dots, in words for those who hear it."""
    return _reliability_mark(term.reliability, get_language())


@register.filter
def type_name(term: Term | KnownTerm) -> str:
    """The type of a term in words."""
    return _type_name(term.term_type, get_language())


@register.simple_tag(takes_context=True)
def may_suggest(context: Context) -> bool:
    """Whether this reader may send suggestions."""
    return suggestions.allowed(context["request"].user)


@register.simple_tag(takes_context=True)
def may_comment(context: Context) -> bool:
    """Whether this reader may comment on entries."""
    return comments.allowed(context["request"].user)


@register.simple_tag
def form_stamp() -> str:
    """What a form carries to say when it was shown."""
    return guard.stamp()


@register.filter
def language_tag(text: str) -> str:
    """The language that `text` seems to be in."""
    return EN if language_of(text) == EN else ZH_HANS


@register.filter
def note_language(text: str) -> str:
    """The language that a note is written in, whichever terms it quotes."""
    return EN if language_of_prose(text) == EN else ZH_HANS


@register.simple_tag
def passage_url(key: str, position: int) -> str:
    """The address of a passage of a document (key): of the part of a long one that has it, then of the place."""
    part = f"?at={position}" if position >= documents.PART else ""
    return f"{reverse('web:document', args=[key])}{part}#p{position}"


# A list of hits has hundreds of these marks, and templates in templates took longer than the look-up itself. The
# language is asked for by the caller, since each has its own.


@cache
def _status_mark(status: str, review_status: str, _language: str | None) -> SafeString:
    label = AdministrativeStatus(status).label
    return format_html('<span class="status {}">{}</span>{}', status, label, _review_mark(review_status, _language))


@cache
def _review_mark(review_status: str, _language: str | None) -> SafeString:
    if review_status != ReviewStatus.PROPOSED:
        return SafeString("")
    return format_html(' <span class="review">{}</span>', gettext("not yet approved"))


@cache
def _reliability_mark(reliability: int, _language: str | None) -> SafeString:
    most = max(Reliability.values)
    meaning = Reliability(reliability).label
    return format_html(
        '<span class="reliability" title="{}"><span aria-hidden="true">{}</span><span class="unseen">{}</span></span>',
        meaning,
        "●" * reliability + "○" * (most - reliability),
        gettext("reliability %(number)d of %(most)d: %(meaning)s")
        % {"number": reliability, "most": most, "meaning": meaning},
    )


@cache
def _type_name(term_type: str, _language: str | None) -> str:
    return str(TermType(term_type).label)


@register.simple_tag
def here(request: HttpRequest) -> str:
    """The address to come back to; of a sign-in without its query, in which a code may stand."""
    return request.path if request.path.startswith("/sign-in") else request.get_full_path()
