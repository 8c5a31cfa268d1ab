"""What one value of an event must be: the leaves of a pattern.

A value is a scalar as a JSON reader gives it: text, number, `True`, `False` or `None`. Numbers are compared as doubles,
so 300, 300.0 and 3.0e2 are one number; a number that no double writes exactly (2**53 + 1) is only equal to its own
digits and lies in no range. A text is never a number. `anything-but` accepts every value that it does not exclude,
whatever the value's kind; only a value that is not there fails it. AWS compares texts with their JSON quotes around
them: a prefix that ends in a quote, or a suffix that begins with one, also reaches the end of the text.

Differs: a reader that has already turned 0.10000000000000001 into 0.1 cannot be asked for the digits again, so such
a fraction is taken for its double where AWS would still see the digits.

Source: aws/event-ruler 2.1.0; the rules on this page were judged by that matcher on 2026-11-21.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isnan
from typing import Protocol, TypeAlias

from eventyard.languages.patterns.addresses import AddressRange, address_digits
from eventyard.languages.patterns.ignore_case import CaselessText
from eventyard.languages.patterns.wildcard import Wildcard

Scalar: TypeAlias = str | int | float | bool | None

_EXACT_MAX = 2**53
_INFINITIES = (float("inf"), float("-inf"))


class ValueTest(Protocol):
    """One alternative of a field: does it accept this value?"""

    def accepts(self, value: Scalar) -> bool: ...


@dataclass(frozen=True, slots=True)
class ExactText:
    text: str

    def accepts(self, value: Scalar) -> bool:
        return isinstance(value, str) and value == self.text


@dataclass(frozen=True, slots=True)
class ExactNumber:
    number: float

    def accepts(self, value: Scalar) -> bool:
        return nearest_double(value) == self.number


@dataclass(frozen=True, slots=True)
class ExactDigits:
    """A number that no double writes exactly; infinity is what readers make of numbers beyond all doubles."""

    digits: str

    def accepts(self, value: Scalar) -> bool:
        if isinstance(value, float):
            return value in _INFINITIES and value == float(self.digits)
        return is_number(value) and str(value) == self.digits


@dataclass(frozen=True, slots=True)
class ExactLiteral:
    """`true`, `false` or `null`."""

    literal: bool | None

    def accepts(self, value: Scalar) -> bool:
        return value is self.literal


@dataclass(frozen=True, slots=True)
class Prefix:
    text: str

    def accepts(self, value: Scalar) -> bool:
        return isinstance(value, str) and (value.startswith(self.text) or f'{value}"' == self.text)


@dataclass(frozen=True, slots=True)
class Suffix:
    text: str

    def accepts(self, value: Scalar) -> bool:
        return isinstance(value, str) and (value.endswith(self.text) or f'"{value}' == self.text)


@dataclass(frozen=True, slots=True)
class EqualsIgnoreCase:
    text: CaselessText

    def accepts(self, value: Scalar) -> bool:
        return isinstance(value, str) and self.text.equals(value)


@dataclass(frozen=True, slots=True)
class PrefixIgnoreCase:
    text: CaselessText

    def accepts(self, value: Scalar) -> bool:
        return isinstance(value, str) and self.text.starts(f'{value}"')


@dataclass(frozen=True, slots=True)
class SuffixIgnoreCase:
    text: CaselessText

    def accepts(self, value: Scalar) -> bool:
        return isinstance(value, str) and self.text.ends(f'"{value}')


@dataclass(frozen=True, slots=True)
class MatchesWildcard:
    wildcard: Wildcard

    def accepts(self, value: Scalar) -> bool:
        return isinstance(value, str) and self.wildcard.matches(value)


@dataclass(frozen=True, slots=True)
class InAddressRange:
    """An address in a range; also a number whose digits lead into it, see `addresses`.

    `takes_numbers` is false where the field has a test of numbers too: AWS then reads every number as one.
    """

    range: AddressRange
    takes_numbers: bool = True

    def accepts(self, value: Scalar) -> bool:
        if isinstance(value, str):
            digits = address_digits(value)
            return digits is not None and self.range.contains(digits)
        return self.takes_numbers and is_number(value) and self.range.contains(repr(value).upper())


@dataclass(frozen=True, slots=True)
class InNumericRange:
    """Between two doubles; a bound that is `None` is not there, a bound that is open is not included."""

    bottom: float | None = None
    top: float | None = None
    is_bottom_open: bool = False
    is_top_open: bool = False

    def accepts(self, value: Scalar) -> bool:
        number = nearest_double(value)
        if number is None:
            return False
        if self.bottom is not None and (number < self.bottom or (self.is_bottom_open and number == self.bottom)):
            return False
        return self.top is None or number < self.top or (number == self.top and not self.is_top_open)


@dataclass(frozen=True, slots=True)
class AnythingBut:
    """Any value that none of the excluded tests accepts."""

    excluded: tuple[ValueTest, ...]

    def accepts(self, value: Scalar) -> bool:
        return not any(test.accepts(value) for test in self.excluded)


@dataclass(frozen=True, slots=True)
class Exists:
    """Any value, `null` too; an object or an empty array has no value."""

    def accepts(self, value: Scalar) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Absent:
    """No value at all: it accepts none, and the evaluation asks for it where a value is missing."""

    def accepts(self, value: Scalar) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class FirstLetterLost:
    """What is left of a test without regard to case when its first letter stands for any text, see `together`."""

    of: EqualsIgnoreCase | PrefixIgnoreCase | SuffixIgnoreCase

    def accepts(self, value: Scalar) -> bool:
        if not isinstance(value, str) or not value:
            return False
        match self.of:
            case EqualsIgnoreCase(text):
                return text.without_first().ends(value[1:])
            case PrefixIgnoreCase(text):
                return text.without_first().occurs_in(f'{value[1:]}"')
            case SuffixIgnoreCase(text):
                return text.without_last().occurs_in(f'"{value[:-1]}')


def together(alternatives: Sequence[ValueTest]) -> tuple[ValueTest, ...]:
    """The alternatives of one field, each as it behaves in the company of the others.

    AWS keeps a field's alternatives in one automaton, where two of them can disturb a third. A test of numbers makes
    address ranges blind to numbers. And after a wildcard that begins with a star, be it an excluded one, the first
    letter of a test without regard to case (the last one of a suffix, which is read from its end) stands for any
    text: faults of AWS's that we keep, since a rule must match here what it matches there.
    """
    tests_numbers = any(_tests_numbers(test) for test in alternatives)
    follows_star = False
    heard: list[ValueTest] = []
    for test in alternatives:
        if tests_numbers and isinstance(test, InAddressRange):
            heard.append(replace(test, takes_numbers=False))
        else:
            heard.append(_after_star(test) if follows_star else test)
        follows_star = follows_star or _begins_with_star(test)
    return tuple(heard)


def _begins_with_star(test: ValueTest) -> bool:
    if isinstance(test, AnythingBut):
        return any(map(_begins_with_star, test.excluded))
    return isinstance(test, MatchesWildcard) and not test.wildcard.pieces[0] and len(test.wildcard.pieces) > 1


def _after_star(test: ValueTest) -> ValueTest:
    if isinstance(test, AnythingBut):
        return AnythingBut(tuple(_after_star(excluded) for excluded in test.excluded))
    match test:
        case EqualsIgnoreCase(text) if len(text) and text.begins_with_letter:
            return FirstLetterLost(test)
        case PrefixIgnoreCase(text) if len(text) > 1 and text.begins_with_letter:
            return FirstLetterLost(test)
        case SuffixIgnoreCase(text) if len(text) > 1 and text.ends_with_letter:
            return FirstLetterLost(test)
    return test


def _tests_numbers(test: ValueTest) -> bool:
    if isinstance(test, AnythingBut):
        return any(isinstance(excluded, ExactNumber) for excluded in test.excluded)
    return isinstance(test, ExactNumber | InNumericRange)


def is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def nearest_double(value: Scalar) -> float | None:
    """The double that stands for a number; `None` for what is no number, or no double writes exactly."""
    if type(value) is float:
        return None if value in _INFINITIES or isnan(value) else value
    if type(value) is not int:
        return None
    if -_EXACT_MAX <= value <= _EXACT_MAX:
        return float(value)
    return double_of_digits(str(value))


def double_of_digits(digits: str) -> float | None:
    """The double that writes the same number as `digits` in its shortest form, or `None`."""
    number = float(digits)
    if number == 0:
        # Not by way of Decimal, which does not read every exponent.
        return None if any(digit in "123456789" for digit in digits.lower().partition("e")[0]) else number
    if number in _INFINITIES or Decimal(repr(number)) != Decimal(digits):
        return None
    return number
