"""Functions: how often each was invoked and failed in the last hour, its invocations, and one with its log lines."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.views import measures, spans
from eventyard.console.views.measures import HOUR_S, Line
from eventyard.console.views.topology import Topology, listed
from eventyard.engine.call import Call
from eventyard.engine.observing import edges
from eventyard.engine.trace import read
from eventyard.engine.trace.span import Span
from eventyard.store.tx import Tx

SHOWN_MAX = 25
LOOKED_AT_MAX = 20_000
"""Of the latest hops anywhere, among which a function's invocations are looked for."""
LINES_MAX = 2_000
COUNTED_MAX = 160
"""Functions whose metrics are told: GetMetricData takes 500 queries."""
_COUNTS = ("Invocations", "Errors", "Throttles")
_NAMESPACE = "AWS/Lambda"
_PACE = (
    Line("invocations", _NAMESPACE, "Invocations", {}, "Sum", "good", 0),
    Line("errors", _NAMESPACE, "Errors", {}, "Sum", "bad", 0),
    Line("throttles", _NAMESPACE, "Throttles", {}, "Sum", "warn", 0),
)
_DURATIONS = (
    Line("p50", _NAMESPACE, "Duration", {}, "p50", "info"),
    Line("p99", _NAMESPACE, "Duration", {}, "p99", "warn"),
)


def functions(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """Every function with its last hour; those that failed most often come first. `text` is a part of the name."""
    text = str(call.params.get("text", "")).strip().lower()
    found = [
        one
        for one in listed(tx, call, Topology(), ("lambda", "ListFunctions", "Functions"))
        if text in one["FunctionName"].lower()
    ]
    counts = _counts(tx, call, [one["FunctionName"] for one in found[:COUNTED_MAX]])
    rows = [
        {
            "name": one["FunctionName"],
            "runtime": one.get("Runtime", ""),
            "handler": one.get("Handler", ""),
            "memory_mb": one["MemorySize"],
            "timeout_s": one["Timeout"],
            **counts.get(one["FunctionName"], dict.fromkeys(("invocations", "errors", "throttles"), 0)),
        }
        for one in found
    ]
    rows.sort(key=lambda row: (-row["errors"], -row["throttles"], -row["invocations"], row["name"]))
    return {"functions": rows, "asked": {"text": text}}


def function(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One function: its configuration, its last hour in charts, its latest invocations."""
    name = call.params["name"]
    told = _configuration(tx, call, name)
    arn = told["FunctionArn"]
    found = read.latest_of(tx, kind="invocation", arn=arn, looked_at_max=LOOKED_AT_MAX, rows_max=SHOWN_MAX)
    found.sort(key=lambda span: -span.started_at_ms)
    return {
        "name": name,
        "arn": arn,
        "state": told.get("State", ""),
        "configured": told,
        "invocations": [_row(span) for span in found],
        "pace": measures.chart(tx, call, [_line(name, one) for one in _PACE]),
        "durations": measures.chart(tx, call, [_line(name, one) for one in _DURATIONS], unit="ms"),
        "histogram": _histogram(tx, call, arn),
    }


def invocation(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One try of a function: how it went, and the lines that it logged."""
    name, root, id = call.params["name"], call.params["trace"], call.params["id"]
    arn = _configuration(tx, call, name)["FunctionArn"]
    own = next((span for span in spans.seen_spans(tx, call, root) if span.id == id), None)
    if own is None or not own.arn.startswith(arn):
        raise AwsError("NotFound", f"That invocation of {name} is not known.", status=404)
    row = _row(own)
    return {"name": name, "invocation": row, "lines": _lines(tx, call, row)}


def _line(name: str, line: Line) -> Line:
    return line._replace(dimensions={"FunctionName": name})


def _configuration(tx: Tx, call: Call[Any], name: str) -> Mapping[str, Any]:
    try:
        told: Mapping[str, Any] = call.dispatch(tx, "lambda", "GetFunctionConfiguration", {"FunctionName": name})
    except AwsError as refusal:
        raise AwsError("NotFound", refusal.message, status=404) from refusal
    return told


def _counts(tx: Tx, call: Call[Any], names: Sequence[str]) -> dict[str, dict[str, int]]:
    """By a function's name what it counted in the last hour."""
    if not names:
        return {}
    lines = [
        Line(f"{name} {metric}", _NAMESPACE, metric, {"FunctionName": name}, "Sum", "", 0)
        for name in names
        for metric in _COUNTS
    ]
    charted = measures.chart(tx, call, lines, span_s=HOUR_S, period_s=300)
    totals = {one["label"]: round(sum(one["values"])) for one in charted["series"]}
    return {name: {metric.lower(): totals[f"{name} {metric}"] for metric in _COUNTS} for name in names}


def _row(span: Span) -> dict[str, Any]:
    told = orjson.loads(span.detail or "{}")
    error = told.get("error", {})
    return {
        "trace": span.trace,
        "id": span.id,
        "request_id": told.get("request_id", ""),
        "started_at_ms": span.started_at_ms,
        "ended_at_ms": span.ended_at_ms,
        "status": span.status,
        "attempt": told.get("attempt", 1),
        "version": told.get("version", ""),
        "is_cold": told.get("is_cold", False),
        "duration_ms": told.get("duration_ms"),
        "billed_ms": told.get("billed_ms"),
        "memory_mb": told.get("memory_mb"),
        "max_memory_mb": told.get("max_memory_mb"),
        "error": ": ".join(filter(None, (error.get("code", ""), error.get("message", "")))),
        "log_group": told.get("log_group", ""),
        "log_stream": told.get("log_stream", ""),
    }


def _lines(tx: Tx, call: Call[Any], row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was logged between the first and the last line that names the request."""
    asked = {
        "logGroupName": row["log_group"],
        "logStreamName": row["log_stream"],
        "startTime": max(0, row["started_at_ms"] - 15_000),
        "endTime": row["ended_at_ms"] + 15_000,
        "startFromHead": True,
        "limit": LINES_MAX,
    }
    try:
        told = call.dispatch(tx, "logs", "GetLogEvents", asked)
    except AwsError:
        return []  # the group or the stream was deleted since
    lines = [{"at_ms": one["timestamp"], "text": one["message"].rstrip("\n")} for one in told["events"]]
    named = [place for place, line in enumerate(lines) if row["request_id"] in line["text"]]
    return lines[named[0] : named[-1] + 1] if named else []


def _histogram(tx: Tx, call: Call[Any], arn: str) -> list[dict[str, Any]]:
    """How long its invocations of the last hour took: for each doubling of the time how many; `width` of 100."""
    until_s = call.now_ms // 1000 + 60
    kept = edges.between(tx, account=call.account, region=call.region, from_s=until_s - HOUR_S, until_s=until_s)
    counts: dict[int, int] = {}
    for edge, _, traffic in kept:
        if edge.kind == "invocation" and edge.node.startswith(arn):
            for step, count in traffic.steps.items():
                place = max(0, math.floor(math.log2(max(1.0, edges.step_ms(step)))))
                counts[place] = counts.get(place, 0) + count
    if not counts:
        return []
    most = max(counts.values())
    return [
        {
            "from_ms": 2**place if place else 0,
            "until_ms": 2 ** (place + 1),
            "count": counts.get(place, 0),
            "width": round(counts.get(place, 0) * 100 / most, 1),
        }
        for place in range(min(counts), max(counts) + 1)
    ]
