"""Lists, single things, pages, trimmed answers, and answers only where there is news."""

import pytest

from termbase.jobs import refresh_occurrences
from termbase.models import Concept, Document, Passage, SubjectField, Term
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

READS = (
    "concepts/",
    "concepts/c0001/",
    "terms/",
    "terms/{term}/",
    "subject-fields/",
    "documents/",
    "documents/a-conf-234-7/",
    "documents/a-conf-234-7/passages/",
    "concordance/?q=毒罪办",
    "changes/",
    "schema/",
)


def test_a_concept_comes_whole(client, small_termbase):
    concept = client.get("/api/v1/concepts/c0004/").json()
    assert [t["text"] for t in concept["terms"]] == ["terrorism", "恐怖主义"]
    assert concept["definitions"] == [{"language": "en", "text": "Violence meant to intimidate.", "source": "editors"}]
    related = client.get("/api/v1/concepts/c0003/").json()["relations"]
    assert related == [{"relation_type": "related", "concept": "c0004"}]


def test_a_concept_counts_its_terms_by_document(client, small_termbase):
    concept = client.get("/api/v1/concepts/c0001/").json()
    terms = {t["text"]: t for t in concept["terms"]}
    assert terms["毒罪办"]["frequencies"] == [{"document": "A/CONF.234/7", "count": 1}]
    assert terms["毒品和犯罪问题办公室"]["frequencies"] == []
    assert [(e["term"], e["document"], e["number"]) for e in concept["examples"]] == [("毒罪办", "A/CONF.234/7", "13")]


def test_terms_that_are_not_approved_stay_out(client, small_termbase):
    Term.objects.filter(text="毒罪办").update(review_status="rejected")
    texts = [t["text"] for t in client.get("/api/v1/concepts/c0001/").json()["terms"]]
    assert "毒罪办" not in texts
    assert client.get("/api/v1/concepts/c0005/").json()["terms"] == []
    assert len(client.get("/api/v1/concepts/c0005/?proposed=true").json()["terms"]) == 2


def test_a_withdrawn_concept_says_so_and_what_replaced_it(client, small_termbase):
    Concept.objects.get(key="c0002").withdraw(replaced_by=Concept.objects.get(key="c0001"))
    answer = client.get("/api/v1/concepts/c0002/").json()
    assert answer["withdrawn_at"]
    assert answer["replaced_by"] == "c0001"
    assert answer["terms"] == []


@pytest.fixture
def aligned(small_termbase):
    document = Document.objects.create(key="corpus", kind="corpus", sha256="c" * 64)
    for at, (text, translation) in enumerate(
        [
            ("毒罪办介绍了毒品问题。", "UNODC presented the drug problem."),
            ("毒品问题。", "The narcotics problem."),
        ]
    ):
        document.passages.create(position=at, kind="paragraph", text=text, translation=translation)
    refresh_occurrences()


def test_documents_and_their_passages(client, small_termbase):
    (document,) = client.get("/api/v1/documents/").json()["documents"]
    assert (document["key"], document["cited_as"]) == ("a-conf-234-7", "A/CONF.234/7")
    assert client.get("/api/v1/documents/a-conf-234-7/").json() == document
    assert client.get("/api/v1/documents/?symbol=A/CONF.234/7").json()["documents"] == [document]
    assert client.get("/api/v1/documents/?symbol=A/CONF.1").json()["documents"] == []
    answer = client.get("/api/v1/documents/a-conf-234-7/passages/").json()
    assert answer["document"] == document
    assert answer["passages"] == [
        {
            "position": 0,
            "number": "13",
            "kind": "paragraph",
            "text": "毒罪办支持若干网络，并与会员国合作。",
            "translation": "",
        }
    ]


def test_examples_show_both_languages_and_evidence_how_a_term_is_rendered(nobody, aligned):
    concept = nobody.get("concepts/c0002/").json()
    (example,) = [e for e in concept["examples"] if e["translation"]]
    assert (example["text"], example["translation"]) == ("毒罪办介绍了毒品问题。", "UNODC presented the drug problem.")
    assert concept["evidence"] == [
        {
            "term": "毒品",
            "passages": 2,
            "renderings": [{"text": "drug", "count": 1}],
            "without": 1,
            "rivals": [
                {
                    "text": "毒品问题。",
                    "start": 0,
                    "end": 2,
                    "document": "corpus",
                    "document_key": "corpus",
                    "number": "paragraph",
                    "translation": "The narcotics problem.",
                }
            ],
        }
    ]
    assert nobody.get("concepts/c0004/").json()["evidence"] == []
    assert list(nobody.get("concepts/c0002/?fields=evidence").json()) == ["evidence"]
    passages = nobody.get("documents/corpus/passages/").json()["passages"]
    assert [passage["translation"] for passage in passages] == [
        "UNODC presented the drug problem.",
        "The narcotics problem.",
    ]


