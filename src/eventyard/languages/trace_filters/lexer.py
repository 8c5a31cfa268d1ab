"""A filter expression's tokens.

Words are keywords, operators in letters, and values without quotes; they may hold dots, dashes and colons
(`http.status`, `annotation.order-id`). A string stands in double or single quotes, with backslashes for quotes and
backslashes. `#[…]` and `#{…}` are a JSON value, taken whole.
"""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from eventyard.languages.trace_filters.errors import FilterError

WORD, NUMBER, STRING, SIGN, JSON, END = "word", "number", "string", "sign", "json", "end"

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_][\w.\-]*")
_SIGN = re.compile(r"!=|<=|>=|&&|\|\||[=<>!(){}\[\],:]")
_ESCAPES: Mapping[str, str] = {"n": "\n", "t": "\t", "r": "\r"}


class Token(NamedTuple):
    """`text` is the string's value without its quotes and escapes, the JSON's text without its `#`."""

    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """The expression's tokens, an END after the last. Raises FilterError."""
    found: list[Token] = []
    position = 0
    while True:
        position = _blanks_end(text, position)
        if position == len(text):
            found.append(Token(END, "", position))
            return found
        token, position = _token(text, position)
        found.append(token)


def _blanks_end(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _token(text: str, position: int) -> tuple[Token, int]:
    first = text[position]
    if first in "\"'":
        return _string(text, position)
    if first == "#":
        return _json(text, position)
    for kind, pattern in ((NUMBER, _NUMBER), (WORD, _WORD), (SIGN, _SIGN)):
        if (match := pattern.match(text, position)) is not None:
            return Token(kind, match.group(), position), match.end()
    raise FilterError(f"Unexpected character '{first}'", position)


def _string(text: str, start: int) -> tuple[Token, int]:
    quote, position = text[start], start + 1
    value: list[str] = []
    while position < len(text):
        character = text[position]
        if character == quote:
            return Token(STRING, "".join(value), start), position + 1
        if character == "\\" and position + 1 < len(text):
            position += 1
            character = _ESCAPES.get(text[position], text[position])
        value.append(character)
        position += 1
    raise FilterError("Unterminated string", start)


def _json(text: str, start: int) -> tuple[Token, int]:
    try:
        _, end = json.JSONDecoder().raw_decode(text, start + 1)
    except (ValueError, RecursionError) as wrong:
        raise FilterError("Invalid JSON", start) from wrong
    return Token(JSON, text[start + 1 : end], start), end
