"""Every named constraint, tried against the database itself: rows go in past all that Django would check first."""

import itertools

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from termbase.models import (
    Activity,
    ApiToken,
    Assignment,
    Candidate,
    CandidateExample,
    CandidateFrequency,
    Change,
    ColumnMapping,
    Comment,
    Concept,
    ConceptRelation,
    ContextChange,
    Definition,
    Digest,
    Document,
    DocumentVersion,
    EntryFinding,
    EntryFindingCount,
    EntryWaiver,
    Example,
    FailedLookup,
    FormerPassage,
    IdempotencyKey,
    Import,
    ImportChunk,
    ImportRow,
    KnownWord,
    LikelyEquivalent,
    LookupCount,
    Memo,
    Passage,
    Rendering,
    RequestCount,
    Revision,
    RivalPassage,
    SubjectField,
    Suggestion,
    Term,
    TermEvidence,
    TermFrequency,
    Turn,
    Upload,
    Waiver,
)

pytestmark = pytest.mark.django_db

# Far from what the sequences give out.
ONE, TWO, OWN = 1_000_001, 1_000_002, 1_000_003

# (constraint, model, what its rows have that good rows have not, why): the rows are written at once and refused.
CASES = [
    ("subject_field_not_own_parent", SubjectField, [{"pk": OWN, "parent_id": OWN}], "a circle of one"),
    ("concept_key_is_ncname", Concept, [{"key": "1c"}], "begins with a figure"),
    ("concept_key_is_ncname", Concept, [{"key": ""}], "empty"),
    ("concept_key_is_ncname", Concept, [{"key": "c 1"}], "holds a space"),
    ("concept_key_is_ncname", Concept, [{"key": "c1\n"}], "ends in a line break"),
    ("concept_key_is_ncname", Concept, [{"key": "毒罪办"}], "an NCName, but an address would have to quote it"),
    ("concept_key_is_ncname", Concept, [{"key": "a:b"}], "a colon is for namespaces"),
    (
        "concept_not_replaced_by_itself",
        Concept,
        [{"pk": OWN, "replaced_by_id": OWN, "withdrawn_at": timezone.now()}],
        "a merge into itself",
    ),
    ("concept_replaced_is_withdrawn", Concept, [{"replaced_by_id": ONE}], "replaced but still current"),
    (
        "term_one_preferred_per_language",
        Term,
        [{"administrative_status": "preferred", "text": text} for text in ("毒罪办", "办公室")],
        "two to prefer",
    ),
    (
        "term_one_preferred_per_language",
        Term,
        [
            {"administrative_status": "preferred", "text": "毒罪办", "review_status": "approved"},
            {"administrative_status": "preferred", "text": "办公室", "review_status": "proposed"},
        ],
        "a proposed one counts",
    ),
    ("term_unique_in_concept_and_language", Term, [{"text": "毒罪办"}, {"text": "毒罪办"}], "the same twice"),
    ("term_language_known", Term, [{"language": "fr"}], "not a language of the termbase"),
    ("term_language_known", Term, [{"language": "zh"}], "the name of both scripts is no term's language"),
    ("term_type_known", Term, [{"term_type": "slogan"}], "not in the picklist"),
    ("term_administrative_status_known", Term, [{"administrative_status": "approved"}], "of the other status axis"),
    ("term_part_of_speech_known", Term, [{"part_of_speech": ""}], "blank"),
    ("term_review_status_known", Term, [{"review_status": "preferred"}], "of the other status axis"),
    ("term_reliability_known", Term, [{"reliability": 0}], "below"),
    ("term_reliability_known", Term, [{"reliability": 5}], "above"),
    ("term_approved_has_source", Term, [{"review_status": "approved", "source": ""}], "approved on no evidence"),
    (
        "definition_unique_in_concept_and_language",
        Definition,
        [{"source": "one"}, {"source": "other"}],
        "the same twice, whatever the source",
    ),
    ("definition_language_known", Definition, [{"language": "zh"}], "the name of both scripts"),
    ("relation_unique", ConceptRelation, [{}, {}], "the same twice"),
    ("relation_not_to_itself", ConceptRelation, [{"target_id": ONE}], "a concept related to itself"),
    ("relation_type_known", ConceptRelation, [{"relation_type": "narrower"}], "written from the other side as broader"),
    (
        "document_symbol_unique",
        Document,
        [{"key": "one", "sha256": "1" * 64}, {"key": "other", "sha256": "2" * 64}],
        "one symbol, one document",
    ),
    ("document_key_is_ncname", Document, [{"key": "A/RES/74/1"}], "a symbol is not a key"),
    ("document_sha256_is_hex", Document, [{"sha256": "ABCDEF01" * 8}], "capitals"),
    ("document_sha256_is_hex", Document, [{"sha256": "ab"}], "too short"),
    ("document_url_is_web", Document, [{"url": "javascript:alert(1)"}], "a script"),
    ("document_url_is_web", Document, [{"url": "ftp://example.org/a"}], "what browsers open no more"),
    ("document_language_known", Document, [{"language": "fr"}], "not a language of the termbase"),
    ("document_kind_known", Document, [{"kind": "book"}], "not in the picklist"),
    ("document_withdrawn_says_why", Document, [{"withdrawn_at": timezone.now()}], "readers would not know why"),
    ("document_withdrawn_says_why", Document, [{"withdrawal_reason": "wrong file"}], "a reason for nothing"),
    ("document_version_unique", DocumentVersion, [{}, {}], "which of them is it?"),
    ("former_passage_position_unique", FormerPassage, [{}, {}], "two in one place"),
    ("passage_position_unique", Passage, [{}, {}], "two in one place"),
    ("passage_kind_known", Passage, [{"kind": "table"}], "not in the picklist"),
    ("example_unique", Example, [{"score": 1}, {"score": 2}], "one place, one example"),
    ("example_term_inside_sentence", Example, [{"start": 5, "end": 5}], "nothing is no term"),
    ("example_term_inside_sentence", Example, [{"start": 5, "end": 4}], "ends before it begins"),
    ("example_term_inside_sentence", Example, [{"sentence_start": 3}], "begins before its sentence"),
    ("example_term_inside_sentence", Example, [{"sentence_end": 4}], "ends after its sentence"),
    ("term_frequency_unique", TermFrequency, [{"count": 1}, {"count": 2}], "two counts"),
    ("term_frequency_positive", TermFrequency, [{"count": 0}], "not in the document, so no row"),
    ("candidate_key_unique", Candidate, [{"text": "毒罪办"}, {"text": "毒 罪辦"}], "equal to the matching key"),
    ("candidate_frequency_unique", CandidateFrequency, [{"count": 1}, {"count": 2}], "two counts"),
    ("candidate_frequency_positive", CandidateFrequency, [{"count": 0}], "not in the document, so no row"),
    ("candidate_example_unique", CandidateExample, [{"score": 1}, {"score": 2}], "one place, one example"),
    ("candidate_example_inside_sentence", CandidateExample, [{"start": 5, "end": 5}], "nothing is no candidate"),
    ("candidate_example_inside_sentence", CandidateExample, [{"sentence_start": 3}], "begins before its sentence"),
    ("candidate_example_inside_sentence", CandidateExample, [{"sentence_end": 4}], "ends after its sentence"),
    ("failed_lookup_key_unique", FailedLookup, [{"text": "毒罪办"}, {"text": "毒 罪辦"}], "equal to the matching key"),
    ("failed_lookup_counted", FailedLookup, [{"count": 0}], "what was never asked"),
    ("failed_lookup_is_short", FailedLookup, [{"text": "毒" * 201}], "longer than a query"),
    ("activity_kind_known", Activity, [{"kind": "delete"}], "withdrawal is the word"),
    ("change_unique", Change, [{}, {}], "one row a transaction and concept"),
    ("change_kind_known", Change, [{"kind": "deleted"}], "withdrawn is the word"),
    ("term_text_leaves_a_key", Term, [{"text": "《》"}], "nothing is left to find it by"),
    ("candidate_term_type_known", Candidate, [{"term_type": "name"}], "no value of TBX"),
    ("candidate_status_known", Candidate, [{"status": "proposed"}], "a term's status"),
    ("candidate_language_known", Candidate, [{"language": "zh"}], "the name of both scripts"),
    (
        "suggestion_says_something",
        Suggestion,
        [{"text_zh": "", "text_en": "", "comment": ""}],
        "an empty form",
    ),
    ("api_token_scopes_known", ApiToken, [{"scopes": []}], "good for nothing"),
    ("api_token_scopes_known", ApiToken, [{"scopes": ["read", "all"]}], "there is no such scope"),
    ("api_token_digest_is_hex", ApiToken, [{"digest": "tb_secret"}], "the secret itself"),
    ("idempotency_key_unique", IdempotencyKey, [{"status": 200}, {"status": 201}], "two answers"),
    ("waiver_unique", Waiver, [{"reason": "one"}, {"reason": "other"}], "one finding of a project, one waiver"),
    ("waiver_project_is_clean", Waiver, [{"project": ""}], "no project"),
    ("waiver_project_is_clean", Waiver, [{"project": "a\tb"}], "a control character"),
    ("waiver_finding_is_hex", Waiver, [{"finding": "ABCDEF01" * 4}], "capitals"),
    ("waiver_finding_is_hex", Waiver, [{"finding": "ab"}], "too short"),
    ("waiver_has_reason", Waiver, [{"reason": ""}], "no reason"),
    ("entry_finding_unique", EntryFinding, [{}, {"kind": "no_source"}], "one fingerprint, one finding"),
    ("entry_finding_is_hex", EntryFinding, [{"fingerprint": "ab"}], "too short"),
    ("entry_finding_kind_known", EntryFinding, [{"kind": "deprecated_term"}], "a finding on a translation"),
    ("entry_finding_rule_known", EntryFinding, [{"rule": "ugly"}], "no rule of house style"),
    ("entry_finding_side_known", EntryFinding, [{"language": "fr"}], "no language of the pair"),
    ("entry_finding_count_unique", EntryFindingCount, [{"open": 1}, {"open": 2}], "two counts of a day"),
    ("entry_finding_count_kind_known", EntryFindingCount, [{"kind": "all"}], "no kind"),
    ("entry_waiver_unique", EntryWaiver, [{"reason": "one"}, {"reason": "other"}], "two in force"),
    ("entry_waiver_finding_is_hex", EntryWaiver, [{"fingerprint": "ABCDEF01" * 4}], "capitals"),
    ("entry_waiver_kind_known", EntryWaiver, [{"kind": "all"}], "no kind"),
    ("entry_waiver_has_reason", EntryWaiver, [{"reason": ""}], "no reason"),
    ("lookup_count_unique", LookupCount, [{"count": 1}, {"count": 2}], "two counts of a day"),
    ("lookup_count_positive", LookupCount, [{"count": 0}], "what was never looked up"),
    ("comment_says_something", Comment, [{"text": ""}], "an empty form"),
    ("comment_status_known", Comment, [{"status": "approved"}], "a term's status"),
    ("evidence_counts_make_sense", TermEvidence, [{"passages": 0, "without": 0}], "no passage, so no row"),
    ("evidence_counts_make_sense", TermEvidence, [{"passages": 1, "without": 2}], "more without than there are"),
    ("rendering_unique", Rendering, [{"count": 1}, {"count": 2}], "two counts"),
    ("rendering_positive", Rendering, [{"count": 0}], "never met, so no row"),
    ("rival_unique", RivalPassage, [{"start": 0}, {"start": 1}], "one passage, once"),
    ("rival_has_a_place", RivalPassage, [{"start": 2, "end": 2}], "nothing is no term"),
    ("likely_equivalent_unique", LikelyEquivalent, [{"score": 1}, {"score": 2}], "the same twice"),
    ("likely_equivalent_positive", LikelyEquivalent, [{"count": 0}], "in no sentence"),
    ("upload_status_known", Upload, [{"status": "failed", "content": None}], "refused is the word"),
    ("upload_step_known", Upload, [{"step": "thinking"}], "not in the picklist"),
    ("upload_outcome_known", Upload, [{"outcome": "good"}], "not in the picklist"),
    ("upload_ended_keeps_no_bytes", Upload, [{"status": "done", "content": b"x"}], "done and still there"),
    ("upload_refused_says_why", Upload, [{"status": "refused", "content": None}], "refused for nothing"),
    ("turn_unique", Turn, [{}, {}], "before one person twice"),
    ("assignment_of_one_thing", Assignment, [{"concept_id": None}], "nothing is asked"),
    ("assignment_of_one_thing", Assignment, [{"candidate_id": ONE}], "two things at once"),
    ("assignment_open_once", Assignment, [{}, {"note": "again"}], "asked already"),
    ("assignment_open_once", Assignment, [{"concept_id": None, "candidate_id": ONE}] * 2, "a candidate, twice"),
    ("memo_says_something", Memo, [{"text": ""}], "an empty form"),
    ("import_state_known", Import, [{"state": "waiting"}], "of an upload for the harvest"),
    ("import_on_conflict_known", Import, [{"on_conflict": "merge"}], "no rule of ours"),
    ("import_on_conflict_known", Import, [{"on_conflict": ""}], "no rule"),
    ("import_sha256_is_hex", Import, [{"sha256": "ABCDEF01" * 8}], "capitals"),
    ("import_sha256_is_hex", Import, [{"sha256": "ab"}], "too short"),
    ("import_failed_says_why", Import, [{"state": "failed"}], "failed without a reason"),
    ("import_applied_says_when", Import, [{"state": "applied"}], "applied at no time"),
    ("import_applied_says_when", Import, [{"state": "undone"}], "undone and never applied"),
    ("import_chunk_unique", ImportChunk, [{"content": b"a"}, {"content": b"b"}], "two pieces in one place"),
    ("import_row_unique", ImportRow, [{"title": "a"}, {"title": "b"}], "two rows with a number"),
    ("import_row_kind_known", ImportRow, [{"kind": "duplicate"}], "that is a reason"),
    ("import_row_action_known", ImportRow, [{"action": "merge"}], "no decision of ours"),
    ("import_row_outcome_known", ImportRow, [{"outcome": "done"}], "no outcome of ours"),
    ("import_row_reasons_known", ImportRow, [{"reasons": ["approved", "old"]}], "one of them is no reason"),
    ("suggestion_status_known", Suggestion, [{"status": "approved"}], "a term's status"),
]