def test_what_readers_do_not_see_is_no_rendering(nobody, aligned):
    Term.objects.filter(text="drug").update(review_status="proposed")
    assert nobody.get("concepts/c0002/").json()["evidence"][0]["renderings"] == []
    shown = nobody.get("concepts/c0002/?proposed=true").json()["evidence"][0]["renderings"]
    assert shown == [{"text": "drug", "count": 1}]


def test_subject_fields_have_their_parents(nobody, small_termbase):
    SubjectField.objects.create(
        key="courts", name_en="Courts", name_zh="法院", parent=SubjectField.objects.get(key="bodies")
    )
    found = nobody.get("subject-fields/").json()["subject_fields"]
    assert [(item["key"], item["parent"]) for item in found] == [("bodies", None), ("courts", "bodies")]


class TestLists:
    """Which, in which order, and how many at a time."""

    def keys(self, nobody, query=""):
        return [concept["key"] for concept in nobody.get(f"concepts/{query}").json()["concepts"]]

    def test_concepts_that_readers_see(self, nobody, small_termbase):
        assert self.keys(nobody) == ["c0001", "c0002", "c0003", "c0004"]
        assert self.keys(nobody, "?proposed=true") == ["c0001", "c0002", "c0003", "c0004", "c0005"]
        Concept.objects.get(key="c0002").withdraw()
        assert self.keys(nobody) == ["c0001", "c0003", "c0004"]

    def test_concepts_of_a_subject_field(self, nobody, small_termbase):
        assert self.keys(nobody, "?subject_field=bodies") == ["c0001"]
        assert self.keys(nobody, "?subject_field=none") == []

    def test_concepts_changed_since(self, nobody, small_termbase):
        Concept.objects.filter(key="c0003").update(note="x")
        moment = Concept.objects.get(key="c0003").changed_at.isoformat().replace("+", "%2B")
        assert self.keys(nobody, f"?changed_since={moment}") == ["c0003"]

    @pytest.mark.parametrize(
        ("path", "name", "count"),
        [
            ("concepts/?proposed=true", "concepts", 5),
            ("terms/", "terms", 12),
            ("subject-fields/", "subject_fields", 3),
            ("documents/", "documents", 3),
            ("documents/a-conf-234-7/passages/", "passages", 4),
            ("concordance/?q=毒罪", "lines", 5),
        ],
    )
    def test_pages_have_all_once(self, nobody, small_termbase, path, name, count):
        for key in ("x1", "x2"):
            SubjectField.objects.create(key=key, name_en=key, name_zh=key)
            Document.objects.create(key=key, sha256=key.encode().hex().rjust(64, "0"))
        document = Document.objects.get(key="a-conf-234-7")
        for position, text in enumerate(("毒罪办。毒罪办。毒罪", "x", "毒 罪"), start=1):
            Passage.objects.create(document=document, position=position, kind="paragraph", text=text)
        path += "&" if "?" in path else "?"
        for limit in (1, 2, 100):
            found, cursor = [], ""
            while cursor is not None:
                answer = nobody.get(f"{path}limit={limit}{f'&cursor={cursor}' if cursor else ''}").json()
                assert len(answer[name]) <= limit
                found += answer[name]
                cursor = answer["next"]
            assert len(found) == count
            assert len({str(item) for item in found}) == len(found) or name == "lines"

    @pytest.mark.parametrize(
        ("query", "texts"),
        [
            ("concept=c0002", ["毒品", "drug"]),
            ("concept=c0001&language=en", ["United Nations Office on Drugs and Crime", "UNODC"]),
            ("term_type=acronym", ["UNODC"]),
            ("administrative_status=deprecated", ["外国恐怖分子战士"]),
            ("review_status=proposed", ["恐怖主义罪", "terrorist offence"]),
            ("concept=none", []),
        ],
    )
    def test_terms(self, nobody, small_termbase, query, texts):
        assert [term["text"] for term in nobody.get(f"terms/?{query}").json()["terms"]] == texts

    @pytest.mark.parametrize(
        ("path", "queries"),
        [
            ("concepts/", 5),  # concepts; terms, definitions, relations; and the fixture's nothing
            ("terms/", 1),
            ("subject-fields/", 1),
            ("documents/", 1),
            ("documents/a-conf-234-7/passages/", 2),
            ("concordance/?q=毒罪办", 1),
        ],
    )
    def test_ask_a_fixed_number_of_times(self, nobody, small_termbase, path, queries, django_assert_max_num_queries):
        with django_assert_max_num_queries(queries):
            nobody.get(path)

    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("concepts/?limit=0", "limit"),
            ("concepts/?limit=1001", "limit"),
            ("concepts/?limit=x", "limit"),
            (f"concepts/?limit={'9' * 2000}", "limit"),
            ("concepts/?cursor=x", "cursor"),
            ("concepts/?cursor=WzFd", "cursor"),
            ("concepts/?changed_since=yesterday", "changed_since"),
            ("concepts/?changed_since=0001-01-01T00:00:00%2B23:59", "changed_since"),
            ("concepts/?subject_field=%00", "subject_field"),
            ("concepts/?fields=key,x", "fields"),
            ("concepts/?fields=", "fields"),
            ("concepts/?subjectfield=x", "subjectfield"),
            ("concepts/c0001/?x=1", "x"),
            ("concepts/c0001/?fields=KEY", "fields"),
            ("terms/?language=fr", "language"),
            ("terms/?cursor=WyJhIl0", "cursor"),
            ("terms/?cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "cursor"),
            ("documents/a-conf-234-7/passages/?cursor=W3RydWVd", "cursor"),
            ("concordance/", "q"),
            (f"concordance/?q={'x' * 201}", "q"),
            ("concordance/?q=a%00", "q"),
            ("concordance/?q=a&width=201", "width"),
        ],
    )
    def test_bad_parameters_are_named(self, nobody, small_termbase, path, field):
        response = nobody.get(path)
        assert response.status_code == 400
        assert list(response.json()["error"]["fields"]) == [field]


