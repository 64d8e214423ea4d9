"""Writes to concepts and terms over the API."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from termbase.models import Activity, Concept, Definition, SubjectField, Term
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

NEW = {
    "subject_field": "bodies",
    "note": "A note.",
    "terms": [
        {"language": "zh-Hans", "text": "司法协助", "administrative_status": "preferred", "source": "A/1"},
        {"language": "en", "text": "mutual legal assistance", "source": "A/1", "reliability": 3},
    ],
    "definitions": [{"language": "en", "text": "Help between courts.", "source": "editors"}],
    "relations": [{"relation_type": "related", "concept": "c0004"}],
}


def etag(caller, path):
    response = caller.get(path)
    assert response.status_code == 200, response.content
    return response["ETag"]


class TestCreate:
    """POST concepts/."""

    def test_a_concept_with_all_its_parts(self, terminologist, small_termbase):
        response = terminologist.post("concepts/", NEW)
        assert response.status_code == 201, response.content
        concept = response.json()
        assert response["Location"] == f"/api/v1/concepts/{concept['key']}/"
        assert response["ETag"].startswith(f'"{concept["version"]}-')
        assert concept["subject_field"]["key"] == "bodies"
        assert [(t["text"], t["reading"], t["review_status"]) for t in concept["terms"]] == [
            ("司法协助", "sī fǎ xié zhù", "proposed"),
            ("mutual legal assistance", "", "proposed"),
        ]
        assert concept["definitions"] == NEW["definitions"]
        assert concept["relations"] == NEW["relations"]
        assert set(
            Term.objects.filter(concept__key=concept["key"]).values_list("proposed_by__username", flat=True)
        ) == {"terminologist"}

    def test_a_key_of_ones_own(self, terminologist, small_termbase):
        assert terminologist.post("concepts/", NEW | {"key": "my-key"}).json()["key"] == "my-key"
        again = terminologist.post("concepts/", NEW | {"key": "my-key"})
        assert (again.status_code, list(again.json()["error"]["fields"])) == (409, ["key"])

    @pytest.mark.parametrize(
        ("changes", "field", "why"),
        [
            ({"key": "1x"}, "key", "begins with a figure"),
            ({"key": "x" * 65}, "key", "too long"),
            ({"subject_field": "none"}, "subject_field", "there is none such"),
            ({"subject_field": "a\ud7ff" * 2000}, "subject_field", "longer than any"),
            ({"subject_field": 5}, "subject_field", "not a key"),
            ({"terms": []}, "terms", "a concept has terms"),
            ({"terms": "x"}, "terms", "not a list"),
            ({"terms": [{"language": "en"}]}, "terms[0].text", "no text"),
            ({"terms": [{"language": "fr", "text": "x"}]}, "terms[0].language", "not a language here"),
            ({"terms": [{"language": "en", "text": " x"}]}, "terms[0].text", "white space before"),
            ({"terms": [{"language": "en", "text": "x\u200b"}]}, "terms[0].text", "invisible white space after"),
            ({"terms": [{"language": "en", "text": "a\nb"}]}, "terms[0].text", "a line break"),
            ({"terms": [{"language": "en", "text": "毒" * 1000}]}, "terms[0].text", "no index takes 3,000 bytes"),
            ({"terms": [{"language": "en", "text": "㍿" * 300}]}, "terms[0].text", "nor a key that grows beyond"),
            ({"terms": [{"language": "en", "text": "《》"}]}, "terms[0].text", "nothing to find it by"),
            ({"terms": [{"language": "en", "text": "x", "reliability": 5}]}, "terms[0].reliability", "1 to 4"),
            ({"terms": [{"language": "en", "text": "x", "txet": "y"}]}, "terms[0].txet", "misspelt"),
            ({"terms": [{"language": "en", "text": "x", "id": 1}]}, "terms", "not a term of a new concept"),
            ({"terms": [NEW["terms"][0] | {"geographical_usage": "x" * 121}]}, "terms[0].geographical_usage", "long"),
            ({"definitions": [{"language": "en", "text": ""}]}, "definitions[0].text", "blank"),
            (
                {"relations": [{"relation_type": "narrower", "concept": "c0004"}]},
                "relations[0].relation_type",
                "no such",
            ),
            ({"relations": [{"relation_type": "related", "concept": "c9999"}]}, "relations[0].concept", "no such"),
            ({"relations": [{"relation_type": "related", "concept": {}}]}, "relations[0].concept", "not a key"),
            ({"defnitions": []}, "defnitions", "misspelt"),
            ({"note": {"x": 1}}, "note", "not a text"),
            ({"note": "x" * 10_001}, "note", "too long"),
        ],
    )
    def test_refused_with_the_field(self, terminologist, small_termbase, changes, field, why):
        before = Concept.objects.count()
        response = terminologist.post("concepts/", NEW | changes)
        assert response.status_code == 400, why
        assert list(response.json()["error"]["fields"]) == [field], response.json()
        assert Concept.objects.count() == before

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"terms": [NEW["terms"][0], NEW["terms"][0] | {"administrative_status": "admitted"}]}, "text"),
            ({"terms": [NEW["terms"][0], NEW["terms"][0] | {"text": "法律互助"}]}, "administrative_status"),
            ({"definitions": NEW["definitions"] * 2}, "definitions"),
            ({"relations": NEW["relations"] * 2}, "relations"),
        ],
    )
    def test_parts_that_cannot_stand_together(self, terminologist, small_termbase, changes, field):
        response = terminologist.post("concepts/", NEW | changes)
        assert response.status_code == 409
        assert list(response.json()["error"]["fields"]) == [field]

    @pytest.mark.parametrize("body", [None, [], "x", 5])
    def test_not_an_object(self, terminologist, body, db):
        response = terminologist.post("concepts/", b"null" if body is None else body)
        assert response.status_code == 400


class TestChange:
    """PUT and PATCH concepts/{key}/."""

    def test_what_was_read_can_be_put_back_and_changes_nothing(self, terminologist, small_termbase):
        for key in ("c0001", "c0003", "c0004"):
            read = terminologist.get(f"concepts/{key}/")
            written = terminologist.put(f"concepts/{key}/", read.json(), If_Match=read["ETag"])
            assert written.status_code == 200, written.content
            assert written.json()["version"] == read.json()["version"]

    def test_put_replaces_all(self, terminologist, small_termbase):
        read = terminologist.get("concepts/c0004/").json()
        body = {"note": "new", "terms": read["terms"]}
        written = terminologist.put("concepts/c0004/", body, If_Match=etag(terminologist, "concepts/c0004/"))
        assert (written.json()["note"], written.json()["definitions"]) == ("new", [])

    def test_patch_leaves_the_rest(self, terminologist, small_termbase):
        tag = etag(terminologist, "concepts/c0001/")
        written = terminologist.patch("concepts/c0001/", {"note": "new"}, If_Match=tag).json()
        assert (written["note"], written["subject_field"]["key"], len(written["terms"])) == ("new", "bodies", 5)
        tag = etag(terminologist, "concepts/c0001/")
        written = terminologist.patch("concepts/c0001/", {"subject_field": None}, If_Match=tag).json()
        assert (written["note"], written["subject_field"]) == ("new", None)

    def test_another_text_has_to_be_approved_again_and_is_the_writers_proposal(self, terminologist, small_termbase):
        terms = terminologist.get("concepts/c0002/").json()["terms"]
        drug = next(term for term in terms if term["text"] == "drug")
        drug["text"] = "narcotic drug"
        tag = etag(terminologist, "concepts/c0002/")
        written = terminologist.patch("concepts/c0002/", {"terms": terms}, If_Match=tag).json()
        assert {t["text"]: t["review_status"] for t in written["terms"]} == {
            "毒品": "approved",
            "narcotic drug": "proposed",
        }
        assert Term.objects.get(text="narcotic drug").proposed_by.username == "terminologist"

    def test_a_reading_follows_its_text(self, terminologist, small_termbase):
        terms = terminologist.get("concepts/c0002/").json()["terms"]
        next(term for term in terms if term["text"] == "毒品")["text"] = "麻醉品"
        tag = etag(terminologist, "concepts/c0002/")
        terminologist.patch("concepts/c0002/", {"terms": terms}, If_Match=tag)
        assert Term.objects.get(text="麻醉品").reading == "má zuì pǐn"

    def test_preference_passes_from_one_to_the_other(self, terminologist, small_termbase):
        terms = terminologist.get("concepts/c0001/").json()["terms"]
        english = {term["text"]: term for term in terms if term["language"] == "en"}
        english["UNODC"]["administrative_status"] = "preferred"
        english["United Nations Office on Drugs and Crime"]["administrative_status"] = "admitted"
        tag = etag(terminologist, "concepts/c0001/")
        response = terminologist.patch("concepts/c0001/", {"terms": terms}, If_Match=tag)
        assert response.status_code == 200, response.content

    def test_an_approved_term_is_not_taken_out(self, terminologist, small_termbase):
        terms = terminologist.get("concepts/c0002/").json()["terms"]
        tag = etag(terminologist, "concepts/c0002/")
        response = terminologist.patch("concepts/c0002/", {"terms": terms[:1]}, If_Match=tag)
        assert response.status_code == 400
        assert "rejected, not taken out" in response.json()["error"]["fields"]["terms"][0]

    def test_terms_not_seen_are_not_touched(self, terminologist, small_termbase):
        Term.objects.create(
            concept=Concept.objects.get(key="c0002"), language="en", text="dope", review_status="rejected"
        )
        read = terminologist.get("concepts/c0002/")
        assert terminologist.put("concepts/c0002/", read.json(), If_Match=read["ETag"]).status_code == 200
        assert Term.objects.get(text="dope").review_status == "rejected"

    def test_definitions_and_relations_come_and_go(self, terminologist, small_termbase):
        body = {
            "definitions": [
                {"language": "en", "text": "Violence meant to intimidate.", "source": "other"},
                {"language": "zh-Hans", "text": "旨在恐吓的暴力。"},
            ],
            "relations": [{"relation_type": "see_also", "concept": "c0003"}],
        }
        kept = Definition.objects.get().pk
        tag = etag(terminologist, "concepts/c0004/")
        written = terminologist.patch("concepts/c0004/", body, If_Match=tag).json()
        assert [d["source"] for d in written["definitions"]] == ["other", ""]
        assert Definition.objects.filter(pk=kept, source="other").exists()
        assert written["relations"] == body["relations"]
        tag = etag(terminologist, "concepts/c0004/")
        written = terminologist.patch("concepts/c0004/", {"definitions": [], "relations": []}, If_Match=tag).json()
        assert (written["definitions"], written["relations"]) == ([], [])

    def test_not_related_to_itself(self, terminologist, small_termbase):
        body = {"relations": [{"relation_type": "related", "concept": "c0004"}]}
        tag = etag(terminologist, "concepts/c0004/")
        response = terminologist.patch("concepts/c0004/", body, If_Match=tag)
        assert (response.status_code, list(response.json()["error"]["fields"])) == (400, ["relations"])

    def test_a_term_of_another_concept(self, terminologist, small_termbase):
        other = Term.objects.get(text="terrorism").pk
        terms = terminologist.get("concepts/c0002/").json()["terms"]
        body = {"terms": [*terms, {"id": other, "language": "en", "text": "x"}]}
        response = terminologist.patch("concepts/c0002/", body, If_Match=etag(terminologist, "concepts/c0002/"))
        assert response.status_code == 400
        assert f"{other} is not a term of this concept" in response.json()["error"]["fields"]["terms"]


class TestIfMatch:
    """No write goes over one that its writer has not seen."""

    WRITES = (
        ("PATCH", "concepts/c0002/", {"note": "x"}),
        ("PUT", "concepts/c0002/", {"terms": [{"language": "en", "text": "x"}]}),
        ("DELETE", "concepts/c0002/", None),
        ("PATCH", "terms/{term}/", {"note": "x"}),
        ("POST", "terms/{term}/approve/", None),
        ("POST", "terms/{term}/reject/", {"reason": "x"}),
    )

    @pytest.fixture(params=WRITES, ids=lambda case: f"{case[0]} {case[1]}")
    def write(self, request, reviewer, small_termbase):
        method, path, body = request.param
        path = path.format(term=Term.objects.get(text="drug").pk)
        return lambda **headers: reviewer(method, path, body, **headers)

    @pytest.mark.parametrize("header", [None, "", "*"])
    def test_required(self, write, header):
        response = write() if header is None else write(If_Match=header)
        assert response.status_code == 428
        assert response.json()["error"]["code"] == "precondition_required"

    @pytest.mark.parametrize("header", ['"0"', '"999"', '"x"', '"1-zz"', 'W/"77-ab", "78"', '"' + "9" * 30 + '"'])
    def test_stale(self, write, header):
        before = Concept.objects.get(key="c0002").version
        response = write(If_Match=header)
        assert response.status_code == 412
        assert response.json()["error"]["code"] == "stale"
        assert Concept.objects.get(key="c0002").version == before

    @pytest.mark.parametrize("header", ["1", "version 1"])
    def test_not_an_etag(self, write, header):
        response = write(If_Match=header)
        assert (response.status_code, list(response.json()["error"]["fields"])) == (400, ["If-Match"])

    def test_one_of_several_and_the_version_alone_and_a_weak_one_will_do(self, reviewer, small_termbase):
        for form in ('"{}"', 'W/"{}-abc123"', '"0", "{}"'):
            version = Concept.objects.get(key="c0002").version
            response = reviewer.patch("concepts/c0002/", {"note": form}, If_Match=form.format(version))
            assert response.status_code == 200, form

    def test_new_examples_stand_in_no_writers_way(self, reviewer, small_termbase):
        tag = etag(reviewer, "concepts/c0001/")
        Term.objects.get(text="毒罪办").examples.update(score=0.1)
        Term.objects.get(text="毒罪办").frequencies.update(count=7)
        assert etag(reviewer, "concepts/c0001/") != tag
        assert reviewer.patch("concepts/c0001/", {"note": "x"}, If_Match=tag).status_code == 200

    @pytest.mark.parametrize("field", ["source", "usage_note"])
    def test_a_write_to_a_part_makes_what_was_read_stale(self, reviewer, small_termbase, field):
        tag = etag(reviewer, "concepts/c0002/")
        Term.objects.filter(text="drug").update(**{field: "other"})
        assert reviewer.patch("concepts/c0002/", {"note": "x"}, If_Match=tag).status_code == 412


@pytest.mark.django_db(transaction=True)
def test_of_writers_at_once_one_wins(small_termbase, person):
    """Every one has read the same version."""
    callers = [Caller(person("terminologist")) for _ in range(4)]
    tag = etag(callers[0], "concepts/c0002/")
    together = Barrier(len(callers), timeout=30)

    def write(number):
        try:
            together.wait()
            return callers[number].patch("concepts/c0002/", {"note": f"by {number}"}, If_Match=tag).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(callers)) as threads:
        answers = list(threads.map(write, range(len(callers))))
    assert sorted(answers) == [200, 412, 412, 412]
    assert Concept.objects.get(key="c0002").note == f"by {answers.index(200)}"


@pytest.mark.django_db(transaction=True)
def test_writers_that_get_in_each_others_way_never_see_a_fault_of_ours(small_termbase, person):
    """The admin locks a term and then its concept, the API the concept and then its terms."""
    caller = Caller(person("terminologist"))
    read = caller.get("concepts/c0002/")
    body = {"terms": [term | {"note": "api"} for term in read.json()["terms"]]}
    terms = list(Term.objects.filter(concept__key="c0002").values_list("pk", flat=True))
    together = Barrier(2, timeout=30)

    def api():
        try:
            together.wait()
            return caller.patch("concepts/c0002/", body, If_Match=read["ETag"]).status_code
        finally:
            connection.close()

    def admin():
        try:
            together.wait()
            for pk in terms * 5:
                Term.objects.filter(pk=pk).update(usage_note="admin")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answer, other = threads.submit(api), threads.submit(admin)
        other.exception()
        assert answer.result() in (200, 409, 412)


class TestWithdraw:
    """DELETE concepts/{key}/."""

    def test_the_key_goes_on_answering(self, terminologist, small_termbase):
        tag = etag(terminologist, "concepts/c0002/")
        response = terminologist.delete("concepts/c0002/", If_Match=tag)
        assert (response.status_code, response.content) == (204, b"")
        answer = terminologist.get("concepts/c0002/").json()
        assert answer["withdrawn_at"]
        assert answer["terms"] == []
        assert "c0002" not in [c["key"] for c in terminologist.get("concepts/").json()["concepts"]]

    def test_what_is_withdrawn_is_not_written(self, reviewer, small_termbase):
        term = Term.objects.get(text="drug").pk
        reviewer.delete("concepts/c0002/", If_Match=etag(reviewer, "concepts/c0002/"))
        tag = etag(reviewer, "concepts/c0002/")
        for method, path, body in (
            ("PATCH", "concepts/c0002/", {"note": "x"}),
            ("DELETE", "concepts/c0002/", None),
            ("PATCH", f"terms/{term}/", {"note": "x"}),
            ("POST", f"terms/{term}/approve/", None),
            ("POST", "terms/", {"concept": "c0002", "language": "en", "text": "x"}),
        ):
            response = reviewer(method, path, body, If_Match=tag)
            assert response.status_code == 410, path
            assert response.json()["error"]["code"] == "withdrawn"


class TestTerms:
    """Terms on their own."""

    def test_add(self, terminologist, small_termbase):
        body = {"concept": "c0002", "language": "en", "text": "narcotic"}
        response = terminologist.post("terms/", body)
        assert response.status_code == 201, response.content
        term = response.json()
        assert response["Location"] == f"/api/v1/terms/{term['id']}/"
        assert (term["concept"], term["review_status"]) == ("c0002", "proposed")
        assert term["concept_version"] == Concept.objects.get(key="c0002").version
        again = terminologist.post("terms/", body)
        assert (again.status_code, list(again.json()["error"]["fields"])) == (409, ["text"])
        assert terminologist.post("terms/", body | {"concept": "c9999"}).status_code == 404

    def test_change_and_lists(self, terminologist, small_termbase):
        term = Term.objects.get(text="drug")
        tag = etag(terminologist, f"terms/{term.pk}/")
        response = terminologist.patch(f"terms/{term.pk}/", {"text": "drugs"}, If_Match=tag)
        assert (response.status_code, response.json()["review_status"]) == (200, "proposed")
        proposed = terminologist.get("terms/?review_status=proposed&concept=c0002").json()["terms"]
        assert [t["text"] for t in proposed] == ["drugs"]

    def test_what_a_reader_sees(self, nobody, terminologist, small_termbase):
        shown, hidden = Term.objects.get(text="drug"), Term.objects.get(text="毒品")
        Term.objects.filter(pk=hidden.pk).update(review_status="rejected")
        assert nobody.get(f"terms/{shown.pk}/").status_code == 200
        assert nobody.get(f"terms/{hidden.pk}/").status_code == 404
        assert terminologist.get(f"terms/{hidden.pk}/").status_code == 200
        assert nobody.get("terms/?review_status=rejected").status_code == 403
        assert len(terminologist.get("terms/?review_status=rejected").json()["terms"]) == 1

    def test_approve_and_reject(self, reviewer, small_termbase):
        term = Term.objects.get(text="恐怖主义罪")
        path = f"terms/{term.pk}/"
        answer = reviewer.post(f"{path}approve/", If_Match=etag(reviewer, path))
        assert (answer.status_code, answer.json()["review_status"]) == (200, "approved")
        answer = reviewer.post(f"{path}reject/", {"reason": "No one says so."}, If_Match=etag(reviewer, path))
        assert (answer.status_code, answer.json()["review_status"]) == (200, "rejected")
        term.refresh_from_db()
        assert (term.rejection_reason, term.reviewed_by.username) == ("No one says so.", "reviewer")

    def test_a_rejection_has_a_reason(self, reviewer, small_termbase):
        path = f"terms/{Term.objects.get(text='drug').pk}/"
        answer = reviewer.post(f"{path}reject/", {}, If_Match=etag(reviewer, path))
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["reason"])

    def test_no_one_approves_what_they_wrote(self, reviewer, small_termbase):
        path = f"terms/{Term.objects.get(text='drug').pk}/"
        reviewer.patch(path, {"text": "my word"}, If_Match=etag(reviewer, path))
        answer = reviewer.post(f"{path}approve/", If_Match=etag(reviewer, path))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")

    def test_not_without_a_source(self, reviewer, small_termbase):
        Term.objects.filter(text="恐怖主义罪").update(source="")
        path = f"terms/{Term.objects.get(text='恐怖主义罪').pk}/"
        answer = reviewer.post(f"{path}approve/", If_Match=etag(reviewer, path))
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["source"])

    def test_an_approved_term_does_not_lose_its_source(self, terminologist, small_termbase):
        path = f"terms/{Term.objects.get(text='drug').pk}/"
        answer = terminologist.patch(path, {"source": ""}, If_Match=etag(terminologist, path))
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["source"])

    @pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30, "9" * 5000, "-1", "x"])
    def test_unknown(self, nobody, pk, db):
        assert nobody.get(f"terms/{pk}/").status_code == 404


def test_subject_fields_as_answers_have_them(terminologist, small_termbase):
    SubjectField.objects.create(key="other", name_en="Other", name_zh="其他")
    tag = etag(terminologist, "concepts/c0001/")
    body = {"subject_field": {"key": "other", "name_en": "ignored"}}
    assert terminologist.patch("concepts/c0001/", body, If_Match=tag).json()["subject_field"]["name_en"] == "Other"


class TestReason:
    """Change-Reason: why, for the history, with every write."""

    WRITES = [
        pytest.param("post", "concepts/", NEW, "edit", id="a new concept"),
        pytest.param("patch", "concepts/c0005/", {"note": "new"}, "edit", id="some of a concept"),
        pytest.param("delete", "concepts/c0005/", None, "withdraw", id="withdrawn, without a body"),
        pytest.param("post", "terms/", {"concept": "c0002", "language": "en", "text": "new"}, "edit", id="a new term"),
        pytest.param("patch", "terms/{term}/", {"note": "new"}, "edit", id="some of a term"),
        pytest.param("post", "terms/{term}/approve/", None, "review", id="approved, without a body"),
    ]

    @staticmethod
    def write(caller, method, path, body, reason):
        term = Term.objects.get(text="terrorist offence")
        headers = {"If_Match": f'"{term.concept.version}"', "Change_Reason": reason}
        return caller(method.upper(), path.format(term=term.pk), body, **headers)

    @pytest.mark.parametrize(("method", "path", "body", "kind"), WRITES)
    def test_is_kept(self, reviewer, small_termbase, method, path, body, kind):
        response = self.write(reviewer, method, path, body, "%E4%BE%9D A/RES/60/1, 5%25")
        assert response.status_code < 300, response.content
        activity = Activity.objects.order_by("-pk").first()
        assert (activity.kind, activity.reason, activity.user) == (kind, "依 A/RES/60/1, 5%", reviewer.user)

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            pytest.param("", "", id="none"),
            pytest.param("plain", "plain", id="ASCII"),
            pytest.param("依据".encode().decode("latin-1"), "依据", id="UTF-8 as it stands, as WSGI hands it on"),
            pytest.param("  spaces ", "spaces", id="spaces around it"),
        ],
    )
    def test_forms(self, reviewer, small_termbase, given, kept):
        assert self.write(reviewer, "patch", "concepts/c0005/", {"note": "new"}, given).status_code == 200
        assert Activity.objects.order_by("-pk").first().reason == kept

    @pytest.mark.parametrize("given", ["x" * 501, "%ff", "%00", "a%0Ab", "\xe9"])
    def test_refused_before_anything_is_written(self, reviewer, small_termbase, given):
        response = self.write(reviewer, "patch", "concepts/c0005/", {"note": "new"}, given)
        assert (response.status_code, list(response.json()["error"]["fields"])) == (400, ["Change-Reason"])
        assert not Concept.objects.filter(note="new").exists()

    def test_the_reason_of_a_rejection_goes_before_it(self, reviewer, small_termbase):
        assert self.write(reviewer, "post", "terms/{term}/reject/", {"reason": "vague"}, "other").status_code == 200
        assert Activity.objects.order_by("-pk").first().reason == "vague"
