"""Candidates over the API: which, what is said of one, and the decision on it."""

import pytest

from termbase.models import (
    Candidate,
    CandidateExample,
    CandidateFrequency,
    Document,
    LikelyEquivalent,
    Passage,
    SubjectField,
    Term,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidates(small_termbase):
    """会员国, of which all is known that can be, three others that wait, and one that is rejected."""
    passage = Passage.objects.get()
    first = Candidate.objects.create(
        text="会员国",
        term_type="short_form",
        subject_field=SubjectField.objects.get(),
        badges=["body", "frequent"],
        proposed_english="Member State",
        full_form="联合国会员国",
        score=0.8,
    )
    first.known_terms.set([Term.objects.get(text="毒品")])
    start = passage.text.index("会员国")
    CandidateExample.objects.create(
        candidate=first, passage=passage, start=start, end=start + 3, sentence_start=0, sentence_end=18, score=0.7
    )
    CandidateFrequency.objects.create(candidate=first, document=passage.document, count=4, score=0.8)
    LikelyEquivalent.objects.create(candidate=first, text="Member States", count=3, score=0.9)
    for text, score, badge in (("若干网络", 0.5, "series"), ("合作", 0.5, "series"), ("网络", 1.0, "title")):
        Candidate.objects.create(text=text, score=score, badges=[badge])
    Candidate.objects.create(text="支持", status="rejected", rejection_reason="too general")
    return first


def texts(caller, query=""):
    answer = caller.get(f"candidates/{query}")
    assert answer.status_code == 200, answer.content
    return [item["text"] for item in answer.json()["candidates"]]


def read(caller, candidate):
    answer = caller.get(f"candidates/{candidate.pk}/")
    assert answer.status_code == 200, answer.content
    return answer


def decide(caller, candidate, verb, body=None, **headers):
    given = {"If_Match": read(caller, candidate)["ETag"], **headers}
    return caller.post(f"candidates/{candidate.pk}/{verb}/", body if body is not None else {}, **given)


class TestReading:
    """Lists, and one."""

    @pytest.mark.parametrize(
        ("query", "expected", "why"),
        [
            ("", ["网络", "会员国", "若干网络", "合作"], "what waits, the likeliest first, of equals the oldest"),
            ("?status=rejected", ["支持"], "what was decided stays to be read"),
            ("?document=a-conf-234-7", ["会员国"], "of a document"),
            ("?document=none", [], "of a document that there is not"),
            ("?badge=series", ["若干网络", "合作"], "why it is there"),
            ("?term_type=short_form", ["会员国"], "proposed type"),
            ("?subject_field=bodies", ["会员国"], "proposed field"),
            ("?min_score=0.8", ["网络", "会员国"], "so sure at least"),
            ("?q=網 絡", ["网络", "若干网络"], "a part, in any script"),
            ("?q=网络&badge=title", ["网络"], "filters together"),
        ],
    )
    def test_which(self, reviewer, candidates, query, expected, why):
        assert texts(reviewer, query) == expected, why

    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_pages_have_all_once(self, reviewer, candidates, limit):
        found, cursor = [], ""
        while cursor is not None:
            answer = reviewer.get(f"candidates/?limit={limit}{f'&cursor={cursor}' if cursor else ''}").json()
            found += [item["text"] for item in answer["candidates"]]
            cursor = answer["next"]
        assert found == ["网络", "会员国", "若干网络", "合作"]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("?status=approved", "status"),
            ("?badge=good", "badge"),
            ("?min_score=2", "min_score"),
            ("?cursor=x", "cursor"),
            ("?score=1", "score"),
            ("?fields=examples", "fields"),
        ],
    )
    def test_parameters_that_cannot_be_taken(self, reviewer, candidates, query, field):
        answer = reviewer.get(f"candidates/{query}")
        assert answer.status_code == 400
        assert list(answer.json()["error"]["fields"]) == [field]

    def test_all_that_is_said_of_one(self, reviewer, candidates):
        record = read(reviewer, candidates).json()
        record.pop("found_at")
        assert record == {
            "id": candidates.pk,
            "version": 1,
            "language": "zh-Hans",
            "text": "会员国",
            "term_type": "short_form",
            "badges": ["body", "frequent"],
            "full_form": "联合国会员国",
            "proposed_english": "Member State",
            "score": 0.8,
            "status": "waiting",
            "rejection_reason": "",
            "reviewed_at": None,
            "subject_field": {"key": "bodies", "name_en": "Bodies", "name_zh": "机构"},
            "variant_of": None,
            "concept": None,
            "term": None,
            "frequencies": [{"document": "A/CONF.234/7", "count": 4}],
            "examples": [
                {
                    "text": "毒罪办支持若干网络，并与会员国合作。",
                    "start": 12,
                    "end": 15,
                    "document": "A/CONF.234/7",
                    "document_key": "a-conf-234-7",
                    "number": "13",
                    "translation": "",
                }
            ],
            "known_terms": [{"text": "毒品", "concept": "c0002"}],
            "likely_equivalents": [{"text": "Member States", "count": 3, "score": 0.9}],
        }

    def test_some_of_it(self, reviewer, candidates):
        assert list(reviewer.get(f"candidates/{candidates.pk}/?fields=examples").json()) == ["examples"]
        first, *_ = reviewer.get("candidates/?fields=text,score").json()["candidates"]
        assert set(first) == {"text", "score"}

    def test_no_news(self, reviewer, candidates):
        for path in ("candidates/", f"candidates/{candidates.pk}/"):
            tag = reviewer.get(path)["ETag"]
            assert reviewer.get(path, If_None_Match=tag).status_code == 304, path

    @pytest.mark.parametrize("path", ["candidates/0/", f"candidates/{10**30}/"])
    def test_one_that_there_is_not(self, reviewer, candidates, path):
        assert reviewer.get(path).status_code == 404

    def test_the_same_number_of_queries_however_many(self, reviewer, candidates, django_assert_num_queries):
        texts(reviewer)
        for half in ("甲", "乙"):
            # the token, its user and that user's permissions (2); candidates with what they point to, frequencies
            with django_assert_num_queries(5):
                texts(reviewer)
            document = Document.objects.get()
            for number in range(10):
                more = Candidate.objects.create(text=f"候选{half}{number}", term=Term.objects.first())
                CandidateFrequency.objects.create(candidate=more, document=document, count=1, score=0.1)