class TestConcordance:
    """GET concordance/."""

    @pytest.mark.parametrize(
        ("q", "found", "why"),
        [
            ("毒罪办", [("", "毒罪办", "支持若干")], "at the beginning"),
            ("毒罪辦", [("", "毒罪办", "支持若干")], "in Traditional characters"),
            ("会员", [("干网络，并与"[-4:], "会员", "国合作。")], "two characters inside"),
            ("合", [("与会员国"[-4:], "合", "作。")], "one character"),
            ("没有", [], "not there"),
            ("，", [], "punctuation alone is not indexed"),
            ("", [], "nothing"),
        ],
    )
    def test_lines(self, nobody, small_termbase, q, found, why):
        answer = nobody.get(f"concordance/?q={q}&width=4").json()
        assert [(line["left"], line["hit"], line["right"]) for line in answer["lines"]] == found, why

    def test_a_hit_is_shown_as_it_is_printed(self, nobody, small_termbase):
        document = Document.objects.get()
        Passage.objects.create(
            document=document,
            position=1,
            number="14",
            kind="item",
            text="見ＵＮＯＤＣ與毒 罪辦的報告",
            translation="See …",
        )
        (line,) = [ln for ln in nobody.get("concordance/?q=毒罪办").json()["lines"] if ln["number"] == "14"]
        assert (line["left"], line["hit"], line["right"]) == ("見ＵＮＯＤＣ與", "毒 罪辦", "的報告")
        assert (line["document"], line["document_key"], line["kind"], line["translation"]) == (
            "A/CONF.234/7",
            "a-conf-234-7",
            "item",
            "See …",
        )
        assert [ln["hit"] for ln in nobody.get("concordance/?q=unodc").json()["lines"]] == ["ＵＮＯＤＣ"]

    def test_a_changed_passage_is_found_as_it_is(self, nobody, small_termbase):
        Passage.objects.update(text="国际法院")
        assert nobody.get("concordance/?q=毒罪办").json()["lines"] == []
        assert len(nobody.get("concordance/?q=國際").json()["lines"]) == 1


