"""The log lines of invocations, at their hops: what their environment wrote between START and END of the request.

Of a batch only lines that hold one of the order's keys: the others are other orders'.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

LINES_MAX = 50
"""Lines of one invocation that are told, the first; its log stream has all."""
INVOCATIONS_MAX = 200
"""Invocations whose lines are told, the first."""
_READ_MAX = 1_000
_AROUND_MS = 1_000
"""How much earlier or later than the invocation its lines may be: their instants are the function's own."""
_FRAME = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START ")


def add_lines(tx: Tx, call: Call[Any], nodes: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    """Give each hop its `lines`: of an invocation those of its log, of any other none."""
    by_id = {node["id"]: node for node in nodes}
    left = INVOCATIONS_MAX
    for node in nodes:
        node["lines"] = []
        if node["kind"] == "invocation" and node["told"].get("log_stream") and left:
            left -= 1
            wanted = keys if _is_of_batch(by_id, node) else ()
            node["lines"] = list(_lines(tx, call, node, wanted))[:LINES_MAX]


def _is_of_batch(by_id: Mapping[str, Mapping[str, Any]], node: Mapping[str, Any]) -> bool:
    function = by_id.get(node["up"], node)
    mapping = by_id.get(function["up"], function)
    return bool(mapping["told"].get("records", 1) > 1)


def _lines(tx: Tx, call: Call[Any], node: Mapping[str, Any], keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    is_own = False
    for event in _events(tx, call, node):
        text = event["message"].rstrip("\n")
        if text.startswith(_FRAME):
            is_own = text.startswith(f"{_FRAME[0]}{node['told']['request_id']}")
        elif is_own and (not keys or any(key in text for key in keys)):
            yield {"at_ms": event["timestamp"], "message": text}


def _events(tx: Tx, call: Call[Any], node: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What the log stream has of that time; nothing where the group or the stream is gone."""
    params = {
        "logGroupName": node["told"]["log_group"],
        "logStreamName": node["told"]["log_stream"],
        "startTime": max(0, node["started_at_ms"] - _AROUND_MS),
        "endTime": node["ended_at_ms"] + _AROUND_MS,
        "startFromHead": True,
        "limit": _READ_MAX,
    }
    there = call.within(
        service="logs", operation="GetLogEvents", params=params, account=node["account"], region=node["region"]
    )
    try:
        found: Sequence[Mapping[str, Any]] = there.dispatch(tx, "logs", "GetLogEvents", params)["events"]
    except AwsError:
        return ()
    return found
