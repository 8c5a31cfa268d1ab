"""Which fields an event has by itself: those that Logs makes, those in its JSON, those of Lambda's lines.

A JSON document's fields are named by their paths: `order.id`, `items.0.price`; one whose own name begins with `@` has a
second `@` before it. In lines of functions (groups under `/aws/lambda/`) the first JSON object within the line counts.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
Unverified: that `true` and `false` are shown as 1 and 0; how a line outside of functions' groups is told from JSON.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eventyard.languages.insights.values import Kind, shown

DISCOVERED_MAX = 200
"""Fields that are found in one event.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html"""
LAMBDA_GROUPS = "/aws/lambda/"
_REPORT = "^REPORT RequestId: "
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True, slots=True)
class LineField:
    """A field of Lambda's lines: the first group of `pattern`, a number times `factor` where it is one."""

    pattern: str
    factor: float | None = None


def _measure(label: str, unit: str, factor: float = 1) -> LineField:
    return LineField(rf"{_REPORT}[^\n]*\t{label}: ([0-9.]+) {unit}", factor)


LINE_FIELDS: Mapping[str, LineField] = MappingProxyType(
    {
        "@type": LineField(r"^(START|END|REPORT|INIT_START|EXTENSION|TELEMETRY|LOGS) "),
        "@requestId": LineField(rf"^(?:(?:START|END|REPORT) RequestId: |(?:\[[A-Z]+\]\t)?[^\t\n]*Z\t)({_UUID})"),
        "@duration": _measure("Duration", "ms"),
        "@billedDuration": _measure("Billed Duration", "ms"),
        "@initDuration": _measure("Init Duration", "ms"),
        "@memorySize": _measure("Memory Size", "MB", 1_000_000),
        "@maxMemoryUsed": _measure("Max Memory Used", "MB", 1_000_000),
        "@xrayTraceId": LineField(r"\tXRAY TraceId: (\S+)"),
        "@xraySegmentId": LineField(r"\tSegmentId: (\S+)"),
    }
)
"""Memory is in bytes, a megabyte being a million of them. Source: AWS's sample queries for Lambda divide so."""


def pointers(segments: tuple[str, ...]) -> tuple[str, ...]:
    """Where a field of that name may be in a document, as JSON pointers, the likeliest first."""
    whole = ".".join(segments)
    if whole.startswith("@@"):
        segments = (segments[0][1:], *segments[1:])
        whole = whole[1:]
    forms = (tuple(whole.split(".")), segments, (whole,))
    return tuple(dict.fromkeys("".join(f"/{_escaped(part)}" for part in form) for form in forms))


def discovered(message: str, group: str) -> dict[str, str]:
    """All fields of an event, but those that Logs makes, with their values as they are shown."""
    found: dict[str, str] = {}
    if group.startswith(LAMBDA_GROUPS):
        for name, field in LINE_FIELDS.items():
            if match := re.search(field.pattern, message):
                found[name] = match[1] if field.factor is None else shown(float(match[1]) * field.factor, Kind.MEASURE)
    for path, value in _leaves(_document(message, group), ()):
        if len(found) == DISCOVERED_MAX:
            break
        found[f"@{path}" if path.startswith("@") else path] = value
    return found


def _document(message: str, group: str) -> object:
    place = message.find("{") if group.startswith(LAMBDA_GROUPS) else 0
    try:
        return json.JSONDecoder().raw_decode(message, place)[0] if place >= 0 else None
    except (ValueError, RecursionError):
        return None


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(place)))
    elif path and value is not None:
        if isinstance(value, bool):
            value = int(value)
        yield ".".join(path), value if isinstance(value, str) else json.dumps(value)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
