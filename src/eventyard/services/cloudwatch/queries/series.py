"""Which series there are: found by metric and unit, made at their first point, listed by metric."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from eventyard.services.cloudwatch.model.series import (
    Dimensions,
    Metric,
    dimensions_of_text,
    dimensions_text,
)
from eventyard.store.tx import Row, Tx

_KEPT: Final = "cloudwatch.series"
"""The scope of what is kept of series in memory."""


class Series(NamedTuple):
    """A series as a row keeps it; `settles_at_s` is when it is looked at next, in epoch seconds; 0 is not yet known."""

    id: int
    unit: str
    settles_at_s: int


def series_of(tx: Tx, metric: Metric) -> Sequence[Series]:
    """The series of the metric, by unit; it may have none."""
    return tx.memo(_KEPT, metric, lambda: _series_of(tx, metric))


def add_series(tx: Tx, metric: Metric, unit: str, *, latest_at_s: int) -> Series:
    """Make the series of the metric's unit; there must be none yet."""
    row = tx.one(
        """insert into cloudwatch_series (account, region, namespace, name, dimensions, unit, latest_at_s, settles_at_s)
           values (?, ?, ?, ?, ?, ?, ?, 0) returning id""",
        *_place(metric),
        unit,
        latest_at_s,
    )
    assert row is not None
    tx.changed(_KEPT)
    return Series(row[0], unit, 0)


def settle_series_at(tx: Tx, series_id: int, *, settles_at_s: int, latest_at_s: int = 0) -> None:
    """Say when the series' points are looked at next, and of when its latest one is, if that is later than known."""
    tx.run(
        """update cloudwatch_series
           set settles_at_s = ?, latest_at_s = case when latest_at_s < ? then ? else latest_at_s end
           where id = ?""",
        settles_at_s,
        latest_at_s,
        latest_at_s,
        series_id,
    )
    tx.changed(_KEPT)


def delete_series(tx: Tx, series_id: int) -> None:
    """Forget a series that has no points left."""
    tx.run("delete from cloudwatch_series where id = ?", series_id)
    tx.changed(_KEPT)


def metrics_after(
    tx: Tx,
    *,
    account: str,
    region: str,
    namespace: str | None = None,
    name: str | None = None,
    since_s: int,
    is_fresh: bool = False,
    after: tuple[str, str, str] = ("", "", ""),
    rows_max: int,
) -> list[tuple[Metric, str]]:
    """(metric, its dimensions as the next page's `after` has them) by namespace, name and dimensions.

    Those that were given a point at or after `since_s`. `is_fresh` asks only whether one came within what rows keep.
    """
    sql = """select distinct s.namespace, s.name, s.dimensions from cloudwatch_series s
             where s.account = ? and s.region = ? and (s.namespace, s.name, s.dimensions) > (?, ?, ?)"""
    args: list[Any] = [account, region, *after]
    if namespace is not None:
        sql, args = f"{sql} and s.namespace = ?", [*args, namespace]
    if name is not None:
        sql, args = f"{sql} and s.name = ?", [*args, name]
    fresh = """exists (select 1 from cloudwatch_points p
               where p.series_id = s.id and p.resolution_s in (1, 60) and p.at_s >= ?)"""
    sql = f"{sql} and {fresh}" if is_fresh else f"{sql} and ({fresh} or s.latest_at_s >= ?)"
    args = [*args, since_s] if is_fresh else [*args, since_s, since_s]
    rows = tx.all(f"{sql} order by s.namespace, s.name, s.dimensions limit ?", *args, rows_max)
    return [(_metric(account, region, row), row[2]) for row in rows]


def _series_of(tx: Tx, metric: Metric) -> tuple[Series, ...]:
    rows = tx.all(
        """select id, unit, settles_at_s from cloudwatch_series
           where account = ? and region = ? and namespace = ? and name = ? and dimensions = ? order by unit""",
        *_place(metric),
    )
    return tuple(Series(*row) for row in rows)


def _place(metric: Metric) -> tuple[str, str, str, str, str]:
    return metric.account, metric.region, metric.namespace, metric.name, dimensions_text(metric.dimensions)


def _metric(account: str, region: str, row: Row) -> Metric:
    dimensions: Dimensions = dimensions_of_text(row[2])
    return Metric(account, region, row[0], row[1], dimensions)
