"""The door: a filter expression, compiled, and whether a trace matches it."""

from collections.abc import Callable
from dataclasses import dataclass

from eventyard.languages.trace_filters.evaluate import predicate
from eventyard.languages.trace_filters.parser import GroupExpression, Parser
from eventyard.languages.trace_filters.syntax import (
    All,
    CauseTest,
    EdgeTest,
    Expression,
    Not,
    ServiceTest,
    Some,
    Test,
)
from eventyard.languages.trace_filters.trace import Traced


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled expression; `text` is how it was written.

    `needs_failure` says that it wants no trace in which nothing has failed, so that nobody need look at the others.
    """

    text: str
    _holds: Callable[[Traced], bool]
    needs_failure: bool = False

    def matches(self, traced: Traced) -> bool:
        """Whether the trace is wanted."""
        return self._holds(traced)


def compile_filter(text: str, group: GroupExpression = lambda kind, value: None) -> Filter:
    """The expression, ready to judge traces; an empty one wants all. Raises FilterError.

    `group` gives the expression of a group that the text refers to.
    """
    if not text.strip():
        return Filter(text, lambda _: True)
    expression = Parser(text, group).whole()
    return Filter(text, predicate(expression), _needs_failure(expression))


_FAILURES = frozenset({"error", "fault", "throttle"})


def _needs_failure(expression: Expression) -> bool:
    match expression:
        case Test(keyword, operator, value) if keyword in _FAILURES:
            return operator == "" or (operator == "=") is (value is True)
        case Test("ok", operator, value):
            return operator != "" and (operator == "=") is (value is False)
        case Not(Test("ok", "")):
            return True
        case All(inner):
            return any(map(_needs_failure, inner))
        case Some(inner):
            return all(map(_needs_failure, inner))
        case ServiceTest(_, inner) | EdgeTest(_, _, inner):
            return inner is not None and _needs_failure(inner)
        case CauseTest(kind):
            return kind in _FAILURES
    return False


def matches(compiled: Filter, traced: Traced) -> bool:
    """Whether the trace is wanted by the compiled expression."""
    return compiled.matches(traced)
