"""The documents: the list, the text with its terms marked, the glossary."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from termbase.models import Document, Passage, Term
from termbase.web.documents import table_of_contents

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("at", "shown", "others"),
    [
        ("", "第0段。", ["next"]),
        ("0", "第999段。", ["next"]),
        ("1000", "第1000段。", ["prev", "next"]),
        ("2400", "第2400段。", ["prev"]),
        ("99999999", "第2400段。", ["prev"]),
        ("-1", "第0段。", ["next"]),
        ("x", "第0段。", ["next"]),
        ("9" * 30, "第0段。", ["next"]),
    ],
)
def test_a_long_document_is_shown_in_parts(client, db, at, shown, others):
    document = Document.objects.create(key="long", sha256="1" * 64)
    Passage.objects.bulk_create(
        Passage(document=document, position=position, kind="paragraph", text=f"第{position}段。")
        for position in range(2401)
    )
    response = client.get("/documents/long", {"at": at, "terms": "none"})
    assert shown in response.text
    assert [rel for rel in ("prev", "next") if f'rel="{rel}"' in response.text] == others
    assert response.text.count('class="passage') <= 1000


def test_a_translation_stands_under_its_passage(client, db):
    document = Document.objects.create(key="c", kind="corpus", sha256="1" * 64)
    document.passages.create(position=0, kind="paragraph", text="毒品。", translation="<Drugs>.")
    assert '<p class="translation" lang="en">&lt;Drugs&gt;.</p>' in client.get("/documents/c").text


def test_links_lead_to_the_part_that_has_the_passage(client, small_termbase):
    Passage.objects.update(position=1234)
    assert 'href="/documents/a-conf-234-7?at=1234#p1234"' in client.get("/concepts/c0001").text


PATH = "/documents/a-conf-234-7"


@pytest.fixture
def document(small_termbase):
    return Document.objects.get(key="a-conf-234-7")


@pytest.fixture
def add(document):
    def passage(text, number="", kind="paragraph"):
        position = document.passages.count()
        return Passage.objects.create(document=document, position=position, number=number, kind=kind, text=text)

    return passage


def test_the_list(client, document):
    page = client.get("/documents").text
    assert f'href="{PATH}"' in page
    assert "1 passage" in page


def test_terms_are_links_to_their_concepts(client, document, add):
    add("《外国恐怖分子战士》与毒品。", "14")
    page = client.get(PATH).text
    assert '<a class="t admitted" href="/concepts/c0001">毒罪办</a>支持若干网络' in page
    assert '<a class="t deprecated" href="/concepts/c0003">外国恐怖分子战士</a>' in page
    assert '<a class="t preferred" href="/concepts/c0002">毒品</a>' in page


@pytest.mark.parametrize(
    ("density", "marked"),
    [
        ("all", {"毒罪办", "毒品"}),
        ("preferred", {"毒品"}),
        ("none", set()),
    ],
)
def test_density(client, document, add, density, marked):
    add("毒品。")
    page = client.get(PATH, {"terms": density}).text
    assert set(re.findall(r'<a class="t \w+" href="[^"]+">(.*?)</a>', page)) == marked


def test_what_readers_may_not_see_is_not_marked(client, document, add):
    add("恐怖主义罪。")
    page = client.get(PATH).text
    assert "/concepts/c0005" not in page, "only proposed"


def test_a_change_is_seen_at_once(client, document):
    assert "t admitted" in client.get(PATH).text
    Term.objects.filter(text="毒罪办").update(administrative_status="superseded")
    assert "t superseded" in client.get(PATH).text
    Term.objects.get(text="毒罪办").concept.withdraw()
    assert 'class="t ' not in client.get(PATH).text


def test_text_is_escaped(client, document, add):
    add("a < b & <b>毒品</b>")
    page = client.get(PATH).text
    assert "a &lt; b &amp; &lt;b&gt;<a" in page
    assert "a &lt; b &amp; &lt;b&gt;毒品" in client.get(PATH, {"terms": "none"}).text


@pytest.mark.parametrize(
    ("number", "kind", "printed", "reason"),
    [
        ("12", "paragraph", "12", "as it is"),
        ("决议草案一 op3", "paragraph", "3", "operative paragraphs are printed with their number alone"),
        ("pp12", "paragraph", "¶", "preambular ones without any"),
        ("12(a)", "item", "(a)", "an item by its own mark"),
        ("12(3)(b)", "item", "(b)", "the innermost"),
        ("12", "item", "•", "an item without a mark"),
        ("fn7", "footnote", "7", "a footnote by its number"),
        ("fna", "footnote", "a", "or its letter"),
        ("决议草案一", "paragraph", "¶", "the name of what it stands under is no number"),
    ],
)
def test_numbers_as_printed(client, document, add, number, kind, printed, reason):
    passage = add("案文。", number, kind)
    page = client.get(PATH).text
    label = re.search(rf'class="place" href="#p{passage.position}"[^>]*>(.*?)</a>', page)[1]
    assert label == printed, reason


def test_table_of_contents(add, document):
    for number, text in [("第一章", "第一章"), ("", "需采取行动的事项"), ("第一章.A", "决议草案")]:
        add(text, number, "heading")
    add("案文。", "1")
    add("无号标题", "", "heading")
    sections = table_of_contents(list(document.passages.all()))
    assert [(section.depth, section.title) for section in sections] == [
        (1, "第一章 需采取行动的事项"),
        (2, "A 决议草案"),
        (1, "无号标题"),
    ]


def test_the_same_number_of_queries_however_long_the_text(client, document, add):
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(PATH)
        counts.append(len(asked))
        for _ in range(30):
            add("毒罪办和毒罪办。", str(number))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["/documents/none", "/documents/a%00b", "/documents/1"])
def test_an_unknown_document_is_not_found(client, db, path):
    assert client.get(path).status_code == 404


def test_a_density_that_there_is_not_is_a_400(client, document):
    response = client.get(PATH, {"terms": "nonsense"})
    assert response.status_code == 400
    assert "it can be: all, preferred, none" in response.text


def test_a_known_translation_stands_below_its_passage(client, document):
    document.passages.update(translation="UNODC supports networks.")
    assert '<p class="translation" lang="en">UNODC supports networks.</p>' in client.get(PATH).text
