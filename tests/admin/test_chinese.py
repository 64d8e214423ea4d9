"""The workbench speaks Chinese: its pages are walked, and no label of ours is English."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from lxml import html

from termbase.models import (
    ApiToken,
    Candidate,
    Comment,
    Concept,
    EntryFinding,
    FailedLookup,
    Import,
    ImportRow,
    Suggestion,
    Waiver,
)
from termbase.models.history import acting

pytestmark = pytest.mark.django_db

# What a person reads of the page itself, not of the data in it. The names of permissions are Django's, in the database.
LABELS = (
    "//label | //legend | //th | //h1 | //h2 | //h3 | //dt | //dd | //button | //summary | //caption | //nav//a"
    " | //*[contains(@id, 'helptext')] | //*[contains(@class, 'help')] | //*[@id='submit-row']//a"
    " | //select[not(contains(@class, 'admin-autocomplete') or contains(@name, 'permissions'))]/option"
    " | //p[contains(@class, 'about')]"
)
ATTRIBUTES = "//@placeholder | //@aria-label | //@title"
# Names that are the same in both languages, keys, and what Django's own catalogue has no Chinese for.
SAME = re.compile(
    r"Termbase|API|TBX|URL|JSON|SHA-256|ISO 8601|UTC|op3|fn7|Ctrl|Shift|Enter|Alt|Escape|Esc|CSV|token:5|English|"
    r"c\d{4}(-new)?|full_form|HTML|undocs|material-symbols|utf-\d+|gb18030|big5|"
    # formats of files
    r"MultiTerm XML|JSON Lines|Lines|martif|Excel|TSV|UTX|Linguist|Basic|Core|Min|OmegaT|SKOS|DeepL|Azure|Big5|"
    r"UTF-\d+|GB18030"
)
# What the small termbase says: texts, names and people.
DATA = re.compile(
    r"bodies|terrorism|terrorist( offence| acts)?|drug|UNODC|United Nations Office on Drugs and Crime|A/CONF\.234/7|"
    r"foreign terrorist fighter|Violence meant to intimidate\.|editors|root|li\b|administrator|contributor|reader|"
    r"reviewer|terminologist|postgres|terms\.csv|tb_[\w-]+|0{32}",
    re.IGNORECASE,
)


@pytest.fixture
def root(client, small_termbase):
    user = User.objects.create_superuser("root")
    client.force_login(user)
    client.cookies.load({"django_language": "zh-hans"})
    concept = Concept.objects.get(key="c0004")
    with acting(user=user, reason="因为"):
        Concept.objects.filter(pk=concept.pk).update(note="新")
    Candidate.objects.create(text="新词")
    Suggestion.objects.create(comment="新")
    Comment.objects.create(concept=concept, text="新", written_by=user)
    FailedLookup.objects.create(text="新词", key="新词")
    Waiver.objects.create(project="新", finding="0" * 32, reason="因为", waived_by=user)
    ApiToken.issue(name="新", user=user, scopes=["read"])
    EntryFinding.objects.create(kind="no_source", concept=concept, text="新", fingerprint="0" * 32)
    item = Import.objects.create(name="terms.csv", size=1, sha256="0" * 64, format="csv", uploaded_by=user)
    ImportRow.objects.create(of=item, number=1, kind="new", key="c0099")
    return client


def addresses():
    """By name of a model its list, the page of a row and, where there is one, that of a new row."""
    return sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)


def english(page):
    """The English that is left in what a page says of itself."""
    tree = html.fromstring(page)
    for script in tree.xpath("//script | //style | //template[not(@data-row)] | //*[contains(@class, 'symbols')]"):
        script.drop_tree()
    texts = [re.sub(r"\s+", " ", label.text_content()).strip() for label in tree.xpath(LABELS)]
    texts += [str(value).strip() for value in tree.xpath(ATTRIBUTES)]
    left = {text: DATA.sub("", SAME.sub("", text)) for text in texts}
    return {text for text, rest in left.items() if re.search("[A-Za-z]{2,}", rest)}


def test_the_search_finds_english(root):
    assert "Why (optional)" in english("<main><label>Why (optional)</label></main>")


@pytest.mark.parametrize("name", addresses())
def test_lists_and_forms(root, name):
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    pages = [reverse(f"admin:{name}_changelist"), f"{reverse(f'admin:{name}_changelist')}?q=x"]
    row = model._default_manager.order_by("pk").first()
    pages += [reverse(f"admin:{name}_change", args=[row.pk]), reverse(f"admin:{name}_add")]
    for address in pages:
        response = root.get(address)
        if response.status_code not in (302, 403, 404):
            assert response.status_code == 200, address
            assert english(response.text) == set(), address


PAGES = {
    "index": "/admin/",
    "an entry": "/admin/termbase/concept/{pk}/change/",
    "its history": "/admin/termbase/concept/{pk}/history/",
    "its examples": "/admin/termbase/concept/{pk}/examples/",
    "merging": "/admin/termbase/concept/{pk}/merge/",
    "merging, with a look": "/admin/termbase/concept/{pk}/merge/?target=c0005",
    "splitting": "/admin/termbase/concept/{pk}/split/",
    "withdrawing": "/admin/termbase/concept/{pk}/withdraw/",
    "a password": "/admin/password_change/",
    "queues": "/admin/review/",
    "one's own": "/admin/review/mine/",
    "a discussion": "/admin/review/discussion/{pk}/",
    "assigning": "/admin/review/assign/?concepts={pk}",
    "candidates one by one": "/admin/review/candidates/",
    "suggestions one by one": "/admin/review/suggestions/",
    "terms one by one": "/admin/review/proposed/",
    "nothing to review": "/admin/review/expiring/",
    "sending documents": "/admin/termbase/document/harvest/",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_pages(root, address):
    response = root.get(address.format(pk=Concept.objects.get(key="c0004").pk))
    assert response.status_code == 200
    assert english(response.text) == set()


def test_signing_in(client, db):
    client.cookies.load({"django_language": "zh-hans"})
    page = client.get("/admin/login/", follow=True).text
    assert english(page) == set()
    assert "Welcome" not in page
