"""What metrics are: a namespace, a name and dimensions. A *series* is what a metric was given in one unit.

CloudWatch keeps the units of a metric apart, and so do we: a request that names a unit reads one series, one that names
none reads them all.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from eventyard.services.cloudwatch.model.points import Point

Dimensions = tuple[tuple[str, str], ...]
"""(name, value), by name."""

NO_UNIT: Final = "None"
UNITS: Final = (
    *("Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
    *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second"),
    *("Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second"),
    *("Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", NO_UNIT),
)


class Metric(NamedTuple):
    """A metric of an account in a region."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: Dimensions

    def shown(self) -> dict[str, Any]:
        """As ListMetrics shows it."""
        return {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": shown_dimensions(self.dimensions)}


class Sample(NamedTuple):
    """What one point in time of one series is given. `resolution_s` is 1 or 60, the point at a multiple of it."""

    metric: Metric
    unit: str
    resolution_s: int
    point: Point


def dimensions_of(given: Iterable[Mapping[str, str]]) -> Dimensions:
    """The dimensions of a request; of two of one name the last one counts."""
    return tuple(sorted({one["Name"]: one["Value"] for one in given}.items()))


def shown_dimensions(dimensions: Dimensions) -> list[dict[str, str]]:
    """As answers show dimensions."""
    return [{"Name": name, "Value": value} for name, value in dimensions]


def dimensions_text(dimensions: Dimensions) -> str:
    """The dimensions as a row keeps them."""
    return json.dumps(dimensions, separators=(",", ":"), ensure_ascii=False)


def dimensions_of_text(text: str) -> Dimensions:
    """The dimensions of a row."""
    return tuple((name, value) for name, value in json.loads(text))
