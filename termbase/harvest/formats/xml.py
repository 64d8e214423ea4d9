"""XML from strangers: nothing outside the file is read, nothing grows, entities of its own are refused."""

from typing import TypedDict

from lxml import etree

from termbase.harvest.formats.refusal import refused


class Options(TypedDict):
    """What every parser is told."""

    resolve_entities: bool
    no_network: bool
    load_dtd: bool
    huge_tree: bool
    remove_comments: bool
    remove_pis: bool


OPTIONS = Options(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)


def parsed(content: bytes) -> etree._Element:
    """The root of a file; raises `UnreadableFile` where it is not well formed or declares entities."""
    try:
        root = etree.fromstring(content, etree.XMLParser(**OPTIONS))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refused("is not well-formed XML") from error
    refuse_entities(root)
    return root


def refuse_entities(element: etree._Element) -> None:
    """Raise `UnreadableFile` where the file that `element` is of declares entities."""
    doctype = element.getroottree().docinfo.internalDTD
    if doctype is not None and any(doctype.entities()):  # type: ignore[attr-defined]
        raise refused("declares entities of its own, which no file of this kind needs")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
