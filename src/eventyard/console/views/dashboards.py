"""CloudWatch's dashboards, drawn: metric, text and alarm widgets, each at its place of 24 columns.

A metric widget lists arrays `[namespace, name, dimension, value, …, {options}]`, where `.` repeats what stands at that
place of the array before and `...` all of it up to there; an array of options alone may hold an expression.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.views import measures
from eventyard.console.views.measures import SPANS_S
from eventyard.console.views.topology import Topology, listed
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

_PERIOD_S = 300


def dashboards(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """All dashboards by name."""
    found = listed(tx, call, Topology(), ("cloudwatch", "ListDashboards", "DashboardEntries"))
    rows = [
        {"name": one["DashboardName"], "changed_at_ms": one["LastModified"], "size_bytes": one["Size"]} for one in found
    ]
    return {"dashboards": rows}


def dashboard(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One dashboard over `span` (three hours): its widgets, each with what it shows."""
    name, span = call.params["name"], str(call.params.get("span", "")) or "3h"
    if span not in SPANS_S:
        raise AwsError("BadRequest", f"span is one of {', '.join(SPANS_S)}.", status=400)
    try:
        body = call.dispatch(tx, "cloudwatch", "GetDashboard", {"DashboardName": name})["DashboardBody"]
    except AwsError as refusal:
        raise AwsError("NotFound", refusal.message, status=404) from refusal
    widgets = [_widget(tx, call, one, SPANS_S[span]) for one in orjson.loads(body).get("widgets", ())]
    return {"name": name, "widgets": widgets, "span": span, "spans": list(SPANS_S), "body": body}


def _widget(tx: Tx, call: Call[Any], one: Mapping[str, Any], span_s: int) -> dict[str, Any]:
    properties = one.get("properties") or {}
    told: dict[str, Any] = {
        "type": one.get("type", ""),
        "title": properties.get("title", ""),
        "is_wide": one.get("width", 6) > 12,
        "text": "",
        "alarms": [],
        "chart": None,
        "values": [],
    }
    if told["type"] == "text":
        told["text"] = properties.get("markdown", "")
    elif told["type"] == "alarm":
        told["alarms"] = _alarms(tx, call, properties.get("alarms", ()))
    elif told["type"] == "metric":
        try:
            told |= _metric(tx, call, properties, span_s)
        except AwsError as refusal:
            told["text"] = f"{refusal.code}: {refusal.message}"
    else:
        told["text"] = f"Widgets of type {told['type']} are not drawn here."
    return told


def _metric(tx: Tx, call: Call[Any], properties: Mapping[str, Any], span_s: int) -> dict[str, Any]:
    period_s = max(60, int(properties.get("period", _PERIOD_S)))
    queries = list(_queries(properties.get("metrics", ()), properties.get("stat", "Average"), period_s))
    if not any(query["ReturnData"] for query in queries):
        return {"text": "It has no metrics to draw."}
    charted = measures.chart_of(tx, call, queries, span_s=span_s, period_s=period_s)
    for mark in (properties.get("annotations") or {}).get("horizontal", ()):
        if isinstance(mark, dict) and isinstance(mark.get("value"), int | float):
            values = [mark["value"]] * len(charted["x"])
            label = mark.get("label", "mark")
            charted["series"].append({"label": label, "state": "bad", "line": "dashed", "values": values})
    if properties.get("view") != "singleValue":
        return {"chart": charted}
    latest = [
        {
            "label": line["label"],
            "value": next((value for value in reversed(line["values"]) if value is not None), None),
        }
        for line in charted["series"]
    ]
    return {"values": latest}


def _queries(rows: Sequence[Any], stat: str, period_s: int) -> Iterator[dict[str, Any]]:
    before: list[Any] = []
    for place, row in enumerate(rows):
        options = row[-1] if row and isinstance(row[-1], dict) else {}
        given = [part for part in row if not isinstance(part, dict)]
        query: dict[str, Any] = {"Id": options.get("id", f"q{place}"), "ReturnData": options.get("visible", True)}
        if "label" in options:
            query["Label"] = options["label"]
        if "expression" in options:
            yield {**query, "Expression": options["expression"], "Period": options.get("period", period_s)}
            continue
        before = _written_out(given, before)
        pairs = zip(before[2::2], before[3::2], strict=False)
        metric = {
            "Namespace": before[0],
            "MetricName": before[1],
            "Dimensions": [{"Name": name, "Value": value} for name, value in pairs],
        }
        period = options.get("period", period_s)
        yield {**query, "MetricStat": {"Metric": metric, "Period": period, "Stat": options.get("stat", stat)}}


def _written_out(given: Sequence[str], before: Sequence[str]) -> list[str]:
    if given[:1] == ["..."]:
        own = given[1:]
        return [*before[: len(before) - len(own)], *own]
    return [before[place] if part == "." and place < len(before) else part for place, part in enumerate(given)]


def _alarms(tx: Tx, call: Call[Any], arns: Sequence[str]) -> list[dict[str, str]]:
    names = [arn.partition(":alarm:")[2] for arn in arns]
    if not names:
        return []
    asked = {"AlarmNames": names, "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    told = call.dispatch(tx, "cloudwatch", "DescribeAlarms", asked)
    found = (*told["MetricAlarms"], *told["CompositeAlarms"])
    return [{"name": one["AlarmName"], "state": one["StateValue"]} for one in found]
