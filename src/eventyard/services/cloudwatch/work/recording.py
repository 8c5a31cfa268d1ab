"""The way in: what a metric is given becomes part of its series' fresh points, whoever gives it."""

from collections.abc import Iterable
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.cloudwatch.model.points import Point, merged
from eventyard.services.cloudwatch.model.series import Metric, Sample
from eventyard.services.cloudwatch.model.tiers import rows_settle_at, tier_of
from eventyard.services.cloudwatch.queries import points as stored
from eventyard.services.cloudwatch.queries import series as known
from eventyard.services.cloudwatch.queries.series import Series
from eventyard.services.cloudwatch.work.alarms_evaluating import wake_alarms
from eventyard.services.cloudwatch.work.settling import settle_later
from eventyard.store.tx import Tx


def record(tx: Tx, call: Call[Any], samples: Iterable[Sample]) -> None:
    """Add the samples to their series, which are made where they are new; of any accounts and regions."""
    gathered: dict[tuple[Metric, str, int, int], list[Point]] = {}
    samples = list(samples)
    wake_alarms(tx, call, samples)
    for sample in samples:
        place = (sample.metric, sample.unit, sample.resolution_s, sample.point.at_s)
        gathered.setdefault(place, []).append(sample.point)
    placed = []
    for (metric, unit, resolution_s, at_s), points in gathered.items():
        series = _series(tx, metric, unit) or known.add_series(tx, metric, unit, latest_at_s=at_s)
        _plan(tx, call, metric, series, resolution_s)
        placed.append((series.id, resolution_s, merged(at_s, points)))
    stored.add_points(tx, placed)


def _series(tx: Tx, metric: Metric, unit: str) -> Series | None:
    return next((one for one in known.series_of(tx, metric) if one.unit == unit), None)


def _plan(tx: Tx, call: Call[Any], metric: Metric, series: Series, resolution_s: int) -> None:
    """Have the series looked at when what is given now is no longer fresh, unless that is planned."""
    settles_at_s = rows_settle_at(tier_of(resolution_s), call.now_ms // 1000, series_id=series.id)
    if not 0 < series.settles_at_s <= settles_at_s:
        settle_later(tx, call, metric, series.id, at_s=settles_at_s)
