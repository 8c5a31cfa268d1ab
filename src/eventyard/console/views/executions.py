"""Executions of state machines: found by machine and status, and one as the graph of its states."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.rendering import duration
from eventyard.console.views import spans, state_runs
from eventyard.console.views.state_graphs import graph_of
from eventyard.console.views.topology import Topology, listed
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

SHOWN_MAX = 100
STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
EVENTS_MAX = 5_000
_PAGE_MAX = 1_000


def executions(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The latest executions of `machine`, or of all of them, of a `status` or of any; those of express ones end in
    traces and logs alone."""
    machine, status = str(call.params.get("machine", "")), str(call.params.get("status", ""))
    if status and status not in STATUSES:
        raise AwsError("BadRequest", f"status is one of {', '.join(STATUSES)}.", status=400)
    machines = list(listed(tx, call, Topology(), ("stepfunctions", "ListStateMachines", "stateMachines")))
    found: list[dict[str, Any]] = []
    for one in machines:
        if one["type"] == "STANDARD" and machine in ("", one["name"]):
            found += _executions_of(tx, call, one, status)
    found.sort(key=lambda row: -row["started_at_ms"])
    return {
        "executions": found[:SHOWN_MAX],
        "machines": [
            {"name": one["name"], "arn": one["stateMachineArn"], "is_express": one["type"] == "EXPRESS"}
            for one in machines
        ],
        "statuses": STATUSES,
        "asked": {"machine": machine, "status": status},
    }


def execution(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The execution with that `arn`: its graph, its states with what went in and came out, and its history."""
    arn = call.params["arn"]
    try:
        told = call.dispatch(tx, "stepfunctions", "DescribeExecution", {"executionArn": arn})
    except AwsError as refusal:
        raise AwsError("NotFound", refusal.message, status=404) from refusal
    if not spans.may_see(call, arn.split(":")[4]):
        raise AwsError("NotFound", f"There is no {arn} in your account.", status=404)
    machine = call.dispatch(tx, "stepfunctions", "DescribeStateMachineForExecution", {"executionArn": arn})
    events = _events(tx, call, arn)
    runs = state_runs.runs_of(events, has_ended=told["status"] != "RUNNING")
    states = [
        {"place": place, "name": name, "runs": own, **_summary(own)} for place, (name, own) in enumerate(runs.items())
    ]
    drawn = {one["name"]: one for one in states}
    return {
        "execution": _row(told),
        "input": told.get("input", ""),
        "output": told.get("output", ""),
        "error": told.get("error", ""),
        "cause": told.get("cause", ""),
        "is_redrivable": told.get("redriveStatus") == "REDRIVABLE",
        "trace": spans.root_of(told.get("traceHeader", "")) or _trace(tx, call, told),
        "graph": graph_of(machine["definition"], drawn),
        "states": states,
        "history": list(state_runs.rows_of(events)),
        "is_cut": len(events) >= EVENTS_MAX,
    }


def address(arn: str) -> str:
    """The page of the execution."""
    return f"/_eventyard/executions/{quote(arn, safe=':')}"


def _executions_of(tx: Tx, call: Call[Any], machine: Mapping[str, Any], status: str) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"stateMachineArn": machine["stateMachineArn"], "maxResults": SHOWN_MAX}
    if status:
        asked["statusFilter"] = status
    told = call.dispatch(tx, "stepfunctions", "ListExecutions", asked)
    return [_row(one) for one in told["executions"]]


def _row(told: Mapping[str, Any]) -> dict[str, Any]:
    stopped_at_ms = told.get("stopDate")
    return {
        "arn": told["executionArn"],
        "href": address(told["executionArn"]),
        "name": told["name"],
        "machine": told["stateMachineArn"].rpartition(":")[2],
        "machine_arn": told["stateMachineArn"],
        "status": told["status"],
        "started_at_ms": told["startDate"],
        "stopped_at_ms": stopped_at_ms,
        "took_ms": None if stopped_at_ms is None else stopped_at_ms - told["startDate"],
        "redrives": told.get("redriveCount", 0),
    }


def _events(tx: Tx, call: Call[Any], arn: str) -> list[Mapping[str, Any]]:
    asked: dict[str, Any] = {"executionArn": arn, "maxResults": _PAGE_MAX}
    found: list[Mapping[str, Any]] = []
    while len(found) < EVENTS_MAX:
        page = call.dispatch(tx, "stepfunctions", "GetExecutionHistory", asked)
        found += page["events"]
        if "nextToken" not in page:
            break
        asked["nextToken"] = page["nextToken"]
    return found


def _summary(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How a state stands, and what its node in the graph says of it."""
    status = next((name for name in ("failed", "running") if any(run["status"] == name for run in runs)), "ok")
    attempts = sum(run["attempts"] for run in runs)
    lines = [duration(sum(run["took_ms"] or 0 for run in runs))]
    if len(runs) > 1:
        lines.append(f"entered {len(runs)} times")
    if attempts > len(runs):
        lines.append(f"{attempts} attempts")
    drawn = {"failed": "bad", "running": "running", "ok": "busy"}[status]
    return {"status": status, "attempts": attempts, "lines": lines, "drawn": drawn}


def _trace(tx: Tx, call: Call[Any], told: Mapping[str, Any]) -> str:
    """The trace of the event that the execution was started with, where its input is one."""
    try:
        read = orjson.loads(told.get("input", ""))
    except orjson.JSONDecodeError:
        return ""
    event_id = read.get("id") if isinstance(read, dict) and "detail-type" in read else None
    return spans.trace_of_event(tx, str(event_id)) if event_id else ""
