"""One address, several formats: which of them a request prefers."""

from django.http import HttpRequest

HTML, JSON, TURTLE, JSON_LD, TEXT = "text/html", "application/json", "text/turtle", "application/ld+json", "text/plain"
TBX = "application/x-tbx+xml"
FORMATS = {"html": HTML, "json": JSON, "ttl": TURTLE, "jsonld": JSON_LD, "txt": TEXT, "tbx": TBX}
"""What `?format=` may say, with the media type it stands for."""


def preferred_type(request: HttpRequest) -> str | None:
    """The media type to answer with: that of `?format=`, else by the Accept header; None where none is acceptable."""
    if asked := request.GET.get("format"):
        return FORMATS.get(asked)
    return request.get_preferred_type(list(FORMATS.values()))
