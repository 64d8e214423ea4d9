"""What helps while an entry is being edited: duplicates, readings, examples, a look as readers have it."""

from copy import copy
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms.formsets import all_valid
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.urls import URLPattern, path, resolve, reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from termbase import concordance
from termbase.admin.acting import REASON
from termbase.admin.entry_forms import ALL, APPROVE
from termbase.admin.finding import concepts_found
from termbase.admin.proposals import page
from termbase.admin.sources import links_of
from termbase.errors import InvalidInput, TermbaseError
from termbase.harvest.pinning import pin, unpin
from termbase.models import Concept, Example, Passage, Term
from termbase.models.history import acting
from termbase.search.similar import similar
from termbase.text.languages import EN, ZH_HANS
from termbase.text.numbers import whole_number
from termbase.text.pinyin import reading_of
from termbase.text.scripts import to_traditional
from termbase.vocabulary import ActivityKind, Language, ReviewStatus

NEXT = "_next"
LINES, WIDTH = 20, 60
"""Of the concordance to choose examples from: how many, and how many characters on either side."""
LONGEST = 500
"""Characters of a text that help is given with."""


class WithEntry(ModelAdmin):
    """Concepts that are edited as a whole, with what helps."""

    def get_urls(self) -> list[URLPattern]:
        views = (
            ("aid/", self.aid_view, "aid"),
            ("find/", self.find_view, "find"),
            ("preview/", self.preview_view, "preview_new"),
            ("<path:object_id>/preview/", self.preview_view, "preview"),
            ("<path:object_id>/examples/", self.examples_view, "examples"),
        )
        own = [path(at, self.admin_site.admin_view(view), name=f"termbase_concept_{name}") for at, view, name in views]
        return [*own, *super().get_urls()]

    def aid_view(self, request: HttpRequest) -> HttpResponse:
        """For a term as it is typed: its reading, its Traditional form, where its source leads, what it may double."""
        self._must_write(request)
        text, language = request.GET.get("text", "")[:LONGEST], request.GET.get("language", "")
        source = request.GET.get("source", "")[:LONGEST]
        try:
            if language not in Language:
                raise InvalidInput(_("There is no such language."), fields={"language": [language]})
            own = whole_number(request.GET.get("concept", ""))
            found = similar(text, source=EN if language == EN else "zh", apart_from=own)
        except TermbaseError as error:
            return HttpResponse(error.message, status=400, content_type="text/plain; charset=utf-8")
        traditional = to_traditional(text) if language == ZH_HANS else ""
        context = {
            "text": text,
            "language": language,
            "concept": own,
            "reading": "" if language == EN else reading_of(text),
            "traditional": traditional if traditional != text else "",
            "links": links_of([source])[source],
            "similar": found,
        }
        return render(request, "admin/termbase/_aid.html", context)

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Concepts to choose from, by key or any term."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = concepts_found(request.GET.get("q", ""), apart_from=whole_number(request.GET.get("concept", "")))
        return render(request, "admin/termbase/_options.html", {"found": found})

    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponseBase:
        """The page that readers would see if the form that was sent were saved, with what is proposed; nothing is."""
        self._must_write(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        with acting():
            concept = self._locked(object_id) if object_id else None
            saved, problems = self._saved(request, concept)
            response = _as_readers_see_it(request, saved) if saved else None
            transaction.set_rollback(True)
        return response or render(request, "admin/termbase/_problems.html", {"problems": problems})

    def _locked(self, object_id: str) -> Concept:
        # The form is checked against what nobody writes at this moment.
        concept = Concept.objects.select_for_update().filter(pk=whole_number(unquote(object_id)) or 0).first()
        if concept is None:
            raise Http404
        return concept

    def _saved(self, request: HttpRequest, concept: Concept | None) -> tuple[Concept | None, list[str]]:
        """The concept as the form would have it, saved; or what is wrong with the form."""
        # What has changed meanwhile is told when it is saved in earnest.
        request.conflict = None  # type: ignore[attr-defined]
        change = concept is not None
        form = self.get_form(request, concept, change=change)(request.POST, request.FILES, instance=concept)
        valid = form.is_valid()
        new = self.save_form(request, form, change=change) if valid else form.instance
        formsets, _inlines = self._create_formsets(request, new, change=change)
        if not (all_valid(formsets) and valid):
            wrong = [form.errors, *(row.errors for formset in formsets for row in formset.forms)]
            told = [text for errors in wrong for texts in errors.values() for text in texts]
            return None, [*told, *(text for formset in formsets for text in formset.non_form_errors())]
        # A key that no concept has: looking at a new one uses up no key.
        new.key = new.key or f"preview-{cast(User, request.user).pk}"
        self.save_model(request, new, form, change)
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
        return new, []

    def examples_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The examples of a term, and the places in the documents to choose others from."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        concept = self.get_object(request, unquote(object_id))
        if not isinstance(concept, Concept):
            raise Http404
        data = request.POST if request.method == "POST" else request.GET
        terms = list(concept.terms.exclude(review_status=ReviewStatus.REJECTED).order_by("-language", "pk"))
        term = next((term for term in terms if str(term.pk) == data.get("term", "")), terms[0] if terms else None)
        q = data.get("q", "").strip()[:LONGEST] or (term.text if term else "")
        problem = ""
        if request.method == "POST" and term is not None:
            try:
                _choose(request, term)
                query = QueryDict(mutable=True)
                query.update({"term": str(term.pk), "q": q})
                return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
            except TermbaseError as error:
                problem = error.message
        context = {
            "concept": concept,
            "terms": terms,
            "term": term,
            "q": q,
            "problem": problem,
            **_places(term, "" if "\0" in q else q),
        }
        response: HttpResponse
        if request.headers.get("X-Fragment"):
            response = render(request, "admin/termbase/_examples.html", context)
        else:
            response = page(self, request, "admin/termbase/examples.html", _("Examples of %s") % concept.key, context)
        response.status_code = 400 if problem else 200
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        asked = request.POST.get(APPROVE, "")
        if asked and request.user.has_perm("termbase.review_term"):
            waiting = Term.objects.filter(concept=form.instance, review_status=ReviewStatus.PROPOSED)
            approve_each(self, request, waiting if asked == ALL else waiting.filter(pk=whole_number(asked) or 0))

    def response_change(self, request: HttpRequest, obj: Concept) -> HttpResponse:
        """To the next concept of the list, or to this one again, as the button said."""
        if APPROVE in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        if NEXT not in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, _("%s has been saved.") % obj.key, messages.SUCCESS)
        following = self._following(request, obj)
        if following is None:
            self.message_user(request, _("That was the last of the list."), messages.INFO)
            return self.response_post_save_change(request, obj)
        query = request.GET.urlencode()
        address = reverse("admin:termbase_concept_change", args=[following])
        return HttpResponseRedirect(f"{address}?{query}" if query else address)

    def _following(self, request: HttpRequest, obj: Concept) -> int | None:
        """The id of the concept after this one by key, in the list as it was filtered."""
        asked = copy(request)
        filters = request.GET.get("_changelist_filters", "")
        asked.GET = QueryDict(filters.replace("\0", "").replace("%00", ""))
        try:
            found = self.get_changelist_instance(asked).queryset
        except (IncorrectLookupParameters, SuspiciousOperation):
            found = self.get_queryset(request)
        after = found.filter(key__gt=obj.key).order_by("key").values_list("pk", flat=True)
        return next(iter(after[:1]), None)

    def _must_write(self, request: HttpRequest) -> None:
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied


