"""What the database forbids is told in the form, and a good change goes through in one save."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.admin.conflicts import SEEN, seal
from termbase.models import Concept, Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminologist(client, small_termbase):
    user = User.objects.create_user("terminologist", is_staff=True)
    user.groups.add(Group.objects.get(name="terminologist"))
    client.force_login(user)
    return client


def page(concept, changes=None, new=()):
    """The concept page's form as the browser would send it, with `changes` by (term text, field) and `new` terms."""
    terms = list(Term.objects.filter(concept=concept))
    rows = [
        {
            "id": t.pk,
            "concept": concept.pk,
            **{
                name: getattr(t, name)
                for name in (
                    "language",
                    "text",
                    "term_type",
                    "administrative_status",
                    "source",
                    "part_of_speech",
                    "reading",
                    "reliability",
                    "usage_note",
                )
            },
        }
        for t in terms
    ]
    for row in rows:
        for (text, name), value in (changes or {}).items():
            if row["text"] == text:
                row[name] = value
    rows += [
        {
            "id": "",
            "concept": concept.pk,
            "term_type": "variant",
            "source": "x",
            "reliability": 2,
            "part_of_speech": "noun",
            **n,
        }
        for n in new
    ]
    data = {"subject_field": "", "note": "", SEEN: seal(Concept.objects.get(pk=concept.pk))}
    for prefix, count, initial in (
        ("terms", len(rows), len(terms)),
        ("definitions", 0, 0),
        ("relations", 0, 0),
    ):
        data |= {f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"terms-{number}-{name}": value for name, value in row.items()}
    return data


def send(client, concept, **kwargs):
    return client.post(f"/admin/termbase/concept/{concept.pk}/change/", page(concept, **kwargs))


def test_a_second_preferred_term_is_told(terminologist):
    concept = Concept.objects.get(key="c0003")
    response = send(terminologist, concept, changes={("外国恐怖分子战士", "administrative_status"): "preferred"})
    assert response.status_code == 200
    assert "2 preferred terms in Chinese (Simplified)" in response.text


def test_a_source_taken_from_an_approved_term_is_told(terminologist):
    concept = Concept.objects.get(key="c0002")
    response = send(terminologist, concept, changes={("毒品", "source"): ""})
    assert response.status_code == 200
    assert "An approved term has a source." in response.text
    assert Term.objects.get(text="毒品").source


@pytest.mark.parametrize("text", ["《》", "\u200b"], ids=["title marks alone", "nothing visible"])
def test_a_text_that_nothing_finds_is_told(terminologist, text):
    concept = Concept.objects.get(key="c0002")
    new = {"language": "zh-Hans", "text": text, "administrative_status": "admitted"}
    assert send(terminologist, concept, new=[new]).status_code == 200


def test_preference_moves_in_one_save_even_to_a_new_term(terminologist):
    concept = Concept.objects.get(key="c0002")
    new = {"language": "zh-Hans", "text": "麻醉品", "administrative_status": "preferred"}
    changes = {("毒品", "administrative_status"): "admitted"}
    assert send(terminologist, concept, changes=changes, new=[new]).status_code == 302
    assert dict(Term.objects.filter(concept=concept).values_list("text", "administrative_status")) == {
        "毒品": "admitted",
        "麻醉品": "preferred",
        "drug": "preferred",
    }
    assert Term.objects.get(text="麻醉品").proposed_by.username == "terminologist"


def test_a_language_that_has_its_preferred_term_is_told_on_the_terms_own_page(terminologist):
    term = Term.objects.get(text="毒品")
    values = {
        name: getattr(term, name)
        for name in ("text", "term_type", "administrative_status", "part_of_speech", "source", "reliability")
    }
    response = terminologist.post(
        f"/admin/termbase/term/{term.pk}/change/",
        {**values, "concept": term.concept_id, "language": "en", SEEN: seal(term.concept)},
    )
    assert response.status_code == 200
    assert "Another term is preferred in this language." in response.text


def test_looking_at_the_add_page_uses_up_no_key(terminologist):
    last = int(Concept.next_key()[1:])
    for _ in range(3):
        terminologist.get("/admin/termbase/concept/add/")
    data = {"subject_field": "", "note": "new"}
    for prefix in ("terms", "definitions", "relations"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert terminologist.post("/admin/termbase/concept/add/", data).status_code == 302
    assert Concept.objects.get(note="new").key == f"c{last + 1:04d}"


def test_an_administrator_makes_no_superuser(client, db):
    administrator = User.objects.create_user("administrator", is_staff=True)
    administrator.groups.add(Group.objects.get(name="administrator"))
    root = User.objects.create_superuser("root", password="x")
    client.force_login(administrator)
    address = f"/admin/auth/user/{administrator.pk}/change/"
    group = Group.objects.get(name="administrator").pk
    client.post(
        address,
        {
            "username": "administrator",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "role": group,
            "date_joined_0": "2026-01-01",
            "date_joined_1": "00:00:00",
        },
    )
    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code == 403
    changed = client.post(f"/admin/auth/user/{root.pk}/change/", {"username": "mine"})
    assert changed.status_code in (302, 403)
    root.refresh_from_db()
    assert root.username == "root"
