"""Metrics: namespaces, their metrics, and one as a chart with the statistic, period and time that are asked for."""

from collections.abc import Mapping
from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.views import measures
from eventyard.console.views.measures import PERIODS_S, SPANS_S, Line
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

STATISTICS = ("Average", "Sum", "Minimum", "Maximum", "SampleCount", "p50", "p90", "p95", "p99")
METRICS_MAX = 5_000
ROWS_MAX = 500


def metrics(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The namespaces; of the chosen `namespace` its metrics, of which `text` may be a part; and the chosen metric
    (`name`, `dimensions` as a JSON object) with its chart by `stat`, `period` in seconds and `span`."""
    params = {name: str(call.params.get(name, "")) for name in ("namespace", "text", "name", "dimensions")}
    known = _known(tx, call)
    namespaces: dict[str, int] = {}
    for one in known:
        namespaces[one["namespace"]] = namespaces.get(one["namespace"], 0) + 1
    text = params["text"].strip().lower()
    found = [one for one in known if params["namespace"] == one["namespace"] and text in _text(one)]
    if text and not params["namespace"]:
        found = [one for one in known if text in _text(one)]
    return {
        "namespaces": [{"namespace": name, "metrics": count} for name, count in sorted(namespaces.items())],
        "metrics": found[:ROWS_MAX],
        "is_cut": len(found) > ROWS_MAX,
        "asked": params,
        "chosen": _chosen(tx, call, params) if params["name"] else None,
    }


def _known(tx: Tx, call: Call[Any]) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    while len(found) < METRICS_MAX:
        told = call.dispatch(tx, "cloudwatch", "ListMetrics", asked)
        for one in told["Metrics"]:
            dimensions = {each["Name"]: each["Value"] for each in one["Dimensions"]}
            written = orjson.dumps(dimensions).decode()
            found.append(
                {
                    "namespace": one["Namespace"],
                    "name": one["MetricName"],
                    "dimensions": dimensions,
                    "written": written,
                }
            )
        if "NextToken" not in told:
            break
        asked["NextToken"] = told["NextToken"]
    return found


def _text(one: Mapping[str, Any]) -> str:
    return f"{one['namespace']} {one['name']} {' '.join(one['dimensions'].values())}".lower()


def _chosen(tx: Tx, call: Call[Any], params: Mapping[str, str]) -> dict[str, Any]:
    stat = str(call.params.get("stat", "")) or ("Average" if "Duration" in params["name"] else "Sum")
    span = str(call.params.get("span", "")) or "1h"
    period = str(call.params.get("period", "")) or "60"
    if span not in SPANS_S or not period.isdecimal() or int(period) not in PERIODS_S:
        raise AwsError("BadRequest", f"span is one of {', '.join(SPANS_S)}, period of {PERIODS_S}.", status=400)
    line = Line(f"{params['name']} {stat}", params["namespace"], params["name"], _dimensions(params), stat, "info")
    charted = measures.chart(tx, call, [line], span_s=SPANS_S[span], period_s=int(period))
    return {
        "chart": charted,
        "stat": stat,
        "span": span,
        "period_s": measures.fitting(SPANS_S[span], int(period)),
        "statistics": STATISTICS,
        "spans": list(SPANS_S),
        "periods_s": PERIODS_S,
        "values": [value for one in charted["series"] for value in one["values"] if value is not None][-1:],
    }


def _dimensions(params: Mapping[str, str]) -> Mapping[str, str]:
    try:
        read = orjson.loads(params["dimensions"] or "{}")
    except orjson.JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        raise AwsError("BadRequest", "dimensions is a JSON object of names and values.", status=400)
    return {str(name): str(value) for name, value in read.items()}
