"""What lines say of metrics, put together as CloudWatch takes it. Pure.

The values of one metric in one minute (one second, where its resolution is that) become one datum with counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

DATA_MAX = 1_000
VALUES_MAX = 150
"""Of one PutMetricData, and of one datum in it.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"""


class Measurement(NamedTuple):
    """Values of one metric at one instant; `dimensions` by name."""

    namespace: str
    name: str
    unit: str
    resolution_s: int
    dimensions: tuple[tuple[str, str], ...]
    at_ms: int
    values: Sequence[float]


def requests(measurements: Iterable[Measurement]) -> list[Mapping[str, Any]]:
    """The parameters of the PutMetricData calls that bring the measurements in."""
    counted: dict[tuple[Any, ...], Counter[float]] = {}
    first_ms: dict[tuple[Any, ...], int] = {}
    for one in measurements:
        key = (one.namespace, one.name, one.unit, one.resolution_s, one.dimensions, _moment(one))
        counted.setdefault(key, Counter()).update(one.values)
        first_ms[key] = min(first_ms.get(key, one.at_ms), one.at_ms)
    by_namespace: dict[str, list[Mapping[str, Any]]] = {}
    for key, counts in counted.items():
        by_namespace.setdefault(key[0], []).extend(_data(key, counts, first_ms[key]))
    return [
        {"Namespace": namespace, "MetricData": data[at : at + DATA_MAX]}
        for namespace, data in by_namespace.items()
        for at in range(0, len(data), DATA_MAX)
    ]


def _moment(one: Measurement) -> int:
    return one.at_ms // (one.resolution_s * 1000)


def _data(key: tuple[Any, ...], counts: Counter[float], at_ms: int) -> list[Mapping[str, Any]]:
    _, name, unit, resolution_s, dimensions, _ = key
    values = sorted(counts)
    return [
        {
            "MetricName": name,
            "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions],
            "Timestamp": at_ms,
            "Values": values[at : at + VALUES_MAX],
            "Counts": [float(counts[value]) for value in values[at : at + VALUES_MAX]],
            "Unit": unit,
            "StorageResolution": resolution_s,
        }
        for at in range(0, len(values), VALUES_MAX)
    ]
