"""The map: services and who calls them, from flows.

A *flow* is what passed from one node to another. The engine's own hops are folded into edges minute by minute
(`engine/observing/edges.py`), clients' segments in the same form; a trace's are made here. What a service counts is
what all flows to it counted, those from clients included.
Source of the form: the page "Getting data from AWS X-Ray", whose example shows `Root` only where it is true, and no
statistics at clients.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from eventyard.engine.observing.edges import MINUTE_S, Edge, Joined, Status, Traffic, step_ms
from eventyard.languages.trace_filters.trace import Node
from eventyard.services.xray.model.assembling import Segment, Trace
from eventyard.services.xray.model.nodes import CLIENT, arn_node

_PARTS = frozenset({"init", "state"})
"""Kinds of hops within a node."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What passed from `source` to `node` between two instants, in milliseconds.

    A *link* is counted by another flow to the node already: it only tells who called. A flow from a node to itself is
    what failed there: a message that a queue gave up.
    """

    source: Node
    node: Node
    from_ms: int
    until_ms: int
    traffic: Traffic
    is_link: bool = False


@dataclass(slots=True)
class _Service:
    node: Node
    reference: int
    from_ms: int
    until_ms: int
    traffic: Traffic = field(default_factory=Traffic)
    edges: dict[Node, list[Flow]] = field(default_factory=dict)
    is_root: bool = False
    is_called: bool = False


def engine_flows(folded: Sequence[Joined]) -> list[Flow]:
    """The engine's folded edges as flows. What a mapping passes on comes from its queue: it is no node of the map."""
    sources = {one.edge.node: one.edge.source for one in folded if one.edge.kind == "mapping"}
    flows = []
    for edge, first_s, last_s, traffic in folded:
        if edge.kind != "mapping":
            called = edge._replace(source=sources.get(edge.source, edge.source))
            flows.append(_engine_flow(called, first_s * 1000, (last_s + MINUTE_S) * 1000, traffic))
    return [flow for flow in flows if flow is not None]


def _engine_flow(edge: Edge, from_ms: int, until_ms: int, traffic: Traffic) -> Flow | None:
    """The edge as a flow; of one from a node to itself what failed, `None` where nothing did."""
    if edge.kind in _PARTS or edge.node.endswith(":"):
        return None  # a request whose ARN names no resource is told by its caller, or by the hop that it leads to
    node = arn_node(edge.node, edge.kind if edge.kind == "function" else "")
    caller_kind = "function" if edge.kind == "invocation" else ""
    source = arn_node(edge.source, caller_kind) if edge.source else Node(node.name, CLIENT)
    if source != node:
        return Flow(source, node, from_ms, until_ms, traffic)
    failed = Traffic([0, *traffic.counts[1:]])
    return Flow(node, node, from_ms, until_ms, failed) if failed.count else None


def trace_flows(traces: Iterable[Trace]) -> list[Flow]:
    """What passed in these traces."""
    return [segment_flow(segment) for trace in traces for segment in trace.segments]


def segment_flow(segment: Segment, *, is_link: bool = False) -> Flow:
    """The segment as a call from its caller. One in progress has begun, and counts as well so far."""
    started_ms = round(segment.started_s * 1000)
    took_ms = round((segment.response_s or 0) * 1000)
    traffic = Traffic()
    traffic.add(status_of(segment), took_ms)
    return Flow(_bare(segment.caller), _bare(segment.node), started_ms, started_ms + took_ms, traffic, is_link)


def status_of(segment: Segment) -> Status:
    """How the segment ended, the gravest first."""
    if segment.flag("fault"):
        return "fault"
    if segment.flag("throttle"):
        return "throttle"
    return "error" if segment.flag("error") else "ok"


def _bare(node: Node) -> Node:
    """Nodes of the map are told apart by name and type."""
    return Node(node.name, node.type)


def services(flows: Sequence[Flow], *, account: str) -> list[dict[str, Any]]:
    """`Services` of a graph: every node, in the order of names and types, with its edges to others."""
    found = {(flow.source.name, flow.source.type): flow.source for flow in flows}
    found.update({(flow.node.name, flow.node.type): flow.node for flow in flows})
    made = {
        node: _Service(node, reference, 1 << 62, 0)
        for reference, node in enumerate(node for _, node in sorted(found.items()))
    }
    for flow in flows:
        source, target = made[flow.source], made[flow.node]
        for service in (source, target):
            service.from_ms, service.until_ms = min(service.from_ms, flow.from_ms), max(service.until_ms, flow.until_ms)
        if flow.source != flow.node:
            source.edges.setdefault(flow.node, []).append(flow)
        if not flow.is_link:
            target.traffic.join(flow.traffic)
            target.is_called = True
        target.is_root = target.is_root or flow.source.type == CLIENT
    return [_shown(service, made, account) for service in made.values()]


def _shown(service: _Service, made: dict[Node, _Service], account: str) -> dict[str, Any]:
    node = service.node
    histogram = histogram_of(service.traffic)
    return {
        "ReferenceId": service.reference,
        "Name": node.name,
        "Names": [node.name],
        **({"Root": True} if service.is_root else {}),
        **({"AccountId": account} if node.type.startswith("AWS::") else {}),
        **({"Type": node.type} if node.type else {}),
        "State": "unknown" if node.type == CLIENT else "active",
        "StartTime": service.from_ms,
        "EndTime": service.until_ms,
        "Edges": [
            _edge_shown(reference, flows)
            for reference, flows in sorted(
                ((made[target].reference, flows) for target, flows in service.edges.items()), key=itemgetter(0)
            )
        ],
        **(
            {
                "SummaryStatistics": statistics_of(service.traffic),
                "DurationHistogram": histogram,
                "ResponseTimeHistogram": histogram,
            }
            if service.is_called
            else {}
        ),
    }


def _edge_shown(reference: int, flows: Sequence[Flow]) -> dict[str, Any]:
    traffic = together(flows)
    return {
        "ReferenceId": reference,
        "StartTime": min(flow.from_ms for flow in flows),
        "EndTime": max(flow.until_ms for flow in flows),
        "SummaryStatistics": statistics_of(traffic),
        "ResponseTimeHistogram": histogram_of(traffic),
        "Aliases": [],
    }


def together(flows: Iterable[Flow]) -> Traffic:
    """All that passed."""
    traffic = Traffic()
    for flow in flows:
        traffic.join(flow.traffic)
    return traffic


def statistics_of(traffic: Traffic) -> dict[str, Any]:
    """As `ServiceStatistics` and as `EdgeStatistics`, which are alike. Times in seconds."""
    ok, error, fault, throttle = traffic.counts
    return {
        "OkCount": ok,
        "ErrorStatistics": {"ThrottleCount": throttle, "OtherCount": error, "TotalCount": throttle + error},
        "FaultStatistics": {"OtherCount": fault, "TotalCount": fault},
        "TotalCount": traffic.count,
        "TotalResponseTime": traffic.total_ms / 1000,
    }


def histogram_of(traffic: Traffic) -> list[dict[str, Any]]:
    """How many took how long, by the scale of the folded edges: the middle of a step, of one alone the mean."""
    if len(traffic.steps) == 1:
        return [{"Value": round(traffic.total_ms / traffic.count / 1000, 4), "Count": traffic.count}]
    return [{"Value": _middle_s(step), "Count": count} for step, count in sorted(traffic.steps.items())]


def _middle_s(step: int) -> float:
    return round(math.sqrt(step_ms(step) * step_ms(step + 1)) / 1000, 4)
