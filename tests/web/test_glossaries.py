"""The glossary of a document: sorted, and as files."""

import csv
import io
import re

import pytest

from termbase.harvest import occurrences
from termbase.models import Document, Passage

pytestmark = pytest.mark.django_db
PATH = "/documents/a-conf-234-7/glossary"


@pytest.fixture
def glossary(small_termbase):
    """毒品 twice, 毒罪办, 外国恐怖主义作战人员 and a form that is not to be used."""
    document = Document.objects.get(key="a-conf-234-7")
    text = "毒品、毒品和外国恐怖主义作战人员，即外国恐怖分子战士。"
    Passage.objects.create(document=document, position=1, kind="paragraph", text=text)
    occurrences.refresh()


@pytest.mark.parametrize(
    ("sort", "expected", "reason"),
    [
        ("", "毒品 毒罪办 外国恐怖分子战士 外国恐怖主义作战人员", "the most frequent first"),
        ("count", "毒品 毒罪办 外国恐怖分子战士 外国恐怖主义作战人员", "the same"),
        ("-count", "毒罪办 外国恐怖分子战士 外国恐怖主义作战人员 毒品", "the rarest first; what is equal, by reading"),
        ("zh", "毒品 毒罪办 外国恐怖分子战士 外国恐怖主义作战人员", "by reading: dú pǐn, dú zuì bàn, wài guó"),
        ("-zh", "外国恐怖主义作战人员 外国恐怖分子战士 毒罪办 毒品", "the other way round"),
        ("en", "毒品 外国恐怖分子战士 外国恐怖主义作战人员 毒罪办", "drug, foreign, United"),
        ("subject", "毒罪办 毒品 外国恐怖分子战士 外国恐怖主义作战人员", "bodies, then those without"),
        ("reliability", "毒品 毒罪办 外国恐怖分子战士 外国恐怖主义作战人员", "all the same, so by reading"),
    ],
)
def test_sorting(client, glossary, sort, expected, reason):
    page = client.get(PATH, {"sort": sort} if sort else {}).text
    assert re.findall(r'class="form"[^>]*>(.*?)</a>', page) == expected.split(), reason


def test_the_column_that_is_sorted_by_says_so_and_leads_back(client, glossary):
    page = client.get(PATH, {"sort": "zh"}).text
    assert re.search(r'aria-sort="ascending"><a href="\?sort=-zh">', page)
    assert page.count("aria-sort") == 1
    assert re.search(r'aria-sort="descending"><a href="\?sort=-count">', client.get(PATH).text)
    assert re.search(r'aria-sort="ascending"><a href="\?sort=count">', client.get(PATH, {"sort": "-count"}).text)


def test_the_english_to_use_and_forms_not_to_use(client, glossary):
    page = client.get(PATH).text
    assert "United Nations Office on Drugs and Crime" in page
    row = re.search(r'<tr class="deprecated">.*?</tr>', page, re.DOTALL)[0]
    assert "外国恐怖分子战士" in row
    assert ">deprecated</span>" in row


def test_csv_for_a_spreadsheet(client, glossary):
    response = client.get(PATH, {"format": "csv", "sort": "en"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="a-conf-234-7.csv"' in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["zh"], row["en"], row["count"], row["administrative_status"]) for row in rows] == [
        ("毒品", "drug", "2", "preferred"),
        ("外国恐怖分子战士", "foreign terrorist fighter", "1", "deprecated"),
        ("外国恐怖主义作战人员", "foreign terrorist fighter", "1", "preferred"),
        ("毒罪办", "United Nations Office on Drugs and Crime", "1", "admitted"),
    ]


@pytest.mark.parametrize(("name", "suffix"), [("omegat", "utf8"), ("deepl-tsv", "tsv")])
def test_files_for_programs_propose_nothing_that_is_not_to_be_used(client, glossary, name, suffix):
    response = client.get(PATH, {"format": name})
    assert f'filename="a-conf-234-7.{suffix}"' in response["Content-Disposition"]
    assert "毒品\tdrug" in response.content.decode()
    assert "外国恐怖分子战士" not in response.content.decode()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (PATH, {"losses": "true"}),
        ("/", {"q": "毒罪办", "losses": "true"}),
        ("/text", {"source": "毒罪办", "export": "losses"}),
    ],
    ids=["of a document", "of a look-up", "of a pasted text"],
)
def test_what_the_files_leave_out(client, glossary, path, data):
    response = client.post(path, data) if path == "/text" else client.get(path, data)
    report = response.text.partition('id="losses"')[2].partition("</section>")[0]
    told = dict(re.findall(r"<h3>(.*?)</h3>\s*(.*?)(?=<h3>|$)", report, re.DOTALL))
    assert list(told) == ["OmegaT glossary", "DeepL glossary (TSV)", "Excel, a row a concept"]
    lost = r"<th[^>]*>reliability</th><td[^>]*>[1-9]\d*</td><td>the format has no place for it"
    assert all(re.search(lost, rows) for rows in told.values())


@pytest.mark.parametrize(
    "given", [{"sort": "nonsense"}, {"sort": "--zh"}, {"format": "pdf"}, {"losses": "x"}], ids=repr
)
def test_what_there_is_not_is_a_400(client, glossary, given):
    response = client.get(PATH, given)
    assert response.status_code == 400
    assert next(iter(given.values())) in response.text


def test_three_queries(client, glossary, django_assert_num_queries):
    # the document, its terms, their equivalents
    with django_assert_num_queries(3):
        client.get(PATH)


def test_an_unknown_document_is_not_found(client, db):
    assert client.get("/documents/none/glossary").status_code == 404
