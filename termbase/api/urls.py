"""Addresses of the API, under /api/v1/."""

from django.urls import path

from termbase.api import (
    candidates,
    changes,
    concepts,
    concordance,
    documents,
    errors,
    exports,
    imports,
    pages,
    subject_fields,
    suggestions,
    terms,
    views,
)
from termbase.api.annotations import annotated
from termbase.api.check import CheckView, WaiversView
from termbase.api.recognise import RecogniseView

urlpatterns = [
    path("lookup/", annotated(views.LookupView).as_view(), name="lookup"),
    path("concepts/", concepts.ConceptsView.as_view(), name="concepts"),
    path("concepts/<key:key>/", concepts.ConceptView.as_view(), name="concept"),
    path("terms/", terms.TermsView.as_view(), name="terms"),
    path("terms/<int:id>/", terms.TermView.as_view(), name="term"),
    path("terms/<int:id>/approve/", terms.TermApprovalView.as_view(), name="term-approve"),
    path("terms/<int:id>/reject/", terms.TermRejectionView.as_view(), name="term-reject"),
    path("candidates/", candidates.CandidatesView.as_view(), name="candidates"),
    path("candidates/<int:id>/", candidates.CandidateView.as_view(), name="candidate"),
    path("candidates/<int:id>/accept/", candidates.CandidateAcceptanceView.as_view(), name="candidate-accept"),
    path("candidates/<int:id>/merge/", candidates.CandidateMergerView.as_view(), name="candidate-merge"),
    path("candidates/<int:id>/reject/", candidates.CandidateRejectionView.as_view(), name="candidate-reject"),
    path("candidates/<int:id>/undo/", candidates.CandidateUndoingView.as_view(), name="candidate-undo"),
    path("subject-fields/", subject_fields.SubjectFieldsView.as_view(), name="subject-fields"),
    path("documents/", documents.DocumentsView.as_view(), name="documents"),
    path("documents/<key:key>/", documents.DocumentView.as_view(), name="document"),
    path("documents/<key:key>/passages/", documents.PassagesView.as_view(), name="passages"),
    path("concordance/", concordance.ConcordanceView.as_view(), name="concordance"),
    path("exports/", exports.ExportsView.as_view(), name="exports"),
    path("exports/<slug:name>/", exports.ExportView.as_view(), name="export"),
    path("exports/<slug:name>/losses/", exports.LossesView.as_view(), name="export-losses"),
    path("imports/", imports.ImportsView.as_view(), name="imports"),
    path("imports/<int:id>/", imports.ImportView.as_view(), name="import"),
    path("imports/<int:id>/rows/", imports.ImportRowsView.as_view(), name="import-rows"),
    path("imports/<int:id>/apply/", imports.ImportApplicationView.as_view(), name="import-apply"),
    path("imports/<int:id>/undo/", imports.ImportUndoingView.as_view(), name="import-undo"),
    path("suggestions/", suggestions.SuggestionsView.as_view(), name="suggestions"),
    path("changes/", changes.ChangesView.as_view(), name="changes"),
    path("schema/", pages.SchemaView.as_view(), name="schema"),
    path("docs/", pages.docs, name="docs"),
    path("recognise/", annotated(RecogniseView).as_view(), name="recognise"),
    path("check/", annotated(CheckView).as_view(), name="check"),
    path("waivers/", annotated(WaiversView).as_view(), name="waivers"),
    path("<path:path>", errors.not_found),
    path("", errors.not_found),
]
