"""How a metric alarm's data become a state.

    range   ├── period ──┼── period ──┼── … ──┤ now        N = EvaluationPeriods, M = DatapointsToAlarm
    N newest real points; those that fail to come are filled in as TreatMissingData says, as few as possible

AWS looks further back than N periods, so that a point that comes late is not missed. Where the range has N real points
the missing ones do not matter; where it has fewer, all of them count and the rest is filled:

| TreatMissingData | filled points are | when the range is empty |
|---|---|---|
| breaching | breaching | ALARM |
| notBreaching | within the threshold | OK |
| ignore | nothing; M that are not reached by breaching points alone leave the state | the state stays |
| missing | nothing; breaching points alone are an ALARM once the oldest is M periods old | INSUFFICIENT_DATA |

Evaluations are a minute apart, or a period where that is shorter; periods slide with them. A range of more than a day
is evaluated once an hour.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html (both tables, which
are cases of the tests; an older edition of the page for breaching points that are too young) and alarm-evaluation.html;
the periods of AWS's own examples slide (a five-minute period from 13:46). Unverified: the range beyond the documented
5 for N = 3, here N and a third, two periods at least.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from eventyard.services.cloudwatch.model.alarms import ALARM, INSUFFICIENT_DATA, OK

BREACHING: Final = "breaching"
NOT_BREACHING: Final = "notBreaching"
IGNORE: Final = "ignore"
MISSING: Final = "missing"
TREATMENTS: Final = (BREACHING, NOT_BREACHING, IGNORE, MISSING)

OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": float.__ge__,
    "GreaterThanThreshold": float.__gt__,
    "LessThanThreshold": float.__lt__,
    "LessThanOrEqualToThreshold": float.__le__,
}

_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)", re.IGNORECASE)


class Datapoint(NamedTuple):
    """The value of one period that begins at `at_s`; `samples` counts what it is of, `None` for an expression."""

    at_s: int
    value: float
    samples: float | None


@dataclass(frozen=True, slots=True)
class Criteria:
    """What an alarm compares its data with. `datapoints` is M as it was given, `None` where it was not: then it is N.

    `samples_min` is how many values a datapoint needs to count, 0 where every one does.
    """

    period_s: int
    periods: int
    datapoints: int | None
    operator: str
    threshold: float
    treatment: str
    samples_min: float = 0.0

    @property
    def least(self) -> int:
        """M: how many datapoints have to breach."""
        return self.datapoints or self.periods

    @property
    def step_s(self) -> int:
        """How far apart evaluations are."""
        if self.period_s * self.periods > _DAY_S:
            return _HOUR_S
        return min(self.period_s, _MINUTE_S)

    @property
    def range_periods(self) -> int:
        """How many periods an evaluation looks at."""
        return self.periods + max(2, self.periods // 3)

    def decisive(self, state: str) -> int:
        """How many datapoints bring the alarm into that state."""
        return self.periods - self.least + 1 if state == OK else self.least

    def breaches(self, value: float) -> bool:
        return OPERATORS[self.operator](float(value), self.threshold)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is where the data lead, `None` where the alarm stays as it is.

    `chosen` are the datapoints that counted, oldest first; `missing_at_s` the periods that were filled in, newest
    first; `is_empty` that the whole range had nothing.
    """

    state: str | None
    chosen: tuple[Datapoint, ...]
    missing_at_s: tuple[int, ...]
    is_empty: bool


def range_start_s(criteria: Criteria, *, until_s: int) -> int:
    """When the range of an evaluation at `until_s` begins."""
    return until_s - criteria.range_periods * criteria.period_s


def boundary_s(criteria: Criteria, *, now_s: int) -> int:
    """The end of the newest period that an evaluation at `now_s` can see."""
    return now_s - now_s % criteria.step_s


def evaluate(criteria: Criteria, points: Sequence[Datapoint], *, until_s: int) -> Verdict:
    """The verdict on the datapoints of the range that ends at `until_s`; `points` ascend and lie in it."""
    chosen = tuple(points[-criteria.periods :])
    missing = _missing(criteria, points, until_s=until_s) if len(chosen) < criteria.periods else ()
    if criteria.samples_min and any((point.samples or 0.0) < criteria.samples_min for point in chosen):
        return Verdict(None, chosen, missing, is_empty=False)
    state = _state(criteria, chosen, missing=len(missing), until_s=until_s)
    return Verdict(state, chosen, missing, is_empty=not points)


def percentile_samples_min(statistic: str) -> float:
    """How many values make a percentile significant; 0 for other statistics.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
    """
    match = _PERCENTILE.fullmatch(statistic)
    if match is None:
        return 0.0
    part = float(match[1]) / 100
    tail = 1 - part if part >= 0.5 else part
    return round(10 / tail, 6) if tail else 0.0


def _missing(criteria: Criteria, points: Sequence[Datapoint], *, until_s: int) -> tuple[int, ...]:
    """The newest periods that have nothing, as many as have to be filled."""
    there = {point.at_s for point in points}
    period_s = criteria.period_s
    starts = range(until_s - period_s, range_start_s(criteria, until_s=until_s) - 1, -period_s)
    return tuple(at_s for at_s in starts if at_s not in there)[: criteria.periods - len(points)]


def _state(criteria: Criteria, chosen: Sequence[Datapoint], *, missing: int, until_s: int) -> str | None:
    breaching = [point for point in chosen if criteria.breaches(point.value)]
    if criteria.treatment == BREACHING:
        return ALARM if len(breaching) + missing >= criteria.least else OK
    if len(breaching) >= criteria.least:
        return ALARM
    if criteria.treatment == NOT_BREACHING or len(breaching) < len(chosen):
        return OK
    if criteria.treatment == IGNORE:
        return None
    if not chosen:
        return INSUFFICIENT_DATA
    age_periods = (until_s - breaching[0].at_s) // criteria.period_s
    return ALARM if age_periods >= criteria.least else INSUFFICIENT_DATA
