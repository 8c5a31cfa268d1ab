"""What a query of Metrics Insights comes to: its groups of metrics, the observations of each, the order of the series.

A query aggregates observations, not statistics: the average over ten metrics is that of all that was measured. A metric
without a label by which the query groups belongs to the group `Other`.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
(read 2026-11). Unverified: that a metric without a label passes `!=`, and how two values are joined in a label.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eventyard.languages.metric_math.insights.query import Clause, Select
from eventyard.languages.metric_math.values import NOT_A_NUMBER, Metric, Series

OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Observed:
    """What was measured in the period that begins at `at_s`."""

    at_s: int
    count: float
    total: float
    least: float
    greatest: float


class Group(NamedTuple):
    """The metrics of one series; `label` is "" where the query does not group."""

    label: str
    metrics: tuple[Metric, ...]


def groups(select: Select, metrics: Iterable[Metric]) -> list[Group]:
    """The groups, in the order of their labels; without GROUP BY one, or none where no metric matches."""
    members: dict[tuple[str, ...], list[Metric]] = {}
    for metric in metrics:
        if _matches(select, metric):
            labels = dict(metric.dimensions)
            members.setdefault(tuple(labels.get(name, OTHER) for name in select.group_by), []).append(metric)
    return [Group(" ".join(values), tuple(members[values])) for values in sorted(members)]


def aggregated(select: Select, observations: Iterable[Iterable[Observed]], *, label: str, period_s: int) -> Series:
    """The series of a group from what was observed of each of its metrics."""
    at_each: dict[int, list[Observed]] = {}
    for of_metric in observations:
        for observed in of_metric:
            at_each.setdefault(observed.at_s, []).append(observed)
    aggregate = _AGGREGATES[select.function]
    points = ((at_s, aggregate(at_each[at_s])) for at_s in sorted(at_each))
    return Series((), period_s, label=label).with_points(points)


def ordered(select: Select, series: Sequence[Series]) -> tuple[Series, ...]:
    """The series in the order that the query asks for, no more of them than it wants."""
    chosen = [one for one in series if one.points]
    if select.order_by is not None:
        measure = _MEASURES[select.order_by]
        chosen.sort(key=lambda one: measure([value for _, value in one.points]), reverse=select.is_descending)
    return tuple(chosen[: select.limit])


def _matches(select: Select, metric: Metric) -> bool:
    if (metric.namespace, metric.name) != (select.namespace, select.metric):
        return False
    labels = dict(metric.dimensions)
    if select.schema is not None and labels.keys() != select.schema:
        return False
    return all(_passes(clause, labels) for clause in select.where)


def _passes(clause: Clause, labels: Mapping[str, str]) -> bool:
    return (labels.get(clause.label) == clause.value) is not clause.is_negated


def _ratio(total: float, count: float) -> float:
    return total / count if count else NOT_A_NUMBER


_AGGREGATES: Mapping[str, Callable[[Sequence[Observed]], float]] = {
    "AVG": lambda observed: _ratio(sum(one.total for one in observed), sum(one.count for one in observed)),
    "COUNT": lambda observed: sum(one.count for one in observed),
    "MAX": lambda observed: max(one.greatest for one in observed),
    "MIN": lambda observed: min(one.least for one in observed),
    "SUM": lambda observed: sum(one.total for one in observed),
}

_MEASURES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "COUNT": len,
    "MAX": max,
    "MIN": min,
    "SUM": sum,
}
