"""What a query of Metrics Insights comes to: its groups of metrics, the observations of each, the order of the series.

A query aggregates observations, not statistics: the average over ten metrics is that of all that was measured. A metric
without a label by which the query groups belongs to the group `Other`, which stands behind those with a value. Where a
query orders its series, a label begins with the rank: `1 - Other`.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
(read 2026-11); radkawar/stackd, testdata/aws/cloudwatch/metric_insights.json (recorded from AWS, 2026-09).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from eventyard.languages.metric_math.insights.query import Clause, Select
from eventyard.languages.metric_math.values import NOT_A_NUMBER, Metric, Series

OTHER = "Other"
ACCOUNT = "AWS.AccountId"
"""The label that every metric has."""


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


def groups(select: Select, metrics: Iterable[Metric], *, account: str) -> list[Group]:
    """The groups, in the order of their labels; without GROUP BY one, or none where no metric matches."""
    members: dict[tuple[tuple[bool, str], ...], list[Metric]] = {}
    for metric in metrics:
        labels = {**dict(metric.dimensions), ACCOUNT: account}
        if _matches(select, metric, labels, account):
            key = tuple((name not in labels, labels.get(name, OTHER)) for name in select.group_by)
            members.setdefault(key, []).append(metric)
    return [Group(" ".join(value for _, value in key), tuple(members[key])) for key in sorted(members)]


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
        chosen = [replace(one, label=f"{rank} - {one.label}") for rank, one in enumerate(chosen, 1)]
    return tuple(chosen[: select.limit])


def _matches(select: Select, metric: Metric, labels: Mapping[str, str], account: str) -> bool:
    if (metric.namespace, metric.name) != (select.namespace, select.metric):
        return False
    if select.schema is not None and dict(metric.dimensions).keys() != select.schema:
        return False
    return all(_passes(clause, labels, account) for clause in select.where)


def _passes(clause: Clause, labels: Mapping[str, str], account: str) -> bool:
    wanted = account if clause.value is None else clause.value
    return (labels.get(clause.label) == wanted) is not clause.is_negated


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
