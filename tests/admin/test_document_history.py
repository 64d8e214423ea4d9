"""A document's history in the workbench, and what readers and programs meet where it was withdrawn."""

import re

import pytest

from termbase.harvest import versions, withdrawing
from termbase.harvest.documents import DocumentInfo, harvest
from termbase.harvest.files import File
from termbase.history.documents import last_revision
from termbase.jobs import put_text_back, read_again
from termbase.models import Activity, Candidate, Document, Example, Passage, Term
from termbase.models.history import acting
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

OLD = "1. 毒罪办支持打击走私移民行动计划，并与会员国合作执行打击走私移民行动计划。 \n"
NEW = "1. 导言一段，说明背景。 \n"


@pytest.fixture
def document(li):
    """Two versions, and two descriptions."""
    for name, text in (("old.txt", OLD), ("new.txt", NEW)):
        found = harvest(File(name, text.encode()), DocumentInfo(file=name, key="d", symbol="A/1"), by=li).document
    with acting(user=li, reason="<b>as printed</b>"):
        Document.objects.filter(pk=found.pk).update(title_en="Final report")
    return Document.objects.get(pk=found.pk)


@pytest.fixture
def at(document):
    return f"/admin/termbase/document/{document.pk}"


def seen(document, **data):
    return {"version": last_revision(document), **data}


class TestHistory:
    def test_it_tells_texts_and_descriptions(self, client, at):
        text = client.get(f"{at}/history/").text
        assert "new.txt" in text
        assert re.search(r"1 \(\+1 −1\)", text)
        assert f"{at}/versions/1/" in text
        assert re.search("restore/[0-9]+/", text)
        assert "&lt;b&gt;as printed" in text

    def test_contributors_read_and_change_nothing(self, client, at):
        client.force_login(person("c", "contributor"))
        text = client.get(f"{at}/history/").text
        assert f"{at}/versions/1/" in text
        assert "restore/" not in text
        assert "put-back/" not in text

    def test_queries_do_not_grow_with_it(self, client, li, document, at, django_assert_max_num_queries):
        for number in range(10):
            with acting(user=li):
                Document.objects.filter(pk=document.pk).update(body=str(number))
        with django_assert_max_num_queries(25):
            client.get(f"{at}/history/")

    def test_an_earlier_text_is_read(self, client, at):
        assert "走私移民" in client.get(f"{at}/versions/1/").text
        assert "导言一段" in client.get(f"{at}/versions/2/").text
        assert client.get(f"{at}/versions/3/").status_code == 404

    def test_a_form_says_why(self, client, document, at):
        assert 'name="_reason"' in client.get(f"{at}/change/").text

    def test_a_description_is_brought_back(self, client, document, at):
        first = Activity.objects.filter(reason="new.txt").get().revisions.latest("pk")
        address = f"{at}/restore/{first.pk}/"
        assert "Final report" in client.get(address).text, "what would change is shown"
        assert client.post(address, {"version": 0}).status_code == 409
        assert client.post(address, seen(document)).status_code == 302
        assert Document.objects.get(pk=document.pk).title_en == ""


class TestPuttingBack:
    def test_at_once(self, client, document, at):
        address = f"{at}/versions/1/put-back/"
        assert "走私移民" not in str(list(document.passages.values_list("text", flat=True)))
        assert client.get(address).status_code == 200
        assert Document.objects.get(pk=document.pk).version == 2, "looking writes nothing"
        assert client.post(address, seen(document, _reason="mistaken")).status_code == 302
        document.refresh_from_db()
        assert (document.version, document.passages.get().text[:3]) == (3, "毒罪办")
        assert Activity.objects.order_by("-pk").first().reason == "mistaken"
        assert client.post(address, {"version": "x"}).status_code == 409

    def test_in_the_background(self, client, li, document, at, monkeypatch):
        monkeypatch.setattr("termbase.admin.document_versions.PART", 0)
        response = client.post(f"{at}/versions/1/put-back/", seen(document), follow=True)
        assert "It is being put back" in response.text
        put_text_back(key="d", number=1, seen=last_revision(document), user=li.pk, reason="mistaken")
        assert Document.objects.get(pk=document.pk).version == 3

    def test_then_its_candidates_are_found(self, client, li, document):
        versions.put_back(key="d", number=1, seen=None, by=li)
        read_again(document.pk)
        assert Candidate.objects.filter(frequencies__document=document).exists()


