"""Parallel corpora in the database."""

import pytest

from termbase.errors import InvalidInput, UnreadableFile
from termbase.harvest import corpus
from termbase.harvest.corpus import import_corpus
from termbase.harvest.documents import DocumentInfo
from termbase.models import Document, Passage

pytestmark = pytest.mark.django_db


def given(tmp_path, content, name="c.tsv", **info):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_corpus(path, DocumentInfo(file=name, **info))


def test_pairs_become_passages_with_translations_once(tmp_path):
    table = "A/1\t毒罪办表示欢迎。\tUNODC welcomed this.\nA/2\t毒品\tdrugs\n"
    imported = given(tmp_path, table, title_en="Corpus")
    assert (imported.outcome, imported.pairs, imported.refused) == ("new", 2, 0)
    document = Document.objects.get()
    assert (document.key, document.kind, document.language, document.title_en) == ("c", "corpus", "zh-Hans", "Corpus")
    assert list(Passage.objects.values_list("position", "number", "text", "translation")) == [
        (0, "A/1", "毒罪办表示欢迎。", "UNODC welcomed this."),
        (1, "A/2", "毒品", "drugs"),
    ]
    again = given(tmp_path, table, "other.tsv")
    assert (again.outcome, again.document, again.pairs) == ("known", document, 2)


def test_a_new_version_takes_the_place_of_the_one_before(tmp_path):
    first = given(tmp_path, "毒品\tdrugs\n犯罪\tcrime\n")
    second = given(tmp_path, "毒品\tnarcotic drugs\n")
    assert (second.outcome, second.document) == ("replaced", first.document)
    assert list(Passage.objects.values_list("text", "translation")) == [("毒品", "narcotic drugs")]
    assert Document.objects.get().version == 2


def test_rows_that_are_refused_are_counted_and_the_first_told(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "PROBLEMS_TOLD", 2)
    imported = given(tmp_path, "毒品\tdrugs\n" + "\tdrugs\n" * 5)
    assert (imported.pairs, imported.refused) == (1, 5)
    assert [str(problem) for problem in imported.problems] == [
        "row 2: one of the languages is empty",
        "row 3: one of the languages is empty",
    ]


def test_a_corpus_in_traditional_characters(tmp_path):
    assert given(tmp_path, "聯合國毒品問題辦公室\tUNODC\n").document.language == "zh-Hant"
    assert Document.objects.get().language == "zh-Hant"


def test_many_batches_keep_the_order(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "_BATCH", 3)
    told = []
    path = tmp_path / "c.tsv"
    path.write_text("".join(f"毒品{at}\tdrug {at}\n" for at in range(10)))
    import_corpus(path, DocumentInfo(file="c.tsv"), progress=told.append)
    assert list(Passage.objects.values_list("position", "text")) == [(at, f"毒品{at}") for at in range(10)]
    assert told == [3, 6, 9, 10]


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        ("", "c.tsv", "is empty"),
        ("\t\n", "c.tsv", "(two or three columns|no column of Chinese)"),
        (b"<tmx version='1.4'><body/></tmx>", "c.tmx", "no pair"),
        (b"<tmx><body><tu/></body></tmx>", "c.tmx", "has not both"),
        (b"<tmx><body><tu><tuv lang='zh'><seg>\xe6\xaf\x92</seg></tuv></tu>", "c.tmx", "not well-formed"),
    ],
)
def test_what_has_nothing_changes_nothing(tmp_path, content, name, problem):
    with pytest.raises(UnreadableFile, match=problem):
        given(tmp_path, content, name)
    assert Document.objects.count() == 0


def test_a_file_that_breaks_off_leaves_the_corpus_before(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "_BATCH", 1)
    unit = "<tu><tuv lang='zh'><seg>毒品</seg></tuv><tuv lang='en'><seg>drug</seg></tuv></tu>"
    given(tmp_path, f"<tmx><body>{unit}</body></tmx>", "c.tmx")
    with pytest.raises(UnreadableFile, match="after 2 units"):
        given(tmp_path, f"<tmx><body>{unit}{unit}", "c.tmx")
    assert (Passage.objects.count(), Document.objects.get().version) == (1, 1)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UnreadableFile, match="No such file"):
        import_corpus(tmp_path / "c.tsv", DocumentInfo(file="c.tsv"))


def test_a_document_is_never_taken_for_a_corpus(tmp_path, small_termbase):
    with pytest.raises(UnreadableFile, match="key of a document") as caught:
        given(tmp_path, "毒品\tdrug\n", key="a-conf-234-7")
    assert "key" in caught.value.fields
    with pytest.raises(InvalidInput):
        given(tmp_path, "毒品\tdrug\n", key="no key")
