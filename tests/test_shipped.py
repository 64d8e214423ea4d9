"""The shipped termbase, loaded and harvested as `make run` does it: the main job from end to end."""

import csv
import io
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import transaction

from termbase.api import examples
from termbase.models import Concept, Document, Example, Passage, Term, TermFrequency
from termbase.quality import MAX_SEGMENTS, Batch, Segment, check
from termbase.recognition.current import keeper
from termbase.text.normalise import normalise
from tests.api.conftest import Caller
from tests.conftest import ROOT


@pytest.fixture(scope="module", autouse=True)
def shipped(django_db_setup, django_db_blocker):
    """Loads it once for this module, in a transaction that is taken back: no other test finds anything of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        output = io.StringIO()
        call_command("load_termbase", stdout=output, stderr=output)
        yield output.getvalue()
        transaction.set_rollback(True)
    keeper.forget()


pytestmark = pytest.mark.django_db


def test_nothing_is_refused(shipped):
    assert " 0 refused" in shipped
    assert Document.objects.count() == 5


def test_loading_again_changes_nothing(shipped):
    before = list(Concept.objects.order_by("key").values_list("key", "version"))
    output = io.StringIO()
    call_command("load_termbase", stdout=output, stderr=output)
    assert f"0 new, 0 changed, {len(before)} the same, 0 refused" in output.getvalue()
    assert list(Concept.objects.order_by("key").values_list("key", "version")) == before


def test_the_office_is_found_with_all_its_forms_and_a_sentence(client):
    (hit, *_) = client.get("/api/v1/lookup/", {"q": "毒罪办"}).json()["hits"]
    source = {t["text"]: (t["term_type"], t["administrative_status"]) for t in hit["source_terms"]}
    assert source["联合国毒品和犯罪问题办公室"] == ("full_form", "preferred")
    assert source["毒品和犯罪问题办公室"] == ("short_form", "admitted")
    assert source["毒罪办"] == ("abbreviation", "admitted")
    assert {t["text"] for t in hit["target_terms"]} >= {"United Nations Office on Drugs and Crime", "UNODC"}
    assert hit["example"]["document"] == "E/2024/30-E/CN.15/2024/16"
    assert "毒罪办" in hit["example"]["text"]
    assert hit["example"]["number"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("外国恐怖主义作战人员", "foreign terrorist fighter"),
        ("司法协助", "mutual legal assistance"),
        ("司法互助", "mutual legal assistance"),
        ("洗钱", "money-laundering"),
        ("塞浦路斯", None),
        ("UNTOC", "联合国打击跨国有组织犯罪公约"),
        ("foreign terrorist fighter", "外国恐怖主义战斗人员"),
    ],
)
def test_well_known_terms(client, q, expected):
    hits = client.get("/api/v1/lookup/", {"q": q}).json()["hits"]
    texts = {t["text"] for hit in hits[:1] for t in hit["target_terms"]}
    assert (expected in texts) if expected else not hits


def test_the_assembly_is_not_the_congress():
    for example in Example.objects.filter(term__text="大会").select_related("passage"):
        before = example.passage.text[max(0, example.start - 4) : example.start]
        assert not before.endswith(("犯罪", "司法", "缔约国")), example.sentence


def test_examples_are_whole_sentences_with_their_place():
    for example in Example.objects.select_related("passage", "term"):
        text = example.passage.text
        assert example.sentence_start <= example.start < example.end <= example.sentence_end <= len(text)
        assert text[example.sentence_start - 1 : example.sentence_start].strip() in ("", *"。；！？”）)"), (
            example.sentence
        )


def test_every_concept_with_an_occurrence_has_an_example():
    counted = set(TermFrequency.objects.values_list("term__concept", flat=True))
    shown = set(Example.objects.values_list("term__concept", flat=True))
    assert counted == shown


def test_no_line_break_or_furniture_is_left_in_the_text():
    for text in Passage.objects.values_list("text", flat=True):
        assert "http" not in text
        assert "____" not in text
        assert "\n" not in text


def test_a_term_says_where_it_stands_and_does():
    """A source that names one of the documents is true."""
    symbols = {document.cited_as: document for document in Document.objects.all()}

    texts = {
        name: [normalise(text) for text in document.passages.values_list("text", flat=True)]
        for name, document in symbols.items()
    }
    wrong = []
    for term in Term.objects.filter(language="zh-Hans"):
        for part in term.source.split("; "):
            name = next((name for name in symbols if part == name or part.startswith(name + ",")), None)
            if name and not any(term.key in text for text in texts[name]):
                wrong.append((term.text, part))
    assert wrong == []


def test_the_file_has_one_row_a_term_with_the_models_names():
    with (ROOT / "fixtures" / "termbase.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == Term.objects.count()
    fields = {field.name for field in Term._meta.get_fields()}
    assert set(rows[0]) - fields == {
        "subject_field",
        "concept_note",
        "relations",
        "definition",
        "definition_source",
        "withdrawn_at",
        "replaced_by",
    }


FORMS = {
    "as it is": lambda text: text,
    "at the beginning of a sentence": lambda text: text[0].upper() + text[1:],
    "in a title": lambda text: " ".join(word[0].upper() + word[1:] for word in text.split()),
    "in the possessive": lambda text: f"{text}'s" if text[-1].isalpha() and text[-1] != "s" else text,
    "over line breaks": lambda text: text.replace(" ", "\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_any_approved_variant_satisfies_in_any_form(form):
    approved = Term.objects.filter(review_status="approved", concept__withdrawn_at=None)
    english = approved.filter(language="en", administrative_status__in=["preferred", "admitted"])
    equivalents = {}
    for key, text in english.values_list("concept__key", "text"):
        equivalents.setdefault(key, []).append(FORMS[form](text))
    chinese = approved.filter(language="zh-Hans").values_list("concept__key", "text")
    pairs = [(key, zh, en) for key, zh in chinese for en in equivalents.get(key, ())]
    assert len(pairs) > 2_000
    for first in range(0, len(pairs), MAX_SEGMENTS):
        part = pairs[first : first + MAX_SEGMENTS]
        batch = Batch([Segment(at, zh, en) for at, (_, zh, en) in enumerate(part)], "zh", "en")
        blamed = [
            (finding.kind, finding.segment.source, finding.segment.target)
            for finding in check(batch)
            # Side by side, as no translation has them, the variants of one term are inconsistent.
            if finding.concept.key == part[finding.segment.id][0] and finding.kind != "inconsistent_rendering"
        ]
        assert blamed == []


def test_the_examples_of_the_schema_can_be_carried_out(django_user_model):
    """Those that need no number of a term, candidate or import; what is written is taken back with the test."""
    caller = Caller(django_user_model.objects.create_superuser("root"))
    calls = [
        (method, path, operation)
        for path, methods in caller.get("schema/").json()["paths"].items()
        for method, operation in methods.items()
        # A file is no example, and what is put is the whole of what was read.
        if "{id}" not in path and method != "put" and operation["operationId"] != "post_imports"
    ]
    assert len(calls) > 20
    for method, path, operation in sorted(calls, key=lambda call: call[0] == "delete"):
        name = operation["operationId"]
        values = examples.PARAMETERS.get(name, {})
        query = urlencode({key: value for key, value in values.items() if f"{{{key}}}" not in path})
        address = f"{path.removeprefix('/api/v1/').format(**values)}?{query}"
        headers = {"If-Match": caller.get(address)["ETag"]} if "If-Match" in str(operation.get("parameters")) else {}
        answer = caller(method.upper(), address, examples.BODIES.get(name), **headers)
        assert answer.status_code in (200, 201, 204), (name, answer.text)


def test_the_examples_find_something(client):
    found = client.get("/api/v1/lookup/", examples.PARAMETERS["get_lookup"]).json()
    assert found["hits"][0]["concept"] == examples.PARAMETERS["get_concepts_by_key"]["key"]
    body = examples.BODIES["post_recognise"]
    answer = client.post("/api/v1/recognise/", body, content_type="application/json").json()
    assert [match["text"] for match in answer["matches"]] == ["毒罪办", "会员国", "洗钱"]
    answer = client.post("/api/v1/check/", examples.BODIES["post_check"], content_type="application/json").json()
    assert [finding["id"] for finding in answer["findings"]] == [examples.BODIES["post_waivers"]["finding"]]
