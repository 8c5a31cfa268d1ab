"""XML: bytes <-> elements, and the folds that read and write shapes in it.

Reading goes through expat with everything refused that a request never needs: document types, entities, processing
instructions, and nesting or a number of elements beyond a bound. Namespaces are dropped: AWS ignores them in requests.
Writing is text: a writer is given its element's name and the value, and gives back the whole element.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from eventyard.base.errors import AwsError
from eventyard.gateway.models import Shape
from eventyard.gateway.protocol import scalars
from eventyard.gateway.protocol.form_tree import member_names

DEPTH_MAX: Final = 64
ELEMENTS_MAX: Final = 200_000
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(slots=True)
class Element:
    """One element: its local name, its attributes as written (with prefixes), its text, and what stands in it."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    inside: list["Element"] = field(default_factory=list)


def malformed_xml(message: str = "") -> AwsError:
    words = "The XML you provided was not well-formed or did not validate against our published schema"
    return AwsError("MalformedXML", message or words)


class _Refused(Exception):
    """The document holds something that no request needs."""


class _Builder:
    """Builds elements from expat's events; text is collected in pieces and joined at the element's end."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[tuple[Element, list[str]]] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEPTH_MAX or self._count > ELEMENTS_MAX:
            raise _Refused
        element = Element(name.rpartition(":")[2], attributes)
        if self._open:
            self._open[-1][0].inside.append(element)
        else:
            self.root = element
        self._open.append((element, []))

    def text(self, piece: str) -> None:
        self._open[-1][1].append(piece)

    def end(self, name: str) -> None:
        element, pieces = self._open.pop()
        element.text = "".join(pieces)


def _refuse(*_: object) -> int:
    raise _Refused


def parse(body: bytes | memoryview) -> Element:
    """The root element of a body. Raises AwsError."""
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(bytes(body), True)
    except (expat.ExpatError, _Refused, LookupError, ValueError):
        raise malformed_xml() from None
    if builder.root is None:
        raise malformed_xml()
    return builder.root


Read = Callable[[list[Element]], Any]
Write = Callable[[str, Any], str]


def element_name(name: str, member: Shape) -> str:
    """What the member `name` is called: a flattened list with a name of its own for the elements takes that name."""
    if member.type == "list" and member.has("flattened") and member.element.text("locationName"):
        return member.element.text("locationName")
    return member.wire_name(name)


class Reader:
    """The fold that builds readers: they get all the elements of their name, which only flattened shapes look at."""

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Read]]) -> Read:
        attributes = [
            (name, member.wire_name(name), read) for name, member, read in members if member.has("xmlAttribute")
        ]
        readers: dict[str, tuple[str, Read]] = {}
        for choice in range(3):
            for name, member, read in members:
                names = member_names(name, member)
                if not member.has("xmlAttribute"):
                    readers.setdefault(names[min(choice, len(names) - 1)], (name, read))

        def read_structure(elements: list[Element]) -> dict[str, Any]:
            found: dict[str, list[Element]] = {}
            for element in elements[0].inside:
                found.setdefault(element.name, []).append(element)
            params = {
                readers[wire][0]: readers[wire][1](together) for wire, together in found.items() if wire in readers
            }
            for name, wire, read in attributes:
                if wire in elements[0].attributes:
                    params[name] = read([Element(wire, {}, elements[0].attributes[wire])])
            return params

        return read_structure

    def list(self, shape: Shape, element: Read) -> Read:
        name = shape.element.text("locationName") or "member"
        if shape.has("flattened"):
            return lambda elements: [element([one]) for one in elements]
        return lambda elements: [element([one]) for one in elements[0].inside if one.name == name]

    def map(self, shape: Shape, key: Read, value: Read) -> Read:
        is_flattened = shape.has("flattened")
        key_name = shape.key.text("locationName") or "key"
        value_name = shape.value.text("locationName") or "value"

        def read_map(elements: list[Element]) -> dict[str, Any]:
            entries = elements if is_flattened else elements[0].inside
            pairs = {}
            for entry in entries:
                keys = [one for one in entry.inside if one.name == key_name]
                values = [one for one in entry.inside if one.name == value_name]
                if not keys:
                    raise malformed_xml()
                pairs[key(keys)] = value(values) if values else None
            return pairs

        return read_map

    def scalar(self, shape: Shape) -> Read:
        read = scalars.READERS[shape.type]
        is_text = shape.type in ("string", "character")

        def read_scalar(elements: list[Element]) -> Any:
            text = elements[0].text
            try:
                return read(text if is_text else text.strip())
            except scalars.NotReadable:
                raise malformed_xml() from None

        return read_scalar


_SPECIAL: Final = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]')
_ESCAPES: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;"}


def escape(text: str) -> str:
    """Text for an element or an attribute. Characters that XML cannot hold become U+FFFD."""
    if not _SPECIAL.search(text):
        return text
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\ufffd"), text)


def namespace_attribute(shape: Shape) -> str:
    prefix, uri = shape.namespace
    if not uri:
        return ""
    return f' xmlns:{prefix}="{escape(uri)}"' if prefix else f' xmlns="{escape(uri)}"'


class Writer:
    """The fold that builds writers: (element's name, value) in, the element's text out."""

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Write]]) -> Write:
        opening = namespace_attribute(shape)
        writers = [
            (name, element_name(name, member), write) for name, member, write in members if not _is_attribute(member)
        ]
        attributes = [(name, member.wire_name(name)) for name, member, _ in members if _is_attribute(member)]
        known = frozenset(name for name, _, _ in members)

        def write_structure(tag: str, value: Any) -> str:
            assert known.issuperset(value), f"{shape.name} has no {sorted(set(value) - known)}"
            start = opening
            for name, wire in attributes:
                if value.get(name) is not None:
                    start += f' {wire}="{escape(value[name])}"'
            inside = [write(wire, value[name]) for name, wire, write in writers if value.get(name) is not None]
            return f"<{tag}{start}>{''.join(inside)}</{tag}>" if inside else f"<{tag}{start}/>"

        return write_structure

    def list(self, shape: Shape, element: Write) -> Write:
        own = shape.element.text("locationName")
        if shape.has("flattened"):
            return lambda tag, value: "".join([element(own or tag, item) for item in value if item is not None])
        opening = namespace_attribute(shape)
        name = own or "member"

        def write_list(tag: str, value: Any) -> str:
            inside = [element(name, item) for item in value if item is not None]
            return f"<{tag}{opening}>{''.join(inside)}</{tag}>"

        return write_list

    def map(self, shape: Shape, key: Write, value: Write) -> Write:
        key_name = shape.key.text("locationName") or "key"
        value_name = shape.value.text("locationName") or "value"

        def write_pair(tag: str, name: str, item: Any) -> str:
            return f"<{tag}>{key(key_name, name)}{value(value_name, item)}</{tag}>"

        if shape.has("flattened"):
            return lambda tag, pairs: "".join([write_pair(tag, name, item) for name, item in pairs.items()])
        opening = namespace_attribute(shape)

        def write_map(tag: str, pairs: Any) -> str:
            inside = [write_pair("entry", name, item) for name, item in pairs.items()]
            return f"<{tag}{opening}>{''.join(inside)}</{tag}>"

        return write_map

    def scalar(self, shape: Shape) -> Write:
        text = scalars.text_of(shape, "iso8601")
        opening = namespace_attribute(shape)
        return lambda tag, value: f"<{tag}{opening}>{escape(text(value))}</{tag}>"


def _is_attribute(member: Shape) -> bool:
    return member.has("xmlAttribute")
