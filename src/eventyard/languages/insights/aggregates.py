"""The functions of many rows whose SQL hangs on what they are given: counts, extremes, percentiles, first and last.

`min` and `max` of texts go by their numbers where there are any; instants come out as milliseconds, as AWS gives them.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from eventyard.languages.insights.plan import Number
from eventyard.languages.insights.sql import Sql, made, number, text
from eventyard.languages.insights.values import Kind

Aggregate = Callable[[Sequence[Sql], Sequence[object]], Sql | None]
"""From the arguments' SQL and the arguments themselves; `None` where they do not fit."""


def _count(values: Sequence[Sql], given: Sequence[object]) -> Sql | None:
    if not values:
        return made("cast(count(*) as double)", Kind.NUMBER)
    (value, *_) = values
    counted = f"case when {value.text} then 1 end" if value.kind is Kind.FLAG else value.text
    return made(f"cast(count({counted}) as double)", Kind.NUMBER)


def _extreme(function: str) -> Aggregate:
    def extreme(values: Sequence[Sql], given: Sequence[object]) -> Sql | None:
        if len(values) != 1:
            return None
        (value,) = values
        if value.kind not in (Kind.TEXT, Kind.JSON):
            return made(f"{function}({number(value)})", Kind.NUMBER)
        greatest = text(Sql(f"{function}({number(value)})", Kind.NUMBER))
        return made(f"coalesce({greatest}, {function}({text(value)}))", Kind.TEXT)

    return extreme


def _at(function: str) -> Aggregate:
    def at(values: Sequence[Sql], given: Sequence[object]) -> Sql | None:
        if len(values) != 1:
            return None
        (value,) = values
        if value.kind is Kind.TEXT:
            return made(f"{function}({value.text}, ts)", Kind.TEXT)
        return made(f"{function}({number(value)}, ts)", Kind.NUMBER)

    return at


def _percentile(values: Sequence[Sql], given: Sequence[object]) -> Sql | None:
    if len(given) != 2 or not isinstance(given[1], Number) or not 0 <= given[1].value <= 100:
        return None
    return made(f"quantile_disc({number(values[0])}, {given[1].value / 100!r})", Kind.NUMBER)


def _median(values: Sequence[Sql], given: Sequence[object]) -> Sql | None:
    return made(f"median({number(values[0])})", Kind.NUMBER) if len(values) == 1 else None


BUILT: Mapping[str, Aggregate] = MappingProxyType(
    {
        "count": _count,
        "min": _extreme("min"),
        "max": _extreme("max"),
        "pct": _percentile,
        "percentile": _percentile,
        "median": _median,
        "earliest": _at("arg_min"),
        "latest": _at("arg_max"),
    }
)
"""By their names. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html"""
