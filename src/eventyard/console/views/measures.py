"""Metrics as charts: what GetMetricData gives, on one scale of time, in the form that `static/charts.js` draws.

{"x": [epoch seconds, …], "series": [{"label", "state", "values": [number or null, …]}], "unit": "ms"}
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from eventyard.engine.call import Call
from eventyard.store.tx import Tx

HOUR_S = 3_600
PERIODS_S = (60, 300, 900, HOUR_S, 6 * HOUR_S, 24 * HOUR_S)
SPANS_S: Mapping[str, int] = {
    "1h": HOUR_S,
    "3h": 3 * HOUR_S,
    "12h": 12 * HOUR_S,
    "1d": 24 * HOUR_S,
    "1w": 7 * 24 * HOUR_S,
}
POINTS_MAX = 400
STATES = ("info", "good", "warn", "bad", "accent")
"""The colours of lines that mean nothing good or bad, in turn."""


class Line(NamedTuple):
    """One line of a chart: a metric by name and dimensions; a gap is `missing` (0 for what is counted)."""

    label: str
    namespace: str
    name: str
    dimensions: Mapping[str, str]
    stat: str
    state: str = "accent"
    missing: float | None = None


def chart(
    tx: Tx, call: Call[Any], lines: Sequence[Line], *, span_s: int = HOUR_S, period_s: int = 60, unit: str = ""
) -> dict[str, Any]:
    """The lines over the last `span_s` seconds, in steps of `period_s`."""
    period_s = fitting(span_s, period_s)
    queries = [
        {
            "Id": f"m{place}",
            "MetricStat": {
                "Metric": {
                    "Namespace": line.namespace,
                    "MetricName": line.name,
                    "Dimensions": [{"Name": name, "Value": value} for name, value in line.dimensions.items()],
                },
                "Period": period_s,
                "Stat": line.stat,
            },
        }
        for place, line in enumerate(lines)
    ]
    until_s = (call.now_ms // 1000 // period_s + 1) * period_s
    found = data(tx, call, queries, from_s=until_s - span_s, until_s=until_s)
    x = list(range(until_s - span_s, until_s, period_s))
    series = [
        {
            "label": line.label,
            "state": line.state,
            "values": [found.get(f"m{place}", ("", {}))[1].get(at_s, line.missing) for at_s in x],
        }
        for place, line in enumerate(lines)
    ]
    return {"x": x, "series": series, "unit": unit}


def chart_of(
    tx: Tx, call: Call[Any], queries: Sequence[Mapping[str, Any]], *, span_s: int, period_s: int
) -> dict[str, Any]:
    """A chart of whatever queries of GetMetricData give, expressions among them."""
    period_s = fitting(span_s, period_s)
    until_s = (call.now_ms // 1000 // period_s + 1) * period_s
    found = data(tx, call, queries, from_s=until_s - span_s, until_s=until_s)
    x = sorted({at_s for _, points in found.values() for at_s in points} | {until_s - span_s, until_s})
    series = [
        {"label": label, "state": STATES[place % len(STATES)], "line": "plain", "values": [points.get(at) for at in x]}
        for place, (label, points) in enumerate(found.values())
    ]
    return {"x": x, "series": series, "unit": ""}


def data(
    tx: Tx, call: Call[Any], queries: Sequence[Mapping[str, Any]], *, from_s: int, until_s: int
) -> dict[str, tuple[str, dict[int, float]]]:
    """By a query's id: its label, and its values by their second."""
    asked = {"MetricDataQueries": queries, "StartTime": from_s * 1000, "EndTime": until_s * 1000}
    told = call.dispatch(tx, "cloudwatch", "GetMetricData", asked)
    return {
        one["Id"]: (
            one.get("Label", one["Id"]),
            {at_ms // 1000: value for at_ms, value in zip(one["Timestamps"], one["Values"], strict=True)},
        )
        for one in told["MetricDataResults"]
    }


def fitting(span_s: int, period_s: int) -> int:
    """The period, or the next longer one with which the chart has no more points than can be seen."""
    return next((one for one in PERIODS_S if one >= period_s and span_s // one <= POINTS_MAX), PERIODS_S[-1])


def total(charted: Mapping[str, Any], label: str) -> float:
    """The sum of a line."""
    return sum(value or 0 for one in charted["series"] if one["label"] == label for value in one["values"])
