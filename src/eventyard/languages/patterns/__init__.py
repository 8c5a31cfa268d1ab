"""The event pattern language of EventBridge: parse (`grammar.py`, read it first), test values (`tests.py`), evaluate
one pattern (`evaluate.py`). Nothing here knows a service, a store or a clock. The imports below are the one exception
to the rule that this file holds no code: these names are the language's public entry."""

from eventyard.languages.patterns.errors import PatternError
from eventyard.languages.patterns.pattern import Pattern, compile_pattern

__all__ = ["Pattern", "PatternError", "compile_pattern"]
