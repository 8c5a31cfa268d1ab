"""The map: the topology with what passes along it. Rates are of the last minute, latencies of the last five.

    {"nodes": [{id, kind, label, href, state, lines}], "edges": [{source, target, kind, state, label}], "cut": [...]}

A node's `state` is `glow` for a dead-letter queue that holds something, `bad` where something failed in the last five
minutes, `busy` where something passed in the last minute, else empty; an edge's the same without `glow`. Producers are
the sources of the latest events; whatever calls the platform without a source is `clients`.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from eventyard.console.rendering import duration, number
from eventyard.console.views.places import address_of
from eventyard.console.views.topology import Topology, described, topology
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.observing import edges
from eventyard.engine.observing.edges import MINUTE_S, Traffic
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

TROUBLE_S = 300
PRODUCERS_MAX = 8
_MESSAGES = "ApproximateNumberOfMessages"
_SAMPLE = 500
"""The latest events, among whose sources are the producers."""


class Flow(NamedTuple):
    """What passes from one thing to another."""

    per_s: float
    failed: int
    hops: int
    total_ms: int

    def plus(self, other: "Flow") -> "Flow":
        """Both together."""
        return Flow(
            self.per_s + other.per_s,
            self.failed + other.failed,
            self.hops + other.hops,
            self.total_ms + other.total_ms,
        )

    @property
    def state(self) -> str:
        return "bad" if self.failed else "busy" if self.per_s > 0 else ""


_NOTHING = Flow(0.0, 0, 0, 0)


def system_map(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The map of the call's account and region."""
    return traffic_on(tx, call, topology(tx, call))


def traffic_on(tx: Tx, call: Call[Any], known: Topology) -> Mapping[str, Any]:
    """What passes now along what is known to be there."""
    found = Topology(dict(known.nodes), dict(known.edges), known.dead_letters, known.cut)
    flows = _flows(tx, call)
    producers = _producers(tx, call)
    for name, bus in producers:
        found.node(f"source:{name}", "producer", name)
        found.edge(f"source:{name}", bus, "events")
    _add_seen(found, flows)
    into: dict[str, Flow] = {}
    for (_, target), flow in flows.items():
        into[target] = into.get(target, _NOTHING).plus(flow)
    for producer, per_s in _producer_rates(producers, into).items():
        flows[producer] = Flow(per_s, 0, 0, 0)
    nodes = [_node(tx, call, found, node_id, into.get(node_id, _NOTHING)) for node_id in found.nodes]
    return {"nodes": nodes, "edges": [_edge(found, pair, flows) for pair in found.edges], "cut": sorted(set(found.cut))}


def _flows(tx: Tx, call: Call[Any]) -> dict[tuple[str, str], Flow]:
    """What passed from whom to whom; the rate is of this minute so far and the rest of a minute before it."""
    now_s = call.now_ms // 1000
    minute = now_s // MINUTE_S * MINUTE_S
    share = 1 - (now_s - minute) / MINUTE_S
    kept = edges.between(
        tx, account=call.account, region=call.region, from_s=minute - TROUBLE_S, until_s=minute + MINUTE_S
    )
    flows: dict[tuple[str, str], Flow] = {}
    for edge, minute_at_s, traffic in kept:
        weight = {minute: 1.0, minute - MINUTE_S: share}.get(minute_at_s, 0.0)
        pair = (edge.source.partition("/stream/")[0], edge.node)
        flows[pair] = flows.get(pair, _NOTHING).plus(_flow(traffic, weight))
    return flows


def _flow(traffic: Traffic, weight: float) -> Flow:
    ok, *failed = traffic.counts
    return Flow(traffic.count * weight / MINUTE_S, sum(failed), ok + sum(failed), traffic.total_ms)


def _producers(tx: Tx, call: Call[Any]) -> Counter[tuple[str, str]]:
    """Who sent the latest events to which bus, and how many of them; only the busiest."""
    here = f":events:{call.region}:{call.account}:event-bus/"
    counts: Counter[tuple[str, str]] = Counter()
    for entry in ledger.entries_before(tx, before_ms=call.now_ms + 1, before_id="", rows_max=_SAMPLE):
        if here in entry.source_arn:
            counts[_source(entry.body), entry.source_arn] += 1
    return Counter(dict(counts.most_common(PRODUCERS_MAX)))


