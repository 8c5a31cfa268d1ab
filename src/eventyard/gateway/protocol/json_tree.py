"""JSON: bytes <-> a tree of dicts, lists and scalars, and the folds that read and write shapes in it.

Reading is strict about types, as AWS is: a number where a string is expected is refused, with the words of AWS's own
JSON reader. Unknown members are skipped, a member that is null is absent; nulls inside lists and maps are kept for
the validator to refuse. Nesting is bounded by the parser (1,024), and by the interpreter for shapes that contain
themselves.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

from eventyard.gateway.models import Shape
from eventyard.gateway.protocol import scalars
from eventyard.gateway.protocol.scalars import malformed

Read = Callable[[Any], Any]
Write = Callable[[Any], Any]

# How AWS's reader calls the tokens that it did not expect.
_TOKENS: Final = {dict: "START_OBJECT", list: "START_ARRAY", str: "STRING_VALUE", bool: "TRUE_VALUE"}


def parse(body: bytes | memoryview) -> Any:
    """The tree of a body; an empty body is an empty object. Raises AwsError."""
    if not len(body):
        return {}
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise malformed("Unable to parse the request body as JSON.") from None


def render(tree: Any) -> bytes:
    """The bytes of a tree."""
    return orjson.dumps(tree)


def _unexpected(tree: Any, wanted: str) -> Exception:
    token = "FALSE_VALUE" if tree is False else _TOKENS.get(type(tree), "NUMBER_VALUE")
    return malformed(f"{token} can not be converted to {wanted}")


class Reader:
    """The fold that builds readers: tree in, parameters out."""

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Read]]) -> Read:
        readers = {member.wire_name(name): (name, read) for name, member, read in members}
        look_up = readers.get

        def read_structure(tree: Any) -> dict[str, Any]:
            if type(tree) is not dict:
                raise malformed("Unexpected value type in payload" if type(tree) is not list else _LIST_FOUND)
            params = {}
            for wire_name, value in tree.items():
                if value is not None and (found := look_up(wire_name)) is not None:
                    params[found[0]] = found[1](value)
            return params

        return read_structure

    def list(self, shape: Shape, element: Read) -> Read:
        def read_list(tree: Any) -> list[Any]:
            if type(tree) is not list:
                raise malformed(_STRUCTURE_FOUND if type(tree) is dict else "Unexpected field type")
            return [None if item is None else element(item) for item in tree]

        return read_list

    def map(self, shape: Shape, key: Read, value: Read) -> Read:
        def read_map(tree: Any) -> dict[str, Any]:
            if type(tree) is not dict:
                raise malformed(_LIST_FOUND if type(tree) is list else "Unexpected field type")
            return {name: None if item is None else value(item) for name, item in tree.items()}

        return read_map

    def scalar(self, shape: Shape) -> Read:
        return _READERS.get(shape.type, _read_document)


_LIST_FOUND: Final = "Start of list found where not expected"
_STRUCTURE_FOUND: Final = "Start of structure or map found where not expected."


def _read_string(tree: Any) -> str:
    if type(tree) is str:
        return tree
    raise _unexpected(tree, "String")


def _read_integer(tree: Any) -> int:
    if type(tree) is int:
        return tree
    if type(tree) is float and math.isfinite(tree):
        return int(tree)
    raise _unexpected(tree, "Integer")


def _read_long(tree: Any) -> int:
    if type(tree) is int:
        return tree
    if type(tree) is float and math.isfinite(tree):
        return int(tree)
    raise _unexpected(tree, "Long")


def _read_double(tree: Any) -> float:
    if type(tree) is float or type(tree) is int:
        return tree
    if type(tree) is str and tree in ("NaN", "Infinity", "-Infinity"):
        return scalars.read_number(tree)
    raise _unexpected(tree, "Double")


def _read_boolean(tree: Any) -> bool:
    if type(tree) is bool:
        return tree
    raise _unexpected(tree, "Boolean")


def _read_blob(tree: Any) -> bytes:
    if type(tree) is not str:
        raise malformed(f"{type(tree).__name__} value: only base-64-encoded strings are convertible to bytes")
    try:
        return scalars.read_blob(tree)
    except scalars.NotReadable:
        raise malformed(_base64_trouble(tree)) from None


def _base64_trouble(text: str) -> str:
    if len(text) % 4:
        return f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
    strange = next((letter for letter in text if not (letter.isascii() and (letter.isalnum() or letter in "+/="))), "=")
    return f"Invalid Base64 character: '{strange}'"


def _read_instant(tree: Any) -> int:
    try:
        if type(tree) is str:
            return scalars.read_instant(tree)
        if type(tree) in (int, float):
            return scalars.instant_of_seconds(tree)
    except (scalars.NotReadable, OverflowError):
        raise malformed(f"Unable to convert {tree} to a timestamp") from None
    raise _unexpected(tree, "Timestamp")


def _read_document(tree: Any) -> Any:
    return tree


_READERS: Final[dict[str, Read]] = {
    "string": _read_string,
    "character": _read_string,
    "integer": _read_integer,
    "long": _read_long,
    "float": _read_double,
    "double": _read_double,
    "boolean": _read_boolean,
    "blob": _read_blob,
    "timestamp": _read_instant,
}


class Writer:
    """The fold that builds writers: result in, tree out. A member that the shape does not have is a bug: KeyError."""

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Write]]) -> Write:
        writers = {name: (member.wire_name(name), write) for name, member, write in members}

        def write_structure(value: Any) -> dict[str, Any]:
            tree = {}
            for name, part in value.items():
                if part is not None:
                    wire_name, write = writers[name]
                    tree[wire_name] = write(part)
            return tree

        return write_structure

    def list(self, shape: Shape, element: Write) -> Write:
        if element is as_it_is:
            return list

        def write_list(value: Any) -> list[Any]:
            return [None if item is None else element(item) for item in value]

        return write_list

    def map(self, shape: Shape, key: Write, value: Write) -> Write:
        if value is as_it_is:
            return dict

        def write_map(pairs: Any) -> dict[str, Any]:
            return {name: None if item is None else value(item) for name, item in pairs.items()}

        return write_map

    def scalar(self, shape: Shape) -> Write:
        if shape.type == "timestamp":
            is_text = shape.text("timestampFormat") not in ("", "unixTimestamp")
            return scalars.instant_text(shape, "unixTimestamp") if is_text else scalars.epoch_seconds
        return _WRITERS.get(shape.type, as_it_is)


def as_it_is(value: Any) -> Any:
    return value


def _write_double(value: float) -> float | str:
    return value if math.isfinite(value) else scalars.number_text(value)


_WRITERS: Final[dict[str, Write]] = {"blob": scalars.blob_text, "float": _write_double, "double": _write_double}
