"""A compiled filter pattern: `compile_log_pattern(text)` gives a `LogPattern`, which a `Line` fits or not.

    pattern = compile_log_pattern("{ $.latency > 100 }")
    match = pattern.match(Line('{"latency": 250}'))
    match.value("$.latency")                                  # "250"

Three kinds: terms (also the empty pattern, which every line fits), JSON in braces, space-delimited fields in brackets.
Reading and matching take time in proportion to the pattern and the line. A pattern is used by one thread at a time.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from eventyard.languages.log_patterns.columns import Columns, read_columns
from eventyard.languages.log_patterns.conditions import Condition
from eventyard.languages.log_patterns.documents import Document, is_value, read_document_pattern
from eventyard.languages.log_patterns.errors import too_many, unclosed
from eventyard.languages.log_patterns.lines import NO_DOCUMENT, Line
from eventyard.languages.log_patterns.selectors import selector_of
from eventyard.languages.log_patterns.terms import Terms, read_terms

REGEXES_MAX = 2
"""In a pattern. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"""


class Kind(Enum):
    """What a pattern is made of."""

    TERMS = "terms"
    DOCUMENT = "document"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Match:
    """A line that fits."""

    document: Document
    _read_fields: Callable[[], Mapping[str, str]]

    @property
    def fields(self) -> Mapping[str, str]:
        """The fields of a space-delimited pattern by name (`$ip`), none otherwise."""
        return self._read_fields()

    def value(self, selector: str) -> str | None:
        """The text or number at `$.place` or `$field`, as text; `None` where there is none."""
        fields = self.fields
        if selector in fields:
            return fields[selector]
        if _PLACE.fullmatch(selector) is not None:
            place = int(selector[1:])
            return list(fields.values())[place - 1] if place <= len(fields) else None
        chosen = selector_of(selector)
        found = chosen.found(self.document) if chosen is not None else []
        return str(found[0]) if found and is_value(found[0]) else None


_NOTHING: Mapping[str, str] = MappingProxyType({})
_PLACE = re.compile(r"\$[1-9][0-9]{0,5}")


def _no_fields() -> Mapping[str, str]:
    return _NOTHING


_NO_VALUES = Match(NO_DOCUMENT, _no_fields)


@dataclass(frozen=True, slots=True)
class LogPattern:
    """A filter pattern; `regexes` is how many regular expressions it has."""

    kind: Kind
    regexes: int
    _match: Callable[[Line], Match | None]
    _has: Callable[[str], bool]

    def match(self, line: Line) -> Match | None:
        """What the line has, where it fits; `None` where it does not."""
        return self._match(line)

    def has(self, selector: str) -> bool:
        """Whether a line that fits could have a value at the selector (`$.latency`, `$bytes`)."""
        return self._has(selector)


def compile_log_pattern(text: str) -> LogPattern:
    """Raises InvalidPattern, whose text is AWS's message."""
    trimmed = text.strip()
    if trimmed.startswith("{"):
        if not trimmed.endswith("}") or len(trimmed) < 2:
            raise unclosed("{", "}")
        return _within_limits(_of_document(*read_document_pattern(trimmed[1:-1])))
    if trimmed.startswith("["):
        if not trimmed.endswith("]") or len(trimmed) < 2:
            raise unclosed("[", "]")
        return _within_limits(_of_columns(read_columns(trimmed[1:-1])))
    return _of_terms(read_terms(trimmed))


def _within_limits(pattern: LogPattern) -> LogPattern:
    if pattern.regexes > REGEXES_MAX:
        raise too_many("regular expressions", REGEXES_MAX)
    return pattern


def _of_terms(terms: Terms) -> LogPattern:
    def match(line: Line) -> Match | None:
        return _NO_VALUES if terms.fits(line.message) else None

    return LogPattern(Kind.TERMS, terms.regexes, match, lambda selector: False)


def _of_columns(columns: Columns) -> LogPattern:
    def match(line: Line) -> Match | None:
        texts = columns.match(line)
        return None if texts is None else Match(NO_DOCUMENT, lambda: columns.values(texts))

    return LogPattern(Kind.COLUMNS, columns.regexes, match, columns.has)


def _of_document(condition: Condition[Document], regexes: int) -> LogPattern:
    def match(line: Line) -> Match | None:
        document = line.document
        return Match(document, _no_fields) if document is not None and condition(document) else None

    def has(selector: str) -> bool:
        chosen = selector_of(selector)
        return chosen is not None and not chosen.asterisks

    return LogPattern(Kind.DOCUMENT, regexes, match, has)
