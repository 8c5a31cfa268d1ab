"""Queues by their backlog, one with what lies in it, and one message with how it came there.

A dead letter says why by what its sender wrote on it (EventBridge and others put the error into its attributes), by
the ledger's tries, and by the hops of its trace; one that was only received too often says so.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.views import measures, spans
from eventyard.console.views.measures import Line
from eventyard.engine.call import Call
from eventyard.engine.trace.span import span_id
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

PREVIEW_MAX = 240
HISTORY_MAX = 60
TASKS_MAX = 10


def queues(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """Queues, the deepest first; `text` is a part of the name, `only=dead-letters` keeps dead-letter queues."""
    found = _linked(call.view(tx, "sqs", "queues", {})["queues"])
    text, only = str(call.params.get("text", "")).strip().lower(), str(call.params.get("only", ""))
    shown = [
        queue
        for queue in found
        if text in queue["name"].lower() and (only != "dead-letters" or queue["is_dead_letters"])
    ]
    shown.sort(key=lambda queue: (-queue["backlog"], queue["name"]))
    return {"queues": shown, "asked": {"text": text, "only": only}, "now_ms": call.now_ms}


def queue(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One queue: its depth, its dead-letter links, its settings, its last hour, moves, and a page of its messages."""
    name = call.params["name"]
    found = {one["name"]: one for one in _linked(call.view(tx, "sqs", "queues", {})["queues"])}.get(name)
    if found is None:
        raise AwsError("NotFound", f"There is no queue {name}.", status=404)
    asked = {"QueueUrl": url_of(call.base_url, call.account, name)}
    peeked = call.view(tx, "sqs", "peek", {**asked, "After": str(call.params.get("after", ""))})
    told = call.dispatch(tx, "sqs", "GetQueueAttributes", {**asked, "AttributeNames": ["All"]})
    tasks = call.dispatch(tx, "sqs", "ListMessageMoveTasks", {"SourceArn": found["arn"], "MaxResults": TASKS_MAX})
    return {
        "queue": found,
        "configured": told["Attributes"],
        "messages": [_row(one) for one in peeked["messages"]],
        "next": peeked["next"],
        "moves": [_move(task) for task in tasks["Results"]],
        "chart": _chart(tx, call, name),
        "now_ms": call.now_ms,
    }