def approve_each(model_admin: ModelAdmin, request: HttpRequest, terms: "QuerySet[Term]") -> None:
    """Approve the terms one by one and say how many were, and why others were not."""
    approved = 0
    with acting(activity=ActivityKind.REVIEW):
        for term in terms:
            try:
                term.approve(by=cast(User, request.user))
                approved += 1
            except TermbaseError as error:
                model_admin.message_user(request, f"{term}: {error.message}", messages.WARNING)
    model_admin.message_user(request, _("%d terms approved.") % approved, messages.SUCCESS)


def _as_readers_see_it(request: HttpRequest, concept: Concept) -> HttpResponse:
    """The reader's page of a concept: asked by its address, as the workbench knows nothing of those pages."""
    address = reverse("web:concept", args=[concept.key])
    match = resolve(address)
    asked = copy(request)
    asked.method, asked.path, asked.path_info, asked.GET = "GET", address, address, QueryDict("proposed=true")
    response: HttpResponse = match.func(asked, *match.args, **match.kwargs)
    return response


def _choose(request: HttpRequest, term: Term) -> None:
    """Pin or unpin what a button of the page of examples stands for."""
    by = cast(User, request.user)
    reason = request.POST.get(REASON, "").strip()
    example = Example.objects.filter(term=term, pk=whole_number(request.POST.get("unpin", "")) or 0).first()
    if example is not None:
        unpin(example=example, by=by, reason=reason)
        return
    place = [whole_number(part) for part in request.POST.get("pin", "").split(":")]
    passage = Passage.objects.current().filter(pk=place[0] or 0).first() if len(place) == 3 else None
    if passage is None or None in place:
        raise InvalidInput(_("There is no such place in the documents."), fields={"pin": ["is no place"]})
    pin(term=term, passage=passage, start=cast(int, place[1]), end=cast(int, place[2]), by=by, reason=reason)


def _places(term: Term | None, q: str) -> dict[str, Any]:
    """The term's examples, and the lines of `q` with whether each is one of them."""
    if term is None:
        return {"examples": [], "lines": [], "more": False}
    chosen = Q(term=term)
    examples = list(Example.objects.filter(chosen).select_related("passage__document").order_by("-pinned", "-score"))
    pinned = {(example.passage_id, example.start) for example in examples if example.pinned}
    lines, more = concordance.lines(q, width=WIDTH, limit=LINES)
    told = [
        {
            "line": line,
            "start": line.position[2],
            "end": line.position[2] + len(line.hit),
            "pinned": (line.passage.pk, line.position[2]) in pinned,
        }
        for line in lines
    ]
    return {"examples": examples, "lines": told, "more": more}
