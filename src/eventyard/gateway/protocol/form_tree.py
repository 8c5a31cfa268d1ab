"""Forms (the `query` protocol's requests): `a.b.1.c=x` <-> a tree of dicts by the dots, and the fold that reads it.

The tree's leaves are text; `Attribute.1.Name` is three levels. List positions are only used to sort: an absurd one
costs nothing, since nothing is filled up. The number of fields and their depth are bounded.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import unquote_plus

from eventyard.base.errors import AwsError
from eventyard.gateway.models import Shape
from eventyard.gateway.protocol import scalars

Read = Callable[[Any], Any]

FIELDS_MAX: Final = 20_000
DEPTH_MAX: Final = 64
# A field that is both a value and a parent (`a=1&a.b=2`) keeps its value under this name, which no field can have.
_OWN_VALUE: Final = "."


def malformed_input(message: str) -> AwsError:
    """What AWS's query front end answers to a form that it cannot read."""
    return AwsError("MalformedInput", message)


def fields(form: str) -> list[tuple[str, str]]:
    """The decoded pairs of a form, in order. Raises AwsError when there are too many or they are not UTF-8."""
    parts = [part for part in form.split("&") if part]
    if len(parts) > FIELDS_MAX:
        raise malformed_input("The request contains too many parameters.")
    try:
        return [
            (unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict"))
            for name, _, value in (part.partition("=") for part in parts)
        ]
    except UnicodeDecodeError:
        raise malformed_input("The request is not valid UTF-8.") from None


def parse(body: bytes | memoryview) -> dict[str, Any]:
    """The tree of a form. Raises AwsError."""
    try:
        form = bytes(body).decode("utf-8").strip()
    except UnicodeDecodeError:
        raise malformed_input("The request is not valid UTF-8.") from None
    root: dict[str, Any] = {}
    for name, value in fields(form):
        _plant(root, name.split("."), value)
    return root


def _plant(root: dict[str, Any], path: Sequence[str], value: str) -> None:
    if len(path) > DEPTH_MAX:
        raise malformed_input("The request is nested too deeply.")
    node = root
    for step in path[:-1]:
        below = node.get(step)
        if type(below) is not dict:
            below = {} if below is None else {_OWN_VALUE: below}
            node[step] = below
        node = below
    standing = node.get(path[-1])
    if type(standing) is dict:
        standing[_OWN_VALUE] = value
    else:
        node[path[-1]] = value


def _in_order(tree: Any) -> list[Any]:
    """The elements under their positions 1, 2, …; anything that is no position is skipped. Gaps are closed."""
    if type(tree) is not dict:
        return []
    positions = [step for step in tree if step.isascii() and step.isdigit() and len(step) <= 10]
    return [tree[step] for step in sorted(positions, key=int)]


class Reader:
    """The fold that builds readers: tree in, parameters out."""

    def structure(self, shape: Shape, members: Sequence[tuple[str, Shape, Read]]) -> Read:
        readers: dict[str, tuple[str, Read]] = {}
        for choice in range(3):
            for name, member, read in members:
                names = member_names(name, member)
                readers.setdefault(names[min(choice, len(names) - 1)], (name, read))

        def read_structure(tree: Any) -> dict[str, Any]:
            if type(tree) is not dict:
                return {}
            found = ((readers[field], below) for field, below in tree.items() if field in readers)
            return {name: read(below) for (name, read), below in found}

        return read_structure

    def list(self, shape: Shape, element: Read) -> Read:
        below = "" if shape.has("flattened") else shape.element.text("locationName") or "member"

        def read_list(tree: Any) -> list[Any]:
            if below and type(tree) is dict:
                tree = tree.get(below)
            return [element(item) for item in _in_order(tree)]

        return read_list

    def map(self, shape: Shape, key: Read, value: Read) -> Read:
        is_flattened = shape.has("flattened")
        key_name = shape.key.text("locationName") or "key"
        value_name = shape.value.text("locationName") or "value"

        def read_map(tree: Any) -> dict[str, Any]:
            if not is_flattened and type(tree) is dict:
                tree = tree.get("entry")
            pairs = (pair for pair in _in_order(tree) if type(pair) is dict and key_name in pair)
            return {key(pair[key_name]): value(pair[value_name]) if value_name in pair else None for pair in pairs}

        return read_map

    def scalar(self, shape: Shape) -> Read:
        read = scalars.READERS[shape.type]

        def read_scalar(tree: Any) -> Any:
            text = tree.get(_OWN_VALUE, "") if type(tree) is dict else tree
            try:
                return read(text)
            except scalars.NotReadable:
                raise malformed_input(f"Value {text} is not a valid {shape.type}.") from None

        return read_scalar


def member_names(name: str, member: Shape) -> tuple[str, ...]:
    """The names under which a member may come, the likeliest first.

    A flattened list's elements are repeated under the member's name on the wire, or, in models that are older than
    that rule (SQS), under the element's own.
    """
    names = [member.text("locationName")]
    if member.type == "list" and member.has("flattened"):
        names.append(member.element.text("locationName"))
    return tuple(dict.fromkeys(one for one in (*names, name) if one))
