"""JSON: bytes <-> a tree of dicts, lists and scalars, and the folds that read and write shapes in it.

Reading is strict about types, as AWS is: a number where a string is expected is refused, with the words of AWS's own
JSON reader. Unknown members are skipped, a member that is null is absent; nulls inside lists and maps are kept for
the validator to refuse. Nesting is bounded by the parser (1,024), and by the interpreter for shapes that contain
themselves.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from eventyard.base.errors import AwsError
from eventyard.gateway.models import Shape
from eventyard.gateway.protocol import scalars
from eventyard.gateway.protocol.scalars import malformed

Read = Callable[[Any], Any]
Write = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Words:
    """How a service tells what it did not expect. `{token}` is the reader's token, `{a}` the article, `{kind}` the
    type that was wanted, `{java}` its Java class."""

    scalar: str
    list_for_scalar: str
    list_for_structure: str
    map_found: str
    string_for_boolean: str
    has_decimals: bool


# Most services; measured by others on Athena and Cognito (2026).
CORAL: Final = Words(
    scalar="{token} can not be converted to {a} {kind}",
    list_for_scalar="Start of list found where not expected",
    list_for_structure="Start of list found where not expected",
    map_found="Start of structure or map found where not expected.",
    string_for_boolean="{token} can not be converted to {a} {kind}",
    has_decimals=False,
)
# DynamoDB, as the dynalite project has recorded it.
DYNAMODB: Final = Words(
    scalar="{token} cannot be converted to {kind}",
    list_for_scalar="Unrecognized collection type class {java}",
    list_for_structure="Unrecognized collection type {java}",
    map_found="Start of structure or map found where not expected",
    string_for_boolean="Unexpected token received from parser",
    has_decimals=True,
)

_JAVA: Mapping[str, str] = {
    "String": "java.lang.String",
    "Integer": "java.lang.Integer",
    "Long": "java.lang.Long",
    "Double": "java.lang.Double",
    "Boolean": "java.lang.Boolean",
    "Blob": "java.nio.ByteBuffer",
    "Timestamp": "java.util.Date",
}
_DYNAMODB_CLASSES: Final = "com.amazonaws.dynamodb.v20120810."


def parse(body: bytes | memoryview) -> Any:
    """The tree of a body; an empty body is an empty object. Raises AwsError, without a message, as AWS does."""
    if not len(body):
        return {}
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise malformed("") from None


def render(tree: Any) -> bytes:
    """The bytes of a tree."""
    return orjson.dumps(tree)


class Reader:
    """The fold that builds readers: tree in, parameters out."""

    def __init__(self, words: Words = CORAL) -> None:
        self._words = words
        self._readers = {kind: make(words) for kind, make in _SCALARS.items()}

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Read]]) -> Read:
        readers = {member.wire_name(name): (name, read) for name, member, read in members}
        look_up = readers.get
        list_found = self._words.list_for_structure.format(java=f"class {_DYNAMODB_CLASSES}{shape.name}")

        def read_structure(tree: Any) -> dict[str, Any]:
            if type(tree) is not dict:
                raise malformed(list_found if type(tree) is list else "Unexpected value type in payload")
            params = {}
            for wire_name, value in tree.items():
                if value is not None and (found := look_up(wire_name)) is not None:
                    params[found[0]] = found[1](value)
            return params

        return read_structure

    def list(self, shape: Shape, element: Read) -> Read:
        map_found = self._words.map_found

        def read_list(tree: Any) -> list[Any]:
            if type(tree) is not list:
                raise malformed(map_found if type(tree) is dict else "Unexpected field type")
            return [None if item is None else element(item) for item in tree]

        return read_list

    def map(self, shape: Shape, key: Read, value: Read) -> Read:
        element = _DYNAMODB_CLASSES + shape.value.name
        list_found = self._words.list_for_structure.format(java=f"java.util.Map<java.lang.String, {element}>")

        def read_map(tree: Any) -> dict[str, Any]:
            if type(tree) is not dict:
                raise malformed(list_found if type(tree) is list else "Unexpected field type")
            return {name: None if item is None else value(item) for name, item in tree.items()}

        return read_map

    def scalar(self, shape: Shape) -> Read:
        return self._readers.get(shape.type, as_it_is)


def _unexpected(tree: Any, kind: str, words: Words) -> AwsError:
    """What AWS says to `tree` where a scalar of `kind` is expected."""
    if type(tree) is list:
        return malformed(words.list_for_scalar.format(java=_JAVA[kind]))
    if type(tree) is dict:
        return malformed(words.map_found)
    text = words.string_for_boolean if kind == "Boolean" and type(tree) is str else words.scalar
    article = "an" if kind[0] in "AEIOU" else "a"
    return malformed(text.format(token=_token(tree, words), a=article, kind=kind))


def _token(tree: Any, words: Words) -> str:
    if type(tree) is bool:
        return "TRUE_VALUE" if tree else "FALSE_VALUE"
    if type(tree) is str:
        return "STRING_VALUE"
    return "DECIMAL_VALUE" if type(tree) is float and words.has_decimals else "NUMBER_VALUE"


def _strings(words: Words) -> Read:
    def read_string(tree: Any) -> str:
        if type(tree) is str:
            return tree
        raise _unexpected(tree, "String", words)

    return read_string


def _integers(kind: str) -> Callable[[Words], Read]:
    """Whole numbers; a fraction is cut off, as AWS does."""

    def make(words: Words) -> Read:
        def read_integer(tree: Any) -> int:
            if type(tree) is int and scalars.is_long(tree):
                return tree
            if type(tree) is float and math.isfinite(tree) and scalars.is_long(tree):
                return int(tree)
            raise _unexpected(tree, kind, words)

        return read_integer

    return make


def _doubles(words: Words) -> Read:
    def read_double(tree: Any) -> float:
        if type(tree) is float or type(tree) is int:
            return tree
        if type(tree) is str and tree in ("NaN", "Infinity", "-Infinity"):
            return scalars.read_number(tree)
        raise _unexpected(tree, "Double", words)

    return read_double


def _booleans(words: Words) -> Read:
    def read_boolean(tree: Any) -> bool:
        if type(tree) is bool:
            return tree
        raise _unexpected(tree, "Boolean", words)

    return read_boolean


def _blobs(words: Words) -> Read:
    def read_blob(tree: Any) -> bytes:
        if type(tree) is not str:
            is_container = type(tree) in (list, dict)
            raise (
                _unexpected(tree, "Blob", words)
                if is_container
                else malformed("only base-64-encoded strings are convertible to bytes")
            )
        try:
            return scalars.read_blob(tree)
        except scalars.NotReadable:
            raise malformed(_base64_trouble(tree)) from None

    return read_blob


def _base64_trouble(text: str) -> str:
    if len(text) % 4:
        return f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
    strange = next((one for one in text if not (one.isascii() and (one.isalnum() or one in "+/="))), "")
    # AWS spells it like that.
    return f"Invalid Base64 character: '{strange}'" if strange else "Invalid last non-pad Base64 character dectected"


def _instants(words: Words) -> Read:
    def read_instant(tree: Any) -> int:
        try:
            if type(tree) is str:
                return scalars.read_instant(tree)
            if type(tree) is int or type(tree) is float:
                return scalars.instant_of_seconds(tree)
        except (scalars.NotReadable, OverflowError):
            pass
        raise _unexpected(tree, "Timestamp", words)

    return read_instant


_SCALARS: Final[Mapping[str, Callable[[Words], Read]]] = {
    "string": _strings,
    "character": _strings,
    "integer": _integers("Integer"),
    "long": _integers("Long"),
    "float": _doubles,
    "double": _doubles,
    "boolean": _booleans,
    "blob": _blobs,
    "timestamp": _instants,
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
    """The value itself: what needs no change on the wire."""
    return value


def _write_double(value: float) -> float | str:
    return value if math.isfinite(value) else scalars.number_text(value)


_WRITERS: Final[Mapping[str, Write]] = {"blob": scalars.blob_text, "float": _write_double, "double": _write_double}
