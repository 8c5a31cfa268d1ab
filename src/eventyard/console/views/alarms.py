"""Alarms by their state, and one with what it watches, its threshold and its history."""

from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.console.views import measures
from eventyard.console.views.measures import Line
from eventyard.console.views.topology import Topology, listed
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

STATES = ("ALARM", "INSUFFICIENT_DATA", "OK")
HISTORY_MAX = 50
_CHARTED_PERIODS = 60
_KINDS = ("MetricAlarm", "CompositeAlarm")


def alarms(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """All alarms, those in ALARM first; `state` keeps those of one."""
    state = str(call.params.get("state", ""))
    found: list[dict[str, Any]] = []
    for kind in _KINDS:
        asked: dict[str, Any] = {"AlarmTypes": [kind], **({"StateValue": state} if state in STATES else {})}
        for one in listed(tx, call, Topology(), ("cloudwatch", "DescribeAlarms", f"{kind}s"), asked):
            found.append(_row(one, kind))
    found.sort(key=lambda row: (STATES.index(row["state"]), row["name"]))
    return {"alarms": found, "states": STATES, "asked": {"state": state}}


def alarm(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One alarm: its state and why, the chart of what it watches, its history and its settings."""
    name = call.params["name"]
    told = call.dispatch(tx, "cloudwatch", "DescribeAlarms", {"AlarmNames": [name], "AlarmTypes": list(_KINDS)})
    found = [(one, kind) for kind in _KINDS for one in told[f"{kind}s"]]
    if not found:
        raise AwsError("NotFound", f"There is no alarm {name}.", status=404)
    settings, kind = found[0]
    asked = {"AlarmName": name, "AlarmTypes": list(_KINDS), "MaxRecords": HISTORY_MAX}
    history = call.dispatch(tx, "cloudwatch", "DescribeAlarmHistory", asked)["AlarmHistoryItems"]
    return {
        "alarm": _row(settings, kind),
        "chart": _chart(tx, call, settings) if kind == "MetricAlarm" else None,
        "history": [
            {"at_ms": one["Timestamp"], "type": one["HistoryItemType"], "summary": one["HistorySummary"]}
            for one in history
        ],
        "configured": settings,
        "states": STATES,
    }


def _row(one: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        "name": one["AlarmName"],
        "arn": one["AlarmArn"],
        "kind": kind,
        "state": one["StateValue"],
        "reason": one.get("StateReason", ""),
        "since_at_ms": one.get("StateTransitionedTimestamp") or one.get("StateUpdatedTimestamp"),
        "watches": one.get("AlarmRule") or _watched(one),
        "acts": one.get("ActionsEnabled", True),
        "actions": [*one.get("AlarmActions", ())],
        "suppressed_by": one.get("ActionsSuppressedBy", ""),
    }


def _watched(one: Mapping[str, Any]) -> str:
    """What a metric alarm compares, as a person would say it."""
    signs = {
        "GreaterThanOrEqualToThreshold": "≥",
        "GreaterThanThreshold": ">",
        "LessThanThreshold": "<",
        "LessThanOrEqualToThreshold": "≤",
    }
    what = one.get("MetricName") or " and ".join(
        query.get("Expression", "") for query in one.get("Metrics", ()) if query.get("ReturnData", True)
    )
    of = ", ".join(dimension["Value"] for dimension in one.get("Dimensions", ()))
    sign = signs.get(one.get("ComparisonOperator", ""), one.get("ComparisonOperator", ""))
    return f"{what}{f' of {of}' if of else ''} {sign} {one.get('Threshold', 0):g}"


def _chart(tx: Tx, call: Call[Any], one: Mapping[str, Any]) -> dict[str, Any]:
    """The last periods of what it watches, with its threshold."""
    period_s = max(60, one.get("Period", 60))
    span_s = max(measures.HOUR_S, _CHARTED_PERIODS * period_s)
    if "MetricName" in one:
        stat = one.get("Statistic") or one.get("ExtendedStatistic", "Average")
        dimensions = {each["Name"]: each["Value"] for each in one.get("Dimensions", ())}
        line = Line(one["MetricName"], one["Namespace"], one["MetricName"], dimensions, stat, "info")
        charted = measures.chart(tx, call, [line], span_s=span_s, period_s=period_s)
    else:
        charted = measures.chart_of(tx, call, one["Metrics"], span_s=span_s, period_s=period_s)
    if "Threshold" in one:
        values = [one["Threshold"]] * len(charted["x"])
        charted["series"].append({"label": "threshold", "state": "bad", "line": "dashed", "values": values})
    return charted