def _source(body: str) -> str:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return str(read.get("source", "")) if isinstance(read, dict) else ""


def _producer_rates(producers: Counter[tuple[str, str]], into: Mapping[str, Flow]) -> dict[tuple[str, str], float]:
    """A bus's rate, shared among its producers as they shared its latest events."""
    totals: Counter[str] = Counter()
    for (_, bus), count in producers.items():
        totals[bus] += count
    return {
        (f"source:{name}", bus): into.get(bus, _NOTHING).per_s * count / totals[bus]
        for (name, bus), count in producers.items()
    }


def _add_seen(found: Topology, flows: Mapping[tuple[str, str], Flow]) -> None:
    """Ways that nobody configured but somebody went: a function that sends to a queue, a client that calls another."""
    has_producer = {edge.target for edge in found.edges.values() if edge.kind == "events"}
    for source, target in flows:
        if target not in found.nodes or source == target or (not source and target in has_producer):
            continue
        if not source:
            if found.nodes[target].kind in ("rule", "machine state"):
                continue
            found.node("clients", "producer", "clients")
        elif source not in found.nodes:
            found.nodes[source] = described(source)
        found.edge(source or "clients", target, "call")


def _edge(found: Topology, pair: tuple[str, str], flows: Mapping[tuple[str, str], Flow]) -> dict[str, Any]:
    edge = found.edges[pair]
    source = "" if edge.source == "clients" else edge.source
    flow = flows.get((source, edge.target), _NOTHING)
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind,
        "state": flow.state,
        "label": _rate(flow) if flow.per_s else "",
        "per_s": flow.per_s,
        "failed": flow.failed,
    }


def _node(tx: Tx, call: Call[Any], found: Topology, node_id: str, flow: Flow) -> dict[str, Any]:
    node = found.nodes[node_id]
    lines, state = [], flow.state
    is_dead_letter = node_id in found.dead_letters
    if node.kind == "queue" and (depth := _depth(tx, call, node_id)) is not None:
        waiting, in_flight = depth
        lines.append(f"{number(waiting)} waiting" + (f", {number(in_flight)} in flight" if in_flight else ""))
        if is_dead_letter:
            state = "glow" if waiting + in_flight else state
    if flow.per_s:
        lines.append(_rate(flow) + (f" · {duration(flow.total_ms / flow.hops)}" if flow.total_ms else ""))
    if flow.failed:
        lines.append(f"{number(flow.failed)} failed in 5 min")
    kind = "dead letters" if is_dead_letter else node.kind
    href = "" if node.kind == "producer" and node_id == "clients" else _href(node_id, node.kind, node.label)
    return {"id": node_id, "kind": kind, "label": node.label, "href": href, "state": state, "lines": lines}


def _href(node_id: str, kind: str, label: str) -> str:
    return f"/_eventyard/stream?source={label}" if kind == "producer" else address_of(node_id, kind)


def _depth(tx: Tx, call: Call[Any], arn: str) -> tuple[int, int] | None:
    """Messages that wait (delayed ones too) and that are in flight; `None` of a queue that is elsewhere."""
    parsed = parse_arn(arn)
    if parsed is None or (parsed.account, parsed.region) != (call.account, call.region):
        return None
    url = f"{call.base_url}/{parsed.account}/{parsed.resource}"
    names = (
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    )
    asked = {"QueueUrl": url, "AttributeNames": list(names)}
    visible, hidden, delayed = map(
        call.dispatch(tx, "sqs", "GetQueueAttributes", asked)["Attributes"].__getitem__, names
    )
    return int(visible) + int(delayed), int(hidden)


def _rate(flow: Flow) -> str:
    return f"{number(flow.per_s)}/s" if flow.per_s >= 0.1 else f"{number(round(flow.per_s * 60, 1))}/min"