class TestWithdrawing:
    def test_there_and_back(self, client, document, at):
        assert f"{at}/withdraw/" in client.get(f"{at}/change/").text
        assert client.get(f"{at}/withdraw/").status_code == 200
        assert client.post(f"{at}/withdraw/", seen(document)).status_code == 409, "readers are told why"
        assert client.post(f"{at}/withdraw/", seen(document, _reason="a draft")).status_code == 302
        document.refresh_from_db()
        assert document.withdrawal_reason == "a draft"
        page = client.get(f"{at}/change/").text
        assert f"{at}/bring-back/" in page
        assert f"{at}/withdraw/" not in page
        assert "a draft" in client.get(f"{at}/history/").text
        found = "/admin/termbase/document/?withdrawn="
        assert (at in client.get(f"{found}yes").text, at in client.get(f"{found}no").text) == (True, False)
        assert client.post(f"{at}/bring-back/", seen(document)).status_code == 302
        assert Document.objects.get(pk=document.pk).withdrawn_at is None

    def test_what_is_pinned_is_marked(self, client, li, document, at):
        office = Term.objects.get(text="毒罪办")
        values = {"start": 0, "end": 1, "sentence_start": 0, "sentence_end": 2, "score": 1, "pinned": True}
        assert "pinned example" not in client.get(f"{at}/withdraw/").text, "there is none"
        Example.objects.create(term=office, passage=document.passages.get(), **values)
        assert "1 pinned example is hidden." in client.get(f"{at}/withdraw/").text
        withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
        text = client.get(f"/admin/termbase/concept/{office.concept_id}/examples/", {"term": office.pk}).text
        assert "hidden: the document is withdrawn" in text

    def test_nothing_of_it_is_pinned(self, client, li, document):
        office = Term.objects.get(text="毒罪办")
        passage = Passage.objects.get(document=document)
        withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
        data = {"term": office.pk, "pin": f"{passage.pk}:0:2"}
        assert client.post(f"/admin/termbase/concept/{office.concept_id}/examples/", data).status_code == 400

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/documents/d", 410),
            ("/documents/d/glossary", 410),
            ("/documents/d/glossary?format=csv", 410),
            ("/concordance?q=毒罪办&document=d", 400),
            ("/api/v1/documents/d/", 410),
            ("/api/v1/documents/d/passages/", 410),
            ("/api/v1/lookup/?q=毒罪办&document=d", 400),
            ("/api/v1/exports/csv/?document=d", 400),
        ],
    )
    def test_what_answers_by_its_key(self, client, li, document, address, status):
        client.logout()
        assert client.get(address).status_code == 200
        withdrawing.withdraw(key="d", seen=None, by=li, reason="a <b>draft")
        response = client.get(address)
        assert response.status_code == status
        assert "<b>" not in response.text or "application/json" in response.headers["Content-Type"]
        if status == 410:
            assert "draft" in response.text, "and why"

    def test_its_page_leads_on(self, client, li, document):
        withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
        assert '<form class="search"' in client.get("/documents/d").text

    @pytest.mark.parametrize(("language", "shown"), [("en", "A draft"), ("zh-hans", "草案")])
    def test_the_list_has_titles_in_the_language_of_the_page(self, client, document, language, shown):
        Document.objects.filter(pk=document.pk).update(title_en="A draft", title_zh="草案")
        page = client.get("/admin/termbase/document/", headers={"Accept-Language": language}).text
        assert [title for title in ("A draft", "草案") if title in page] == [shown]

    def test_lists_leave_it_out(self, client, li, document):
        withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
        assert "A/1<" not in client.get("/documents").text
        keys = [item["key"] for item in client.get("/api/v1/documents/").json()["documents"]]
        assert keys == ["a-conf-234-7"]
