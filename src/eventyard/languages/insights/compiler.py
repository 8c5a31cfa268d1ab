"""A plan to SQL: a chain of common table expressions, one a command, over the table `events`.

    events (ts, ingested, message, stream, log, grp, seq)  ─►  r0: with the fields its JSON has, `found`
        fields, parse ─► + new columns     filter ─► where     sort ─► + columns of its keys     stats ─► a row a group

Columns are named by us; the names that a query gives stand beside them (`Column.name`). Every value a query says is a
parameter. Rows come in the order of the last `sort`, else the newest first, groups of `stats` by their keys
(Unverified: AWS promises no order).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from eventyard.languages.insights.errors import QueryError
from eventyard.languages.insights.parser import parse_query
from eventyard.languages.insights.plan import (
    Command,
    Dedup,
    Display,
    Expression,
    Field,
    Fields,
    Filter,
    Limit,
    Named,
    Parse,
    Query,
    Sort,
    Source,
    Stats,
)
from eventyard.languages.insights.scope import MADE_BY_LOGS, Scope
from eventyard.languages.insights.sql import Sql, order_keys, text
from eventyard.languages.insights.sql_expressions import Expressions
from eventyard.languages.insights.values import Kind

LIMIT_DEFAULT = 10_000
"""Rows of a query that says no limit. Source: AWS's quotas of Logs Insights (2025)."""
EVENTS_TABLE = """create table events
  (ts bigint, ingested bigint, message varchar, stream varchar, log varchar, grp bigint, seq bigint)"""
ADD_EVENTS = """insert into events
  select unnest(from_json($ts, '["BIGINT"]')), unnest(from_json($ingested, '["BIGINT"]')),
         unnest(string_split($messages, $separator)), unnest(string_split($streams, $separator)), $log, $grp,
         unnest(from_json($seq, '["BIGINT"]'))"""
