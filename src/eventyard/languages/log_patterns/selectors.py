"""Where in a JSON line: `$.a.b[0]`, `$.['a.b']`, `$.list[*].id`, `$.*`.

One asterisk is allowed in a selector, three in a pattern.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eventyard.languages.log_patterns.errors import InvalidPattern, invalid, odd_characters, too_many_in_selector
from eventyard.languages.log_patterns.scanning import Scanner

ASTERISKS_MAX = 3
INDEX_DIGITS_MAX = 9

_NAME = re.compile(r"\.([A-Za-z0-9_-]+)")
_EACH = re.compile(r"\.\*|\.?\[\*\]")
_QUOTED_NAME = re.compile(r"""\.?\[(?:'([^']*)'|"([^"]*)")\]""")
_QUOTED = re.compile(r'"[^"]*"')
_INDEX = re.compile(r"\[(\d+)\]")
ALL: Final = object()
"""Each element of an array, or each value of an object."""

Step = str | int | object


@dataclass(frozen=True, slots=True)
class Selector:
    """The steps from the document down."""

    steps: Sequence[Step]

    @property
    def asterisks(self) -> int:
        return sum(step is ALL for step in self.steps)

    def found(self, document: Mapping[str, Any]) -> list[Any]:
        """The values at that place: none where there is no such place, several behind an asterisk."""
        values: list[Any] = [document]
        for step in self.steps:
            values = [below for value in values for below in _below(value, step)]
        return values


def _below(value: Any, step: Step) -> Iterator[Any]:
    if step is ALL:
        if isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list):
            yield from value
    elif isinstance(step, str):
        if isinstance(value, dict) and step in value:
            yield value[step]
    elif isinstance(step, int) and isinstance(value, list) and step < len(value):
        yield value[step]


def read_selector(scanner: Scanner) -> Selector:
    """The selector that stands next. Raises InvalidPattern."""
    if not scanner.is_at("$"):
        scanner.found(_QUOTED)
        raise scanner.refusal()
    begin = scanner.at
    scanner.at += 1
    steps: list[Step] = []
    while (step := _step(scanner)) is not None:
        steps.append(step)
    if not steps or scanner.text[scanner.at : scanner.at + 1] in (".", "["):
        raise odd_characters(scanner.text, scanner.at if steps else begin)
    selector = Selector(steps)
    if selector.asterisks > 1:
        raise too_many_in_selector(1)
    return selector


def selector_of(text: str) -> Selector | None:
    """The selector that the whole text is, or `None`."""
    scanner = Scanner(text)
    try:
        selector = read_selector(scanner)
    except InvalidPattern:
        return None
    return selector if scanner.at == len(text) else None


def _step(scanner: Scanner) -> Step | None:
    if (found := scanner.found(_NAME)) is not None:
        return found[1]
    if scanner.found(_EACH) is not None:
        return ALL
    if (found := scanner.found(_QUOTED_NAME)) is not None:
        return found[1] if found[1] is not None else found[2]
    if (found := scanner.found(_INDEX)) is not None:
        if len(found[1]) > INDEX_DIGITS_MAX:
            raise invalid()
        return int(found[1])
    return None
