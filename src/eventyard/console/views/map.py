"""The map: the topology with what passes along it. Rates are of the last minute, latencies of the last five.

    {"nodes": [{id, kind, label, href, state, lines}], "edges": [{source, target, kind, state, label}], "cut": [...]}

A node's `state` is `glow` for a dead-letter queue that holds something, `bad` where something failed in the last five
minutes, `busy` where something passed in the last minute, else empty; an edge's the same without `glow`. Producers are
the sources of the latest events; whatever calls the platform without a source is `clients`.
"""

from collections.abc import Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.console.rendering import duration, number
from eventyard.console.views.flows import NOTHING, Flow, Flows, Way, flows
from eventyard.console.views.places import address_of
from eventyard.console.views.topology import Topology, described, topology
from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Tx

PRODUCERS_MAX = 8
_GONE = (-1, -1)
_MESSAGES = "ApproximateNumberOfMessages"


def system_map(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The map of the call's account and region."""
    return traffic_on(tx, call, topology(tx, call))


def traffic_on(tx: Tx, call: Call[Any], known: Topology) -> Mapping[str, Any]:
    """What passes now along what is known to be there."""
    found = Topology(dict(known.nodes), dict(known.edges), known.dead_letters, known.cut)
    passing = flows(tx, call)
    _add_producers(found, passing)
    _add_seen(found, passing.ways)
    at_each = passing.at_each()
    nodes = [_node(tx, call, found, node_id, at_each.get(node_id, NOTHING)) for node_id in found.nodes]
    drawn = [_edge(found, pair, passing) for pair in found.edges]
    return {"nodes": nodes, "edges": drawn, "cut": sorted(set(found.cut))}


def _add_producers(found: Topology, passing: Flows) -> None:
    """The busiest sources of the latest events."""
    busiest = sorted(passing.producers, key=lambda one: -passing.producers[one].hops)[:PRODUCERS_MAX]
    for name, bus in busiest:
        found.node(f"source:{name}", "producer", name)
        found.edge(f"source:{name}", bus, "events")


def _add_seen(found: Topology, ways: Mapping[Way, Flow]) -> None:
    """Ways that nobody configured but somebody went: a function that sends to a queue, a client that calls another."""
    for source, target in ways:
        if target not in found.nodes:
            continue
        if not source:
            found.node("clients", "producer", "clients")
        elif source not in found.nodes:
            found.nodes[source] = described(source)
        found.edge(source or "clients", target, "call")


def _edge(found: Topology, pair: tuple[str, str], passing: Flows) -> dict[str, Any]:
    edge = found.edges[pair]
    if edge.kind == "events":
        flow = passing.producers.get((edge.source.removeprefix("source:"), edge.target), NOTHING)
    else:
        flow = passing.ways.get(("" if edge.source == "clients" else edge.source, edge.target), NOTHING)
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
    depth = _depth(tx, call, node_id) if node.kind == "queue" else None
    if depth == _GONE:
        lines, state = ["does not exist"], "bad"
    elif depth is not None:
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
    """Messages that wait (delayed ones too) and in flight; `_GONE` of no queue, `None` of one that is elsewhere."""
    parsed = parse_arn(arn)
    if parsed is None or (parsed.account, parsed.region) != (call.account, call.region):
        return None
    url = f"{call.base_url}/{parsed.account}/{parsed.resource}"
    asked = {"QueueUrl": url, "AttributeNames": ["All"]}
    try:
        told = call.dispatch(tx, "sqs", "GetQueueAttributes", asked)["Attributes"]
    except AwsError:
        return _GONE
    waiting = int(told[_MESSAGES]) + int(told[f"{_MESSAGES}Delayed"])
    return waiting, int(told[f"{_MESSAGES}NotVisible"])


def _rate(flow: Flow) -> str:
    per_s, per_min = flow.per_s, flow.per_s * 60
    if per_s >= 10:
        return f"{number(round(per_s))}/s"
    return f"{per_s:.2g}/s" if per_s >= 0.1 else f"{per_min:.2g}/min"
