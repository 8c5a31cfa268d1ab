"""What names mean at a place of a query, and the parameters and paths that its SQL has collected so far."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from eventyard.languages.insights.errors import QueryError
from eventyard.languages.insights.fields import LINE_FIELDS, pointers
from eventyard.languages.insights.plan import Field
from eventyard.languages.insights.sql import Sql, made
from eventyard.languages.insights.values import Kind

_PARAMETER = re.compile(r"\$p(\d+)")
MADE_BY_LOGS: Mapping[str, Sql] = MappingProxyType(
    {
        "@timestamp": Sql("ts", Kind.TIME),
        "@ingestionTime": Sql("ingested", Kind.TIME),
        "@message": Sql("message", Kind.TEXT),
        "@logStream": Sql("stream", Kind.TEXT),
        "@log": Sql("log", Kind.TEXT),
    }
)
"""The columns of the table of events. `@ptr` is made of others where a result is written."""


class Scope:
    """Names and what they stand for. `names` are those that the query has made; after `stats` there are no others."""

    def __init__(self) -> None:
        self.names: dict[str, Sql] = {}
        self.is_grouped = False
        self._parameters: list[object] = []
        self._paths: dict[str, int] = {}

    @property
    def paths(self) -> list[str]:
        """The JSON pointers that the query reads, in the order of their values in the column `found`."""
        return list(self._paths)

    def parameter(self, value: object, sql_type: str) -> str:
        """The value as a parameter: SQL never holds what a query says."""
        self._parameters.append(value)
        return f"cast($p{len(self._parameters)} as {sql_type})"

    def parameters_of(self, sql: str) -> dict[str, object]:
        """The parameters that the SQL uses, by their names."""
        used = {int(number) for number in _PARAMETER.findall(sql)}
        return {f"p{number}": self._parameters[number - 1] for number in sorted(used)}

    def field(self, field: Field) -> Sql:
        """What the field's name means here. Raises QueryError where it means nothing any more."""
        if (known := self.names.get(field.name)) is not None:
            return known
        inner = self.names.get(field.segments[0])
        if inner is not None and inner.kind is Kind.JSON:
            return self._within(inner, field.segments[1:])
        if self.is_grouped:
            raise unknown(field)
        return self._of_event(field)

    def _within(self, document: Sql, segments: tuple[str, ...]) -> Sql:
        found = [f"json_extract({document.text}, {self.parameter(one, 'varchar')})" for one in pointers(segments)]
        return made(f"coalesce({', '.join(found)})", Kind.JSON)

    def _of_event(self, field: Field) -> Sql:
        if (known := MADE_BY_LOGS.get(field.name)) is not None:
            return known
        if (line := LINE_FIELDS.get(field.name)) is not None:
            found = f"nullif(regexp_extract(message, {self.parameter(line.pattern, 'varchar')}, 1), '')"
            if line.factor is None:
                return made(found, Kind.TEXT)
            return made(f"(try_cast({found} as double) * {line.factor!r})", Kind.MEASURE)
        if field.name.startswith("@") and not field.name.startswith("@@"):
            return made("cast(null as varchar)", Kind.TEXT)
        places = [self._paths.setdefault(one, len(self._paths) + 1) for one in pointers(field.segments)]
        values = [f"found[{place}]" for place in places]
        return made(values[0] if len(values) == 1 else f"coalesce({', '.join(values)})", Kind.TEXT)


def unknown(field: Field) -> QueryError:
    """The error for a name that `stats` has left behind. Source: quoted by users of AWS's answers (2026)."""
    return QueryError(f"Unknown symbols found in or after stats: {field.name}", start=field.start, end=field.end)
