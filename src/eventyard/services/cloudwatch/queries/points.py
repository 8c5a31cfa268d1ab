"""The points of series: fresh ones as rows, older ones in blocks (`model/tiers.py`), both read as one.

`statistics` is what alarms, metric math and charts stand on.
"""

from collections.abc import Iterable, Iterator, Sequence

from eventyard.services.cloudwatch.model.packing import pack_block, pack_point, unpack_block, unpack_point
from eventyard.services.cloudwatch.model.points import Point, in_buckets, merged
from eventyard.services.cloudwatch.model.series import Dimensions, Metric
from eventyard.services.cloudwatch.model.tiers import MINUTE_S, TIERS, Tier, block_start
from eventyard.services.cloudwatch.queries.series import Series, series_of
from eventyard.store.tx import Tx


def statistics(
    tx: Tx,
    *,
    account: str,
    region: str,
    namespace: str,
    name: str,
    dimensions: Dimensions,
    period_s: int,
    from_s: int,
    until_s: int,
    unit: str | None,
) -> list[Point]:
    """A point for each period from `from_s` to before `until_s` in which the metric was given something, ascending.

    A point's instant is its period's start; periods are counted from `from_s`. Without a unit those of all units are
    put together. What is kept only more coarsely than the period is not there, as with AWS.
    """
    metric = Metric(account, region, namespace, name, dimensions)
    found = [
        point
        for series in series_of(tx, metric)
        if unit is None or series.unit == unit
        for point in points_between(tx, series, period_s=period_s, from_s=from_s, until_s=until_s)
    ]
    return in_buckets(found, from_s=from_s, period_s=period_s)


def statistics_by_unit(
    tx: Tx, metric: Metric, *, period_s: int, from_s: int, until_s: int, unit: str | None, is_plain: bool = False
) -> list[tuple[str, list[Point]]]:
    """`statistics` of each unit in which the metric was given something, or of that unit.

    `is_plain` leaves distributions unread: for statistics that need none (`Statistic.is_simple`).
    """
    found = []
    for series in series_of(tx, metric):
        if unit is None or series.unit == unit:
            points = points_between(tx, series, period_s=period_s, from_s=from_s, until_s=until_s, is_plain=is_plain)
            if buckets := in_buckets(points, from_s=from_s, period_s=period_s):
                found.append((series.unit, buckets))
    return found


def points_between(
    tx: Tx, series: Series, *, period_s: int, from_s: int, until_s: int, is_plain: bool = False
) -> Iterator[Point]:
    """The series' points as they are kept, of any order: those that are no coarser than the period, or of a minute.

    For a period below a minute AWS gives what is kept by the minute at the minute's beginning. Source: stackd.
    """
    for tier in TIERS:
        if tier.resolution_s > max(period_s, MINUTE_S):
            return
        yield from rows_between(tx, series.id, tier, from_s=from_s, until_s=until_s)
        for block_from_s, packed in tx.all(
            """select from_s, packed from cloudwatch_blocks
               where series_id = ? and resolution_s = ? and from_s > ? and from_s < ?""",
            series.id,
            tier.resolution_s,
            from_s - tier.block_s,
            until_s,
        ):
            points = unpack_block(packed, from_s=block_from_s, resolution_s=tier.resolution_s, is_plain=is_plain)
            yield from (point for point in points if from_s <= point.at_s < until_s)


def rows_between(tx: Tx, series_id: int, tier: Tier, *, from_s: int, until_s: int) -> list[Point]:
    """The series' fresh points of a tier, ascending."""
    rows = tx.all(
        """select at_s, packed from cloudwatch_points
           where series_id = ? and resolution_s = ? and at_s >= ? and at_s < ? order by at_s""",
        series_id,
        tier.resolution_s,
        from_s,
        until_s,
    )
    return [unpack_point(at_s, packed) for at_s, packed in rows]


