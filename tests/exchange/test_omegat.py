"""OmegaT glossaries: what OmegaT reads, and what other people's files say."""

import subprocess

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange import omegat
from termbase.exchange.entry import Entry, EntryTerm, Problem
from tests.exchange.glossaries import ENTRIES, read, term, written

HEAD = "# Glossary in tab-separated format -*- coding: utf-8 -*-\n"
NO_LANGUAGES = Problem(
    1, "", "language", "the file does not name its languages: taken by script, Chinese as Simplified", refuses=False
)


def test_written():
    text, losses = written(omegat.write)
    assert text == HEAD + "# termbase: zh > en\n" + (
        "毒品和犯罪问题办公室\tOffice on Drugs and Crime\tc1; Not 毒办.\n"
        "毒品和犯罪問題辦公室\tOffice on Drugs and Crime\tc1\n"
        "毒罪办\tOffice on Drugs and Crime\tc1\n"
        "毒办\tOffice on Drugs and Crime\tc1; deprecated\n"
        "毒品和犯罪问题办公室\tUNODC\tc1\n"
        "大会\tGeneral Assembly\tc2\n"
        "大会\tcongress\tc3\n"
        ' #号\ta "sign", #\tc6\n'
    )
    assert losses["text", "no_equivalent"] == 3
    assert ("text", "homograph") not in losses, "a translator is shown both"


def test_a_target_that_is_not_to_be_used_is_left_out():
    text, losses = written(omegat.write, source="en", target="zh-Hans")
    assert "毒办\t" not in text
    assert "\t毒办" not in text
    assert losses["text", "not_to_use"] == 1


def test_nothing_is_quoted():
    entries = [Entry("c1", terms=(term("zh-Hans", "甲"), term("en", "a", usage_note="two\nlines\tand\u2028more")))]
    text, losses = written(omegat.write, entries)
    assert text.splitlines()[-1] == "甲\ta\tc1; two lines and more"
    assert losses["usage_note", "characters"] == 1


def test_what_was_written_is_read():
    items = read(omegat.read, written(omegat.write)[0])
    assert [(item.key, item.line) for item in items] == [("c1", 3), ("c2", 8), ("c3", 9), ("c6", 10)]
    assert [(t.language, t.text, t.administrative_status, t.usage_note) for t in items[0].terms] == [
        ("zh-Hans", "毒品和犯罪问题办公室", "admitted", "Not 毒办."),
        ("en", "Office on Drugs and Crime", "admitted", ""),
        ("zh-Hans", "毒品和犯罪問題辦公室", "admitted", ""),
        ("zh-Hans", "毒罪办", "admitted", ""),
        ("zh-Hans", "毒办", "deprecated", ""),
        ("en", "UNODC", "admitted", ""),
    ]
    assert items[0].given == {"concept", "language", "text", "usage_note"}
    assert [t.text for t in items[3].terms] == ["#号", 'a "sign", #']


def pair(zh, en, line, note=""):
    (entry,) = [item for item in read(omegat.read, f"{zh}\t{en}\t{note}") if isinstance(item, Entry)]
    assert [(t.text, t.usage_note) for t in entry.terms] == [(zh, note), (en, "")]
    return Entry(entry.key, terms=entry.terms, line=line)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param("毒品\tdrug\n", [NO_LANGUAGES, pair("毒品", "drug", 1)], id="two columns"),
        pytest.param("\ufeff毒品\tdrug\r\n", [NO_LANGUAGES, pair("毒品", "drug", 1)], id="a mark, CRLF"),
        pytest.param("# x\n\n毒品\tdrug\tillicit", [NO_LANGUAGES, pair("毒品", "drug", 3, "illicit")], id="comments"),
        pytest.param("毒品\tdrug\ta\tb", [NO_LANGUAGES, pair("毒品", "drug", 1, "a b")], id="columns to spare"),
        pytest.param("毒品\tdrug\tc1", [NO_LANGUAGES, pair("毒品", "drug", 1, "c1")], id="no key of ours"),
        pytest.param(
            "毒品\nx\t\n毒品\tdrug",
            [
                Problem(1, "", "text", "a source and a target with a tab between them are needed"),
                Problem(2, "", "text", "a source and a target with a tab between them are needed"),
                NO_LANGUAGES,
                pair("毒品", "drug", 3),
            ],
            id="lines that are no pairs",
        ),
        pytest.param(
            "# -*- coding: cp936 -*-\n毒品\tdrug\n".encode("gbk"),
            [
                Problem(1, "", "encoding", "read as GBK", refuses=False),
                NO_LANGUAGES,
                pair("毒品", "drug", 2),
            ],
            id="an encoding that the file names",
        ),
        pytest.param(
            "# -*- coding: klingon -*-\n毒品\tdrug\n", [NO_LANGUAGES, pair("毒品", "drug", 2)], id="none such"
        ),
        pytest.param("", [], id="nothing"),
        pytest.param(HEAD, [], id="only a head"),
    ],
)
def test_read(data, expected):
    assert read(omegat.read, data) == expected


def test_languages_as_a_person_has_said():
    (entry,) = read(omegat.read, "毒品\tdrug\n", languages={"source": "zh-Hant", "target": "en"})
    assert [term.language for term in entry.terms] == ["zh-Hant", "en"]


@pytest.mark.parametrize("data", ["no tab\n", "a\n\tb\n", b"\x00\x01"])
def test_unreadable(data):
    with pytest.raises(UnreadableFile):
        read(omegat.read, data)


def test_omegat_itself_finds_all_entries(shared, tmp_path):
    path = tmp_path / "glossary.utf8"
    path.write_text(written(omegat.write)[0], encoding="utf-8")
    tool = shared / "tools" / "omegat" / "verify.sh"
    done = subprocess.run(["sh", tool, path, "zh-CN", "en", "list"], capture_output=True, text=True, check=False)
    if done.returncode == 3:
        pytest.skip("needs OmegaT: Debian's packages omegat and default-jdk-headless")
    assert done.returncode == 0, done.stderr
    for source, target in [("毒办", "Office on Drugs and Crime"), ("大会", "congress"), ("#号", 'a "sign", #')]:
        assert any(source in line and target in line for line in done.stdout.splitlines()), source


def test_translate_toolkit_reads_it():
    omegat_files = pytest.importorskip("translate.storage.omegat", reason="needs translate-toolkit")
    store = omegat_files.OmegaTFile.parsestring(written(omegat.write)[0].encode())
    # It takes comments for terms, and strips nothing.
    pairs = [(unit.source.strip(), unit.target) for unit in store.units if unit.target]
    assert ("毒办", "Office on Drugs and Crime") in pairs
    assert ("#号", 'a "sign", #') in pairs
    assert len(pairs) == 8


def test_entries_keep_their_terms():
    """Of what OmegaT may show, each term comes back in its own concept."""
    back = {item.key: {t.text for t in item.terms} for item in read(omegat.read, written(omegat.write)[0])}
    for entry in ENTRIES:
        if entry.key in back:
            assert back[entry.key] == {t.text for t in entry.terms if isinstance(t, EntryTerm)}