"""Adds events of one group, a parameter a column: numbers as JSON, texts joined.

No other way to hand over many rows is as fast (lists as parameters take a hundred times as long)."""
_NEWEST_FIRST = ("ts desc", "seq desc")
_EMBEDDED = "regexp_extract(message, '(?s)\\{.*\\}')"
_DOCUMENT = (
    "case when json_valid(message) then message "
    f"when contains(log, ':/aws/lambda/') and json_valid({_EMBEDDED}) then {_EMBEDDED} end"
)
_FOUND = (
    "list_transform(json_extract({document}, {paths}), "
    "lambda j: case when j = 'true' then '1' when j = 'false' then '0' else j ->> '$' end)"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the result: what the query calls it, and what its values are."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Compiled:
    """`sql` gives the rows of the result, `matched_sql` how many events passed the filters; both take `parameters`.

    Of events (not groups) the row has two further columns, the group's and the event's numbers, for `@ptr`.
    """

    source: Source | None
    sql: str
    matched_sql: str
    parameters: Mapping[str, object]
    columns: tuple[Column, ...]
    is_of_events: bool


def compile_query(query: str, *, limit: int | None, now_ms: int) -> Compiled:
    """The SQL of a query; `limit` is that of the call, `None` without one. Raises QueryError."""
    return _Compiler(query, parse_query(query), now_ms=now_ms).compiled(limit)


class _Compiler:
    def __init__(self, query: str, plan: Query, *, now_ms: int) -> None:
        self._plan = plan
        self._scope = Scope()
        self._expressions = Expressions(query, self._scope, now_ms=now_ms)
        self._steps: list[str] = []
        self._columns = 0
        self._shown: dict[str, Sql] = {}
        self._displayed: dict[str, Sql] | None = None
        self._order: tuple[str, ...] = _NEWEST_FIRST
        self._passed = ""
        self._has_fields = False
        self._has_limit = False

    def compiled(self, limit: int | None) -> Compiled:
        for command in self._plan.commands:
            self._apply(command)
        shown = self._displayed if self._displayed is not None else self._result()
        is_of_events = not self._scope.is_grouped
        columns = [_plain(value) for value in shown.values()] + (["grp", "seq"] if is_of_events else [])
        with_steps = f"with {', '.join([f'r0 as ({self._base()})', *self._steps])}"
        rows_max = limit if limit is not None else None if self._has_limit else LIMIT_DEFAULT
        cut = "" if rows_max is None else f" limit {rows_max}"
        return Compiled(
            source=self._plan.source,
            sql=f"{with_steps} select {', '.join(columns)} from {self._last} order by {', '.join(self._order)}{cut}",
            matched_sql=f"{with_steps} select count(*) from {self._passed or self._last}",
            parameters=self._scope.parameters_of(with_steps),
            columns=tuple(Column(name, value.kind) for name, value in shown.items()),
            is_of_events=is_of_events,
        )

    @property
    def _last(self) -> str:
        return f"r{len(self._steps)}"

    def _base(self) -> str:
        if not self._scope.paths:
            return "select * from events"
        paths = self._scope.parameter(self._scope.paths, "varchar[]")
        return f"select *, {_FOUND.format(document=_DOCUMENT, paths=paths)} as found from events"

    def _result(self) -> dict[str, Sql]:
        """What is shown without `display`: events that name no fields show when they were and what they say."""
        if self._has_fields or self._scope.is_grouped:
            return self._shown
        return {name: MADE_BY_LOGS[name] for name in ("@timestamp", "@message")} | self._shown

    def _apply(self, command: Command) -> None:
        match command:
            case Fields(items):
                self._has_fields = True
                self._show(items, self._shown)
            case Display(items):
                self._displayed = {}
                self._show(items, self._displayed)
            case Filter(condition):
                self._step(f"select * from {self._last} where {self._expressions.condition(condition)}")
            case Stats():
                self._stats(command)
            case Sort(keys):
                self._order = tuple(
                    key for one in keys for key in self._sorted_by(one.expression, is_descending=one.is_descending)
                )
                self._order += () if self._scope.is_grouped else ("seq desc",)
            case Limit(count):
                self._note_matched()
                self._has_limit = True
                self._step(f"select * from {self._last} order by {', '.join(self._order)} limit {count}")
            case Parse():
                self._parse(command)
            case Dedup(items):
                self._dedup(items)

    def _step(self, sql: str) -> None:
        self._steps.append(f"r{len(self._steps) + 1} as ({sql})")

    def _note_matched(self) -> None:
        """Events that passed the filters are those before the first command that takes rows away for other reasons."""
        self._passed = self._passed or self._last

    def _column(self, value: Sql) -> Sql:
        """The value as a column of the next step; one that is a column stays it."""
        if value.text in ("ts", "ingested", "message", "stream", "log") or value.text.startswith("c_"):
            return value
        self._columns += 1
        name = f"c_{self._columns}"
        self._step(f"select *, {value.text} as {name} from {self._last}")
        return Sql(name, value.kind)

    def _show(self, items: tuple[Named, ...], into: dict[str, Sql]) -> None:
        for item in items:
            if _is_pointer(item):
                continue
            value = self._column(self._expressions.sql(item.expression))
            if item.is_alias:
                self._define(item.name, value, start=item.start, end=item.end)
            into[item.name] = value

    def _define(self, name: str, value: Sql, *, start: int, end: int) -> None:
        if name in self._scope.names:
            raise QueryError(f"Ephemeral field is already defined: {name}", start=start, end=end)
        self._scope.names[name] = value

    def _parse(self, command: Parse) -> None:
        item = self._column(Sql(text(self._expressions.sql(command.item)), Kind.TEXT))
        pattern = self._scope.parameter(command.pattern, "varchar")
        for name, place in command.names:
            given = f"{item.text}, {pattern}"
            found = f"case when regexp_matches({given}) then regexp_extract({given}, {place}) end"
            value = self._column(Sql(found, Kind.TEXT))
            self._define(name, value, start=command.start, end=command.end)
            self._shown[name] = value

    def _sorted_by(self, expression: Expression, *, is_descending: bool) -> tuple[str, ...]:
        column = self._column(self._expressions.sql(expression))
        if column.kind is Kind.JSON:
            column = self._column(Sql(f"cast({column.text} as varchar)", Kind.TEXT))
        return order_keys(column.text, column.kind, is_descending=is_descending)

    def _dedup(self, items: tuple[Expression, ...]) -> None:
        """Rows in which one of the fields is missing stay: they are like no other."""
        self._note_matched()
        columns = [_plain(self._column(self._expressions.sql(item))) for item in items]
        first = f"row_number() over (partition by {', '.join(columns)} order by {', '.join(self._order)}) = 1"
        missing = " or ".join(f"{column} is null" for column in columns)
        self._step(f"select * from {self._last} qualify {first} or {missing}")

    def _stats(self, command: Stats) -> None:
        self._note_matched()
        groups = {item.name: self._group(item) for item in command.groups}
        self._expressions.aggregated = aggregated = dict(groups)
        made: dict[str, Sql] = {}
        for item in command.aggregates:
            made[item.name] = aggregated[item.name] = self._expressions.sql(item.expression)
        self._expressions.aggregated = None
        names = [f"g_{len(self._steps)}_{place}" for place in range(len(groups) + len(made))]
        values = [*groups.values(), *made.values()]
        selected = ", ".join(f"{value.text} as {name}" for value, name in zip(values, names, strict=True))
        keys = ", ".join(value.text for value in groups.values())
        tail = f"group by {keys}" if keys else "having count(*) > 0"
        self._step(f"select {selected} from {self._last} {tail}")
        columns = [Sql(name, value.kind) for name, value in zip(names, values, strict=True)]
        self._begin_again(dict(zip([*groups, *made], columns, strict=True)), columns[: len(groups)] or columns[:1])

    def _group(self, item: Named) -> Sql:
        value = self._expressions.sql(item.expression)
        return self._column(Sql(text(value), Kind.TEXT) if value.kind is Kind.JSON else value)

    def _begin_again(self, columns: dict[str, Sql], keys: list[Sql]) -> None:
        """After `stats` its columns are all there is."""
        self._scope.is_grouped = True
        self._scope.names = dict(columns)
        self._shown = dict(columns)
        self._displayed = None
        orders = (order_keys(key.text, key.kind, is_descending=key.kind is Kind.TIME) for key in keys)
        self._order = tuple(one for order in orders for one in order)


def _is_pointer(item: Named) -> bool:
    """`@ptr` comes with every event anyway."""
    return isinstance(item.expression, Field) and item.expression.name == "@ptr"


def _plain(value: Sql) -> str:
    return text(value) if value.kind is Kind.JSON else value.text