class TestFields:
    """`fields` on every read."""

    @pytest.mark.parametrize(
        ("path", "name", "fields"),
        [
            ("concepts/", "concepts", "key,terms"),
            ("terms/", "terms", "id,text"),
            ("subject-fields/", "subject_fields", "key"),
            ("documents/", "documents", "symbol,cited_as"),
            ("documents/a-conf-234-7/passages/", "passages", "text"),
            ("concordance/?q=毒罪办", "lines", "hit"),
            ("concepts/c0001/", None, "version,examples"),
            ("documents/a-conf-234-7/", None, "key"),
        ],
    )
    def test_these_alone(self, nobody, small_termbase, path, name, fields):
        answer = nobody.get(f"{path}{'&' if '?' in path else '?'}fields={fields}").json()
        items = answer[name] if name else [answer]
        assert items
        assert all(set(item) == set(fields.split(",")) for item in items)

    def test_what_is_not_asked_for_is_not_looked_up(self, nobody, small_termbase, django_assert_num_queries):
        # the concept; terms, definitions, relations
        with django_assert_num_queries(4):
            nobody.get("concepts/c0001/?fields=key")
        # and the frequencies, the examples, whether there is evidence
        with django_assert_num_queries(7):
            nobody.get("concepts/c0001/")


class TestETag:
    """If-None-Match on every read."""

    @pytest.fixture(params=READS)
    def path(self, request, small_termbase):
        return request.param.format(term=Term.objects.get(text="毒罪办").pk)

    def test_no_news(self, nobody, path):
        first = nobody.get(path)
        assert first.status_code == 200
        assert first["Cache-Control"] == "private, no-cache"
        for tag in (first["ETag"], f'"other", {first["ETag"]}', f"W/{first['ETag']}", "*"):
            again = nobody.get(path, If_None_Match=tag)
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert nobody.get(path, If_None_Match='"other"').status_code == 200
        assert nobody.head(path, If_None_Match=first["ETag"]).status_code == 304

    def test_the_fields_asked_for_are_another_answer(self, nobody, path):
        if path != "schema/":
            first = nobody.get(path)
            some = "key" if "terms" not in path and "concordance" not in path else "text"
            some = {"concordance/?q=毒罪办": "hit", "documents/a-conf-234-7/passages/": "text"}.get(path, some)
            other = nobody.get(f"{path}{'&' if '?' in path else '?'}fields={some}")
            assert other["ETag"] != first["ETag"]

    @pytest.mark.parametrize(
        ("change", "paths"),
        [
            (lambda: Term.objects.filter(text="毒罪办").update(note="x"), ["concepts/", "concepts/c0001/", "terms/"]),
            (lambda: SubjectField.objects.update(name_zh="x"), ["concepts/", "concepts/c0001/", "subject-fields/"]),
            (lambda: Term.objects.get(text="毒罪办").examples.all().delete(), ["concepts/c0001/"]),
            (lambda: Document.objects.update(symbol="A/1"), ["concepts/c0001/", "documents/", "concordance/?q=毒罪办"]),
            (lambda: Concept.objects.get(key="c0001").withdraw(), ["concepts/", "concepts/c0001/", "terms/"]),
            (
                lambda: Passage.objects.update(text="毒罪办"),
                ["documents/a-conf-234-7/passages/", "concordance/?q=毒罪办"],
            ),
            (lambda: Concept.objects.get(key="c0004").delete(), ["concepts/", "concepts/c0003/"]),
        ],
    )
    def test_any_change_is_news(self, nobody, small_termbase, change, paths):
        tags = {path: nobody.get(path)["ETag"] for path in paths}
        change()
        for path, tag in tags.items():
            assert nobody.get(path, If_None_Match=tag).status_code == 200, path

    def test_an_unchanged_list_is_known_by_one_query(self, nobody, small_termbase, django_assert_num_queries):
        tag = nobody.get("concepts/")["ETag"]
        with django_assert_num_queries(1):
            assert nobody.get("concepts/", If_None_Match=tag).status_code == 304


def test_closed_to_strangers_by_setting(nobody, person, client, small_termbase, settings):
    settings.TERMBASE_ANONYMOUS_READ = False
    for path in ("concepts/", "concepts/c0001/", "terms/", "changes/", "concordance/?q=x", "lookup/?q=毒罪办"):
        assert nobody.get(path).status_code == 401, path
        assert Caller(person("reader")).get(path).status_code == 200, path
        assert Caller(person("nobody")).get(path).status_code == 403, path
    assert nobody.get("schema/").status_code == 200
    for page in ("/", "/concepts/c0001"):
        response = client.get(page)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/sign-in")
    assert client.get("/healthz").status_code == 200
    client.force_login(person("reader"))
    assert client.get("/").status_code == 200
    client.force_login(person("nobody"))
    assert client.get("/").status_code == 403
