"""Patterns of terms: `a b` wants both, `-a` its absence, `?a ?b` one of them, `"a phrase"` the phrase, `%a+%` a find.

Terms are pieces of the line, and their case counts. Terms with a question mark are of no account beside others.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventyard.languages.log_patterns.regexes import compile_regex
from eventyard.languages.log_patterns.scanning import Scanner

_WORD = re.compile(r"[A-Za-z0-9_]+")

Term = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Terms:
    """Whether a line has what is wanted, nothing of what is excluded, and one of either, where nothing else counts."""

    wanted: Sequence[Term]
    excluded: Sequence[Term]
    either: Sequence[Term]
    regexes: int

    def fits(self, message: str) -> bool:
        if not self.wanted and not self.excluded:
            return not self.either or any(term(message) for term in self.either)
        return all(term(message) for term in self.wanted) and not any(term(message) for term in self.excluded)


def read_terms(text: str) -> Terms:
    """Raises InvalidPattern."""
    scanner = Scanner(text)
    terms: dict[str, list[Term]] = {"": [], "-": [], "?": []}
    regexes = 0
    while not scanner.is_over():
        sign = next((one for one in "-?" if scanner.takes(one)), "")
        regexes += scanner.is_at("%")
        terms[sign].append(_term(scanner))
    return Terms(terms[""], terms["-"], terms["?"], regexes)


def _term(scanner: Scanner) -> Term:
    if scanner.is_at("%"):
        return compile_regex(scanner.regex()).finds
    piece = scanner.quoted() if scanner.is_at('"') else scanner.word(_WORD)
    return lambda message: piece in message
