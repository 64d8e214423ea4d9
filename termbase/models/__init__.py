"""The facts of the termbase and their rules; constraints live in the database wherever it can hold them."""

from django.apps import apps

from termbase.models.changes import Change
from termbase.models.comments import Comment
from termbase.models.concepts import Concept, ConceptRelation, Definition, SubjectField, Term
from termbase.models.documents import Document, Example, Passage, TermFrequency
from termbase.models.field_names import name_fields
from termbase.models.history import Activity, Revision
from termbase.models.requests import IdempotencyKey, RequestCount
from termbase.models.review import Candidate, CandidateExample, CandidateFrequency, Suggestion
from termbase.models.search_index import FailedLookup, KnownWord
from termbase.models.tokens import ApiToken
from termbase.models.waivers import Waiver

# Before anything makes forms of them.
name_fields(apps.all_models["termbase"].values())

__all__ = [
    "Activity",
    "ApiToken",
    "Candidate",
    "CandidateExample",
    "CandidateFrequency",
    "Change",
    "Comment",
    "Concept",
    "ConceptRelation",
    "Definition",
    "Document",
    "Example",
    "FailedLookup",
    "IdempotencyKey",
    "KnownWord",
    "Passage",
    "RequestCount",
    "Revision",
    "SubjectField",
    "Suggestion",
    "Term",
    "TermFrequency",
    "Waiver",
]
