"""What a result is called: the label that AWS makes up, and the dynamic values in a label that somebody wrote.

Without a label of its own a metric goes by its name, and where several metrics of one request share that, by what tells
them apart: the values of their dimensions; then, of one metric that is asked for several times, the statistic and the
period.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html (read 2026-11) for the
dynamic values; LocalStack's recordings of AWS of 2023-12 (test_label_generation) for "metric1 Sum 60".
Unverified: how AWS writes a number, an instant or a duration in a label, and that it writes "--" where no point is.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone

from eventyard.languages.metric_math.errors import MathError
from eventyard.languages.metric_math.values import Origin, Point, Series

STATISTICS_MAX = 5
"""Dynamic values that are read from points, in one label. Source: the page above."""

_PLACEHOLDER = re.compile(r"\$\{\s*(?:PROP\(\s*'([^']*)'\s*\)|([A-Z_]+))\s*\}")
_NOTHING = "--"


def default_labels(origins: Sequence[Origin]) -> list[str]:
    """The label of each metric of one request, in their order."""
    shows_namespace = _differ(origin.namespace for origin in origins)
    shows_name = _differ(origin.name for origin in origins)
    own = _telling_dimensions(origins)
    labels = []
    for origin in origins:
        parts = [value for name, value in origin.dimensions if name in own]
        if shows_name or not parts:
            parts.append(origin.name)
        parts = [origin.namespace, *parts] if shows_namespace else parts
        alike = [one for one in origins if _metric_of(one) == _metric_of(origin)]
        parts += [origin.stat] if _differ(one.stat for one in alike) else []
        parts += [str(origin.period_s)] if _differ(str(one.period_s) for one in alike) else []
        labels.append(" ".join(parts))
    return labels


def refuse_too_dynamic(label: str) -> None:
    """Raises MathError for more dynamic values than AWS allows in a label."""
    names = [name for _, name in _PLACEHOLDER.findall(label)]
    if names.count("LABEL") > 1:
        raise MathError("A label can contain ${LABEL} only once")
    if sum(name in _STATISTICS for name in names) > STATISTICS_MAX:
        raise MathError(f"A label can contain at most {STATISTICS_MAX} dynamic values")


def is_dynamic(label: str) -> bool:
    """Whether the label holds anything that is to be replaced."""
    return _PLACEHOLDER.search(label) is not None


def render_label(label: str, series: Series, *, default: str, now_s: int, offset_min: int = 0) -> str:
    """The label with its dynamic values; what is none of AWS's stays as it is.

    `default` is what ${LABEL} stands for, `offset_min` the minutes by which instants are written ahead of UTC.
    """
    sight = _Sight(series.points, now_s, timezone(timedelta(minutes=offset_min)))

    def replacement(found: re.Match[str]) -> str:
        property, name = found[1], found[2]
        if property is not None:
            return _property(property, series.origin)
        if name == "LABEL":
            return default
        statistic = _STATISTICS.get(name)
        if statistic is None:
            return found[0]
        return statistic(sight) if series.points else _NOTHING

    return _PLACEHOLDER.sub(replacement, label)


def _metric_of(origin: Origin) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return origin.namespace, origin.name, origin.dimensions


def _differ(texts: Iterable[str]) -> bool:
    return len(set(texts)) > 1


def _telling_dimensions(origins: Sequence[Origin]) -> frozenset[str]:
    """The names of the dimensions whose values are not the same in all metrics."""
    names = {name for origin in origins for name, _ in origin.dimensions}
    return frozenset(name for name in names if len({dict(origin.dimensions).get(name) for origin in origins}) > 1)


def _property(name: str, origin: Origin | None) -> str:
    """ "" for what the series has not, as one that an expression made has no namespace."""
    if origin is None:
        return ""
    if name.startswith("Dim."):
        return dict(origin.dimensions).get(name.removeprefix("Dim."), "")
    read = _PROPERTIES.get(name)
    return read(origin) if read else ""


class _Sight:
    """The points that a label looks at; at least one where a statistic is asked."""

    __slots__ = ("now_s", "points", "zone")

    def __init__(self, points: tuple[Point, ...], now_s: int, zone: timezone) -> None:
        self.points, self.now_s, self.zone = points, now_s, zone

    @property
    def values(self) -> list[float]:
        return [value for _, value in self.points]

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def lowest(self) -> Point:
        return min(self.points, key=lambda point: point[1])

    @property
    def highest(self) -> Point:
        return max(self.points, key=lambda point: point[1])

    def instant(self, point: Point) -> str:
        """An instant as ISO 8601 has it, in the label's time zone."""
        text = datetime.fromtimestamp(point[0], UTC).astimezone(self.zone).isoformat()
        return text.replace("+00:00", "Z")

    def since(self, point: Point) -> str:
        return _duration(self.now_s - point[0])


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _duration(seconds: int) -> str:
    """As "1d 2h 5m": the parts that are not zero."""
    minutes, seconds = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")) if count]
    return " ".join(parts) or "0s"


_PROPERTIES: Mapping[str, Callable[[Origin], str]] = {
    "AccountId": lambda origin: origin.account,
    "MetricName": lambda origin: origin.name,
    "Namespace": lambda origin: origin.namespace,
    "Period": lambda origin: str(origin.period_s),
    "Region": lambda origin: origin.region,
    "Stat": lambda origin: origin.stat,
}

_STATISTICS: Mapping[str, Callable[[_Sight], str]] = {
    "AVG": lambda sight: _number(sum(sight.values) / len(sight.points)),
    "DATAPOINT_COUNT": lambda sight: str(len(sight.points)),
    "FIRST": lambda sight: _number(sight.first[1]),
    "FIRST_LAST_RANGE": lambda sight: _number(abs(sight.last[1] - sight.first[1])),
    "FIRST_LAST_TIME_RANGE": lambda sight: _duration(sight.last[0] - sight.first[0]),
    "FIRST_TIME": lambda sight: sight.instant(sight.first),
    "FIRST_TIME_RELATIVE": lambda sight: sight.since(sight.first),
    "LAST": lambda sight: _number(sight.last[1]),
    "LAST_TIME": lambda sight: sight.instant(sight.last),
    "LAST_TIME_RELATIVE": lambda sight: sight.since(sight.last),
    "MAX": lambda sight: _number(sight.highest[1]),
    "MAX_TIME": lambda sight: sight.instant(sight.highest),
    "MAX_TIME_RELATIVE": lambda sight: sight.since(sight.highest),
    "MIN": lambda sight: _number(sight.lowest[1]),
    "MIN_MAX_RANGE": lambda sight: _number(sight.highest[1] - sight.lowest[1]),
    "MIN_MAX_TIME_RANGE": lambda sight: _duration(sight.highest[0] - sight.lowest[0]),
    "MIN_TIME": lambda sight: sight.instant(sight.lowest),
    "MIN_TIME_RELATIVE": lambda sight: sight.since(sight.lowest),
    "SUM": lambda sight: _number(sum(sight.values)),
}
