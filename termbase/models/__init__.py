"""The facts of the termbase and their rules; constraints live in the database wherever it can hold them."""

from django.apps import apps

from termbase.models.changes import Change, ContextChange
from termbase.models.comments import Comment
from termbase.models.concepts import Concept, ConceptRelation, Definition, SubjectField, Term
from termbase.models.document_versions import DocumentVersion, FormerPassage
from termbase.models.documents import Document, Example, Passage, TermFrequency
from termbase.models.entry_findings import EntryFinding, EntryFindingCount, EntryWaiver
from termbase.models.evidence import LikelyEquivalent, Rendering, RivalPassage, TermEvidence
from termbase.models.field_names import name_fields
from termbase.models.history import Activity, Revision
from termbase.models.imports import ColumnMapping, Import, ImportChunk, ImportRow
from termbase.models.lookups import LookupCount
from termbase.models.requests import IdempotencyKey, RequestCount
from termbase.models.review import Candidate, CandidateExample, CandidateFrequency, Suggestion
from termbase.models.search_index import FailedLookup, KnownWord
from termbase.models.teamwork import Assignment, Digest, Memo
from termbase.models.tokens import ApiToken
from termbase.models.turns import Turn
from termbase.models.uploads import Upload
from termbase.models.waivers import Waiver

# Before anything makes forms of them.
name_fields(apps.all_models["termbase"].values())

__all__ = [
    "Activity",
    "ApiToken",
    "Assignment",
    "Candidate",
    "CandidateExample",
    "CandidateFrequency",
    "Change",
    "ColumnMapping",
    "Comment",
    "Concept",
    "ConceptRelation",
    "ContextChange",
    "Definition",
    "Digest",
    "Document",
    "DocumentVersion",
    "EntryFinding",
    "EntryFindingCount",
    "EntryWaiver",
    "Example",
    "FailedLookup",
    "FormerPassage",
    "IdempotencyKey",
    "Import",
    "ImportChunk",
    "ImportRow",
    "KnownWord",
    "LikelyEquivalent",
    "LookupCount",
    "Memo",
    "Passage",
    "Rendering",
    "RequestCount",
    "Revision",
    "RivalPassage",
    "SubjectField",
    "Suggestion",
    "Term",
    "TermEvidence",
    "TermFrequency",
    "Turn",
    "Upload",
    "Waiver",
]
