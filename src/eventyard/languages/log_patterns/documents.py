"""Patterns over JSON lines: `{ ($.status = 5* || $.error IS TRUE) && $.user NOT EXISTS }`.

A comparison is about a text or a number: an object, an array, a boolean, `null` and what is not there satisfy none,
`!=` included. Behind an asterisk one value that satisfies it is enough. An array with a `null` in it `IS NULL`, too.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html; lines and verdicts of AWS
recorded by radkawar/stackd (testdata/aws/logs/filters.json, 2026-09).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from eventyard.languages.log_patterns.comparisons import read_comparison
from eventyard.languages.log_patterns.conditions import Condition, read_conditions
from eventyard.languages.log_patterns.errors import invalid, odd_state, too_many
from eventyard.languages.log_patterns.scanning import Scanner
from eventyard.languages.log_patterns.selectors import ASTERISKS_MAX, read_selector

Document = Mapping[str, Any]
_WORDS = re.compile(r"[A-Z]+")
_STATES: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "NULL": lambda value: value is None or (isinstance(value, list) and None in value),
        "TRUE": lambda value: value is True,
        "FALSE": lambda value: value is False,
    }
)


@dataclass(slots=True)
class Reading:
    """What a pattern's reading has counted."""

    regexes: int = 0
    asterisks: int = 0


def read_document_pattern(text: str) -> tuple[Condition[Document], int]:
    """The pattern between the braces, and how many regular expressions it has. Raises InvalidPattern."""
    scanner, reading = Scanner(text), Reading()
    condition = read_conditions(scanner, lambda scanner: _condition(scanner, reading))
    if not scanner.is_over():
        raise scanner.refusal()
    return condition, reading.regexes


def _condition(scanner: Scanner, reading: Reading) -> Condition[Document]:
    selector = read_selector(scanner)
    reading.asterisks += selector.asterisks
    if reading.asterisks > ASTERISKS_MAX:
        raise too_many("JSON wildcard selectors allowed", ASTERISKS_MAX)
    if scanner.takes("IS"):
        word = scanner.word(_WORDS)
        is_so = _STATES.get(word)
        if is_so is None:
            raise odd_state(word)
        return lambda document: any(is_so(value) for value in selector.found(document))
    if scanner.takes("NOT"):
        if scanner.word(_WORDS) != "EXISTS":
            raise invalid()
        return lambda document: not selector.found(document)
    comparison = read_comparison(scanner)
    reading.regexes += comparison.regex is not None
    return lambda document: any(is_value(value) and comparison.holds(value) for value in selector.found(document))


def is_value(value: Any) -> bool:
    """Whether a comparison can be about it: a text or a number."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)
