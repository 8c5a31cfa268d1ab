"""A query's text as tokens. A `/` begins a regular expression where a pattern can stand, else it divides."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from eventyard.languages.insights.errors import unexpected


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    PERIOD = "period"
    REGEX = "regex"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` as it stands, `value` without quotes; a name's `segments` are what its dots part."""

    kind: Kind
    text: str
    value: str
    start: int
    end: int
    segments: tuple[str, ...] = ()

    def says(self, *words: str) -> bool:
        """Whether it is one of these keywords (in lower case) or symbols; what is in backticks never is."""
        return self.kind in (Kind.NAME, Kind.SYMBOL) and self.text.lower() in words


_BLANK = re.compile(r"(?:\s+|#[^\n]*)+")
_PERIOD = re.compile(r"\d+[A-Za-z]+(?![\w.])")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)+)/", re.DOTALL)
_SYMBOL = re.compile(r"=~|!=|<=|>=|[|,()\[\]{}=<>+\-*/^%:]")
_FIRST = re.compile(r"[A-Za-z_@$][\w@$]*|`[^`]+`")
_NEXT = re.compile(r"\.([\w@$]+|`[^`]+`)|\[(\d+)\]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Mapping[str, str] = MappingProxyType({"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"})
_LISTS = frozenset({"in", "like"})
_BEFORE_REGEX = frozenset({"like", "=~", ",", "(", "["})


def tokens_of(query: str) -> list[Token]:
    """All tokens, the END last. Raises QueryError."""
    tokens: list[Token] = []
    at = _skip_blank(query, 0)
    while at < len(query):
        token = _token(query, at, tokens)
        tokens.append(token)
        at = _skip_blank(query, token.end)
    tokens.append(Token(Kind.END, "", "", len(query), len(query)))
    return tokens


def _skip_blank(query: str, at: int) -> int:
    found = _BLANK.match(query, at)
    return found.end() if found else at


def _token(query: str, at: int, before: list[Token]) -> Token:
    if query[at] == "/" and _is_regex_place(before) and (found := _REGEX.match(query, at)):
        return Token(Kind.REGEX, found[0], found[1], at, found.end())
    if found := _TEXT.match(query, at):
        return Token(Kind.TEXT, found[0], _unescape(found[0][1:-1]), at, found.end())
    if found := _PERIOD.match(query, at):
        return Token(Kind.PERIOD, found[0], found[0], at, found.end())
    if found := _NUMBER.match(query, at):
        return Token(Kind.NUMBER, found[0], found[0], at, found.end())
    if found := _FIRST.match(query, at):
        return _name(query, found)
    if found := _SYMBOL.match(query, at):
        return Token(Kind.SYMBOL, found[0], found[0], at, found.end())
    raise unexpected(query[at], query, at)


def _is_regex_place(before: list[Token]) -> bool:
    """After what takes a pattern, after `parse`, and after the field that `parse` reads."""
    if not before or before[-1].says(*_BEFORE_REGEX, "parse"):
        return bool(before)
    return len(before) > 1 and before[-2].says("parse") and (len(before) < 3 or before[-3].says("|"))


def _name(query: str, first: "re.Match[str]") -> Token:
    start, at = first.span()
    segments = [first[0].strip("`")]
    while first[0].lower() not in _LISTS and (found := _NEXT.match(query, at)):
        segments.append((found[1] or found[2]).strip("`"))
        at = found.end()
    return Token(Kind.NAME, query[start:at], ".".join(segments), start, at, tuple(segments))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), text)
