"""Message attributes: what is allowed, how they are kept, which of them a receiver asked for, and AWS's MD5 of them.

The MD5 is over each attribute in order of its name: length (4 bytes, big-endian) and text of the name, the same of the
data type, one byte for the kind (1 string, 2 binary), length and bytes of the value.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.services.sqs import errors

ATTRIBUTES_MAX = 10
NAME_BYTES_MAX = 256

_NAME = re.compile(r"[A-Za-z0-9_.\-\u00c0-\u017f]+")
_RESERVED_NAME = re.compile(r"(aws|amazon)\.", re.IGNORECASE)
_INVALID_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_KINDS = ("String", "Number", "Binary")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `value` is bytes where the type is `Binary`, else text."""

    data_type: str
    value: str | bytes

    @property
    def size_bytes(self) -> int:
        value = self.value if isinstance(self.value, bytes) else self.value.encode()
        return len(self.data_type.encode()) + len(value)

    def on_the_wire(self) -> dict[str, Any]:
        """As AWS's `MessageAttributeValue`."""
        member = "BinaryValue" if isinstance(self.value, bytes) else "StringValue"
        return {member: self.value, "DataType": self.data_type}


def read_attributes(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Attribute]:
    """The client's message attributes. Raises InvalidParameterValue."""
    if len(given) > ATTRIBUTES_MAX:
        raise errors.invalid_value(f"Number of message attributes [{len(given)}] exceeds the allowed maximum [10].")
    return {name: _read(name, value) for name, value in given.items()}


def size_bytes(attributes: Mapping[str, Attribute]) -> int:
    """What the attributes count towards the message's size: names, types and values."""
    return sum(len(name.encode()) + attribute.size_bytes for name, attribute in attributes.items())


def md5(attributes: Mapping[str, Attribute]) -> str:
    """AWS's digest of message attributes, 32 hexadecimal digits."""
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        attribute = attributes[name]
        is_binary = isinstance(attribute.value, bytes)
        value = attribute.value if isinstance(attribute.value, bytes) else attribute.value.encode()
        for piece in (name.encode(), attribute.data_type.encode()):
            digest.update(len(piece).to_bytes(4, "big") + piece)
        digest.update((b"\x02" if is_binary else b"\x01") + len(value).to_bytes(4, "big") + value)
    return digest.hexdigest()


def chosen(attributes: Mapping[str, Attribute], names: Iterable[str]) -> dict[str, Attribute]:
    """The attributes that a receiver asked for by name, by prefix (`foo.*`, `foo*`), or with `All` or `.*`."""
    exact, prefixes = set(), []
    for name in names:
        if name in ("All", ".*", "*"):
            return dict(attributes)
        if name.endswith("*"):
            prefixes.append(name[:-1].removesuffix("."))
        else:
            exact.add(name)
    return {name: value for name, value in attributes.items() if name in exact or any(map(name.startswith, prefixes))}


def store_text(attributes: Mapping[str, Attribute] | None) -> str | None:
    """The attributes as JSON: name to [type, text], or [type, base64, 1] for bytes; `None` when there are none."""
    if not attributes:
        return None
    return json.dumps(
        {
            name: [a.data_type, base64.b64encode(a.value).decode(), 1]
            if isinstance(a.value, bytes)
            else [a.data_type, a.value]
            for name, a in attributes.items()
        }
    )


def from_store_text(text: str | None) -> dict[str, Attribute] | None:
    """What `store_text` kept."""
    if text is None:
        return None
    return {
        name: Attribute(kept[0], base64.b64decode(kept[1]) if len(kept) == 3 else kept[1])
        for name, kept in json.loads(text).items()
    }


def _read(name: str, given: Mapping[str, Any]) -> Attribute:
    _refuse_invalid_name(name)
    if given.get("StringListValues") or given.get("BinaryListValues"):
        raise errors.invalid_value("Message attribute list values in SendMessage operation are not supported.")
    data_type = given.get("DataType") or ""
    kind = data_type.partition(".")[0]
    if not data_type:
        raise errors.invalid_value(
            f"The message (user) attribute '{name}' must contain a non-empty message attribute value."
        )
    if kind not in _KINDS:
        raise errors.invalid_value(
            f"The type of message (user) attribute '{name}' is invalid. "
            "You must use only the following supported type prefixes: Binary, Number, String."
        )
    if len(data_type.encode()) > NAME_BYTES_MAX:
        raise errors.invalid_value("Message (user) attribute type must be shorter than 256 bytes.")
    value = given.get("BinaryValue" if kind == "Binary" else "StringValue")
    if not value:
        raise errors.invalid_value(
            f"Message (user) attribute '{name}' must contain a non-empty value of type '{kind}'."
        )
    if isinstance(value, str):
        _refuse_invalid_value(name, kind, value)
    return Attribute(data_type, value)


def _refuse_invalid_name(name: str) -> None:
    if not name:
        raise errors.invalid_value("The request must contain non-empty message (user) attribute names.")
    if len(name.encode()) > NAME_BYTES_MAX:
        raise errors.invalid_value("Message (user) attribute name must be shorter than 256 bytes.")
    if _RESERVED_NAME.match(name) is not None:
        raise errors.invalid_value(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. "
            "These strings are reserved for internal use."
        )
    if _NAME.fullmatch(name) is None or name.startswith(".") or name.endswith(".") or ".." in name:
        raise errors.invalid_value(f"Message (user) attribute name '{name}' is invalid.")


def _refuse_invalid_value(name: str, kind: str, value: str) -> None:
    if _INVALID_CHARACTER.search(value) is not None:
        raise errors.invalid_value(errors.invalid_contents().message)
    if kind == "Number" and _NUMBER.fullmatch(value) is None:
        raise errors.invalid_value(f"Can't cast the value of message (user) attribute '{name}' to a number.")
