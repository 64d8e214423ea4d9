"""`manage.py harvest` and `manage.py import_corpus`."""

import io

import pytest
from django.core.management import CommandError, call_command

from termbase.harvest import equivalents
from termbase.models import Candidate, Document, LikelyEquivalent, TermEvidence, TermFrequency

pytestmark = pytest.mark.django_db

TEXT = "1. 毒罪办支持若干网络，并与会员国合作，执行《联合国反腐败公约》。 \n"
CATALOGUE = '[[document]]\nkey = "own"\nfile = "d.txt"\n'


def run(*arguments):
    """What a command says, on both streams, and its error."""
    out, err = io.StringIO(), io.StringIO()
    problem = ""
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        problem = str(error)
    return out.getvalue(), err.getvalue(), problem


def test_files_and_folders_are_harvested_with_candidates_and_terms(tmp_path, small_termbase):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "documents.toml").write_text(CATALOGUE)
    (folder / "d.txt").write_text(TEXT)
    (tmp_path / "e.txt").write_bytes(TEXT.replace("1.", "7.").encode("gb18030"))
    out, err, problem = run("harvest", folder, tmp_path / "e.txt")
    assert (err, problem) == ("", "")
    assert "d.txt: new document own, 1 passages in zh-Hans, read as utf-8" in out
    assert "e.txt: new document e, 1 passages in zh-Hans, read as gb18030" in out
    assert set(Document.objects.values_list("key", flat=True)) >= {"own", "e"}
    assert Candidate.objects.filter(text__contains="联合国反腐败公约").exists()
    assert TermFrequency.objects.filter(document__key="own", term__text="毒罪办").exists()
    again, _, _ = run("harvest", tmp_path / "e.txt")
    assert "harvested already e" in again
    assert "occurrences" not in again, "nothing is done again"


def test_what_is_refused_is_told_and_the_others_go_in(tmp_path):
    (tmp_path / "good.txt").write_text(TEXT)
    (tmp_path / "short.txt").write_bytes("联通".encode("gb18030"))
    (tmp_path / "empty.docx").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    names = ("good.txt", "short.txt", "empty.docx", "absent.pdf", "folder")
    out, err, problem = run("harvest", *[tmp_path / name for name in names])
    assert "new document good" in out
    assert problem == "4 refused."
    for told in ("say which it is", "Say --encoding, one of utf-8", "is empty", "No such file", "documents.toml"):
        assert told in err
    assert Document.objects.count() == 1
    out, _, problem = run("harvest", tmp_path / "short.txt", "--encoding", "gb18030")
    assert problem == ""
    assert "read as gb18030" in out


def test_what_is_said_of_a_document_goes_with_one_file(tmp_path):
    (tmp_path / "d.txt").write_text(TEXT)
    _, _, problem = run("harvest", tmp_path / "d.txt", "--key", "own", "--symbol", "A/1", "--title-zh", "文件")
    assert problem == ""
    document = Document.objects.get()
    assert (document.key, document.symbol, document.title_zh) == ("own", "A/1", "文件")
    assert "catalogue" in run("harvest", tmp_path / "d.txt", tmp_path / "e.txt", "--key", "x")[2]
    assert "catalogue" in run("harvest", tmp_path, "--key", "x")[2]
    assert "1 or more" in run("harvest", tmp_path / "d.txt", "--workers", "0")[2]


def test_a_corpus_gives_evidence_examples_and_equivalents(tmp_path, small_termbase):
    (tmp_path / "d.txt").write_text("1. 会员国应打击人口贩运。 \n\n2. 人口贩运问题严重，人口贩运者应受惩处。 \n")
    run("harvest", tmp_path / "d.txt")
    table = (
        "会员国应打击人口贩运。\tMember States should combat trafficking in persons.\n"
        "人口贩运是严重犯罪。\tTrafficking in persons is a serious crime.\n"
        "会员国应打击毒品。\tMember States should combat drugs.\n"
        "委员会通过了报告。\tThe Commission adopted the report.\n"
        "\tno Chinese\n"
    )
    (tmp_path / "c.tsv").write_text(table)
    out, err, problem = run("import_corpus", tmp_path / "c.tsv", "--title-en", "Corpus")
    assert problem == ""
    assert "c.tsv: new document c, 4 pairs, 1 rows refused" in out
    assert "row 5: one of the languages is empty" in err
    assert TermEvidence.objects.get(term__text="毒品").passages == 1
    first = LikelyEquivalent.objects.filter(candidate__text="人口贩运").first()
    assert (first.text.lower(), first.count) == ("trafficking in persons", 2)
    assert "harvested already" in run("import_corpus", tmp_path / "c.tsv")[0]


def test_a_corpus_that_is_refused_is_told(tmp_path):
    (tmp_path / "c.tmx").write_text("<tbx/>")
    (tmp_path / "d.tsv").write_text("毒品\tdrugs\n")
    out, err, problem = run("import_corpus", tmp_path / "c.tmx", tmp_path / "d.tsv")
    assert problem == "1 refused."
    assert "is no TMX" in err
    assert "new document d" in out
    assert "one file" in run("import_corpus", tmp_path / "c.tmx", tmp_path / "d.tsv", "--key", "x")[2]


def test_candidates_without_aligned_passages_have_no_equivalents(tmp_path, small_termbase):
    (tmp_path / "d.txt").write_text(TEXT)
    run("harvest", tmp_path / "d.txt")
    assert equivalents.add_to_candidates() == 0
    assert not LikelyEquivalent.objects.exists()
