"""XMP packets: the source type and AI fields of IPTC, credit lines, labels, the editing program."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from blur.child.declared.texts import aigc_label, made_by, signals_of_comment
from blur.provenance import Signal

PACKET_LIMIT_BYTES = 1024 * 1024
# The smallest packet there is: parsed before the lock-down, so that nothing is loaded after it.
TRIED_PACKET = b'<x xmlns="adobe:ns:meta/"/>'

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_AIGC = "{http://www.tc260.org.cn/ns/AIGC/1.0/}"
_SOURCE_TYPE = f"{_IPTC}DigitalSourceType"
_AI_FIELDS = ("AISystemUsed", "AISystemVersionUsed", "AIPromptInformation", "AIPromptWriterName")
_TOLD_FIELDS = ("AISystemUsed", "AISystemVersionUsed")  # a prompt and its writer are not told
_CREDITS = ("Made with Google AI", "Edited with Google AI")

_HOSTS = {"cv.iptc.org": "/newscodes/digitalsourcetype/", "c2pa.org": "/digitalsourcetype/"}
_AI_TYPES = frozenset(
    (
        *("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"),
        *("compositeSynthetic", "trainedAlgorithmicData"),
    )
)
_CAPTURE_TYPES = frozenset(("digitalCapture", "computationalCapture"))


def signals_of_xmp(packet: bytes) -> Iterator[Signal]:
    """Yield what an XMP packet declares; a hostile or broken one is told as that and no more."""
    if len(packet) > PACKET_LIMIT_BYTES:
        yield Signal("unreadable-metadata", "attention", "over a limit", "XMP")
        return
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \t\r\n"), forbid_dtd=True)
    except DefusedXmlException:
        yield Signal("hostile-metadata", "attention", "entities or a document type", "XMP")
        return
    except (ParseError, ValueError, LookupError, RecursionError):
        yield Signal("unreadable-metadata", "attention", "damaged", "XMP")
        return
    for name, said in _properties(root):
        yield from _of_property(name, said)


def source_type(said: str, where: str) -> Signal | None:
    """Return the signal of a digital source type, which is a URL of one of two lists."""
    parts = urlsplit(said.strip())
    path = _HOSTS.get((parts.hostname or "").removeprefix("www."))
    if path is None or not parts.path.lower().startswith(path):
        short = said.strip()[:80]
        return Signal("digital-source-type", "other", short, where) if short else None
    name = parts.path.rstrip("/").rsplit("/", 1)[-1]
    direction = "ai" if name in _AI_TYPES else "capture" if name in _CAPTURE_TYPES else "other"
    return Signal("digital-source-type", direction, name, where)


def _properties(root: Element) -> Iterator[tuple[str, str]]:
    """Yield name and text of each property: attribute, element, element with a resource or list."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == f"{_RDF}resource":
                yield element.tag, value
            elif not name.startswith(_RDF):
                yield name, value
        if element.tag.startswith(_RDF):
            continue
        said = " ".join(piece.strip() for piece in _short_texts(element)).strip()
        if said:
            yield element.tag, said


def _short_texts(element: Element) -> Iterator[str]:
    """Yield the texts of an element and of the list in it, not of properties nested in it."""
    if element.text:
        yield element.text
    for child in element:
        if child.tag.startswith(_RDF):
            yield from _short_texts(child)


def _of_property(name: str, said: str) -> Iterator[Signal]:
    where = f"XMP {name.rsplit('}', 1)[-1]}"
    if name == _SOURCE_TYPE:
        signal = source_type(said, where)
        if signal is not None:
            yield signal
    elif name.startswith(_IPTC) and name.removeprefix(_IPTC) in _AI_FIELDS:
        field = name.removeprefix(_IPTC)
        yield Signal("iptc-ai-field", "ai", said if field in _TOLD_FIELDS else field, where)
    elif name == f"{_PHOTOSHOP}Credit":
        yield from credit_line(said, where)
    elif name.startswith(_AIGC):
        yield from aigc_label(said, where)
    elif name == f"{_XMP}CreatorTool":
        yield from made_by(said, where)
    elif name == f"{_EXIF}UserComment":
        yield from signals_of_comment(said, where)


def credit_line(said: str, where: str) -> Iterator[Signal]:
    """Yield the credit line that a service puts on what its AI made or edited."""
    for credit in _CREDITS:
        if credit.lower() in said.lower():
            yield Signal("credit-line", "ai", credit, where)
