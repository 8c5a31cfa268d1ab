"""A query's text to its plan: the commands between the pipes. `parse_query` raises QueryError and nothing else.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html and the pages of its commands.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from eventyard.languages.insights.cursor import Cursor
from eventyard.languages.insights.errors import QueryError
from eventyard.languages.insights.expressions import expression, field
from eventyard.languages.insights.patterns import glob_of, group_count, regex_of
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
    SortKey,
    Source,
    Stats,
)
from eventyard.languages.insights.tokens import Kind

LIMIT_MAX = 100_000
COMMANDS_MAX = 100
ITEMS_MAX = 200
PREFIXES_MAX = 5
STATS_MAX = 2
REFUSED = (
    *("pattern", "diff", "anomaly", "unnest", "expand", "unmask", "filterindex", "join", "lookup", "estimate"),
    *("addtotals", "relevantfields", "search", "tail", "subquery", "let", "facets"),
)
"""Commands that AWS has, or once had, and that are not served."""


def parse_query(text: str) -> Query:
    """The plan of a query. Raises QueryError."""
    cursor = Cursor(text)
    source = _sources(cursor)
    commands: list[Command] = []
    is_over = source is not None and cursor.token.kind is Kind.END
    while not is_over:
        _judge_order(cursor, commands)
        commands.append(_command(cursor))
        if not cursor.passes("|"):
            break
    if cursor.token.kind is not Kind.END:
        raise cursor.unexpected()
    return Query(source, tuple(commands))


def _judge_order(cursor: Cursor, commands: list[Command]) -> None:
    """After `dedup` only `limit` may come, and there are two `stats` at most. Raises QueryError.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Dedup.html and -Stats.html
    """
    is_late = bool(commands) and isinstance(commands[-1], Dedup) and not cursor.sees("limit", "head")
    stats = sum(isinstance(command, Stats) for command in commands)
    if is_late or (stats == STATS_MAX and cursor.sees("stats")):
        raise cursor.unexpected()
    if len(commands) == COMMANDS_MAX:
        raise QueryError("The query has too many commands.", start=cursor.token.start, end=cursor.token.end)


def _command(cursor: Cursor) -> Command:
    token = cursor.token
    if token.says(*REFUSED):
        raise QueryError(f"The command '{token.text}' is not served by Eventyard.", start=token.start, end=token.end)
    read = _COMMANDS.get(token.text.lower()) if token.kind is Kind.NAME else None
    if read is None:
        raise cursor.unexpected()
    cursor.take()
    return read(cursor)


def _fields(cursor: Cursor) -> Fields:
    return Fields(_items(cursor))


def _display(cursor: Cursor) -> Display:
    return Display(_items(cursor))


def _filter(cursor: Cursor) -> Filter:
    return Filter(expression(cursor))


def _stats(cursor: Cursor) -> Stats:
    aggregates = _items(cursor)
    return Stats(aggregates, _items(cursor) if cursor.passes("by") else ())


def _items(cursor: Cursor) -> tuple[Named, ...]:
    items = [_item(cursor)]
    while cursor.passes(","):
        items.append(_item(cursor))
    if len(items) > ITEMS_MAX:
        raise QueryError("The command has too many fields.", start=items[-1].start, end=items[-1].end)
    return tuple(items)


def _item(cursor: Cursor) -> Named:
    start = cursor.token.start
    found = expression(cursor)
    name = found.name if isinstance(found, Field) else cursor.text_from(start)
    if not cursor.passes("as"):
        return Named(found, name, False, start, cursor.last_end)
    alias = field(cursor)
    return Named(found, alias.name, True, alias.start, alias.end)


def _sort(cursor: Cursor) -> Sort:
    cursor.passes("by")
    keys = [_sort_key(cursor)]
    while cursor.passes(","):
        keys.append(_sort_key(cursor))
    return Sort(tuple(keys))


def _sort_key(cursor: Cursor) -> SortKey:
    found = expression(cursor)
    is_descending = cursor.sees("desc")
    cursor.passes("asc", "desc")
    return SortKey(found, is_descending)


def _limit(cursor: Cursor) -> Limit:
    cursor.passes("any")
    token = cursor.expect_kind(Kind.NUMBER)
    if not token.text.isdecimal() or not 1 <= int(token.text[:9]) <= LIMIT_MAX or len(token.text) > 9:
        words = f"The limit has to be a whole number from 1 to {LIMIT_MAX}."
        raise QueryError(words, start=token.start, end=token.end)
    return Limit(int(token.text))


def _dedup(cursor: Cursor) -> Dedup:
    return Dedup(tuple(item.expression for item in _items(cursor)))


def _parse(cursor: Cursor) -> Parse:
    start = cursor.token.start
    item: Expression = Field("@message", ("@message",), start, start)
    if cursor.token.kind not in (Kind.TEXT, Kind.REGEX):
        item = expression(cursor)
    token = cursor.expect_kind(Kind.TEXT, Kind.REGEX)
    if token.kind is Kind.TEXT:
        pattern, groups = glob_of(token.value), token.value.count("*")
        named: tuple[tuple[str, int], ...] = ()
    else:
        pattern, named = regex_of(token.value, start=token.start, end=token.end)
        groups = group_count(pattern)
    aliases = _aliases(cursor) if cursor.sees("as") or not named else ()
    if aliases and groups != len(aliases):
        words = f"The pattern has {groups} places and {len(aliases)} names."
        raise QueryError(words, start=token.start, end=token.end)
    names = tuple((name, place) for place, name in enumerate(aliases, start=1)) or named
    return Parse(item, pattern, names, token.start, token.end)


def _aliases(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect("as")
    names = [field(cursor).name]
    while cursor.passes(","):
        names.append(field(cursor).name)
    return tuple(names)


_COMMANDS: Mapping[str, Callable[[Cursor], Command]] = MappingProxyType(
    {
        "fields": _fields,
        "display": _display,
        "filter": _filter,
        "where": _filter,
        "stats": _stats,
        "sort": _sort,
        "order": _sort,
        "limit": _limit,
        "head": _limit,
        "parse": _parse,
        "dedup": _dedup,
    }
)


def _sources(cursor: Cursor) -> Source | None:
    """`SOURCE logGroups(namePrefix: ["a"])`, or one or several `SOURCE "name"`; each with a pipe after it."""
    names: list[str] = []
    by_prefix: Source | None = None
    while cursor.sees("source"):
        if names and cursor.sees_after("loggroups"):
            raise cursor.unexpected()
        cursor.take()
        if cursor.sees("loggroups"):
            by_prefix = _log_groups(cursor)
        else:
            names.append(cursor.expect_kind(Kind.TEXT).value)
        if cursor.token.kind is Kind.END:
            break
        cursor.expect("|")
        if by_prefix is not None:
            break
    if by_prefix is not None:
        return by_prefix
    return Source(names=tuple(names)) if names else None


def _log_groups(cursor: Cursor) -> Source:
    cursor.expect("loggroups")
    cursor.expect("(")
    prefixes: tuple[str, ...] = ()
    is_first = True
    while not cursor.passes(")"):
        if not is_first:
            cursor.expect(",")
        is_first = False
        token = cursor.expect("nameprefix", "class", "loggroupclass", "accountidentifiers", "accountidentifier")
        cursor.expect(":")
        values = _texts(cursor)
        if token.says("nameprefix"):
            prefixes = values
        elif not token.says("class", "loggroupclass") or values != ("STANDARD",):
            words = f"'{token.text}' is not served by Eventyard."
            raise QueryError(words, start=token.start, end=token.end)
    if len(prefixes) > PREFIXES_MAX:
        raise QueryError(f"At most {PREFIXES_MAX} prefixes can be given.", start=0, end=cursor.last_end)
    return Source(prefixes=prefixes, is_by_prefix=True)


def _texts(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect("[")
    texts = [cursor.expect_kind(Kind.TEXT).value]
    while cursor.passes(","):
        texts.append(cursor.expect_kind(Kind.TEXT).value)
    cursor.expect("]")
    return tuple(texts)