DIRTY = [
    ("", "empty"),
    (" ", "blank"),
    (" 毒罪办", "a space before"),
    ("毒罪办 ", "a space after"),
    ("毒罪办\n", "a line break after"),
    ("毒罪\n办", "a line break inside"),
    ("毒\t罪办", "a tab"),
    ("毒\x01罪办", "the first control character"),
    ("毒\x1f罪办", "the last of the first block"),
    ("毒\x7f罪办", "delete"),
    ("毒\x85罪办", "a line break of the second block"),
    ("毒\x9f罪办", "the last of the second block"),
    ("毒\u2028罪办", "a line separator"),
    ("毒\u2029罪办", "a paragraph separator"),
    ("\ufeff毒罪办", "a byte-order mark"),
    ("毒\ufffe罪办", "a byte-order mark turned round"),
    ("毒\uffff罪办", "no character"),
]

CLEAN = [
    ("cléan “text”", "typographic marks and accents"),
    ("foreign terrorist fighter", "spaces inside"),
    ("毒\u3000罪\u00a0办", "other spaces inside"),
    ("\U00020000", "outside the basic plane"),
    ("<b>&amp;'\"\\", "what other languages quote"),
    ("\ufffd", "the replacement character"),
]

CLEAN_TEXT = {
    "term_text_is_clean": Term,
    "definition_text_is_clean": Definition,
    "passage_text_is_clean": Passage,
    "candidate_text_is_clean": Candidate,
}

