"""Documents from files."""

import pytest

from termbase.errors import UnreadableFile
from termbase.harvest.documents import DocumentInfo, add_document, read_catalogue
from termbase.models import Document

pytestmark = pytest.mark.django_db

CATALOGUE = '[[document]]\nkey = "d"\nfile = "d.txt"\nsymbol = "A/1"\n'


def test_a_document_becomes_passages_once(tmp_path):
    (tmp_path / "d.txt").write_text("1. 毒罪办支持若干网络。 \n\n2. 会员国表示欢迎。 \n", encoding="utf-8")
    (tmp_path / "documents.toml").write_text(CATALOGUE)
    (info,) = read_catalogue(tmp_path)
    document, new = add_document(tmp_path, info)
    assert new
    assert [(p.number, p.kind, p.text) for p in document.passages.all()] == [
        ("1", "paragraph", "毒罪办支持若干网络。"),
        ("2", "paragraph", "会员国表示欢迎。"),
    ]
    assert add_document(tmp_path, info) == (document, False)
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"\xff\xfe\x00\x00 not utf-8", "d.txt"),
        (b"", "holds no text"),
        (b"   \n\n", "holds no text"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(tmp_path, content, message):
    if content is not None:
        (tmp_path / "d.txt").write_bytes(content)
    with pytest.raises(UnreadableFile, match=message):
        add_document(tmp_path, DocumentInfo(key="d", file="d.txt"))
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    "catalogue",
    [None, "no toml [", '[[document]]\nkey = "d"\n', '[[document]]\nkey = "d"\nfile = "d.txt"\ncolour = "red"\n', ""],
    ids=["absent", "no TOML", "a field missing", "an unknown field", "no document"],
)
def test_a_bad_catalogue_is_told(tmp_path, catalogue):
    if catalogue is not None:
        (tmp_path / "documents.toml").write_text(catalogue)
    with pytest.raises(UnreadableFile, match=r"documents\.toml"):
        read_catalogue(tmp_path)
