"""The models' patterns are Java's; this makes Python's of them.

Java's `\\d`, `\\w` and `\\s` are ASCII, and it has classes by Unicode category, which the models use for tags and
descriptions. Marks, punctuation and symbols are taken together as everything visible that is no letter or number: a
little more than Java takes. Patterns of services that we do not serve may use more than is translated here.
"""

import re
from collections.abc import Mapping
from typing import Final

_BEYOND_ASCII: Final = "!-/:-@\\[-`{-~\u00a1-\U0010ffff"
# Java's classes that Python's `re` does not have, for use inside brackets.
_CLASSES: Final[Mapping[str, str]] = {
    "\\p{ASCII}": "\x00-\x7f",
    "\\p{Print}": "\x20-\x7e",
    "\\p{L}": "\\w",
    "\\p{N}": "\\w",
    "\\p{Zs}": " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000",
    "\\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    "\\p{M}": _BEYOND_ASCII,
    "\\p{P}": _BEYOND_ASCII,
    "\\p{S}": _BEYOND_ASCII,
    "\\uD800\\uDC00-\\uDBFF\\uDFFF": "\U00010000-\U0010ffff",
    "\\w-": "\\w\\-",
}


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A model's pattern, which is Java's, as Python's. ASCII alone unless it asks for more."""
    translated = pattern
    for java, python in _CLASSES.items():
        is_whole = java.startswith("\\p") and f"[{java}" not in pattern and "[" not in pattern
        translated = translated.replace(java, f"[{python}]" if is_whole else python)
    return re.compile(translated, 0 if "\\p{" in pattern else re.ASCII)
