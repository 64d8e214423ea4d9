"""Concepts merged and split, after a look at what would come of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from termbase import merging
from termbase.admin.finding import concepts_found
from termbase.admin.proposals import Proposal, page, propose
from termbase.admin.versions import WithVersions, by
from termbase.history.writing import Left
from termbase.jobs import request_refresh
from termbase.models import Concept, Term
from termbase.text.numbers import whole_number
from termbase.vocabulary import Language, RelationType


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which term is preferred in a language, and which is chosen."""

    language: str
    label: str
    terms: list[Term]
    chosen: int


class WithMerging(WithVersions):
    """Concepts that can be merged and split."""

    actions_detail: tuple[str, ...] = ("merge", "split", "withdraw", "bring_back")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Those that make sense: of a withdrawn concept only the way back."""
        concept = Concept.objects.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        withdrawn = concept is not None and concept.withdrawn_at is not None
        actions = super().get_actions_detail(request, object_id)
        return [item for item in actions if item.action_name.endswith("_bring_back") == withdrawn]

    @action(description=gettext_lazy("Merge…"), url_path="merge", permissions=["change"], icon="merge")
    def merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Merge this concept into another, which is looked for first."""
        concept = self.concept_to_change(request, object_id)
        data = request.POST if request.method == "POST" else request.GET
        target = Concept.objects.filter(key=data.get("target", "")).first()
        title = _("Merge %s into another concept") % concept.key
        q = request.GET.get("q", "").strip()
        back = reverse("admin:termbase_concept_change", args=[concept.pk])
        if target is None:
            context = {
                "concept": concept,
                "q": q,
                "found": concepts_found(q, apart_from=concept.pk),
                "no_focus": True,
                "back": back,
            }
            return page(self, request, "admin/termbase/merge.html", title, context)
        choices = _choices(concept, target, data)
        preferred = {choice.language: choice.chosen for choice in choices}

        def do() -> Iterable[Left]:
            merging.merge(
                source=concept.key,
                target=target.key,
                versions=_versions(data, concept, target) if request.method == "POST" else None,
                preferred=preferred,
                **by(request),
            )
            request_refresh()
            return ()

        proposal = Proposal(
            title=_("Merge %(source)s into %(target)s") % {"source": concept.key, "target": target.key},
            template="admin/termbase/merge.html",
            button=_("Merge"),
            back=reverse("admin:termbase_concept_change", args=[target.pk]) if request.method == "POST" else back,
            do=do,
            done=_("Merged: %(source)s leads to %(target)s now.") % {"source": concept.key, "target": target.key},
            about=_("Terms that move are approved anew; those in the same words become one."),
            hidden={
                "target": target.key,
                f"version-{concept.key}": concept.version,
                f"version-{target.key}": target.version,
                **{f"preferred-{language}": pk for language, pk in preferred.items()},
            },
            context={"concept": concept, "target": target.key, "choices": choices, "q": q},
        )
        return propose(self, request, proposal)

    @action(description=gettext_lazy("Split…"), url_path="split", permissions=["change"], icon="call_split")
    def split(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give chosen terms a concept of their own."""
        concept = self.concept_to_change(request, object_id)
        data = request.POST if request.method == "POST" else request.GET
        chosen = _split(data)
        context = {
            "concept": concept,
            "terms": concept.terms.order_by("-language", "pk"),
            "definitions": concept.definitions.all(),
            "relations": RelationType.choices,
            "chosen": chosen,
        }
        title = _("Split %s") % concept.key
        back = reverse("admin:termbase_concept_change", args=[concept.pk])
        if not chosen.terms:
            context |= {"no_focus": True, "back": back}
            return page(self, request, "admin/termbase/split.html", title, context)

        def do() -> Iterable[Left]:
            version = concept.version if request.method != "POST" else whole_number(data.get("version", "")) or -1
            # Looking at it uses up no key.
            new_key = "" if request.method == "POST" else f"{concept.key[:58]}-new"
            merging.split(key=concept.key, chosen=chosen, version=version, new_key=new_key, **by(request))
            request_refresh()
            return ()

        proposal = Proposal(
            title=title,
            template="admin/termbase/split.html",
            button=_("Split"),
            back=back,
            do=do,
            done=_("Split; what moved is in a concept of its own."),
            about=_("Terms that move are approved anew. The new concept is given its key when it is made."),
            hidden={"version": concept.version},
            context={**context, "hidden": [("version", concept.version), *_repeated(data)]},
        )
        return propose(self, request, proposal)


def _choices(source: Concept, target: Concept, data: QueryDict) -> list[_Choice]:
    found = []
    for choice in merging.choices(source, target):
        asked = data.get(f"preferred-{choice.language}", "")
        known = {str(term.pk): term.pk for term in choice.terms}
        label = str(Language(choice.language).label)
        found.append(_Choice(choice.language, label, choice.terms, known.get(asked, choice.terms[0].pk)))
    return found


def _versions(data: QueryDict, *concepts: Concept) -> Mapping[str, int]:
    seen = {concept.key: data.get(f"version-{concept.key}", "") for concept in concepts}
    return {key: version for key, text in seen.items() if (version := whole_number(text)) is not None}


def _split(data: QueryDict) -> merging.Split:
    def numbers(name: str) -> list[int]:
        return [number for text in data.getlist(name) if (number := whole_number(text)) is not None]

    relation = data.get("relation", "")
    return merging.Split(
        terms=numbers("term"),
        definitions=numbers("definition"),
        preferred=numbers("preferred"),
        relation=RelationType(relation) if relation in RelationType.values else None,
    )


def _repeated(data: QueryDict) -> Iterable[tuple[str, str]]:
    return [(name, value) for name in ("term", "definition", "preferred", "relation") for value in data.getlist(name)]
