"""Which hops belong to an order, where a request or a batch held many; and what an order still waits for.

A hop that took something (an event, a message of a topic) has its text. Below a hop that many orders share, only those
texts count that hold one of the order's keys; below one of these everything is the order's own, up to the next batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.views.spans import detail_of
from eventyard.engine.call import Call
from eventyard.engine.trace.span import Span
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

_UNFINISHED = {"retrying": "tries again", "sending": "is on its way"}
_TAKEN_BY = {"sqs": "queue", "states": "machine"}


def pruned(trees: Sequence[dict[str, Any]], keys: Sequence[str], payloads: Mapping[str, str]) -> list[dict[str, Any]]:
    """The trees with what is the keys' own; `payloads` are the texts by what took them."""
    own = frozenset(event_id for event_id, text in payloads.items() if any(key in text for key in keys))
    return [tree for tree in trees if _is_kept(tree, own, is_shared=True)]


def _is_kept(node: dict[str, Any], own: frozenset[str], *, is_shared: bool) -> bool:
    """Whether the hop is the keys' own; what is below it and is not is taken away."""
    if is_shared and node["event_id"]:
        if node["event_id"] not in own:
            return False
        is_shared = False
    if node["told"].get("records", 1) > 1:
        is_shared = True
    before = node["children"]
    node["children"] = [child for child in before if _is_kept(child, own, is_shared=is_shared)]
    return bool(node["children"]) or not before


def with_running(tx: Tx, call: Call[Any], seen: Sequence[Span], keys: Sequence[str]) -> list[Span]:
    """The hops with those of executions that have not ended, of which only states are told so far.

    Where there are `keys`, of executions whose input holds one.
    """
    known = {span.id for span in seen}
    running: dict[str, Span] = {}
    for span in seen:
        if span.kind == "state" and span.parent not in known | running.keys():
            running[span.parent] = _running(tx, call, span, keys)
    told = [span for span in seen if span.kind != "state" or span.parent in known or running[span.parent].detail]
    return [*(span for span in running.values() if span.detail), *told]


def _running(tx: Tx, call: Call[Any], state: Span, keys: Sequence[str]) -> Span:
    """The execution of a state; without a detail where it is gone, or is another order's."""
    arn = detail_of(state)["execution_arn"]
    own = state._replace(id=state.parent, parent="", kind="machine", status="ok", detail="", links="")
    params = {"executionArn": arn}
    there = call.within(
        service="stepfunctions",
        operation="DescribeExecution",
        params=params,
        account=state.account,
        region=state.region,
    )
    try:
        told = there.dispatch(tx, "stepfunctions", "DescribeExecution", params)
    except AwsError:
        return own
    if keys and not any(key in told.get("input", "") for key in keys):
        return own
    detail = {"execution_arn": arn, "name": told["name"], "status": told["status"]}
    return own._replace(detail=orjson.dumps(detail).decode())


def note_waits(nodes: Iterable[dict[str, Any]]) -> None:
    """Say at each hop what has not come of it yet, in `waits`."""
    for node in nodes:
        node["waits"] = _waits(node)


def _waits(node: Mapping[str, Any]) -> str:
    if node["told"].get("status") == "RUNNING":
        return "is running"
    outcome = str(node["outcome"] or "")
    if outcome in _UNFINISHED:
        return _UNFINISHED[outcome]
    target = parse_arn(str(node["target"] or ""))
    if outcome != "delivered" or target is None or target.service not in _TAKEN_BY:
        return ""
    kind = _TAKEN_BY[target.service]
    if any(child["kind"] == kind for child in node["children"]):
        return ""
    return "waits in the queue" if kind == "queue" else "is running"
