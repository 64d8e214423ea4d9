"""Who may do what in the admin: every role against every page, and by direct request."""

import pytest
from django.contrib.auth.models import User

from termbase.models import Concept, Term

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
# For each page the roles that see it; the others are sent to sign in (302) or refused (403).
PAGES = {
    "/admin/": {"contributor", "terminologist", "reviewer", "administrator"},
    "/admin/termbase/concept/": {"contributor", "terminologist", "reviewer", "administrator"},
    "/admin/termbase/concept/?q=毒罪辦": {"contributor", "terminologist", "reviewer", "administrator"},
    "/admin/termbase/concept/export/": {"contributor", "terminologist", "reviewer", "administrator"},
    "/admin/termbase/concept/add/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/term/": {"contributor", "terminologist", "reviewer", "administrator"},
    "/admin/termbase/term/add/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/document/": {"contributor", "terminologist", "reviewer", "administrator"},
    "/admin/termbase/document/add/": set(),
    "/admin/termbase/document/harvest/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/candidate/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/suggestion/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/failedlookup/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/failedlookup/?q=毒罪辦": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/failedlookup/add/": set(),
    "/admin/termbase/comment/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/comment/add/": set(),
    "/admin/termbase/waiver/": {"terminologist", "reviewer", "administrator"},
    "/admin/termbase/waiver/add/": set(),
    "/admin/termbase/entryfinding/": {"contributor", "terminologist", "reviewer", "administrator"},
    "/admin/termbase/entryfinding/?kind=no_example&waived=yes": {
        "contributor",
        "terminologist",
        "reviewer",
        "administrator",
    },
    "/admin/termbase/entryfinding/add/": set(),
    "/admin/termbase/subjectfield/add/": {"administrator"},
    "/admin/auth/user/": {"administrator"},
}


@pytest.mark.parametrize("role", ROLES)
def test_pages(sign_in, small_termbase, role):
    client = sign_in(role)
    seen = {path for path in PAGES if client.get(path).status_code == 200}
    assert seen == {path for path, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_concept_pages(sign_in, small_termbase, role):
    client = sign_in(role)
    concept = Concept.objects.get(key="c0001").pk
    change = client.get(f"/admin/termbase/concept/{concept}/change/").status_code
    assert (change == 200) == (role not in ("nobody", "reader"))
    delete = client.post(f"/admin/termbase/concept/{concept}/delete/", {"post": "yes"}).status_code
    assert delete in (302, 403), "nothing is deleted for good"
    assert Concept.objects.filter(key="c0001").exists()


@pytest.mark.parametrize("role", ROLES)
def test_only_reviewers_approve(sign_in, small_termbase, role):
    client = sign_in(role)
    term = Term.objects.get(text="恐怖主义罪")
    page = client.post("/admin/termbase/term/", {"action": "approve", "_selected_action": [term.pk]}, follow=True)
    if hidden := (page.context or {}).get("hidden"):
        client.post("/admin/review/proposed/bulk/", dict(hidden))
    term.refresh_from_db()
    assert (term.review_status == "approved") == (role in ("reviewer", "administrator"))


def test_nobody_approves_their_own_proposal(sign_in, small_termbase):
    client = sign_in("reviewer")
    term = Term.objects.get(text="恐怖主义罪")
    Term.objects.update(proposed_by=User.objects.get(username="reviewer"))
    data = {"do": "accept", "items": term.pk}
    page = client.post("/admin/review/proposed/bulk/", data, follow=True)
    term.refresh_from_db()
    assert term.review_status == "proposed"
    assert "No one approves their own proposal." in page.text


def test_a_term_added_in_the_admin_is_proposed_by_its_author(sign_in, small_termbase):
    client = sign_in("terminologist")
    response = client.post(
        "/admin/termbase/term/add/",
        {
            "concept": Concept.objects.get(key="c0002").pk,
            "language": "en",
            "text": "narcotic drug",
            "term_type": "variant",
            "administrative_status": "admitted",
            "part_of_speech": "noun",
            "reliability": 2,
            "source": "editors",
        },
    )
    assert response.status_code == 302, response.context["errors"]
    term = Term.objects.get(text="narcotic drug")
    assert (term.proposed_by.username, term.review_status) == ("terminologist", "proposed")


def test_the_concept_list_asks_a_fixed_number_of_times(sign_in, small_termbase, django_assert_max_num_queries):
    client = sign_in("administrator")
    with django_assert_max_num_queries(12):
        client.get("/admin/termbase/concept/")
