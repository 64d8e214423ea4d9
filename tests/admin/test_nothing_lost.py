"""Nothing is deleted for good from the interface: what can be thrown away at all can be had back."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from termbase.history import undoing
from termbase.models import Activity, Concept, ConceptRelation, Definition, Document, FailedLookup, Revision, Waiver
from termbase.search import Query, lookup

pytestmark = pytest.mark.django_db

# A list to be seen to, and decisions that may be mistaken: deleting either is a step of the history.
RECORDED = {Waiver, FailedLookup}
# Parts of a concept that are taken out on its page, recorded as well.
PARTS = {Definition, ConceptRelation}


def models():
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def root(client, small_termbase):
    user = User.objects.create_superuser("root")
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.label_lower)
class TestModels:
    """Every model of the admin, for one who may do anything."""

    def test_its_page(self, client, root, rf, model):
        request = rf.get("/")
        request.user = root
        allowed = admin.site.get_model_admin(model).has_delete_permission(request)
        assert allowed == (model in RECORDED)

    def test_by_direct_request(self, client, root, model):
        if model in RECORDED:
            return
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
            assert model._default_manager.filter(pk=row.pk).exists()
        chosen = {"action": "delete_selected", "_selected_action": [row.pk if row else 1], "post": "yes"}
        client.post(reverse(f"{name}_changelist"), chosen)
        assert row is None or model._default_manager.filter(pk=row.pk).exists()

    def test_its_inlines(self, client, root, rf, model):
        request = rf.get("/")
        request.user = root
        model_admin = admin.site.get_model_admin(model)
        inlines = model_admin.get_inline_instances(request, None)
        # Django's own pages of users and groups have none.
        assert {inline.model for inline in inlines if inline.can_delete} <= PARTS


@pytest.mark.parametrize("model", sorted(RECORDED, key=str), ids=lambda model: model.__name__)
def test_what_is_thrown_away_can_be_had_back(client, root, model):
    row = {
        Waiver: lambda: Waiver.objects.create(project="p", finding="0" * 32, reason="r", waived_by=root),
        FailedLookup: lambda: FailedLookup.objects.create(text="毒罪辦x", count=7),
    }[model]()
    before = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_delete"
    assert client.post(reverse(name, args=[row.pk]), {"post": "yes", "_reason": "done"}).status_code == 302
    assert not model.objects.exists()
    step = Activity.objects.order_by("-pk").first()
    assert (step.user, step.reason) == (root, "done")
    assert client.get(reverse("admin:termbase_activity_change", args=[step.pk])).status_code == 200
    undoing.undo(activity=step, by=root)
    again = model.objects.get()
    changed = {name for name, value in before.items() if getattr(again, name) != value}
    assert changed <= {"waived_at", "first_seen", "last_seen"}, "the moment of writing, which Django sets"


def test_what_readers_look_up_leaves_no_history(small_termbase):
    before = Revision.objects.count()
    for text in ("毒罪厅", "毒罪厅长", "毒罪厅长官"):
        lookup(Query(text))
    assert FailedLookup.objects.exists()
    assert Revision.objects.count() == before


def test_a_part_that_is_taken_out_can_be_had_back(client, root):
    concept = Concept.objects.get(key="c0004")
    definition = concept.definitions.get()
    pk = definition.pk
    definition.delete()
    assert Revision.objects.filter(model="definition", row=pk, deleted=True).exists()


def test_a_document_stays(client, root):
    document = Document.objects.get()
    page = client.get(reverse("admin:termbase_document_change", args=[document.pk])).text
    assert "/delete/" not in page
