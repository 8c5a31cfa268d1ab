"""Conditions joined by `&&` and `||`, in brackets where wanted: the one grammar of JSON and space-delimited patterns.

    either := both ("||" both)*
    both   := one ("&&" one)*
    one    := "(" either ")" | what the kind of pattern has for a condition

Depth is bounded by the pattern's 1,024 characters; `DEPTH_MAX` refuses more than anybody writes.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from eventyard.languages.log_patterns.errors import invalid
from eventyard.languages.log_patterns.scanning import Scanner

DEPTH_MAX = 100

T = TypeVar("T")
Condition = Callable[[T], bool]
Read = Callable[[Scanner], Condition[T]]


def read_conditions(scanner: Scanner, one: Read[T], depth: int = 0) -> Condition[T]:
    """What stands next, as one condition. Raises InvalidPattern."""
    if depth > DEPTH_MAX:
        raise invalid()
    either = [_both(scanner, one, depth)]
    while scanner.takes("||"):
        either.append(_both(scanner, one, depth))
    return either[0] if len(either) == 1 else _any_of(either)


def _both(scanner: Scanner, one: Read[T], depth: int) -> Condition[T]:
    both = [_one(scanner, one, depth)]
    while scanner.takes("&&"):
        both.append(_one(scanner, one, depth))
    return both[0] if len(both) == 1 else _all_of(both)


def _one(scanner: Scanner, one: Read[T], depth: int) -> Condition[T]:
    if not scanner.takes("("):
        return one(scanner)
    inner = read_conditions(scanner, one, depth + 1)
    if not scanner.takes(")"):
        raise scanner.refusal()
    return inner


def _any_of(conditions: Sequence[Condition[T]]) -> Condition[T]:
    return lambda about: any(condition(about) for condition in conditions)


def _all_of(conditions: Sequence[Condition[T]]) -> Condition[T]:
    return lambda about: all(condition(about) for condition in conditions)
