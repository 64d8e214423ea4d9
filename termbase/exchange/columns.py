"""What the columns of a table stand for, by their headings or as a person has said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from termbase.exchange.entry import FIELDS
from termbase.exchange.languages import language_from
from termbase.exchange.options import ReadOptions
from termbase.vocabulary import AdministrativeStatus, TermType

_ALIASES = {
    "concept": "concept_id concept_key entry entry_id id cid key 概念 编号 條目 条目",
    "subject_field": "subject subjects subject(s) subjectfield domain topic entry_subject 主题 领域 学科",
    "concept_note": "entry_note",
    "language": "lang locale language_code 语言 语种",
    "text": "term 术语 词条 詞條",
    "term_type": "type termtype 类型",
    "administrative_status": "status term_status usage_status administrativestatus 状态 状況",
    "part_of_speech": "pos partofspeech word_class 词性 詞性",
    "note": "notes comment comments remark remarks 备注 備註 注释 说明",
    "source": "reference 来源 出处 來源",
    "reading": "pinyin 拼音",
    "definition": "def 定义 定義",
}
_FIELDS = {name: name for name in FIELDS} | {alias: name for name, row in _ALIASES.items() for alias in row.split()}
_ADMITTED, _DEPRECATED, _SUPERSEDED = (
    AdministrativeStatus.ADMITTED.value,
    AdministrativeStatus.DEPRECATED.value,
    AdministrativeStatus.SUPERSEDED.value,
)
_ROLE_NAMES: dict[str, tuple[str, ...]] = {
    "term, terms, source term, target term, preferred term, full term, full form, full title, main term, title, name, "
    "label, item label, equivalent, 术语, 術語, 词条, 詞條, 名称, 名稱, 名, 全称, 全稱, 译名, 譯名, 译文": ("text",),
    "synonym, synonyms, variant, variants, alternative term, admitted term, 同义词, 又称, 别称, 别名": (
        "text",
        _ADMITTED,
    ),
    "acronym, acronyms": ("text", _ADMITTED, TermType.ACRONYM.value),
    "abbreviation, abbreviations, 缩写, 縮寫, 缩略语": ("text", _ADMITTED, TermType.ABBREVIATION.value),
    "short form, short term, short title, short name, 简称, 簡稱": ("text", _ADMITTED, TermType.SHORT_FORM.value),
    "deprecated, deprecated term, forbidden, forbidden term, not to be used, avoid, 禁用, 禁用词": (
        "text",
        _DEPRECATED,
    ),
    "superseded, superseded term, obsolete, 旧称, 舊稱": ("text", _SUPERSEDED),
    "definition, definitions, def, 定义, 定義, 释义": ("definition",),
    "term type, type, 类型": ("term_type",),
    "status, term status, 状态": ("administrative_status",),
    "part of speech, pos, 词性": ("part_of_speech",),
    "source, sources, reference, 来源, 出处, 來源": ("source",),
    "note, notes, comment, comments, remark, remarks, 备注, 備註, 注释, 说明": ("note",),
    "usage, usage note": ("usage_note",),
    "reading, pinyin, 拼音": ("reading",),
}
_ROLES = {name: role for names, role in _ROLE_NAMES.items() for name in names.split(", ")}
"""What a column may hold of a language that its heading names beside it."""
_OF_TERM_BEFORE = {"term_info", "term_example"}
"""Headings of memoQ that come again after each column of terms."""
_LONGEST_HEADING = 60
_CAPITAL_INSIDE = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading and what it is taken as.

    `field` is one of `entry.FIELDS`, blank for a heading that nobody knows. In a table with a row a concept, the
    columns of terms, of definitions and of what is said of terms have a `language`, and those of terms that are not
    the preferred ones a `status`, or a `term_type`. One with `of_before` is about the terms in the column before it.
    """

    name: str
    field: str = ""
    language: str = ""
    status: str = ""
    left_out: bool = False
    term_type: str = ""
    of_before: bool = False

    @property
    def unknown(self) -> bool:
        """Whether somebody should say what it is."""
        return bool(self.name) and not self.field and not self.left_out and not self.of_before


def heading(field: str, language: str = "", status: str = "") -> str:
    """How a column is headed in files written here; `column` understands it."""
    if not language:
        return field
    return language if field == "text" and not status else f"{language} {status or field}"


def columns(names: Iterable[str], options: ReadOptions) -> tuple[Column, ...]:
    """The columns with these headings."""
    return tuple(column(name.strip(), options) for name in names)


def column(name: str, options: ReadOptions) -> Column:
    """What a column with this heading stands for: as `options` say, else by its name."""
    if name in options.fields:
        field = options.fields[name]
        return Column(name, field, left_out=not field)
    if name in options.languages:
        return Column(name, "text", options.languages[name])
    plain = re.sub(r"[\s_-]+", "_", name).casefold()
    if plain in _OF_TERM_BEFORE:
        return Column(name, of_before=True)
    return Column(name, _FIELDS[plain]) if plain in _FIELDS else _of_language(name)


def _of_language(name: str) -> Column:
    """A language, or one and a role in either order: `Chinese_PRC`, `Definition (EN)`, `英文术语`, `zhLabel`."""
    plain = _CAPITAL_INSIDE.sub(" ", name.replace("_", " "))
    for at in range(1, len(plain)) if len(plain) <= _LONGEST_HEADING else ():
        if plain[at - 1].isascii() and plain[at - 1 : at + 1].isalnum():
            continue
        parts = [part.strip(" -:/()（）[]") for part in (plain[:at], plain[at:])]
        for called, role in (parts, parts[::-1]):
            if role.casefold() in _ROLES and (language := language_from(called)):
                return _with_role(name, language, *_ROLES[role.casefold()])
    language = language_from(name)
    return Column(name, "text", language) if language else Column(name)


def _with_role(name: str, language: str, field: str, status: str = "", term_type: str = "") -> Column:
    return Column(name, field, language, status, term_type=term_type)
