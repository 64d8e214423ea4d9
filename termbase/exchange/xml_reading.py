"""XML from strangers, element by element: no entities, no other files, no more memory than one entry takes.

No Django here, so that a client can read files by the same rules.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import IO, Any

from lxml import etree

from termbase.errors import UnreadableFile

Element = etree._Element

MAX_ELEMENT = 5_000_000
"""Bytes of the file that may go by without one of the wanted elements coming to its end."""
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_BLOCK = 1 << 16
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
# What libxml2 says is for those who know its insides.
_MESSAGES = {
    "ERR_TAG_NOT_FINISHED": "the file breaks off in the middle",
    "ERR_DOCUMENT_END": "there is something after the end",
    "ERR_DOCUMENT_EMPTY": "it is not XML",
    "ERR_TAG_NAME_MISMATCH": "a tag is closed that is not open",
    "ERR_INVALID_ENCODING": "a character is broken; the encoding is another than the file says",
    "ERR_UNSUPPORTED_ENCODING": "its encoding is not known",
    "ERR_UNDECLARED_ENTITY": "an entity is not declared",
    "ERR_ENTITY_LOOP": "it holds entities that grow without end",
    "ERR_RESOURCE_LIMIT": "it is nested too deep, or holds too long a text, or entities that grow",
    "ERR_INVALID_CHAR": "it holds a character that no XML may hold",
}
# At the end of a file: libxml2 goes on after the first of its errors.
_OF_HALF_A_TAG = {
    *("ERR_GT_REQUIRED", "ERR_ATTRIBUTE_NOT_FINISHED", "ERR_ATTRIBUTE_NOT_STARTED", "ERR_ATTRIBUTE_WITHOUT_VALUE"),
    *("ERR_NAME_REQUIRED", "ERR_COMMENT_NOT_FINISHED"),
}


class _NothingElse(etree.Resolver):
    """Gives an empty text for every other file that a document names.

    Without it libxml2 opens the files of parameter entities, whatever the parser's options, and refuses a document for
    the address in its DOCTYPE. lxml's own `resolve_empty` keeps it from neither.
    """

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        return self.resolve_string("", context)  # type: ignore[call-arg]


@lru_cache(maxsize=1000)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def name_of(element: Element) -> str:
    """The local name of an element, without its namespace; blank for what is none."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


def line_of(element: Element) -> int:
    """The line of the file, from 1, in which an element begins; 0 where that is not known."""
    line: Any = element.sourceline
    return line or 0


def text_of(element: Element, codes: Collection[str] = ("bpt", "ept", "it", "ph", "ut")) -> str:
    """The text of an element and of those in it; what stands in elements called as `codes` is no text."""
    if not len(element):
        return element.text or ""
    pieces = [element.text or ""]
    for child in element:
        if name_of(child) and name_of(child) not in codes:
            pieces.append(text_of(child, codes))
        pieces.append(child.tail or "")
    return "".join(pieces)


def elements(
    stream: IO[bytes],
    roots: Collection[str],
    wanted: Collection[str],
    *,
    begun: Collection[str] = (),
    most: int = MAX_ELEMENT,
) -> Iterator[Element]:
    """The root, as soon as it begins, then every element of a file called as `wanted`, complete, in any namespace.

    Elements called as `begun` come as they begin, with their attributes alone. A complete one is emptied when the next
    is asked for. Wanted elements do not stand in one another. Names may be in capitals, or small letters, alone.

    Raises `UnreadableFile` where the root is called otherwise than `roots`, entities are declared, the file is not
    well-formed, nested deeper than 256, or more than `most` bytes go by without an element.
    """
    wanted, begun = _spelt(wanted), _spelt(begun)
    names = [f"{{*}}{name}" for name in _spelt(roots) | wanted | begun]
    parser: Any = etree.XMLPullParser(events=("start", "end"), tag=names, **_SAFE)
    parser.resolvers.add(_NothingElse())
    root: Element | None = None
    waiting, ended = 0, False
    try:
        while block := stream.read(_BLOCK):
            parser.feed(block)
            waiting += len(block)
            for event, element in parser.read_events():
                if event == "start" and root is None:
                    _check_root(element, roots)
                    root = element
                    yield root
                elif event == "start" and name_of(element) in begun:
                    yield element
                elif event == "end" and name_of(element) in wanted:
                    waiting = 0
                    yield element
                    _forget(element)
            if waiting > most:
                raise unreadable(f"more than {most // 1_000_000} MB stand in one entry, or outside of entries")
        ended = True
        _check_root(parser.close(), roots)
    except etree.XMLSyntaxError as error:
        raise _ill_formed(parser, ended=ended) from error


def _spelt(names: Collection[str]) -> frozenset[str]:
    return frozenset(form for name in names for form in (name, name.lower(), name.upper()))


def tree(content: bytes, roots: Collection[str], max_bytes: int) -> "etree._ElementTree":
    """A whole file with all that is in it, comments too, to be written again; errors are those of `elements`."""
    if len(content) > max_bytes:
        raise unreadable(f"it is larger than {max_bytes // 1_000_000} MB")
    if not content:
        raise unreadable("it is empty")
    keeping: dict[str, Any] = {"remove_comments": False, "remove_pis": False, "strip_cdata": False}
    parser: Any = etree.XMLParser(**_SAFE | keeping)
    parser.resolvers.add(_NothingElse())
    ended = False
    try:
        parser.feed(content)
        ended = True
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _ill_formed(parser, ended=ended) from error
    _check_root(root, roots)
    return root.getroottree()  # type: ignore[no-any-return]


def _check_root(element: Element, roots: Collection[str]) -> None:
    root = element.getroottree().getroot()
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise unreadable("it declares entities")
    if name_of(root) not in _spelt(roots):
        raise unreadable(f"its root is <{name_of(root)[:60]}>, not {' or '.join(f'<{name}>' for name in roots)}")


def _forget(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        del parent[: parent.index(element)]


def _ill_formed(parser: Any, *, ended: bool) -> UnreadableFile:
    first, last = next(iter(parser.feed_error_log), None), parser.feed_error_log.last_error
    message = _MESSAGES.get(last.type_name, "it is not well-formed XML") if last else "it is empty"
    if ended and first and first.type_name in _OF_HALF_A_TAG:
        message = _MESSAGES["ERR_TAG_NOT_FINISHED"]
    return unreadable(message, last.line if last else 0)


def unreadable(problem: str, line: int = 0) -> UnreadableFile:
    """The error to raise for a file as a whole."""
    where = f" (line {line})" if line else ""
    return UnreadableFile(f"The file cannot be read: {problem}{where}.", fields={"file": [problem]})