def message(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One message of a queue: all that it carries, why it is a dead letter, and the hops that brought it here."""
    name = call.params["name"]
    one = peeked(tx, call, name, call.params["seq"])
    root = spans.root_of(one["trace"])
    history = list(_history(tx, call, root, one["message_id"], f":{name}")) if root else []
    return {
        "queue": name,
        "message": one,
        "reason": _reason(one),
        "trace": root if history else "",
        "event_id": _event_id(one["body"]),
        "history": history[:HISTORY_MAX],
        "send_to": _destination(one) or name,
        "queues": [queue["name"] for queue in call.view(tx, "sqs", "queues", {})["queues"]],
    }


def peeked(tx: Tx, call: Call[Any], name: str, seq: str) -> Mapping[str, Any]:
    """The message with that place in the queue. Raises NotFound."""
    asked = {"QueueUrl": url_of(call.base_url, call.account, name), "Seq": seq}
    found = call.view(tx, "sqs", "peek", asked)["messages"]
    if not found:
        raise AwsError("NotFound", f"That message is no longer in {name}: somebody has taken it.", status=404)
    one: Mapping[str, Any] = found[0]
    return one


def url_of(base_url: str, account: str, name: str) -> str:
    """A queue's address for operations."""
    return f"{base_url}/{account}/{name}"


def _linked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the links to dead letters both ways, names and addresses in place of ARNs."""
    sources: dict[str, list[str]] = {}
    for one in found:
        if one["dead_letters_to"]:
            sources.setdefault(one["dead_letters_to"], []).append(one["name"])
    for one in found:
        one["dead_letters_of"] = sources.get(one["arn"], [])
        one["dead_letters_to_name"] = (one["dead_letters_to"] or "").rpartition(":")[2]
        named_so = one["name"].removesuffix(".fifo").endswith(("-dlq", "-undelivered", "-dead-letters"))
        one["is_dead_letters"] = bool(one["dead_letters_of"]) or named_so
        one["backlog"] = one["visible"] + one["in_flight"] + one["delayed"]
    return found


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: value for name, value in one.items() if name not in ("body", "receipt_handle")},
        "preview": one["body"][:PREVIEW_MAX],
        "body": one["body"],
        "reason": _reason(one),
    }


def _reason(one: Mapping[str, Any]) -> str:
    """Why it is a dead letter, as far as the message itself tells; empty where it is none."""
    told = {name: value.get("StringValue", "") for name, value in one["attributes"].items()}
    code = told.get("ERROR_CODE") or told.get("ErrorCode", "")
    text = told.get("ERROR_MESSAGE") or told.get("ErrorMessage", "")
    if code or text:
        return ": ".join(filter(None, (code, text)))
    source = one["dead_letter_of"]
    return f"{source.rpartition(':')[2]}: received too often without being deleted" if source else ""


def _destination(one: Mapping[str, Any]) -> str:
    """The queue to which a dead letter wanted to go; empty where it is not told, or was no queue."""
    target = one["dead_letter_of"] or one["attributes"].get("TARGET_ARN", {}).get("StringValue", "")
    parsed = parse_arn(target)
    return parsed.resource if parsed is not None and parsed.service == "sqs" else ""


def _event_id(body: str) -> str:
    """The event that the body is, if it is one."""
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    is_event = isinstance(read, dict) and "detail-type" in read and isinstance(read.get("id"), str)
    return read["id"] if is_event else ""


def _history(tx: Tx, call: Call[Any], root: str, message_id: str, queue: str) -> Iterator[Mapping[str, Any]]:
    """The hops of its trace on the way to it and those that it caused itself; all, where it is not among them."""
    nodes = list(spans.flat(spans.forest(spans.seen_spans(tx, call, root), {})))
    by_id = {node["id"]: node for node in nodes}
    own = [
        node
        for node in nodes
        if node["told"].get("message_id") == message_id
        or node["id"] == span_id(message_id)
        or str(node["dead_letter"]).endswith(queue)
    ]
    wanted = {one["id"] for node in own for one in (*_above(by_id, node), *spans.flat(node["children"]))}
    for node in nodes:
        if not wanted or node["id"] in wanted:
            yield {name: value for name, value in node.items() if name not in ("children", "payload")}


def _above(by_id: Mapping[str, Mapping[str, Any]], node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The hop and what led to it."""
    at: Mapping[str, Any] | None = node
    while at is not None:
        yield at
        at = by_id.get(at["up"])


def _move(task: Mapping[str, Any]) -> dict[str, Any]:
    moved, whole = task["ApproximateNumberOfMessagesMoved"], task["ApproximateNumberOfMessagesToMove"]
    return {
        "status": task["Status"],
        "handle": task.get("TaskHandle", ""),
        "moved": moved,
        "to_move": whole,
        "percent": min(100, moved * 100 // whole) if whole else 100,
        "per_second_max": task.get("MaxNumberOfMessagesPerSecond"),
        "to": task.get("DestinationArn", "").rpartition(":")[2],
        "failure": task.get("FailureReason", ""),
        "started_at_ms": task["StartedTimestamp"],
    }


def _chart(tx: Tx, call: Call[Any], name: str) -> dict[str, Any]:
    def line(label: str, metric: str, stat: str, state: str, missing: float | None) -> Line:
        return Line(label, "AWS/SQS", metric, {"QueueName": name}, stat, state, missing)

    lines = (
        line("sent", "NumberOfMessagesSent", "Sum", "info", 0),
        line("deleted", "NumberOfMessagesDeleted", "Sum", "good", 0),
        line("visible", "ApproximateNumberOfMessagesVisible", "Maximum", "warn", None),
    )
    return measures.chart(tx, call, lines)
