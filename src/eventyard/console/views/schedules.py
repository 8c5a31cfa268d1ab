"""Schedules with their next firings."""

from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.console.views.topology import Topology, described, listed
from eventyard.engine.call import Call
from eventyard.store.tx import Tx


def schedules(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """All schedules, those that fire next first; and the rules of buses that fire by a schedule."""
    found = []
    for one in listed(tx, call, Topology(), ("scheduler", "ListSchedules", "Schedules")):
        told = schedule_of(tx, call, one["GroupName"], one["Name"])
        found.append(told)
    found.sort(key=lambda one: (one["firings_at_ms"][:1] or [1 << 62], one["name"]))
    rules = [
        {"name": rule["Name"], "expression": rule["ScheduleExpression"], "state": rule["State"], "arn": rule["Arn"]}
        for rule in listed(tx, call, Topology(), ("events", "ListRules", "Rules"))
        if "ScheduleExpression" in rule
    ]
    return {"schedules": found, "rules": rules, "now_ms": call.now_ms}


def schedule(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One schedule with its next ten firings and how it is configured."""
    group, name = call.params["group"], call.params["name"]
    return {**schedule_of(tx, call, group, name), "now_ms": call.now_ms}


def schedule_of(tx: Tx, call: Call[Any], group: str, name: str) -> dict[str, Any]:
    """What is told of a schedule. Raises NotFound."""
    asked = {"GroupName": group, "Name": name}
    try:
        told = call.dispatch(tx, "scheduler", "GetSchedule", asked)
    except AwsError as refusal:
        raise AwsError("NotFound", refusal.message, status=404) from refusal
    firings = call.view(tx, "scheduler", "firings", asked)
    return {
        "name": name,
        "group": group,
        "arn": told["Arn"],
        "state": told["State"],
        "expression": told["ScheduleExpression"],
        "zone": told.get("ScheduleExpressionTimezone", "UTC"),
        "target": told["Target"]["Arn"],
        "target_name": described(told["Target"]["Arn"]).label,
        "firings_at_ms": firings["firings_at_ms"],
        "window_ms": firings["window_ms"],
        "configured": told,
    }
