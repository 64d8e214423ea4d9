"""Response headers that keep a page to what this server serves, and to what it needs of a browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# Neither inline scripts nor other hosts. htmx would add an inline style element; it is told not to (base.html).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# The templates of the admin carry inline scripts and styles, and its widgets compute what stands in attributes
# (Alpine). It is for people who have signed in, and shows what others have written as text alone.
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")
FEATURES = ", ".join(f"{name}=()" for name in _UNUSED)
"""What no page of ours asks a browser for; copying is."""


def restrict_browsers(get_response: GetResponse) -> GetResponse:
    """Middleware: these on every answer, files and errors included, unless it has one of its own.

    An answer is its asker's: other sites do not embed it, and no cache gives it to anyone else or without asking.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", FEATURES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return respond
