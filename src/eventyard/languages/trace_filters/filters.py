"""The door: a filter expression, compiled, and whether a trace matches it."""

from collections.abc import Callable
from dataclasses import dataclass

from eventyard.languages.trace_filters.evaluate import predicate
from eventyard.languages.trace_filters.parser import GroupExpression, Parser
from eventyard.languages.trace_filters.trace import Traced


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled expression; `text` is how it was written."""

    text: str
    _holds: Callable[[Traced], bool]

    def matches(self, traced: Traced) -> bool:
        """Whether the trace is wanted."""
        return self._holds(traced)


def compile_filter(text: str, group: GroupExpression = lambda kind, value: None) -> Filter:
    """The expression, ready to judge traces; an empty one wants all. Raises FilterError.

    `group` gives the expression of a group that the text refers to.
    """
    if not text.strip():
        return Filter(text, lambda _: True)
    return Filter(text, predicate(Parser(text, group).whole()))


def matches(compiled: Filter, traced: Traced) -> bool:
    """Whether the trace is wanted by the compiled expression."""
    return compiled.matches(traced)
