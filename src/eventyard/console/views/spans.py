"""Spans for people: a trace's hops as a tree, each with its outcome, its attempts and what it carried.

    {"id", "kind", "name", "arn", "href", "status", "started_at_ms", "ended_at_ms", "took_ms", "source",
     "outcome", "attempts", "reason", "dead_letter", "tries", "target", "event_id", "payload", "told", "depth",
     "children": [...], "more": how many children are left out}

What a hop carried is in the ledger, under the event that it took; it is cut after `PAYLOAD_MAX` characters, and the
event's own page has it whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from eventyard.console.views.places import address_of
from eventyard.console.views.topology import described
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.trace import read
from eventyard.engine.trace.context import read_header
from eventyard.engine.trace.span import Span
from eventyard.store.tx import Tx

PAYLOAD_MAX = 6_000
CHILDREN_MAX = 50
"""Hops below one that are told; a topic may have very many subscriptions."""

_KINDS_OF_THINGS: Mapping[str, str] = {"invocation": "function", "init": "function"}
_OWN = ("outcome", "attempts", "reason", "dead_letter", "tries", "target", "event_id", "next_at_ms")
_LEFT_OUT = frozenset({*_OWN, "target_id", "body_bytes", "error"})


def seen_spans(tx: Tx, call: Call[Any], trace: str) -> list[Span]:
    """The spans of a trace that the caller may see: on a strict server those of its own account."""
    spans = read.spans_of(tx, trace)
    return [span for span in spans if may_see(call, span.account)]


def may_see(call: Call[Any], account: str) -> bool:
    """Whoever has come in with a key sees its account; an open server shows the whole of a cause."""
    return not call.caller.access_key or account == call.account


def forest(spans: Sequence[Span], payloads: Mapping[str, str]) -> list[dict[str, Any]]:
    """The hops as trees: those that nothing of the trace caused, in order, each with what it caused."""
    nodes = {span.id: _node(span, payloads) for span in spans}
    senders = _senders(nodes, spans)
    roots: list[dict[str, Any]] = []
    for span in spans:
        own = nodes[span.id]
        parent = nodes.get(senders.get((span.parent, span.arn), span.parent))
        if parent is None and span.parent:
            parent = nodes.get(senders.get(("", span.arn), ""))
        if parent is None or parent is own or _is_below(nodes, own, parent):
            roots.append(own)
        elif len(parent["children"]) < CHILDREN_MAX:
            parent["children"].append(own)
            own["up"] = parent["id"]
        else:
            parent["more"] += 1
    for root in roots:
        _deepen(root, 0)
    return roots


def _senders(nodes: Mapping[str, Mapping[str, Any]], spans: Sequence[Span]) -> dict[tuple[str, str], str]:
    """Which hop sent something on, by the hop that took it and the ARN that it was sent to.

    By the ARN alone too: an invocation is written when it ends, and the call that it is an attempt of much later.
    """
    found: dict[tuple[str, str], str] = {}
    for span in spans:
        target = nodes[span.id]["target"]
        if target and nodes[span.id]["outcome"] != "filtered":
            found.setdefault((span.parent, target), span.id)
            found.setdefault(("", target), span.id)
    return found


def flat(trees: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every hop, each before what it caused."""
    for tree in trees:
        yield tree
        yield from flat(tree["children"])


def worst(statuses: Iterator[str]) -> str:
    """The worst of them."""
    found = set(statuses)
    return next((name for name in ("fault", "throttle", "error") if name in found), "ok")


def payloads_of(tx: Tx, trace: str) -> dict[str, str]:
    """What was accepted in the course of a trace, by its id."""
    return {entry.event_id: entry.body for entry in ledger.entries_of_trace(tx, trace, rows_max=1_000)}


def root_of(header: str) -> str:
    """The trace that a header names; empty where it names none."""
    context = read_header(header)
    return "" if context is None else context.root


def trace_of_event(tx: Tx, event_id: str) -> str:
    """The trace of an event; empty where it is not known."""
    entry = ledger.entry(tx, event_id)
    return "" if entry is None else root_of(entry.trace)


def _node(span: Span, payloads: Mapping[str, str]) -> dict[str, Any]:
    told = detail_of(span)
    event_id = str(told.get("event_id", ""))
    payload = payloads.get(event_id, "")
    return {
        "id": span.id,
        "kind": span.kind,
        "name": _name(span, told),
        "arn": span.arn,
        "href": _href(span, told),
        "status": span.status,
        "started_at_ms": span.started_at_ms,
        "ended_at_ms": span.ended_at_ms,
        "took_ms": span.ended_at_ms - span.started_at_ms,
        "account": span.account,
        "region": span.region,
        **{name: told.get(name) for name in _OWN},
        "reason": told.get("reason") or reason_of(told),
        "event_id": event_id,
        "target_name": described(str(told.get("target", ""))).label if span.kind == "rule" else "",
        "payload": payload[:PAYLOAD_MAX],
        "is_cut": len(payload) > PAYLOAD_MAX,
        "told": {name: value for name, value in told.items() if name not in _LEFT_OUT},
        "links": [{"trace": trace, "id": id} for trace, id in span.linked],
        "up": "",
        "depth": 0,
        "children": [],
        "more": 0,
    }


def detail_of(span: Span) -> Mapping[str, Any]:
    """What its kind tells of a hop."""
    if not span.detail:
        return {}
    told = orjson.loads(span.detail)
    return told if isinstance(told, dict) else {"detail": told}


def reason_of(told: Mapping[str, Any]) -> str:
    """Why a hop failed, as its detail tells; empty where it did not."""
    error = told.get("error")
    if not isinstance(error, dict):
        return str(error or "")
    return ": ".join(str(error[name]) for name in ("code", "message") if error.get(name))


def _href(span: Span, told: Mapping[str, Any]) -> str:
    """The page of the thing; of a machine's hop, that of the execution."""
    if told.get("execution_arn"):
        return address_of(str(told["execution_arn"]), "execution")
    return address_of(span.arn, _KINDS_OF_THINGS.get(span.kind, span.kind)) if span.arn else ""


def _name(span: Span, told: Mapping[str, Any]) -> str:
    """What people call the hop: a rule without its bus, a subscription by its target."""
    if span.kind == "state":
        return str(told.get("state", "state"))
    if span.kind == "subscription":
        return described(str(told.get("target", span.arn))).label
    return described(span.arn).label if span.arn.startswith("arn:") else span.arn or span.kind


def _is_below(nodes: Mapping[str, Mapping[str, Any]], top: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether `node` hangs below `top` already: what a client sends may claim to be its own cause."""
    at: Mapping[str, Any] | None = node
    while at is not None:
        if at is top:
            return True
        at = nodes.get(at["up"])
    return False


def _deepen(node: dict[str, Any], depth: int) -> None:
    waiting = [(node, depth)]
    while waiting:
        one, own_depth = waiting.pop()
        one["depth"] = own_depth
        waiting += [(child, own_depth + 1) for child in one["children"]]
