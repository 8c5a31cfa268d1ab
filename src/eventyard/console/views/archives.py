"""Archives, and one as a timeline from which a window is replayed."""

from collections.abc import Mapping
from typing import Any

from eventyard.console.views.topology import Topology, listed
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

POINTS_MAX = 400


def archives(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """All archives by name."""
    found = listed(tx, call, Topology(), ("events", "ListArchives", "Archives"))
    return {"archives": [_row(one) for one in found]}


def archive(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One archive: its events over time, and its replays with how far they are."""
    name = call.params["name"]
    timeline = call.view(tx, "events", "timeline", {"ArchiveName": name})
    told = call.dispatch(tx, "events", "DescribeArchive", {"ArchiveName": name})
    asked = {"EventSourceArn": told["ArchiveArn"]}
    replays = [
        _replay(one, timeline["last_at_ms"])
        for one in listed(tx, call, Topology(), ("events", "ListReplays", "Replays"), asked)
    ]
    replays.sort(key=lambda one: -(one["began_at_ms"] or 0))
    return {
        "archive": {**_row(told), "arn": told["ArchiveArn"]},
        "first_at_ms": timeline["first_at_ms"],
        "last_at_ms": timeline["last_at_ms"],
        "step_s": timeline["step_s"],
        "chart": _chart(timeline),
        "replays": replays,
        "rules": _rules(tx, call, told["EventSourceArn"]),
    }


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": one["ArchiveName"],
        "bus": one["EventSourceArn"].rpartition("/")[2],
        "bus_arn": one["EventSourceArn"],
        "state": one["State"],
        "events": one["EventCount"],
        "size_bytes": one["SizeBytes"],
        "retention_days": one.get("RetentionDays", 0),
        "created_at_ms": one["CreationTime"],
    }


def _replay(one: Mapping[str, Any], last_at_ms: int | None) -> dict[str, Any]:
    """`percent` of the way from the window's first instant to its last with events."""
    from_ms, until_ms = one["EventStartTime"], one["EventEndTime"]
    whole_ms = max(1, min(until_ms, last_at_ms or until_ms) - from_ms)
    reached_ms = one.get("EventLastReplayedTime")
    percent = 0 if reached_ms is None else max(0, min(100, (reached_ms - from_ms) * 100 // whole_ms))
    return {
        "name": one["ReplayName"],
        "state": one["State"],
        "reason": one.get("StateReason") or "",
        "from_at_ms": from_ms,
        "until_at_ms": until_ms,
        "reached_at_ms": reached_ms,
        "percent": 100 if one["State"] == "COMPLETED" else percent,
        "began_at_ms": one.get("ReplayStartTime"),
        "ended_at_ms": one.get("ReplayEndTime"),
        "is_active": one["State"] in ("STARTING", "RUNNING"),
    }


def _chart(timeline: Mapping[str, Any]) -> dict[str, Any] | None:
    """Each step of time with how many events it has; far apart, only steps with events and those beside them."""
    counts, step_s = dict(timeline["buckets"]), timeline["step_s"]
    if not counts:
        return None
    first, last = min(counts), max(counts)
    x = list(range(first - step_s, last + 2 * step_s, step_s))
    if len(x) > POINTS_MAX:
        x = sorted({near for at_s in counts for near in (at_s - step_s, at_s, at_s + step_s)})
    values = [counts.get(at_s, 0) for at_s in x]
    return {"x": x, "series": [{"label": "events", "state": "info", "values": values}], "unit": ""}


def _rules(tx: Tx, call: Call[Any], bus_arn: str) -> list[dict[str, str]]:
    """The rules of the bus that a replay may be kept to."""
    found = listed(tx, call, Topology(), ("events", "ListRules", "Rules"), {"EventBusName": bus_arn})
    return [{"name": rule["Name"], "arn": rule["Arn"]} for rule in found if not rule.get("ManagedBy")]
