"""One's own page, assigning and the discussion of an entry: who sees what, by direct request."""

import pytest

from termbase.models import Assignment, Candidate, Concept, Memo
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
STAFF = set(ROLES) - {"nobody", "reader"}
EDITORS = {"terminologist", "reviewer", "administrator"}


@pytest.fixture
def sign_in(client, small_termbase):
    def as_role(role):
        if role != "nobody":
            client.force_login(person(role, role))
        return client

    return as_role


@pytest.fixture
def drug(small_termbase):
    return Concept.objects.get(key="c0002")


@pytest.mark.parametrize("role", ROLES)
def test_pages(sign_in, drug, role):
    client = sign_in(role)
    pages = {"mine/": STAFF, f"assign/?concepts={drug.pk}": EDITORS, f"discussion/{drug.pk}/": STAFF}
    for path, who in pages.items():
        assert (client.get(f"/admin/review/{path}").status_code == 200) == (role in who), path


@pytest.mark.parametrize("role", ROLES)
def test_writing(sign_in, drug, wang, role):
    client = sign_in(role)
    client.post("/admin/review/assign/", {"concepts": drug.pk, "to": "wang", "note": "x"})
    client.post(f"/admin/review/discussion/{drug.pk}/", {"text": "@wang?"})
    assert Assignment.objects.exists() == Memo.objects.exists() == (role in EDITORS)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_between_others(sign_in, drug, wang, role):
    assignment = Assignment.objects.create(concept=drug, assigned_to=wang)
    response = sign_in(role).post(f"/admin/review/mine/{assignment.pk}/done/")
    assert response.status_code == (403 if role in STAFF else 302)
    assert Assignment.objects.open().exists()


def test_a_selection_is_assigned_and_done(client, li, wang):
    chosen = list(Concept.objects.values_list("pk", flat=True)[:3])
    candidate = Candidate.objects.create(text="会员国")
    page = client.post("/admin/termbase/concept/", {"action": "assign", "_selected_action": chosen}, follow=True)
    assert "Who is to see to 3 items?" in page.text
    data = dict(page.context["hidden"]) | {"candidates": candidate.pk, "to": "wang", "note": "please"}
    assert "4 assigned." in client.post("/admin/review/assign/", data, follow=True).text
    client.force_login(wang)
    mine = client.get("/admin/review/mine/").text
    assert "请" not in mine
    assert mine.count("please") == 4
    assert f"/admin/review/candidates/?item={candidate.pk}" in mine
    for assignment in Assignment.objects.all():
        client.post(f"/admin/review/mine/{assignment.pk}/done/")
    assert not Assignment.objects.open().exists()
    assert "data-item" in client.get("/admin/review/candidates/?assigned=wang").text


def test_bad_input_is_told(client, li, drug):
    response = client.post("/admin/review/assign/", {"concepts": f"{drug.pk},x", "to": "nobody"})
    assert (response.status_code, "Nobody of this name works on entries." in response.text) == (400, True)
    response = client.post(f"/admin/review/discussion/{drug.pk}/", {"text": " "})
    assert (response.status_code, "Say something" in response.text) == (400, True)
    assert client.get("/admin/review/discussion/0/").status_code == 404


def test_what_is_said_is_shown_as_text(client, li, drug):
    client.post(f"/admin/review/discussion/{drug.pk}/", {"text": "<b>@li</b>"})
    assert "&lt;b&gt;@li&lt;/b&gt;" in client.get(f"/admin/review/discussion/{drug.pk}/").text


def test_from_the_entry_to_its_discussion(client, li, drug):
    response = client.get(f"/admin/termbase/concept/{drug.pk}/discuss", follow=True)
    assert response.redirect_chain[-1][0] == f"/admin/review/discussion/{drug.pk}/"