def add_points(tx: Tx, given: Iterable[tuple[int, int, Point]]) -> None:
    """Add to what series were given: (series' id, resolution in seconds, point), each place once."""
    rows = []
    for series_id, resolution_s, point in given:
        kept = tx.one(
            "select packed from cloudwatch_points where series_id = ? and resolution_s = ? and at_s = ?",
            series_id,
            resolution_s,
            point.at_s,
        )
        whole = point if kept is None else merged(point.at_s, (unpack_point(point.at_s, kept[0]), point))
        rows.append((series_id, resolution_s, point.at_s, pack_point(whole)))
    if rows:
        tx.many(
            """insert into cloudwatch_points (series_id, resolution_s, at_s, packed) values (?, ?, ?, ?)
               on conflict (series_id, resolution_s, at_s) do update set packed = excluded.packed""",
            rows,
        )


def delete_rows(tx: Tx, series_id: int, tier: Tier, *, from_s: int, until_s: int) -> None:
    """Delete the series' fresh points of a tier in that time."""
    tx.run(
        "delete from cloudwatch_points where series_id = ? and resolution_s = ? and at_s >= ? and at_s < ?",
        series_id,
        tier.resolution_s,
        from_s,
        until_s,
    )


def first_row_at(tx: Tx, series_id: int, tier: Tier) -> int | None:
    """The instant of the series' first fresh point of a tier, or `None`."""
    row = tx.one(
        "select min(at_s) from cloudwatch_points where series_id = ? and resolution_s = ?", series_id, tier.resolution_s
    )
    return None if row is None else row[0]


def last_row_at(tx: Tx, series_id: int) -> int:
    """The instant of the series' last fresh point, or 0."""
    row = tx.one("select max(at_s) from cloudwatch_points where series_id = ?", series_id)
    return 0 if row is None or row[0] is None else int(row[0])


def first_block_from(tx: Tx, series_id: int, tier: Tier) -> int | None:
    """The start of the series' first block of a tier, or `None`."""
    row = tx.one(
        "select min(from_s) from cloudwatch_blocks where series_id = ? and resolution_s = ?",
        series_id,
        tier.resolution_s,
    )
    return None if row is None else row[0]


def block(tx: Tx, series_id: int, tier: Tier, from_s: int) -> list[Point]:
    """The points of a block, ascending; none where there is no such block."""
    row = tx.one(
        "select packed from cloudwatch_blocks where series_id = ? and resolution_s = ? and from_s = ?",
        series_id,
        tier.resolution_s,
        from_s,
    )
    return [] if row is None else unpack_block(row[0], from_s=from_s, resolution_s=tier.resolution_s)


def add_to_blocks(tx: Tx, series_id: int, tier: Tier, points: Iterable[Point]) -> None:
    """Put points, of any order and of any finer resolution, into the blocks of a tier."""
    blocks: dict[int, list[Point]] = {}
    for point in points:
        blocks.setdefault(block_start(tier, point.at_s), []).append(point)
    for from_s, added in blocks.items():
        all_points = (*block(tx, series_id, tier, from_s), *added)
        _write_block(tx, series_id, tier, from_s, in_buckets(all_points, from_s=from_s, period_s=tier.resolution_s))


def delete_block(tx: Tx, series_id: int, tier: Tier, from_s: int) -> None:
    """Delete a block."""
    tx.run(
        "delete from cloudwatch_blocks where series_id = ? and resolution_s = ? and from_s = ?",
        series_id,
        tier.resolution_s,
        from_s,
    )


def _write_block(tx: Tx, series_id: int, tier: Tier, from_s: int, points: Sequence[Point]) -> None:
    tx.run(
        """insert into cloudwatch_blocks (series_id, resolution_s, from_s, packed) values (?, ?, ?, ?)
           on conflict (series_id, resolution_s, from_s) do update set packed = excluded.packed""",
        series_id,
        tier.resolution_s,
        from_s,
        pack_block(points, from_s=from_s, resolution_s=tier.resolution_s),
    )
