"""Patterns over space-delimited lines: `[ip, user, ..., status = 4* && status != 404, bytes > 1000]`.

A line has to have the fields that are named. `...`, once, stands for any number of them; without it the last name
stands for the rest of the line. A field without a name is `$1`, `$2` and so on by its place. `[]` fits every line.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, whose examples show that
`[w1=ERROR, w2]` fits lines of any length; recorded by radkawar/stackd (testdata/aws/logs/filters.json and
metric_filters.json, 2026-09) with the last field as the rest of the line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventyard.languages.log_patterns.comparisons import read_comparison
from eventyard.languages.log_patterns.conditions import Condition, read_conditions
from eventyard.languages.log_patterns.errors import duplicate, invalid
from eventyard.languages.log_patterns.lines import Line
from eventyard.languages.log_patterns.scanning import Scanner

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_REST = "..."
_TAKEN = "SPACE"
"""What AWS takes for no value unless it is quoted: `[kind = SPACE, …]` is no pattern (recorded)."""
_PLACE = re.compile(r"\$[1-9]\d{0,3}")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the pattern: its name, empty where it has none, and its condition."""

    name: str
    condition: Condition[str] | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields before and behind the `...`; without one they are all `head`, and `tail` is `None`."""

    head: Sequence[Column]
    tail: Sequence[Column] | None
    regexes: int

    def match(self, line: Line) -> Sequence[str] | None:
        """The texts of the fields, in their order, or `None` where the line does not fit."""
        texts = self._texts(line)
        if texts is None or not _hold(self.head, texts):
            return None
        return texts if not self.tail or _hold(self.tail, texts[len(texts) - len(self.tail) :]) else None

    def values(self, texts: Sequence[str]) -> Mapping[str, str]:
        """The fields of a line that fits, by their names (`$ip`, `$3`)."""
        named = enumerate(zip(self._named(len(texts)), texts, strict=True), 1)
        return {f"${column.name or place}": text for place, (column, text) in named}

    def has(self, name: str) -> bool:
        """Whether it could be a field, as `$name` or by its place; AWS takes names of none, too (recorded)."""
        return name.startswith("$") and (_NAME.fullmatch(name, 1) or _PLACE.fullmatch(name)) is not None

    def _texts(self, line: Line) -> list[str] | None:
        """The texts of the line's fields, as many as the pattern takes."""
        fields = line.fields
        texts = [text for text, _ in fields]
        if self.tail is not None:
            return texts if len(texts) >= len(self.head) + len(self.tail) else None
        if not self.head or len(texts) == len(self.head):
            return texts
        if len(texts) < len(self.head):
            return None
        last = len(self.head) - 1
        return [*texts[:last], line.message[fields[last][1] :].rstrip()]

    def _named(self, count: int) -> Sequence[Column]:
        tail = self.tail or ()
        return (*self.head, *(Column("") for _ in range(count - len(self.head) - len(tail))), *tail)


def _hold(columns: Sequence[Column], texts: Sequence[str]) -> bool:
    """Whether each field keeps the condition of its column; there may be more fields."""
    return all(column.condition is None or column.condition(text) for column, text in zip(columns, texts, strict=False))


def read_columns(text: str) -> Columns:
    """The pattern between the brackets. Raises InvalidPattern."""
    scanner = Scanner(text)
    if scanner.is_over():
        return Columns((), None, 0)
    head: list[Column] = []
    tail: list[Column] | None = None
    counted = [0]
    while True:
        if scanner.takes(_REST):
            if tail is not None:
                raise duplicate(_REST)
            tail = []
        else:
            (head if tail is None else tail).append(_column(scanner, counted))
        if scanner.is_over():
            break
        if not scanner.takes(","):
            raise scanner.refusal()
    names = [column.name for column in (*head, *(tail or ())) if column.name]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise duplicate(name)
    return Columns(head, tail, counted[0])


def _column(scanner: Scanner, counted: list[int]) -> Column:
    """A field with its condition, which is about itself: `status = 4* && status != 404`."""
    if scanner.is_over() or scanner.is_at(","):
        return Column("")
    begin = scanner.at
    name = scanner.word(_NAME)
    if scanner.is_over() or scanner.is_at(","):
        return Column(name)
    scanner.at = begin

    def condition(scanner: Scanner) -> Condition[str]:
        if scanner.word(_NAME) != name:
            raise invalid()
        comparison = read_comparison(scanner)
        if scanner.text[: scanner.at].endswith(_TAKEN):
            raise invalid()
        counted[0] += comparison.regex is not None
        return comparison.holds_of_field

    return Column(name, read_conditions(scanner, condition))
