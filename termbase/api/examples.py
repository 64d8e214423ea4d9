"""Examples of calls, by operation: what the pages of the schema fill in, to be carried out as they stand.

They speak of the termbase that ships. Where a number is wanted that only a list can tell, there is none.
"""

from typing import Any

_TERM = {
    "language": "en",
    "text": "darknet market",
    "term_type": "full_form",
    "administrative_status": "preferred",
    "source": "A/CONF.234/7, 25",
    "reliability": 3,
}
_PAIR = [_TERM, {**_TERM, "language": "zh-Hans", "text": "暗网市场"}]
_DEFINITION = {"language": "en", "text": "Market on a network that hides who takes part.", "source": "editors"}
_CONCEPT = {"subject_field": "cybercrime", "note": "", "terms": _PAIR, "definitions": [_DEFINITION], "relations": []}

PARAMETERS: dict[str, dict[str, Any]] = {
    "get_concepts_by_key": {"key": "c0036"},
    "put_concepts_by_key": {"key": "c0036"},
    "patch_concepts_by_key": {"key": "c0036"},
    "delete_concepts_by_key": {"key": "c0036"},
    "get_concordance": {"q": "毒罪办"},
    "get_documents_by_key": {"key": "e-2024-30"},
    "get_documents_by_key_passages": {"key": "e-2024-30"},
    "get_exports_by_name": {"name": "omegat"},
    "get_exports_by_name_losses": {"name": "omegat"},
    "get_lookup": {"q": "毒罪办"},
    "get_waivers": {"project": "annual-report"},
}
"""By operation, values of parameters in the address."""

BODIES: dict[str, Any] = {
    "post_recognise": {"text": "毒罪办支持会员国打击洗钱。", "source": "zh", "target": "en", "offsets": "utf16"},
    "post_check": {
        "source": "zh",
        "target": "en",
        "segments": [
            {
                "id": 1,
                "source": "毒罪办支持会员国打击洗钱。",
                "target": "UNODC helps Member States against money-laundering.",
            },
            {"id": "note", "source": "外国恐怖主义作战人员", "target": "foreign fighters"},
        ],
        "project": "annual-report",
        "level": "likely",
    },
    "post_waivers": {
        "project": "annual-report",
        "finding": "cd6ad42fa3030e762afa63d3106415b6",
        "reason": "The author wants it so.",
    },
    "post_concepts": _CONCEPT,
    "put_concepts_by_key": _CONCEPT,
    "patch_concepts_by_key": {"note": "Seat in Vienna."},
    "post_terms": {
        **_TERM,
        "concept": "c0036",
        "text": "Office on Drugs and Crime",
        "term_type": "short_form",
        "administrative_status": "admitted",
    },
    "patch_terms_by_id": {"usage_note": "Not in titles."},
    "post_terms_by_id_reject": {"reason": "Not used in the documents."},
    "post_suggestions": {"text_zh": "暗网市场", "text_en": "darknet market", "comment": "Often in reports on drugs."},
    "post_candidates_by_id_accept": {"english": "darknet market", "term_type": "full_form"},
    "post_candidates_by_id_merge": {"into": "c0036", "term_type": "variant"},
    "post_candidates_by_id_reject": {"reason": "No term."},
    "post_candidates_by_id_undo": {"reason": "Decided too early."},
    "post_imports_by_id_apply": {
        "on_conflict": "fill",
        "rows": [{"number": 1, "action": "skip"}],
        "reason": "Reviewed.",
    },
    "post_imports_by_id_undo": {"reason": "The wrong file."},
}
"""By operation, its body in JSON."""


def with_examples(operation: dict[str, Any]) -> dict[str, Any]:
    """An operation of the schema with its examples."""
    name = operation["operationId"]
    for parameter in operation.get("parameters", []):
        if parameter["name"] in PARAMETERS.get(name, {}):
            parameter["example"] = PARAMETERS[name][parameter["name"]]
    if name in BODIES:
        operation["requestBody"]["content"]["application/json"]["example"] = BODIES[name]
    return operation
