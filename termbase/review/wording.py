"""What somebody has typed in Chinese or English, made proposed terms of an entry as the reviewer wants them worded."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from termbase import editing
from termbase.errors import InvalidInput
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.review.work import Field, Texts
from termbase.text.normalise import normalise
from termbase.vocabulary import AdministrativeStatus, Language, Reliability

_LANGUAGES = {"text_zh": Language.ZH_HANS, "text_en": Language.EN}


def fields_of(said: Mapping[str, str]) -> list[Field]:
    """For the card: what was said, to be worded otherwise; `said` is by `text_zh` and `text_en`."""
    return [
        Field("text_zh", _("Chinese"), said.get("text_zh", ""), language=Language.ZH_HANS),
        Field("text_en", _("English"), said.get("text_en", ""), language=Language.EN),
    ]


def terms_worded(said: Mapping[str, str], fields: Texts) -> list[dict[str, Any]]:
    """Values of terms: nobody vouches for what was said but who has changed it. Raises `InvalidInput`."""
    terms = []
    for name, language in _LANGUAGES.items():
        before = said.get(name, "").strip()
        text = fields.get(name, before).strip()
        if not text:
            continue
        if not is_clean(text) or not normalise(text) or len(text.encode()) > MAX_BYTES:
            problem = "holds control characters, nothing to be found by, or too much"
            raise InvalidInput(_("The text cannot be taken."), fields={name: [problem]})
        reliability = Reliability.UNSURE if text == before else Reliability.EDITORIAL
        terms.append({"language": language, "text": text, "reliability": reliability})
    return terms


def make_concept(terms: Sequence[dict[str, Any]], by: User) -> None:
    """A new concept of them, each preferred in its language."""
    preferred = {"administrative_status": AdministrativeStatus.PREFERRED}
    editing.create_concept(values={"terms": [term | preferred for term in terms]}, by=by)


def add_to(key: str, terms: Sequence[dict[str, Any]], by: User) -> None:
    """Proposed terms of the concept with that key. Raises as `editing.add_term` does."""
    for values in terms:
        editing.add_term(concept_key=key, values=values, by=by)
