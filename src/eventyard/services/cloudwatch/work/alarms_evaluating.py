"""Metric alarms are evaluated by the due table, a second after the end of a period, and sleep while nothing can change.

    put, set ──► due row "cloudwatch.alarm" ──► evaluate ──► the next one, a step later
                          ▲                        └──► asleep: the range is empty and has led where it leads
                          └────── a datapoint of one of its metrics arrives ◄──┘

A sleeping alarm costs nothing; one that has datapoints ahead of the time sleeps until they are due. What arrives asks
in memory whether an alarm sleeps on it (`queries/alarms.sleepers`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.engine.due import row as due_rows
from eventyard.engine.due.row import DueRow
from eventyard.engine.trace.context import new_trace
from eventyard.services.cloudwatch.model import alarms_evaluation as evaluation
from eventyard.services.cloudwatch.model.alarms import Alarm
from eventyard.services.cloudwatch.model.alarms_evaluation import Criteria, Datapoint
from eventyard.services.cloudwatch.model.alarms_queries import period_of, returned_points, stats_of
from eventyard.services.cloudwatch.model.alarms_reasons import reason, reason_data
from eventyard.services.cloudwatch.model.points import Point
from eventyard.services.cloudwatch.model.series import Sample, dimensions_of
from eventyard.services.cloudwatch.model.statistics import parse_statistic, value_of
from eventyard.services.cloudwatch.queries import alarms as stored
from eventyard.services.cloudwatch.queries.alarms import Watched
from eventyard.services.cloudwatch.queries.points import statistics
from eventyard.services.cloudwatch.work.alarms_changing import change
from eventyard.store.tx import Tx

EVALUATION_TIMER: Final = "cloudwatch.alarm"
_AFTER_MS: Final = 1_000
"""How long after a period's end it is looked at."""
_FUTURE_S: Final = 2 * 3_600
"""How far ahead of the time datapoints are taken."""
_MINUTE_S: Final = 60
_IGNORES_MISSING: Final = "AWS/DynamoDB"


def criteria_of(alarm: Alarm) -> Criteria:
    """What the alarm compares its data with."""
    settings = alarm.settings
    namespaces = {namespace for namespace, _, _ in watched_by(alarm)}
    default = evaluation.IGNORE if namespaces == {_IGNORES_MISSING} else evaluation.MISSING
    is_strict = settings.get("EvaluateLowSampleCountPercentile") == "ignore"
    return Criteria(
        period_s=period_of(settings),
        periods=settings["EvaluationPeriods"],
        datapoints=settings.get("DatapointsToAlarm"),
        operator=settings["ComparisonOperator"],
        threshold=float(settings["Threshold"]),
        treatment=settings.get("TreatMissingData", default),
        samples_min=evaluation.percentile_samples_min(settings["ExtendedStatistic"]) if is_strict else 0.0,
    )


def watched_by(alarm: Alarm) -> list[Watched]:
    """The metrics whose data the alarm looks at."""
    settings = alarm.settings
    metrics = [stat["Metric"] for stat in stats_of(settings)] if "Metrics" in settings else [settings]
    return [(one["Namespace"], one["MetricName"], dimensions_of(one.get("Dimensions", ()))) for one in metrics]


