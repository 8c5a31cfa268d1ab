"""A log line as patterns see it: its text, and, read at most once however many patterns ask, its JSON and its fields.

The fields of a space-delimited line stand between blanks; what brackets or double quotes enclose is one field, without
them. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import orjson

_BLANKS = re.compile(r"\s*")
_FIELD = re.compile(r"\S+")
_CLOSING: Mapping[str, str] = MappingProxyType({"[": "]", '"': '"'})
NO_DOCUMENT: Mapping[str, Any] = MappingProxyType({})


class Line:
    """One log line."""

    def __init__(self, message: str) -> None:
        self.message = message

    @cached_property
    def document(self) -> Mapping[str, Any] | None:
        """The JSON object that the line is; `None` where it is none."""
        text = self.message.strip()
        if not text.startswith("{"):
            return None
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
        return found if isinstance(found, dict) else None

    @cached_property
    def fields(self) -> Sequence[tuple[str, int]]:
        """Each field's text, and where it begins in the line."""
        return list(_fields(self.message))


def _fields(text: str) -> list[tuple[str, int]]:
    """One look at each character: a sign that nothing closes is not searched for again."""
    fields: list[tuple[str, int]] = []
    is_closed = dict.fromkeys(_CLOSING, True)
    at = _behind_blanks(text, 0)
    while at < len(text):
        opening = text[at]
        end = text.find(_CLOSING[opening], at + 1) if is_closed.get(opening) else -1
        if end >= 0:
            fields.append((text[at + 1 : end], at))
            at = _behind_blanks(text, end + 1)
            continue
        if opening in _CLOSING:
            is_closed[opening] = False
        found = _FIELD.match(text, at)
        word = found.group() if found else ""
        fields.append((word, at))
        at = _behind_blanks(text, at + len(word))
    return fields


def _behind_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