CASES += [
    (name, model, [{"text": text}], why) for (name, model), (text, why) in itertools.product(CLEAN_TEXT.items(), DIRTY)
]


def good_rows():
    """For each model, the values of a row that nothing is wrong with; what it points to is there already."""
    Concept.objects.bulk_create([Concept(pk=ONE, key="c1"), Concept(pk=TWO, key="c2")])
    Term.objects.bulk_create(
        [Term(pk=pk, concept_id=TWO, language="en", text=text) for pk, text in ((ONE, "office"), (TWO, "bureau"))]
    )
    TermEvidence.objects.bulk_create([TermEvidence(pk=ONE, term_id=TWO, passages=1, without=0)])
    Candidate.objects.bulk_create([Candidate(pk=ONE, text="候选")])
    User.objects.bulk_create([User(pk=ONE, username="somebody")])
    Document.objects.bulk_create([Document(pk=ONE, key="d1", symbol="A/1", sha256="f" * 64)])
    Passage.objects.bulk_create([Passage(pk=ONE, document_id=ONE, position=0, kind="paragraph", text="The office.")])
    DocumentVersion.objects.bulk_create([DocumentVersion(pk=ONE, document_id=ONE, number=1, sha256="f" * 64)])
    Import.objects.bulk_create([Import(pk=ONE, name="a.csv", size=1, sha256="f" * 64, format="csv")])
    return {
        SubjectField: {"key": "crime", "name_en": "crime", "name_zh": "犯罪"},
        Concept: {"key": "c3"},
        Term: {"concept_id": ONE, "language": "zh-Hans", "text": "毒罪办", "source": "A/1"},
        Definition: {"concept_id": ONE, "language": "en", "text": "An office."},
        ConceptRelation: {"concept_id": ONE, "target_id": TWO, "relation_type": "broader"},
        Document: {"key": "d2", "symbol": "A/2", "sha256": "0123456789abcdef" * 4},
        DocumentVersion: {"document_id": ONE, "number": 2, "sha256": "e" * 64},
        FormerPassage: {"version_id": ONE, "passage": TWO, "position": 0, "kind": "heading", "text": "Offices"},
        Passage: {"document_id": ONE, "position": 1, "kind": "heading", "text": "Offices"},
        Example: {
            "term_id": ONE,
            "passage_id": ONE,
            "start": 2,
            "end": 5,
            "sentence_start": 0,
            "sentence_end": 11,
            "score": 0.5,
        },
        TermFrequency: {"term_id": ONE, "document_id": ONE, "count": 1},
        Candidate: {"text": "毒罪办"},
        CandidateFrequency: {"candidate_id": ONE, "document_id": ONE, "count": 1, "score": 0.5},
        CandidateExample: {
            "candidate_id": ONE,
            "passage_id": ONE,
            "start": 2,
            "end": 5,
            "sentence_start": 0,
            "sentence_end": 11,
            "score": 0.5,
        },
        TermEvidence: {"term_id": ONE, "passages": 1, "without": 0},
        Rendering: {"evidence_id": ONE, "term_id": TWO, "count": 1},
        RivalPassage: {"evidence_id": ONE, "passage_id": ONE, "start": 0, "end": 3},
        LikelyEquivalent: {"candidate_id": ONE, "text": "office", "count": 1, "score": 0.5},
        Upload: {"name": "d.txt", "content": b"x"},
        FailedLookup: {"text": "毒罪办"},
        KnownWord: {"text": "drug"},
        Activity: {"kind": "edit", "role": "postgres", "at": timezone.now()},
        Revision: {"activity_id": ONE, "model": "term", "row": ONE},
        Change: {"transaction": 1, "concept_key": "c1", "kind": "changed", "at": timezone.now()},
        ContextChange: {"transaction": 1},
        Import: {"name": "terms.csv", "size": 1, "sha256": "0123456789abcdef" * 4, "format": "csv"},
        ImportChunk: {"of_id": ONE, "position": 0, "content": b"a"},
        ImportRow: {"of_id": ONE, "number": 1, "kind": "new"},
        ColumnMapping: {"signature": "a" * 64, "names": ["term"]},
        Suggestion: {"text_zh": "毒罪办"},
        Comment: {"concept_id": ONE, "text": "Second mention."},
        ApiToken: {
            "name": "CAT",
            "user_id": User.objects.create_user("caller").pk,
            "scopes": ["read"],
            "digest": "a" * 64,
        },
        IdempotencyKey: {"caller": "token:1", "key": "k", "request_digest": "a" * 64, "status": 201},
        RequestCount: {"caller": "token:1", "of_window": 1, "requests": 1},
        Turn: {"queue": "candidates", "item": ONE, "user_id": ONE},
        Assignment: {"concept_id": ONE, "assigned_to_id": ONE},
        Memo: {"concept_id": ONE, "text": "@somebody?", "written_by_id": ONE},
        Digest: {"user_id": ONE, "sent_at": timezone.now()},
        EntryFinding: {
            "concept_id": ONE,
            "kind": "no_example",
            "text": "毒罪办",
            "fingerprint": "0123456789abcdef" * 2,
        },
        EntryFindingCount: {"day": timezone.now().date(), "kind": "no_example", "open": 1, "waived": 0},
        EntryWaiver: {
            "concept_id": ONE,
            "kind": "no_example",
            "fingerprint": "0123456789abcdef" * 2,
            "reason": "It is a name.",
            "waived_by_id": ONE,
        },
        LookupCount: {"concept_id": ONE, "day": timezone.now().date(), "count": 1},
        Waiver: {"project": "p1", "finding": "0123456789abcdef" * 2, "reason": "It is a name.", "waived_by_id": ONE},
    }


