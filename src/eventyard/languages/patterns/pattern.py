"""A compiled pattern: called with an event, it answers whether the event matches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.languages.patterns.complexity import refuse_too_complex
from eventyard.languages.patterns.errors import TOO_COMPLEX, PatternError
from eventyard.languages.patterns.evaluate import Arrays, CompiledBranch, compile_branches
from eventyard.languages.patterns.grammar import parse_pattern


@dataclass(frozen=True, slots=True)
class Pattern:
    """`branches` are the ways to match; one that holds is enough."""

    text: str
    branches: tuple[CompiledBranch, ...]

    def __call__(self, event: Mapping[str, Any]) -> bool:
        arrays: Arrays = {}
        return any(branch.holds(event, arrays) for branch in self.branches)


def compile_pattern(pattern_json_text: str) -> Pattern:
    """The pattern that the text describes, ready to be called with events (parsed JSON objects).

    Errors: `PatternError` when EventBridge would refuse the pattern, in its words.
    """
    try:
        branches = parse_pattern(pattern_json_text)
    except RecursionError:  # some hundreds of levels; no event that a rule could see is as deep
        raise PatternError(TOO_COMPLEX) from None
    refuse_too_complex(branches)
    return Pattern(pattern_json_text, compile_branches(branches))
