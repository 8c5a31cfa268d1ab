"""Comparing a value of a log line with what a pattern says: texts with asterisks, numbers, regular expressions.

An asterisk at the beginning or the end of a text stands for anything; one in its middle is an asterisk. A number is
compared as one, as a text where the pattern has an asterisk (`4*`). A text of a JSON line is never taken for the number
that it writes; a field of a line is.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html; lines and verdicts of AWS
recorded by radkawar/stackd (testdata/aws/logs/filters.json, 2026-09).
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eventyard.languages.log_patterns.errors import invalid, odd_term
from eventyard.languages.log_patterns.regexes import Regex, compile_regex
from eventyard.languages.log_patterns.scanning import Scanner

NUMBER_LENGTH_MAX = 400
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_.*+-]+")

Value = str | int | float
_ORDERS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
)
OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
"""Longest first, as they are read."""


def number_of(value: Value) -> float | None:
    """The number that the value is or writes."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if len(text) > NUMBER_LENGTH_MAX or _NUMBER.fullmatch(text) is None:
        return None
    number = float(text)
    return number if abs(number) != float("inf") else None


@dataclass(frozen=True, slots=True)
class Text:
    """A text that may begin or end with an asterisk."""

    middle: str
    is_open_before: bool = False
    is_open_behind: bool = False

    def fits(self, text: str) -> bool:
        if self.is_open_before and self.is_open_behind:
            return self.middle in text
        if self.is_open_before:
            return text.endswith(self.middle)
        return text.startswith(self.middle) if self.is_open_behind else text == self.middle


def text_of(written: str) -> Text:
    """The text with its asterisks taken for what they are."""
    before = written.startswith("*")
    behind = written.endswith("*") and len(written) > 1
    return Text(written[before : len(written) - behind], before or written == "*", behind or written == "*")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operator` with what stands behind it: a number where the pattern writes one, a text, a regular expression."""

    operator: str
    number: float | None
    text: Text
    regex: Regex | None = None

    def holds(self, value: Value) -> bool:
        """Whether a value of a JSON line compares so; one that is no number has no order."""
        return self._compares(value, None if isinstance(value, str) else value)

    def holds_of_field(self, text: str) -> bool:
        """Whether a field of a line compares so; it is the number that it writes."""
        return self._compares(text, number_of(text))

    def _compares(self, value: Value, number: float | None) -> bool:
        if self.operator in _ORDERS:
            return number is not None and self.number is not None and _ORDERS[self.operator](number, self.number)
        return self._equals(value, number) is (self.operator == "=")

    def _equals(self, value: Value, number: float | None) -> bool:
        if self.regex is not None:
            return self.regex.finds(str(value))
        if self.number is not None and number == self.number:
            return True
        return self.text.fits(str(value))


def read_comparison(scanner: Scanner) -> Comparison:
    """The operator and the value that stand next. Raises InvalidPattern."""
    sign = next((one for one in OPERATORS if scanner.takes(one)), None)
    if sign is None:
        raise scanner.refusal()
    if sign == "=" and scanner.takes("!"):
        sign = "!="
    if scanner.is_at("="):
        raise invalid()
    if scanner.is_at("%"):
        if sign in _ORDERS:
            raise invalid()
        return Comparison(sign, None, Text(""), compile_regex(scanner.regex()))
    if scanner.is_at('"'):
        begin, text = scanner.at, scanner.quoted()
        if sign in _ORDERS:
            raise odd_term(scanner.text[begin : scanner.at])
        return Comparison(sign, None, text_of(text))
    word = scanner.word(_WORD)
    number = number_of(word)
    if sign in _ORDERS and number is None:
        raise invalid()
    return Comparison(sign, number, text_of(word))
