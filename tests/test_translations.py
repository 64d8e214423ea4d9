"""The interface speaks Chinese: every text for a person in templates and code has a translation."""

import ast
import gettext
import re

import pytest
from django.utils.translation.template import templatize

from termbase import vocabulary
from tests.conftest import ROOT

SOURCE = ROOT / "termbase"
CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django"
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# The text of an element, or of an attribute that is read out or shown.
SPOKEN = re.compile(r">([^<>{}]*)<|\b(?:aria-label|title|placeholder|alt)=\"([^\"{}]*)\"")
# Names that are the same in both languages, each language named in itself, and terms as examples.
AS_IS = {
    *(
        "JSON",
        "Turtle",
        "JSON-LD",
        "TBX",
        "CSV (Excel)",
        "OmegaT",
        "DeepL",
        "English",
        "Enter",
        "Esc",
        "Ctrl",
        "Shift",
        "Alt",
    ),
    "毒罪办 · foreign terrorist fighter · sifa xiezhu",
}


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.with_suffix(".mo").open("rb") as stream:
        return gettext.GNUTranslations(stream)


def _marked(source):
    """The constant first arguments of calls of gettext and its like."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in MARKERS:
            text = node.args[0]
            assert isinstance(text, ast.Constant), ast.unparse(node)
            yield text.value


def _in_template(source):
    """What `makemessages` would take from a template: Django turns it into calls of gettext for the purpose."""
    for call in re.findall(
        r"gettext\((u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|u?'''.*?'''|u?\"\"\".*?\"\"\")", templatize(source)
    ):
        yield ast.literal_eval(call)


def _texts():
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts:
            yield from _marked(path.read_text(encoding="utf-8"))
    for path in (SOURCE / "templates").rglob("*.html"):
        yield from _in_template(path.read_text(encoding="utf-8"))


def test_every_text_is_translated(catalogue):
    texts = set(_texts())
    assert len(texts) > 150, "the search itself has found what there is"
    missing = {text for text in texts if catalogue.gettext(text) == text and catalogue.ngettext(text, text, 2) == text}
    assert missing == set()


def test_every_picklist_speaks_chinese(catalogue):
    for choices in vars(vocabulary).values():
        if (
            isinstance(choices, type)
            and issubclass(choices, vocabulary.models.Choices)
            and choices.__module__ == vocabulary.__name__
        ):
            for label in choices.labels:
                assert re.search("[\u4e00-\u9fff]", catalogue.gettext(str(label))), label


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("preferred", "首选"), ("admitted", "许用"), ("deprecated", "拒用"), ("superseded", "已被取代")],
)
def test_the_words_are_those_of_un_terminology(catalogue, english, chinese):
    assert catalogue.gettext(english) == chinese


def test_the_compiled_catalogue_is_the_readable_one(catalogue):
    entries = re.findall(
        r'^msgid "(.*)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? "(.*)"$',
        CATALOGUE.with_suffix(".po").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    unescape = {r"\"": '"', r"\n": "\n", r"\\": "\\"}
    for msgid, msgstr in entries:
        if msgid:
            msgid, msgstr = (re.sub(r'\\["n\\]', lambda m: unescape[m[0]], text) for text in (msgid, msgstr))
            assert msgstr in (catalogue.gettext(msgid), catalogue.ngettext(msgid, msgid, 1)), msgid
    assert len(entries) > 150
    assert "fuzzy" not in CATALOGUE.with_suffix(".po").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((SOURCE / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_says_anything_untranslated(path):
    tags = r"{% blocktranslate.*?endblocktranslate %}|{%.*?%}|{{.*?}}"
    # The names of icons are letters that a font draws as a picture.
    source = re.sub(r'(<span class="material-symbols[^>]*>)[^<{]*', r"\1", path.read_text(encoding="utf-8"))
    source = re.sub(tags, "", source, flags=re.DOTALL)
    spoken = {(text or attribute).strip() for text, attribute in SPOKEN.findall(source)}
    assert {text for text in spoken if re.search("[A-Za-z]{2}", text) and text not in AS_IS} == set()


def test_the_script_says_nothing_itself():
    script = (SOURCE / "static" / "termbase" / "page.js").read_text(encoding="utf-8")
    shown = re.findall(
        r"(?:textContent|innerText|innerHTML|title|ariaLabel) = [\"'`]([^\"'`]*[A-Za-z]{2}[^\"'`]*)", script
    )
    assert shown + re.findall(r"(?:tell|alert)\([\"']([^\"']*)", script) == []
