"""The embedded metric format: a log line that is a JSON object and says, in `_aws`, which of its members are metrics.

    {"_aws": {"Timestamp": 1574109732004, "CloudWatchMetrics": [
        {"Namespace": "shop", "Dimensions": [["service"]], "Metrics": [{"Name": "latency", "Unit": "Milliseconds"}]}]},
     "service": "orders", "latency": [100, 120]}

Every set of dimensions makes a metric of its own. A directive that breaks the specification brings about nothing, the
others of its document do; of a directive that keeps to it, a metric without a value in the document is left out.
What a runtime writes before the document (time, request id) is skipped.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
Unverified: how much of a document AWS drops for one mistake in it; that an unknown unit counts as none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any

import orjson

METRICS_MAX = 100
DIMENSIONS_MAX = 30
VALUES_MAX = 100
NAME_LENGTH_MAX = 255
NAMESPACE_LENGTH_MAX = 255
VALUE_LENGTH_MAX = 1_024
EMBEDDED_MAX = 3_000
"""Metrics of one document, each set of dimensions counted; ours: 100 metrics under 30 sets. The others are left out."""

UNITS = frozenset(
    (
        *("Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "None"),
        *("Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
        *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"),
        *("Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second"),
        *("Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second"),
    )
)
_MARK = '"_aws"'

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EmbeddedMetric:
    """Values of one metric; `at_ms` is `None` where the document has no time; `resolution_s` is 1 or 60."""

    namespace: str
    name: str
    unit: str
    resolution_s: int
    dimensions: Dimensions
    values: Sequence[float]
    at_ms: int | None


def may_embed(message: str) -> bool:
    """Whether it is worth a closer look: false costs one search."""
    return _MARK in message


def embedded_metrics(message: str) -> list[EmbeddedMetric]:
    """The metrics that a line embeds; none where it is no such document."""
    begin = message.find("{")
    try:
        root = orjson.loads(message[begin:]) if begin >= 0 else None
    except orjson.JSONDecodeError:
        return []
    about = root.get("_aws") if isinstance(root, dict) else None
    directives = about.get("CloudWatchMetrics") if isinstance(about, dict) else None
    if not isinstance(root, dict) or not isinstance(about, dict) or not isinstance(directives, list):
        return []
    given = about.get("Timestamp", -1)
    at_ms = int(given) if _is_number(given) and given >= 0 else None
    every = (metric for directive in directives for metric in _of_directive(directive, root, at_ms))
    return list(islice(every, EMBEDDED_MAX))


def _of_directive(directive: Any, root: Mapping[str, Any], at_ms: int | None) -> Iterator[EmbeddedMetric]:
    if not isinstance(directive, dict):
        return
    namespace, definitions = directive.get("Namespace", ""), directive.get("Metrics")
    sets = _dimension_sets(directive.get("Dimensions"), root)
    if not _is_text(namespace, NAMESPACE_LENGTH_MAX) or not isinstance(definitions, list) or sets is None:
        return
    if len(definitions) > METRICS_MAX or not all(_is_definition(definition) for definition in definitions):
        return
    for definition in definitions:
        values = _values(root.get(definition["Name"]))
        for dimensions in sets if values else ():
            unit = definition.get("Unit")
            yield EmbeddedMetric(
                namespace=namespace,
                name=definition["Name"],
                unit=unit if isinstance(unit, str) and unit in UNITS else "None",
                resolution_s=1 if definition.get("StorageResolution") == 1 else 60,
                dimensions=dimensions,
                values=values,
                at_ms=at_ms,
            )


def _is_definition(definition: Any) -> bool:
    return isinstance(definition, dict) and _is_text(definition.get("Name"), NAME_LENGTH_MAX)


def _dimension_sets(given: Any, root: Mapping[str, Any]) -> list[Dimensions] | None:
    """The sets with their values, each once, one without any where there is no set.

    `None` when one breaks the specification.
    """
    if given is None or given == []:
        return [()]
    if not isinstance(given, list):
        return None
    sets = [_dimensions(one, root) for one in given]
    whole = [one for one in sets if one is not None]
    return list(dict.fromkeys(whole)) if len(whole) == len(sets) else None


def _dimensions(given: Any, root: Mapping[str, Any]) -> Dimensions | None:
    if not isinstance(given, list) or len(given) > DIMENSIONS_MAX:
        return None
    names = sorted({name for name in given if _is_text(name, NAME_LENGTH_MAX)})
    if len(names) < len(given) or not all(_is_text(root.get(name), VALUE_LENGTH_MAX) for name in names):
        return None
    return tuple((name, root[name]) for name in names)


def _values(given: Any) -> list[float]:
    """The numbers of a metric's member; none where it is not a number or an array of up to 100."""
    listed = given if isinstance(given, list) else [given]
    if len(listed) > VALUES_MAX or not all(map(_is_number, listed)):
        return []
    return [float(value) for value in listed]


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and isfinite(given)


def _is_text(given: Any, length_max: int) -> bool:
    return isinstance(given, str) and 0 < len(given) <= length_max
