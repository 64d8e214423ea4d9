"""Who may go where: a row for each address of the pages and the admin. Those of the API are in `tests/api/test_roles`.

To add an address, add a row: the pattern as the URL map has it, the roles that may read it, the roles that may send
something to it, and where the pattern has parts in it, an example of them (`{concept}` and the like are the numbers of
the rows that `test_access.things` makes).
"""

from dataclasses import dataclass

ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
NOBODY: frozenset[str] = frozenset()
EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"nobody"}
STAFF = SIGNED_IN - {"reader"}
WRITERS = STAFF - {"contributor"}
REVIEWERS = frozenset({"reviewer", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
BATCH = "0" * 8 + "-0000-4000-8000-" + "0" * 12


@dataclass(frozen=True, slots=True)
class Row:
    """`get` and `post`: the roles that are let through; what is wrong with their request is told after that.

    `instead`: what those get who are let through to where there is nothing. `is_open`: whether a termbase that not
    anyone may read (TERMBASE_ANONYMOUS_READ) shows it to nobody all the same.
    """

    get: frozenset[str]
    post: frozenset[str] = NOBODY
    at: str = ""
    instead: str = "in"
    is_open: bool = False


def of_model(
    name: str,
    *,
    see: frozenset[str],
    add: frozenset[str] = NOBODY,
    change: frozenset[str] = NOBODY,
    delete: frozenset[str] = NOBODY,
    **own: frozenset[str],
) -> dict[str, Row]:
    """The pages that every model has in the admin; `own`: further ones of one row, by the end of the address."""
    base, thing = f"admin/{name}/", "{" + name.rpartition("/")[2] + "}"
    one, at = f"{base}<path:object_id>/", f"/{base}{thing}/"
    return {
        base: Row(see, see),
        f"{base}add/": Row(add, add),
        f"{one}change/": Row(see, change, f"{at}change/"),
        f"{one}history/": Row(see, see, f"{at}history/"),
        f"{one}delete/": Row(delete, delete, f"{at}delete/"),
        # It only leads on to the page that changes the row.
        one: Row(STAFF, STAFF, at),
        **{
            f"{one}{last}/": Row(roles, roles, at + last.replace("<int:revision>", "1") + "/")
            for last, roles in own.items()
        },
    }


PAGES = {
    "": Row(EVERYONE),
    "text": Row(EVERYONE, EVERYONE),
    "concepts/<key:key>": Row(EVERYONE, at="/concepts/c0002"),
    "concepts/<key:key>/comment": Row(STAFF, STAFF, at="/concepts/c0002/comment"),
    "concepts/<key:key>/history": Row(STAFF, at="/concepts/c0002/history"),
    "documents": Row(EVERYONE),
    "documents/<key:key>": Row(EVERYONE, at="/documents/a-conf-234-7"),
    "documents/<key:key>/glossary": Row(EVERYONE, at="/documents/a-conf-234-7/glossary"),
    "concordance": Row(EVERYONE),
    "subjects": Row(EVERYONE),
    "subjects/<slug:key>": Row(EVERYONE, at="/subjects/bodies"),
    "coverage": Row(EVERYONE),
    "suggest": Row(STAFF, STAFF),
    "sign-in": Row(EVERYONE, EVERYONE, is_open=True),
    "sign-out": Row(NOBODY, EVERYONE, is_open=True),
    # There is no provider unless the settings name one; tests/web/test_sign_in.py does.
    "sign-in/<slug:provider_id>/login/": Row(EVERYONE, EVERYONE, "/sign-in/none/login/", "404", is_open=True),
    "sign-in/<slug:provider_id>/login/callback/": Row(
        EVERYONE, EVERYONE, "/sign-in/none/login/callback/", "404", is_open=True
    ),
    "healthz": Row(EVERYONE, is_open=True),
    "readyz": Row(EVERYONE, is_open=True),
    # To programs of this machine, as tests are; tests/web/test_metrics.py has the others.
    "metrics": Row(EVERYONE, is_open=True),
    "i18n/setlang/": Row(EVERYONE, EVERYONE, is_open=True),
}
ADMIN = {
    "admin/": Row(STAFF, STAFF),
    "admin/login/": Row(NOBODY),
    # Who has nothing to leave is sent on; the others leave by a POST alone.
    "admin/logout/": Row(EVERYONE - STAFF, EVERYONE),
    "admin/password_change/": Row(STAFF, STAFF),
    "admin/password_change/done/": Row(STAFF),
    "admin/search/": Row(STAFF, STAFF),
    # It answers who may see the model that the query names.
    "admin/autocomplete/": Row(NOBODY),
    "admin/jsi18n/": Row(STAFF),
    "admin/r/<path:content_type_id>/<path:object_id>/": Row(STAFF, STAFF, "/admin/r/1/1/", "404"),
    "admin/^(?P<app_label>auth|termbase)/$": Row(STAFF, STAFF, "/admin/termbase/"),
    "admin/(?P<url>.*)$": Row(STAFF, STAFF, "/admin/nowhere", "404"),
    **of_model("auth/user", see=ADMINISTRATORS, add=ADMINISTRATORS, change=ADMINISTRATORS),
    "admin/auth/user/<id>/password/": Row(ADMINISTRATORS, ADMINISTRATORS, "/admin/auth/user/{user}/password/"),
    **of_model("auth/group", see=ADMINISTRATORS),
    **of_model("termbase/activity", see=STAFF, change=STAFF, undo=WRITERS),
    "admin/termbase/activity/add/": Row(STAFF, STAFF, instead="404"),
    **of_model(
        "termbase/concept",
        see=STAFF,
        add=WRITERS,
        change=WRITERS,
        merge=WRITERS,
        split=WRITERS,
        withdraw=WRITERS,
        **{"restore/<int:revision>": WRITERS, "bring-back": WRITERS},
    ),
    **of_model("termbase/term", see=STAFF, add=WRITERS, change=WRITERS),
    **of_model("termbase/subjectfield", see=STAFF, add=ADMINISTRATORS, change=ADMINISTRATORS),
    **of_model(
        "termbase/document",
        see=STAFF,
        change=WRITERS,
        withdraw=WRITERS,
        **{"restore/<int:revision>": WRITERS, "bring-back": WRITERS},
    ),
    # It has no version but the present one.
    "admin/termbase/document/<path:object_id>/versions/<int:number>/": Row(
        STAFF, STAFF, "/admin/termbase/document/{document}/versions/1/", "404"
    ),
    "admin/termbase/document/<path:object_id>/versions/<int:number>/put-back/": Row(
        WRITERS, WRITERS, "/admin/termbase/document/{document}/versions/1/put-back/", "404"
    ),
    **of_model("termbase/failedlookup", see=WRITERS, delete=WRITERS),
    # They are decided in their queues.
    **{
        f"admin/termbase/{name}/one-by-one/": Row(WRITERS, WRITERS)
        for name in ("candidate", "suggestion", "comment", "failedlookup", "importrow")
    },
    "admin/termbase/term/one-by-one/": Row(REVIEWERS, REVIEWERS),
    **of_model("termbase/candidate", see=WRITERS),
    **of_model("termbase/suggestion", see=WRITERS),
    **of_model("termbase/comment", see=WRITERS, change=WRITERS),
    **of_model("termbase/waiver", see=WRITERS, delete=WRITERS),
    **of_model("termbase/apitoken", see=ADMINISTRATORS, add=ADMINISTRATORS, change=ADMINISTRATORS),
    # A finding leads on to its entry.
    **of_model("termbase/entryfinding", see=STAFF, change=STAFF),
    "admin/termbase/entryfinding/add/": Row(STAFF, STAFF, instead="404"),
    "admin/termbase/entryfinding/waive/": Row(WRITERS, WRITERS),
    "admin/termbase/entryfinding/lift/": Row(WRITERS, WRITERS),
    "admin/termbase/entryfinding/again/": Row(WRITERS, WRITERS),
    "admin/termbase/concept/aid/": Row(WRITERS, WRITERS),
    "admin/termbase/concept/find/": Row(STAFF, STAFF),
    "admin/termbase/concept/export/": Row(STAFF, STAFF),
    "admin/termbase/concept/preview/": Row(NOBODY, WRITERS),
    "admin/termbase/concept/<path:object_id>/preview/": Row(
        NOBODY, WRITERS, "/admin/termbase/concept/{concept}/preview/"
    ),
    "admin/termbase/concept/<path:object_id>/examples/": Row(
        WRITERS, WRITERS, "/admin/termbase/concept/{concept}/examples/"
    ),
    "admin/termbase/concept/<path:object_id>/discuss/": Row(STAFF, STAFF, "/admin/termbase/concept/{concept}/discuss/"),
    "admin/termbase/document/harvest/": Row(WRITERS, WRITERS),
    "admin/termbase/document/harvest/<uuid:batch>/": Row(
        WRITERS, WRITERS, f"/admin/termbase/document/harvest/{BATCH}/", "404"
    ),
    **of_model("termbase/import", see=WRITERS, add=WRITERS, change=WRITERS),
    **{
        f"admin/termbase/import/<int:pk>/{last}/": Row(get, post, f"/admin/termbase/import/{{import}}/{last}/")
        for last, get, post in (
            ("again", WRITERS, WRITERS),
            ("apply", WRITERS, WRITERS),
            ("columns", WRITERS, WRITERS),
            ("decide", WRITERS, WRITERS),
            ("file", WRITERS, WRITERS),
            ("report", WRITERS, WRITERS),
            ("undo", WRITERS, WRITERS),
        )
    },
    **of_model("termbase/importrow", see=WRITERS, change=WRITERS),
    "admin/termbase/importrow/add/": Row(WRITERS, WRITERS, instead="404"),
    "admin/review/": Row(STAFF),
    "admin/review/mine/": Row(STAFF),
    "admin/review/mine/<int:pk>/done/": Row(NOBODY, STAFF, "/admin/review/mine/1/done/", "404"),
    "admin/review/assign/": Row(WRITERS, WRITERS),
    "admin/review/discussion/<int:pk>/": Row(STAFF, WRITERS, "/admin/review/discussion/{concept}/"),
    # Nothing was chosen.
    "admin/review/<slug:name>/bulk/": Row(WRITERS, WRITERS, "/admin/review/candidates/bulk/", "404"),
    **{
        f"admin/review/<slug:name>/{last}": Row(get, post, f"/admin/review/candidates/{at}")
        for last, at, get, post in (
            ("", "", WRITERS, NOBODY),
            ("undo/", "undo/", NOBODY, WRITERS),
            ("found/", "found/", WRITERS, NOBODY),
            ("<int:item>/<decision:decision>/", "{candidate}/skip/", NOBODY, WRITERS),
        )
    },
}
ACTIONS = {
    ("termbase.Term", "approve"): REVIEWERS,
    ("termbase.Comment", "show"): WRITERS,
    ("termbase.Comment", "take_down"): WRITERS,
    ("termbase.ApiToken", "revoke"): ADMINISTRATORS,
    ("termbase.Term", "reject"): REVIEWERS,
    ("termbase.Concept", "assign"): WRITERS,
    ("termbase.Concept", "export_chosen"): SIGNED_IN,
    ("termbase.Candidate", "accept"): WRITERS,
    ("termbase.Candidate", "reject"): WRITERS,
    ("termbase.Candidate", "assign"): WRITERS,
    ("termbase.Suggestion", "accept"): WRITERS,
    ("termbase.Suggestion", "reject"): WRITERS,
    ("termbase.ImportRow", "leave"): WRITERS,
    ("termbase.FailedLookup", "accept"): WRITERS,
    # What Django offers for all models to whoever may delete.
    ("termbase.FailedLookup", "delete_selected"): WRITERS,
    ("termbase.Waiver", "delete_selected"): WRITERS,
}
