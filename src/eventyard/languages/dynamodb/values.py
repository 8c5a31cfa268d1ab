"""Attribute values: what is a valid one, when two are equal, which comes first, and what it weighs.

A value is in wire form, `{"S": "text"}` or `{"L": [{"N": "1"}]}`: exactly one type, binary as bytes, and numbers in
canonical text. `accept` makes such a value from what a client sent; everything else here and in the expressions relies
on it having been called. Accepted values are shared, never changed.
Source of the messages: architect/dynalite, recorded from AWS; nubo-db/dynamodb-conformance, checked in 2026.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from eventyard.languages.dynamodb.numbers import number_bytes, number_text
from eventyard.languages.dynamodb.refusals import invalid, invalid_parameters

AttributeValue = Mapping[str, Any]
Item = Mapping[str, AttributeValue]

SCALAR_TYPES = ("S", "N", "B")
SET_TYPES = ("SS", "NS", "BS")
TYPES = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")
NESTING_MAX = 32
ITEM_BYTES_MAX = 400 * 1024


def type_of(value: AttributeValue) -> str:
    """The one type of an accepted value."""
    return next(iter(value))


def accept(value: AttributeValue, depth: int = 1) -> AttributeValue:
    """The value in canonical form.

    `NULL` is true whatever was sent (recorded on 2026-06-08 in eu-west-2; before, AWS refused false).
    Errors: ValidationException for no or several types, a bad number, an empty set or one with duplicates, and more
    than 32 levels of lists and maps.
    """
    if not value:
        raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    accepted = {kind: _accept_content(kind, content, depth) for kind, content in value.items()}
    if len(value) > 1:
        raise invalid(
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    return accepted


def accept_item(item: Item) -> dict[str, AttributeValue]:
    """Each attribute of an item, accepted. Errors: as `accept`."""
    return {name: accept(value) for name, value in item.items()}


def _accept_content(kind: str, content: Any, depth: int) -> Any:
    match kind:
        case "N":
            return number_text(content)
        case "NULL":
            return True
        case "SS" | "NS" | "BS":
            return _accept_set(kind, content)
        case "M" | "L" if depth > NESTING_MAX:
            raise too_deep()
        case "M":
            return {name: accept(inner, depth + 1) for name, inner in content.items()}
        case "L":
            return [accept(inner, depth + 1) for inner in content]
        case "B":
            return bytes(content)
    return content


_EMPTY_SET: Mapping[str, str] = {
    "SS": "An string set  may not be empty",
    "NS": "An number set  may not be empty",
    "BS": "Binary sets should not be empty",
}


def _accept_set(kind: str, members: Sequence[Any]) -> list[Any]:
    if not members:
        raise invalid_parameters(_EMPTY_SET[kind])
    if kind == "NS":
        numbers = [number_text(member) for member in members]
        if len(set(numbers)) < len(numbers):
            raise invalid("Input collection contains duplicates")
        return numbers
    if len(set(members)) == len(members):
        return list(members)
    if kind == "SS":
        raise invalid_parameters(f"Input collection [{', '.join(members)}] contains duplicates.")
    shown = ", ".join(b64encode(member).decode() for member in members)
    raise invalid_parameters(f"Input collection [{shown}]of type BS contains duplicates.")


def too_deep() -> Exception:
    """Refuses an item with more than 32 levels of lists and maps."""
    return invalid(
        "Nesting Levels have exceeded supported limits: "
        "Attributes in the item have nested levels beyond supported limit"
    )


def require_nesting(value: AttributeValue, depth: int = 1) -> None:
    """Refuse an accepted value that a path or a list has brought deeper than 32 levels."""
    inner = value.get("M")
    children = inner.values() if inner is not None else value.get("L")
    if children is None:
        return
    if depth > NESTING_MAX:
        raise too_deep()
    for child in children:
        require_nesting(child, depth + 1)


def are_equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Whether two accepted values are the same; sets have no order."""
    if left == right:
        return True
    kind = type_of(left)
    if kind not in right or kind in SCALAR_TYPES:
        return False
    mine, other = left[kind], right[kind]
    if kind in SET_TYPES:
        return set(mine) == set(other)
    if kind == "L":
        return len(mine) == len(other) and all(map(are_equal, mine, other))
    if kind == "M":
        return mine.keys() == other.keys() and all(are_equal(mine[name], other[name]) for name in mine)
    return False


def compare(left: AttributeValue, right: AttributeValue) -> int | None:
    """Below, at or above zero as left comes before, with or after right; `None` when they have no order.

    Text is ordered by its UTF-8 bytes, which is the order of code points and so Python's own.
    """
    kind = type_of(left)
    if kind not in right or kind not in SCALAR_TYPES:
        return None
    mine, other = left[kind], right[kind]
    if mine == other:
        return 0
    if kind == "N":
        return -1 if Decimal(mine) < Decimal(other) else 1
    return -1 if mine < other else 1


def item_bytes(item: Item) -> int:
    """The size of an item as AWS counts it: UTF-8 names and values.

    Source: developer guide "DynamoDB item sizes and formats".
    """
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def value_bytes(value: AttributeValue) -> int:
    """The size of one accepted value; a list or map costs three bytes and one for each element."""
    kind, content = next(iter(value.items()))
    match kind:
        case "S":
            return len(content) if content.isascii() else len(content.encode())
        case "N":
            return number_bytes(content)
        case "B":
            return len(content)
        case "SS":
            return sum(len(member.encode()) for member in content)
        case "NS":
            return sum(map(number_bytes, content))
        case "BS":
            return sum(map(len, content))
        case "L":
            return 3 + sum(1 + value_bytes(inner) for inner in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_bytes(inner) for name, inner in content.items())
    return 1


def require_item_size(item: Item, *, is_update: bool = False) -> int:
    """The item's size in bytes. Errors: ValidationException above 400 KB (409,600 is accepted)."""
    size = item_bytes(item)
    if size > ITEM_BYTES_MAX:
        raise invalid(f"Item size{' to update' if is_update else ''} has exceeded the maximum allowed size")
    return size
