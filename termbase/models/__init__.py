"""The facts of the termbase and their rules; constraints live in the database wherever it can hold them."""

from termbase.models.changes import Change
from termbase.models.comments import Comment
from termbase.models.concepts import Concept, ConceptRelation, Definition, SubjectField, Term
from termbase.models.documents import Document, Example, Passage, TermFrequency
from termbase.models.history import Activity, Revision
from termbase.models.requests import IdempotencyKey, RequestCount
from termbase.models.review import Candidate, CandidateExample, CandidateFrequency, Suggestion
from termbase.models.search_index import FailedLookup, KnownWord
from termbase.models.teamwork import Assignment, Digest, Memo
from termbase.models.tokens import ApiToken
from termbase.models.turns import Turn
from termbase.models.waivers import Waiver

__all__ = [
    "Activity",
    "ApiToken",
    "Assignment",
    "Candidate",
    "CandidateExample",
    "CandidateFrequency",
    "Change",
    "Comment",
    "Concept",
    "ConceptRelation",
    "Definition",
    "Digest",
    "Document",
    "Example",
    "FailedLookup",
    "IdempotencyKey",
    "KnownWord",
    "Memo",
    "Passage",
    "RequestCount",
    "Revision",
    "SubjectField",
    "Suggestion",
    "Term",
    "TermFrequency",
    "Turn",
    "Waiver",
]
