"""Answers only where there is news, and writes only over what the writer has read.

The ETag of a concept, and of what is a part of one, is "VERSION-DIGEST": the version that every write raises, and a
digest of the answer, since counts and examples change without a write to the concept. `If-None-Match` compares all of
it, `If-Match` the version alone: new examples stand in no writer's way. A reader that knows a version from the feed may
write with "VERSION".
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from termbase.api.exceptions import PreconditionRequired
from termbase.api.json import render
from termbase.errors import InvalidInput

# Compression makes a tag weak on its way to the client; the version in it stays what it is.
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})(?:-[0-9a-f]+)?"')


def tag_of(content: Any) -> str:
    """A digest of anything that JSON can say."""
    return digest(render(content))


def digest(body: bytes) -> str:
    """The tag of an answer that is written already."""
    return blake2b(body, digest_size=12).hexdigest()


def answer(request: Request, content: Any, *, version: int | None = None) -> Response:
    """200 with `content` and its ETag, or 304 where the caller has just that; `version` of the concept it is of."""
    tag = tag_of(content) if version is None else versioned(content, version)
    return unchanged(request, tag) or Response(content, headers=headers(tag))


def unchanged(request: Request, tag: str) -> Response | None:
    """304 where `If-None-Match` holds `tag`: for lists whose tag is known before all of their content is."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if known == ["*"] or any(other.removeprefix("W/") == f'"{tag}"' for other in known):
        return Response(status=304, headers=headers(tag))
    return None


def versioned(content: Any, version: int) -> str:
    """The tag of a concept, or of a part of it, at a version."""
    return f"{version}-{tag_of(content)}"


def headers(tag: str) -> Mapping[str, str]:
    """What an answer with a tag says: keep it to yourself, and ask before you use it again."""
    return {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}


def versions_read(request: Request) -> set[int]:
    """The versions in `If-Match`.

    Raises `PreconditionRequired` without that header or for `*`, which names none, and `InvalidInput` for what is no
    ETag.
    """
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        raise PreconditionRequired
    tags: Iterable[str] = parse_etags(given)
    if not tags:
        raise InvalidInput("If-Match holds ETags in double quotes.", fields={"If-Match": ["is not an ETag"]})
    return {int(match[1]) for tag in tags if (match := _VERSION.fullmatch(tag))}
