"""GetMetricStatistics: a metric's statistics, one datapoint a period and unit."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.checks import (
    check_namespace,
    check_period,
    check_text,
    check_unit,
    checked_dimensions,
)
from eventyard.services.cloudwatch.model.points import Point
from eventyard.services.cloudwatch.model.series import Metric
from eventyard.services.cloudwatch.model.statistics import SIMPLE, Statistic, parse_statistic, value_of
from eventyard.services.cloudwatch.model.windows import Window, window_of
from eventyard.services.cloudwatch.queries.points import statistics_by_unit
from eventyard.store.tx import Tx

DATAPOINTS_MAX: Final = 1440
STATISTICS_MAX: Final = 5
EXTENDED_MAX: Final = 10


def get_metric_statistics(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The statistics that were asked for, of each unit that the metric has, in no order that AWS would promise.

    Ours is by time, then by unit.
    """
    params = call.params
    metric = _metric(call)
    asked = _statistics(params)
    window = _window(params, call.now_ms)
    if not window.has_data:
        return {"Label": metric.name, "Datapoints": []}
    found = statistics_by_unit(
        tx,
        metric,
        period_s=params["Period"],
        from_s=window.from_s,
        until_s=window.until_s,
        unit=params.get("Unit"),
        is_plain=all(statistic.is_simple for _, statistic in asked),
    )
    datapoints = [_datapoint(point, unit, asked) for unit, points in found for point in points]
    shown = [datapoint for datapoint in datapoints if len(datapoint) > 2]
    return {"Label": metric.name, "Datapoints": sorted(shown, key=lambda one: (one["Timestamp"], one["Unit"]))}


def _metric(call: Call[Mapping[str, Any]]) -> Metric:
    params = call.params
    check_namespace(params.get("Namespace"))
    check_text(params.get("MetricName"), "MetricName")
    check_unit(params.get("Unit"))
    dimensions = checked_dimensions(params.get("Dimensions") or ())
    return Metric(call.account, call.region, params["Namespace"], params["MetricName"], dimensions)


def _statistics(params: Mapping[str, Any]) -> Sequence[tuple[str, Statistic]]:
    """(name, statistic), each name once."""
    simple, extended = params.get("Statistics") or (), params.get("ExtendedStatistics") or ()
    if not simple and not extended:
        raise errors.no_statistic()
    if len(simple) > STATISTICS_MAX:
        raise errors.too_many("Statistics", STATISTICS_MAX)
    if len(extended) > EXTENDED_MAX:
        raise errors.too_many("ExtendedStatistics", EXTENDED_MAX)
    for place, name in enumerate(simple, start=1):
        if name not in SIMPLE:
            raise errors.statistic_not_in_set(place, SIMPLE)
    asked = {name: Statistic(name) for name in simple}
    for place, name in enumerate(extended, start=1):
        statistic = parse_statistic(name)
        if statistic is None or statistic.is_simple:
            raise errors.extended_not_supported(name, place)
        asked[name] = statistic
    return tuple(asked.items())


def _window(params: Mapping[str, Any], now_ms: int) -> Window:
    for name in ("StartTime", "EndTime", "Period"):
        if params.get(name) is None:
            raise errors.required(name)
    start_ms, end_ms, period_s = params["StartTime"], params["EndTime"], params["Period"]
    check_period(period_s, "Period")
    if start_ms // 1000 >= end_ms // 1000:
        raise errors.not_less("StartTime", "EndTime")
    window = window_of(start_ms=start_ms, end_ms=end_ms, period_s=period_s, now_ms=now_ms)
    if window.periods > DATAPOINTS_MAX:
        raise errors.too_many_datapoints(window.periods, DATAPOINTS_MAX)
    return window


def _datapoint(point: Point, unit: str, asked: Sequence[tuple[str, Statistic]]) -> dict[str, Any]:
    shown: dict[str, Any] = {"Timestamp": point.at_s * 1000, "Unit": unit}
    extended: dict[str, float] = {}
    for name, statistic in asked:
        value = value_of(point, statistic)
        if value is not None:
            (shown if statistic.is_simple else extended)[name] = value
    return {**shown, "ExtendedStatistics": extended} if extended else shown
