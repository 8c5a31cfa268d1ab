"""The event pattern language of EventBridge: parse (`grammar.py`, read it first), test values (`tests.py`), evaluate
one pattern (`evaluate.py`), find the matching rules among many (`index.py`). Nothing here knows a service or a store.
The imports below are the one exception to the rule that this file holds no code: the language's public entry."""

from eventyard.languages.patterns.errors import PatternError
from eventyard.languages.patterns.explain import Mismatch, explain
from eventyard.languages.patterns.index import PatternIndex
from eventyard.languages.patterns.pattern import Pattern, compile_pattern

__all__ = ("Mismatch", "Pattern", "PatternError", "PatternIndex", "compile_pattern", "explain")
