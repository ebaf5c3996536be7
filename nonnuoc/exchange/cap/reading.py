"""XML of strangers, read so that nothing in it makes us do anything: no entities, no DTD, no network, no giants."""

from __future__ import annotations

from lxml import etree

MOST_BYTES = 2_000_000


class UnreadableError(ValueError):
    """Why it cannot be read."""


def tree(xml: bytes) -> etree._Element:
    """The root element. Raises UnreadableError for what is no XML, is too long, or has a DTD (CAP needs none)."""
    if len(xml) > MOST_BYTES:
        raise UnreadableError(f"it has {len(xml)} bytes; {MOST_BYTES} are read")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"it is no XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableError("it has a DOCTYPE; CAP has none, and what it declares is not read")
    return root