def evaluate_soon(tx: Tx, call: Call[Any], alarm: Alarm) -> None:
    """Have the alarm evaluated at the end of the step that is under way."""
    _plan(tx, call, alarm, criteria_of(alarm), after_s=call.now_ms // 1000)


def forget_plans(tx: Tx, alarm: Alarm) -> None:
    """The alarm is evaluated no more."""
    due_rows.cancel(tx, kind=EVALUATION_TIMER, key=alarm.arn)


def wake_alarms(tx: Tx, call: Call[Any], samples: Iterable[Sample]) -> None:
    """Datapoints have arrived: those who slept until one of them did are evaluated at the end of the step."""
    asleep: dict[tuple[str, str], Mapping[Watched, Sequence[str]]] = {}
    for sample in samples:
        metric = sample.metric
        place = (metric.account, metric.region)
        if place not in asleep:
            asleep[place] = stored.sleepers(tx, account=metric.account, region=metric.region)
        for name in asleep[place].get((metric.namespace, metric.name, metric.dimensions), ()):
            _wake(tx, call, name, account=metric.account, region=metric.region)


def evaluate_when_due(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Evaluate the alarm, change it where the data say so, and plan the next evaluation or have it sleep."""
    alarm = stored.alarm(tx, due.payload["name"], account=due.account, region=due.region)
    if alarm is None or not alarm.is_metric:
        return
    criteria, now_s = criteria_of(alarm), call.now_ms // 1000
    until_s = evaluation.boundary_s(criteria, now_s=now_s)
    points = datapoints(tx, alarm, until_s=until_s, periods=criteria.range_periods)
    verdict = evaluation.evaluate(criteria, points, until_s=until_s)
    if verdict.state not in (None, alarm.state.value):
        assert verdict.state is not None
        settings = alarm.settings
        data = reason_data(
            criteria,
            verdict,
            verdict.state,
            now_ms=call.now_ms,
            statistic=settings.get("Statistic") or settings.get("ExtendedStatistic"),
            unit=settings.get("Unit"),
        )
        caused = call.within(service="cloudwatch", operation="", params={}, trace=new_trace(call.now_ms, call.ids))
        change(tx, caused, alarm, verdict.state, reason=reason(criteria, verdict, verdict.state), data=data)
    if not verdict.is_empty:
        _plan(tx, call, alarm, criteria, after_s=now_s)
        return
    stored.put_to_sleep(tx, alarm)
    if (later_s := _next_datapoint_s(tx, alarm, until_s=until_s)) is not None:
        _plan(tx, call, alarm, criteria, after_s=max(now_s, later_s))


def datapoints(tx: Tx, alarm: Alarm, *, until_s: int, periods: int) -> list[Datapoint]:
    """The alarm's datapoints of so many periods up to `until_s`, ascending; those that are there."""
    settings = alarm.settings
    if "Metrics" not in settings:
        stat = {
            "Metric": settings,
            "Period": settings["Period"],
            "Stat": settings.get("Statistic") or settings["ExtendedStatistic"],
            "Unit": settings.get("Unit"),
        }
        read = _read(tx, alarm, stat, until_s=until_s, periods=periods)
        return [Datapoint(point.at_s, value, point.count) for point, value in read]

    def values(stat: Mapping[str, Any], stat_periods: int) -> list[tuple[int, float]]:
        read = _read(tx, alarm, stat, until_s=until_s, periods=stat_periods)
        return [(point.at_s, value) for point, value in read]

    found = returned_points(settings["Metrics"], values, until_s=until_s, periods=periods)
    return [Datapoint(at_s, value, None) for at_s, value in found]


def _read(tx: Tx, alarm: Alarm, stat: Mapping[str, Any], *, until_s: int, periods: int) -> list[tuple[Point, float]]:
    """The points of a MetricStat with their statistic; those that have it."""
    metric, period_s = stat["Metric"], int(stat["Period"])
    watched = (metric["Namespace"], metric["MetricName"], dimensions_of(metric.get("Dimensions", ())))
    from_s = until_s - periods * period_s
    points = _points(tx, alarm, watched, period_s=period_s, from_s=from_s, until_s=until_s, unit=stat.get("Unit"))
    statistic = parse_statistic(stat["Stat"])
    assert statistic is not None, "statistics were judged when the alarm was put"
    return [(point, value) for point in points if (value := value_of(point, statistic)) is not None]


def _points(
    tx: Tx, alarm: Alarm, watched: Watched, *, period_s: int, from_s: int, until_s: int, unit: str | None
) -> list[Point]:
    namespace, name, dimensions = watched
    return statistics(
        tx,
        account=alarm.account,
        region=alarm.region,
        namespace=namespace,
        name=name,
        dimensions=dimensions,
        period_s=period_s,
        from_s=from_s,
        until_s=until_s,
        unit=unit,
    )


def _next_datapoint_s(tx: Tx, alarm: Alarm, *, until_s: int) -> int | None:
    """When the first datapoint behind the range lies that some of the alarm's metrics has already, or `None`."""
    instants = [
        point.at_s
        for watched in watched_by(alarm)
        for point in _points(
            tx, alarm, watched, period_s=_MINUTE_S, from_s=until_s, until_s=until_s + _FUTURE_S, unit=None
        )
    ]
    return min(instants, default=None)


def _wake(tx: Tx, call: Call[Any], name: str, *, account: str, region: str) -> None:
    alarm = stored.alarm(tx, name, account=account, region=region)
    if alarm is not None:
        stored.wake(tx, name, account=account, region=region)
        evaluate_soon(tx, call, alarm)


def _plan(tx: Tx, call: Call[Any], alarm: Alarm, criteria: Criteria, *, after_s: int) -> None:
    """Have the alarm evaluated at the end of the step in which `after_s` lies."""
    at_s = evaluation.boundary_s(criteria, now_s=after_s) + criteria.step_s
    own = call.within(service="cloudwatch", operation="", params={}, account=alarm.account, region=alarm.region)
    own.later(tx, kind=EVALUATION_TIMER, key=alarm.arn, at_ms=at_s * 1000 + _AFTER_MS, payload={"name": alarm.name})