class TestDeciding:
    """Accept, merge, reject, undo: each on what was read, each once."""

    def test_accepted_it_is_a_proposed_concept(self, terminologist, reviewer, candidates):
        answer = decide(terminologist, candidates, "accept")
        assert answer.status_code == 200, answer.content
        record = answer.json()
        assert (record["status"], record["version"]) == ("accepted", 2)
        concept = reviewer.get(f"concepts/{record['concept']}/?proposed=true").json()
        assert [(t["text"], t["review_status"], t["id"] == record["term"]) for t in concept["terms"]] == [
            ("Member State", "proposed", False),
            ("会员国", "proposed", True),
        ]
        assert answer["ETag"].startswith('"2-')
        assert texts(terminologist) == ["网络", "若干网络", "合作"]

    def test_with_english_and_a_type_of_ones_own(self, terminologist, candidates):
        record = decide(terminologist, candidates, "accept", {"english": "", "term_type": "full_form"}).json()
        assert list(Term.objects.filter(concept__key=record["concept"]).values_list("text", "term_type")) == [
            ("会员国", "full_form")
        ]

    def test_merged_it_is_a_term_of_that_concept(self, terminologist, candidates):
        record = decide(terminologist, candidates, "merge", {"into": "c0001"}).json()
        assert (record["status"], record["concept"]) == ("accepted", "c0001")

    def test_rejected_it_is_remembered(self, terminologist, candidates):
        record = decide(terminologist, candidates, "reject", {"reason": "too general"}).json()
        assert (record["status"], record["rejection_reason"]) == ("rejected", "too general")

    @pytest.mark.parametrize(
        ("verb", "body"), [("accept", {}), ("merge", {"into": "c0001"}), ("reject", {"reason": "too general"})]
    )
    def test_undone_it_waits_again(self, terminologist, candidates, verb, body):
        decide(terminologist, candidates, verb, body)
        answer = decide(terminologist, candidates, "undo")
        assert answer.status_code == 200, answer.content
        record = answer.json()
        assert (record["status"], record["concept"], record["rejection_reason"]) == ("waiting", None, "")
        assert record["version"] > 2

    @pytest.mark.parametrize(
        ("verb", "body", "field", "why"),
        [
            ("accept", {"english": "a\x07"}, "english", "a control character"),
            ("accept", {"term_type": "word"}, "term_type", "not in the picklist"),
            ("accept", {"englisch": "x"}, "englisch", "no such member"),
            ("merge", {}, "into", "into what?"),
            ("reject", {}, "reason", "why?"),
            ("reject", {"reason": " "}, "reason", "white space is no reason"),
            ("undo", {"reason": 1.5, "x": 1}, "x", "no such member"),
        ],
    )
    def test_bodies_that_cannot_be_taken(self, terminologist, candidates, verb, body, field, why):
        answer = decide(terminologist, candidates, verb, body)
        assert answer.status_code == 400, why
        assert list(answer.json()["error"]["fields"]) == [field], why
        assert Candidate.objects.get(pk=candidates.pk).status == "waiting"

    @pytest.mark.parametrize(
        ("into", "status", "why"),
        [("c9999", 404, "no such concept"), ("c0005", 410, "withdrawn"), ("c0002", 409, "has it already")],
    )
    def test_concepts_that_do_not_take_it(self, terminologist, candidates, into, status, why):
        gone = Term.objects.get(text="恐怖主义罪").concept
        gone.withdraw()
        Term.objects.create(concept=Term.objects.get(text="毒品").concept, language="zh-Hans", text="会员国")
        assert decide(terminologist, candidates, "merge", {"into": into}).status_code == status, why

    @pytest.mark.parametrize("verb", ["accept", "reject", "merge", "undo"])
    @pytest.mark.parametrize(
        ("given", "status", "why"), [("", 428, "no version"), ('"7"', 412, "another version"), ("1", 400, "no ETag")]
    )
    def test_no_decision_on_what_was_not_read(self, terminologist, candidates, verb, given, status, why):
        body = {"reject": {"reason": "x"}, "merge": {"into": "c0001"}}.get(verb)
        assert decide(terminologist, candidates, verb, body, If_Match=given).status_code == status, why

    def test_of_two_who_decide_the_second_is_told(self, terminologist, reviewer, candidates):
        tag = read(reviewer, candidates)["ETag"]
        decide(terminologist, candidates, "accept")
        assert decide(reviewer, candidates, "reject", {"reason": "x"}, If_Match=tag).status_code == 412
        answer = decide(reviewer, candidates, "reject", {"reason": "x"})
        assert answer.status_code == 409
        assert "terminologist has decided" in answer.json()["error"]["message"]

    def test_a_harvest_of_other_documents_stands_in_no_ones_way(self, terminologist, candidates):
        tag = read(terminologist, candidates)["ETag"]
        CandidateFrequency.objects.update(count=40)
        Candidate.objects.filter(pk=candidates.pk).update(score=0.9)
        assert read(terminologist, candidates)["ETag"] != tag
        assert decide(terminologist, candidates, "accept", If_Match=tag).status_code == 200

    def test_sent_again_it_is_carried_out_once(self, terminologist, candidates):
        tag = read(terminologist, candidates)["ETag"]
        answers = [decide(terminologist, candidates, "accept", Idempotency_Key="k", If_Match=tag) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert Term.objects.filter(text="会员国").count() == 1

    @pytest.mark.parametrize("verb", ["accept", "reject", "merge", "undo"])
    def test_on_one_that_there_is_not(self, terminologist, small_termbase, verb):
        body = {"reject": {"reason": "x"}, "merge": {"into": "c0001"}}.get(verb, {})
        assert terminologist.post(f"candidates/1/{verb}/", body, If_Match='"1"').status_code == 404
