"""The application that a server calls: Django's, with requests that are read as UTF-8 whatever they say."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """A request whose address, form and JSON are in UTF-8, as they are defined to be.

    Django believes any charset that a Content-Type names, and reads the address in it before anything else is done: one
    that is no encoding of texts (`hex`) or takes no bytes at all (`undefined`) would be an error that nobody catches,
    and one that has halves of characters (`utf-7`) would let them in.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            # Parameters that cannot be read: what it is the content of, nobody knows.
            self.content_type, self.content_params = "", {}


class Application(WSGIHandler):
    """Takes requests so."""

    request_class = Utf8Request
