"""Values and what they belong to: metrics as services count them.

A service notes a value in the transaction of what it counts (`Call.measure`). A note is free of SQL, and undone with
its savepoint. After the commit the observer adds it to a `Tally`; whoever keeps metrics takes the tallies.
"""

from collections.abc import Mapping
from typing import NamedTuple

SINK = "measurements"
"""The name of what takes tallies, in `Service.sinks`: `(tx, call, Sequence[Tally]) -> None`."""


class Series(NamedTuple):
    """A metric as CloudWatch knows it. `dimensions` are pairs of name and value, in the order of the names."""

    account: str
    region: str
    namespace: str
    name: str
    unit: str
    dimensions: tuple[tuple[str, str], ...] = ()


class Measured(NamedTuple):
    """One value of a metric, so many `times`: what a gauge tells."""

    series: Series
    value: float
    times: int = 1


class Tally(NamedTuple):
    """What was measured of a metric in a minute, whose first second is `minute_at_s`: each value and how often."""

    series: Series
    minute_at_s: int
    counts: Mapping[float, int]
