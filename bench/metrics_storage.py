"""What a year of a metric costs on disk, and how long reading it takes.

A series is written as it lies after a year of one report a minute: the last nine hours as rows, fifteen days by the
minute, 48 more by five minutes, the rest by the hour. How much a point costs depends on what is measured, so several
kinds are. The bytes are the database's own (pages in use), of two series of a kind.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench.harness import Table, publish
from eventyard.base.faults import Faults
from eventyard.services.cloudwatch.model.points import Point, merged, point_of_values
from eventyard.services.cloudwatch.model.series import Metric
from eventyard.services.cloudwatch.model.tiers import DAY_S, HOUR_S, TIERS
from eventyard.services.cloudwatch.queries import points as stored
from eventyard.services.cloudwatch.queries import series as known
from eventyard.store.migrate import migrate
from eventyard.store.sqlite import SqliteStore
from eventyard.store.tx import Tx

Minute = Callable[[], Mapping[float, float]]
"""The values of one minute, and how often each came."""

SERIES = 2
NOW_S = 1_767_225_600
FRESH_S = 9 * HOUR_S
_TABLES = Path(__file__).parents[1] / "src/eventyard/services/cloudwatch/tables"
_CHANCE = random.Random(1)
_DURATIONS_MS = tuple(round(_CHANCE.lognormvariate(3, 0.5), 2) for _ in range(50_000))


def _durations(count: int) -> Minute:
    return lambda: dict.fromkeys(_CHANCE.choices(_DURATIONS_MS, k=count), 1.0)


KINDS: Mapping[str, Minute] = {
    "a depth (whole numbers below 50)": lambda: {float(_CHANCE.randrange(50)): 1.0},
    "a count (up to 100 ones)": lambda: {1.0: float(_CHANCE.randrange(1, 100))},
    "a load (any number from 0 to 1)": lambda: {_CHANCE.random(): 1.0},
    "durations in ms with two decimals, 10 a minute": _durations(10),
    "durations in ms with two decimals, 30 a minute": _durations(30),
}


def run() -> None:
    """Measure every kind and publish the table."""
    rows = []
    for kind, minute in KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            size_bytes, day_ms, year_ms = _measured(Path(folder), minute)
        rows.append((kind, f"{size_bytes / 1000:,.0f} kB", f"{day_ms:.1f} ms", f"{year_ms:.1f} ms"))
    publish(
        "metrics-storage",
        Table(
            "A year of a metric, reported every minute",
            ("What is measured", "A series and year", "Read a day by the minute", "Read a year by the day"),
            rows,
        ),
    )


def _measured(folder: Path, minute: Minute) -> tuple[float, float, float]:
    """(bytes a series, milliseconds to read its last day, and its year)."""
    store = SqliteStore(folder / "data", is_durable=False)
    migrate(store, {"cloudwatch": _TABLES}, Faults())
    empty_bytes = _used_bytes(store)
    metrics = [Metric("1", "r", "Bench", f"m{number}", ()) for number in range(SERIES)]
    for metric in metrics:
        tx = store.transaction()
        _write_year(tx, metric, minute)
        tx.commit()
        store.release(tx)
    used_bytes = _used_bytes(store) - empty_bytes
    day_ms = _read_ms(store, metrics[0], period_s=60, span_s=DAY_S)
    year_ms = _read_ms(store, metrics[1], period_s=DAY_S, span_s=365 * DAY_S)
    store.close()
    return used_bytes / SERIES, day_ms, year_ms


def _write_year(tx: Tx, metric: Metric, minute: Minute) -> None:
    series = known.add_series(tx, metric, "None", latest_at_s=NOW_S)
    fresh_from_s = NOW_S - FRESH_S
    rows = (point_of_values(at_s, minute()) for at_s in range(fresh_from_s, NOW_S, 60))
    stored.add_points(tx, ((series.id, 60, point) for point in rows))
    spans = ((TIERS[1], 15, 0), (TIERS[2], 63, 15), (TIERS[3], 365, 63))
    for tier, from_days, until_days in spans:
        until_s = min(fresh_from_s, NOW_S - until_days * DAY_S)
        points = _points(NOW_S - from_days * DAY_S, until_s, tier.resolution_s, minute)
        stored.add_to_blocks(tx, series.id, tier, points)


def _points(from_s: int, until_s: int, resolution_s: int, minute: Minute) -> Iterator[Point]:
    for at_s in range(from_s, until_s, resolution_s):
        yield merged(at_s, (point_of_values(at_s, minute()) for _ in range(resolution_s // 60)))


def _used_bytes(store: SqliteStore) -> int:
    tx = store.transaction()
    ((pages,),) = tx.all("select page_count - freelist_count from pragma_page_count(), pragma_freelist_count()")
    ((page_bytes,),) = tx.all("select page_size from pragma_page_size()")
    tx.rollback()
    store.release(tx)
    return int(pages) * int(page_bytes)


def _read_ms(store: SqliteStore, metric: Metric, *, period_s: int, span_s: int) -> float:
    tx = store.transaction()
    began_at = time.perf_counter()
    found = stored.statistics_by_unit(tx, metric, period_s=period_s, from_s=NOW_S - span_s, until_s=NOW_S, unit=None)
    took_ms = (time.perf_counter() - began_at) * 1000
    ((_, points),) = found
    assert len(points) == span_s // period_s, len(points)
    tx.rollback()
    store.release(tx)
    return took_ms