@pytest.fixture
def good():
    return good_rows()


def write(model, good, rows):
    with transaction.atomic():
        model.objects.bulk_create([model(**good[model] | row) for row in rows])


@pytest.mark.parametrize(
    ("name", "model", "rows"), [pytest.param(*case[:3], id=f"{case[0]}: {case[3]}") for case in CASES]
)
def test_refused(good, name, model, rows):
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        write(model, good, rows)


def test_every_constraint_has_a_case():
    named = {c.name for model in apps.get_app_config("termbase").get_models() for c in model._meta.constraints}
    assert named == {name for name, *_ in CASES}


def test_good_rows_are_taken(good):
    """So it is what the cases change that is refused."""
    assert set(good) == set(apps.get_app_config("termbase").get_models())
    for model in good:
        write(model, good, [{}])


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        pytest.param(
            Term,
            [
                {"administrative_status": "preferred", "text": "毒罪办"},
                {"administrative_status": "preferred", "text": "办公室", "review_status": "rejected"},
            ],
            id="a rejected term is nobody's preference",
        ),
        pytest.param(
            Term,
            [
                {"administrative_status": "preferred", "text": "毒罪办"},
                {"administrative_status": "preferred", "text": "毒罪辦", "language": "zh-Hant"},
                {"administrative_status": "preferred", "text": "UNODC", "language": "en"},
            ],
            id="one preferred term for each language",
        ),
        pytest.param(
            Term,
            [{"text": "毒罪办"}, {"text": "毒 罪 办"}, {"text": "毒罪办", "language": "zh-Hant"}],
            id="equal keys are variants, only equal texts are duplicates",
        ),
        pytest.param(Term, [{"concept_id": ONE}, {"concept_id": TWO}], id="a homograph"),
        pytest.param(Term, [{"source": "", "review_status": "rejected"}], id="rejected for want of a source"),
        pytest.param(
            Definition,
            [{"language": "en"}, {"language": "zh-Hans"}],
            id="a definition may be the same in two languages",
        ),
        pytest.param(
            ConceptRelation,
            [{"relation_type": "related"}, {"relation_type": "see_also"}],
            id="two kinds of relation to one concept",
        ),
        pytest.param(
            Document,
            [{"key": "one", "symbol": "", "sha256": "1" * 64}, {"key": "other", "symbol": "", "sha256": "2" * 64}],
            id="documents without a symbol",
        ),
        pytest.param(
            Concept, [{"replaced_by_id": ONE, "withdrawn_at": timezone.now()}], id="a merged concept is withdrawn"
        ),
        pytest.param(Concept, [{"key": "_a.b-C9"}], id="all that a key may hold"),
        pytest.param(Candidate, [{"language": "zh-Hans"}, {"language": "en"}], id="one key in two languages"),
        pytest.param(Suggestion, [{"text_zh": "", "comment": "?"}], id="a remark alone"),
        pytest.param(Assignment, [{"done_at": timezone.now()}, {}], id="asked again when it was done"),
        pytest.param(
            EntryWaiver,
            [{"lifted_at": timezone.now()}, {"lifted_at": timezone.now()}, {}],
            id="waived anew once lifted",
        ),
    ],
)
def test_taken(good, model, rows):
    before = model.objects.count()
    write(model, good, rows)
    assert model.objects.count() == before + len(rows)


@pytest.mark.parametrize("model", CLEAN_TEXT.values())
@pytest.mark.parametrize("text", [pytest.param(text, id=why) for text, why in CLEAN])
def test_clean_text_is_taken_as_it_is(good, model, text):
    write(model, good, [{"text": text}])
    assert model.objects.filter(text=text).exists()


@pytest.mark.parametrize("text", ["\u3000毒罪办", "毒罪办\u00a0", "\u2003"])
def test_other_white_space_at_the_ends_is_refused(good, text):
    with pytest.raises(IntegrityError, match="term_text_is_clean"):
        write(Term, good, [{"text": text}])
