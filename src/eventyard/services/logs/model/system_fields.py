"""System fields of lines, by which metric filters choose and measure: `@aws.account`, `@aws.region`, `@source.log`.

Every line of a group has those of the group: no lines come in from other accounts. So a filter that chooses by them
chooses all of a group's lines or none.

    choice = read_criteria('@aws.account = "123456789012" AND @aws.region NOT IN ["eu-west-1", "eu-west-2"]')
    choice({"@aws.account": "123456789012", "@aws.region": "us-east-1"})      # True

Sources: the service model's description of PutMetricFilter for the operators; radkawar/stackd (testdata/aws/logs/
metric_filters.json and metric_filter_extractors.json, recorded from AWS 2026-09) for the refusals and the values.
Unverified: parentheses, and that keywords are written in capitals.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eventyard.services.logs import errors
from eventyard.services.logs.model.groups import Group

SYSTEM_FIELDS = ("@aws.region", "@aws.account", "@source.log")

Fields = Mapping[str, str]
Choice = Callable[[Fields], bool]

_TOKEN = re.compile(r'\s*(@[a-z.]+|"[^"]*"|!=|=|AND\b|OR\b|NOT\b|IN\b|[\[\],()])')
_CHOICE_FIELDS = SYSTEM_FIELDS[:2]
_DEPTH_MAX = 20


def fields_of(group: Group) -> Fields:
    """The system fields of the group's lines."""
    return {"@aws.account": group.account, "@aws.region": group.region, "@source.log": group.name}


def system_fields_given(names: Sequence[str]) -> tuple[str, ...]:
    """The fields that are to be dimensions, each once. Raises InvalidParameterException."""
    if any(name not in SYSTEM_FIELDS for name in names):
        raise errors.system_fields(SYSTEM_FIELDS)
    return tuple(dict.fromkeys(names))


def read_criteria(text: str) -> Choice:
    """Whether lines with such fields are chosen. Raises InvalidParameterException."""
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise errors.field_selection()
        tokens.append(found[1])
        at = found.end()
    reader = _Reader(tokens)
    choice = reader.either()
    if reader.at != len(tokens):
        raise errors.field_selection()
    return choice


@dataclass(slots=True)
class _Reader:
    """A recursive descent: `at` is the next token."""

    tokens: list[str]
    at: int = 0
    depth: int = 0

    def either(self) -> Choice:
        choices = [self._both()]
        while self._takes("OR"):
            choices.append(self._both())
        return lambda fields: any(choice(fields) for choice in choices)

    def _both(self) -> Choice:
        choices = [self._one()]
        while self._takes("AND"):
            choices.append(self._one())
        return lambda fields: all(choice(fields) for choice in choices)

    def _one(self) -> Choice:
        if self._takes("("):
            self.depth += 1
            if self.depth > _DEPTH_MAX:
                raise errors.field_selection()
            inner = self.either()
            self._expect(")")
            return inner
        field = self._next()
        if field not in _CHOICE_FIELDS:
            raise errors.field_selection()
        is_negated, values = self._values()
        return lambda fields: (fields[field] in values) is not is_negated

    def _values(self) -> tuple[bool, Sequence[str]]:
        """Whether they are those that it may not be, and the values."""
        if self._takes("="):
            return False, [self._value()]
        if self._takes("!="):
            return True, [self._value()]
        is_negated = self._takes("NOT")
        self._expect("IN")
        self._expect("[")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._expect("]")
        return is_negated, values

    def _value(self) -> str:
        token = self._next()
        if not token.startswith('"'):
            raise errors.field_selection()
        return token[1:-1]

    def _next(self) -> str:
        if self.at >= len(self.tokens):
            raise errors.field_selection()
        self.at += 1
        return self.tokens[self.at - 1]

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise errors.field_selection()

    def _takes(self, token: str) -> bool:
        is_next = self.at < len(self.tokens) and self.tokens[self.at] == token
        self.at += is_next
        return is_next
