"""The regular expressions between percent signs: their grammar, and a search that takes one step a character.

AWS allows letters, digits, blanks, `: _ # = @ / ; , -` and the operators `^ $ ? [ ] { } | \\ * + .`, no groups. So an
expression is alternatives, each a row of *places*: a set of characters that may be left out (`?`, `*`) or repeated
(`*`, `+`). Such rows are searched for with one bit a place ("extended Shift-And"): the places reached so far are one
integer, and a character moves all of them at once. What a state becomes at a character is remembered, so most
characters cost one look-up; nothing ever goes back, however hostile the line or the expression.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html (what is supported), which
is Java's syntax: `$` also stands before a last line break, `.` stands for no line break, `\\w` is ASCII.
Sequences such as `\\x28` stand for what cannot be written.
"""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from eventyard.languages.log_patterns.errors import invalid, odd_term, too_complex, uncompilable

PLACES_MAX = 1_000
MOVES_MAX = 20_000
"""How many moves from state to state are remembered; then all are forgotten."""

_PLAIN = frozenset(string.ascii_letters + string.digits + " :_#=@/;,-")
_OPERATORS = frozenset("^$?[]{}|\\*+.")
_BREAKS = frozenset("\n\r\u0085\u2028\u2029")
_SETS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "d": frozenset(string.digits),
        "w": frozenset(string.ascii_letters + string.digits + "_"),
        "s": frozenset(" \t\n\x0b\f\r"),
    }
)
_COUNT = re.compile(r"\{(\d{1,4})(?:(,)(\d{0,4}))?\}")
_HEXADECIMAL = re.compile(r"x([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class _Set:
    """Some characters, or all but these."""

    characters: frozenset[str]
    is_all_but: bool = False

    def has(self, character: str) -> bool:
        return (character in self.characters) is not self.is_all_but


@dataclass(frozen=True, slots=True)
class _Place:
    set: _Set
    is_optional: bool = False
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """One alternative."""

    places: Sequence[_Place]
    from_beginning: bool
    to_end: bool


@dataclass(slots=True)
class _Step:
    """A state of the search: the places reached, what the next characters make of it, and whether it is a find."""

    reached: int
    is_found: bool
    is_found_at_end: bool
    next: dict[str, "_Step"] = field(default_factory=dict)


class Regex:
    """A compiled expression; `finds(text)` says whether it stands anywhere in the text."""

    __slots__ = ("_always", "_ends", "_finds", "_first", "_moves", "_optional", "_repeated", "_sets", "_steps")

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._sets: list[tuple[int, _Set]] = []
        self._optional = self._repeated = self._finds = self._ends = 0
        first = always = at = 0
        for row in rows:
            first |= 1 << at
            always |= 0 if row.from_beginning else 1 << at
            for place in row.places:
                bit = 1 << at
                self._sets.append((bit, place.set))
                self._optional |= bit if place.is_optional else 0
                self._repeated |= bit if place.is_repeated else 0
                at += 1
            if row.to_end:
                self._ends |= 1 << at
            else:
                self._finds |= 1 << at
            at += 1
        self._always = always
        self._moves = 0
        self._steps: dict[int, _Step] = {}
        self._first = self._step(first)

    def finds(self, text: str) -> bool:
        """Whether the expression stands in the text: one step a character."""
        step = self._first
        if step.is_found:
            return True
        last = len(text.removesuffix("\n").removesuffix("\r")) if self._ends else -1
        for at, character in enumerate(text):
            if at == last and step.is_found_at_end:
                return True
            step = step.next.get(character) or self._move(step, character)
            if step.is_found:
                return True
        return step.is_found_at_end

    def _move(self, step: _Step, character: str) -> _Step:
        taken = 0
        for bit, characters in self._sets:
            if step.reached & bit and characters.has(character):
                taken |= bit
        self._moves += 1
        if self._moves % MOVES_MAX == 0:
            self._forget()
        moved = self._step((taken << 1) | (taken & self._repeated) | self._always)
        step.next[character] = moved
        return moved

    def _step(self, reached: int) -> _Step:
        """The state, with the places behind optional ones reached, too.

        In a run of optional places, adding the lowest place reached to the run's ones carries up to behind the run, so
        what the addition changes is what can be reached.
        """
        optional = self._optional
        whole = reached | (((reached & optional) + optional) ^ optional)
        step = self._steps.get(whole)
        if step is None:
            step = _Step(whole, bool(whole & self._finds), bool(whole & (self._ends | self._finds)))
            self._steps[whole] = step
        return step

    def _forget(self) -> None:
        for step in self._steps.values():
            step.next.clear()
        self._steps.clear()


def compile_regex(text: str) -> Regex:
    """The expression between two percent signs. Raises InvalidPattern."""
    if not text:
        raise invalid()
    rows = [_row(part) for part in _split(text)]
    if sum(len(row.places) for row in rows) > PLACES_MAX:
        raise too_complex()
    return Regex(rows)


def _split(text: str) -> list[str]:
    """The alternatives, cut at `|` outside of brackets."""
    parts, begin, at, in_brackets = [], 0, 0, False
    while at < len(text):
        character = text[at]
        if character not in _PLAIN and character not in _OPERATORS:
            raise odd_term(f"%{text[: at + 1]}")
        if character == "\\":
            at += 1
        elif character in "[]":
            in_brackets = character == "["
        elif character == "|" and not in_brackets:
            parts.append(text[begin:at])
            begin = at + 1
        at += 1
    return [*parts, text[begin:]]


def _row(text: str) -> _Row:
    from_beginning = text.startswith("^")
    at = 1 if from_beginning else 0
    places: list[_Place] = []
    while at < len(text):
        if text[at] == "$" and at == len(text) - 1:
            return _Row(places, from_beginning, to_end=True)
        characters, at = _set_at(text, at)
        again, at = _quantity_at(text, at)
        places.extend(again(characters))
        if len(places) > PLACES_MAX:
            raise too_complex()
    return _Row(places, from_beginning, to_end=False)


def _set_at(text: str, at: int) -> tuple[_Set, int]:
    """What stands at that place, and where it ends."""
    character = text[at]
    if character == "\\":
        return _escaped_at(text, at + 1)
    if character == "[":
        return _brackets_at(text, at + 1)
    if character == ".":
        return _Set(_BREAKS, is_all_but=True), at + 1
    if character in _OPERATORS:
        raise uncompilable()
    return _Set(frozenset(character)), at + 1


def _escaped_at(text: str, at: int) -> tuple[_Set, int]:
    character = text[at : at + 1]
    if found := _HEXADECIMAL.match(text, at):
        return _Set(frozenset(chr(int(found[1], 16)))), found.end()
    if (known := _SETS.get(character.lower())) is not None:
        return _Set(known, is_all_but=character.isupper()), at + 1
    if not character or character.isalnum():
        raise uncompilable()
    if character not in _PLAIN and character not in _OPERATORS:
        raise odd_term(f"%{text[: at + 1]}")
    return _Set(frozenset(character)), at + 1


def _brackets_at(text: str, at: int) -> tuple[_Set, int]:
    is_all_but = text[at : at + 1] == "^"
    at += 1 if is_all_but else 0
    members: set[str] = set()
    begin = at
    while text[at : at + 1] != "]":
        if at >= len(text) or text[at] == "[":
            raise uncompilable()
        one, at = _escaped_at(text, at + 1) if text[at] == "\\" else (_Set(frozenset(text[at])), at + 1)
        if one.is_all_but:
            raise uncompilable()
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("]", "") and len(one.characters) == 1:
            last, at = _escaped_at(text, at + 2) if text[at + 1] == "\\" else (_Set(frozenset(text[at + 1])), at + 2)
            members |= _between(one, last)
        else:
            members |= one.characters
    if at == begin:
        raise uncompilable()
    return _Set(frozenset(members), is_all_but), at + 1


def _between(first: _Set, last: _Set) -> set[str]:
    if len(last.characters) != 1 or last.is_all_but:
        raise uncompilable()
    low, high = ord(min(first.characters)), ord(min(last.characters))
    if low > high:
        raise uncompilable()
    return {chr(code) for code in range(low, high + 1)}


_Again = Callable[[_Set], list[_Place]]


def _quantity_at(text: str, at: int) -> tuple[_Again, int]:
    """How often what stands before may come, and where that ends."""
    sign = text[at : at + 1]
    if sign == "{":
        found = _COUNT.match(text, at)
        if found is None:
            raise uncompilable()
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else None
        if most is not None and most < least:
            raise uncompilable()
        return _times(least, most), _end_of_quantity(text, found.end())
    limits = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign)
    if limits is None:
        return _times(1, 1), at
    return _times(*limits), _end_of_quantity(text, at + 1)


def _end_of_quantity(text: str, at: int) -> int:
    """Behind the `?` that makes it lazy, which changes nothing about whether there is a find."""
    return at + 1 if text[at : at + 1] == "?" else at


def _times(least: int, most: int | None) -> _Again:
    if max(least, most or 0) > PLACES_MAX:
        raise too_complex()

    def places(characters: _Set) -> list[_Place]:
        if most is None and least == 0:
            return [_Place(characters, is_optional=True, is_repeated=True)]
        needed = [_Place(characters) for _ in range(least)]
        if most is None:
            return [*needed[1:], _Place(characters, is_repeated=True)]
        return [*needed, *(_Place(characters, is_optional=True) for _ in range(most - least))]

    return places
