"""The map: GetServiceGraph, GetTraceGraph, GetTimeSeriesServiceStatistics.

The map of a time comes from edges that were folded as things happened. A group's map cannot: what it wants is known of
whole traces only, so its traces are looked at, the latest ones first, up to so many.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.observing import edges as engine_edges
from eventyard.engine.observing.edges import HOUR_S, MINUTE_S
from eventyard.languages.trace_filters.errors import FilterError
from eventyard.languages.trace_filters.filters import Filter
from eventyard.languages.trace_filters.parser import Parser
from eventyard.languages.trace_filters.syntax import EdgeTest, Expression, Identity, ServiceTest
from eventyard.languages.trace_filters.trace import Node
from eventyard.services.xray import errors
from eventyard.services.xray.model.assembling import Trace
from eventyard.services.xray.model.graphs import (
    Flow,
    engine_flows,
    histogram_of,
    services,
    statistics_of,
    together,
    trace_flows,
)
from eventyard.services.xray.model.summaries import indexed, traced
from eventyard.services.xray.operations.filtering import group_filter
from eventyard.services.xray.operations.spans_of_time import asked_time, seconds_around
from eventyard.services.xray.queries import edges, traces
from eventyard.services.xray.work.keeping import fold
from eventyard.store.tx import Tx

GRAPH_HOURS_MAX = 6
"""Source: https://docs.aws.amazon.com/general/latest/gr/xray.html (unverified of the operation's own check)."""
TRACE_IDS_MAX = 100
GROUP_TRACES_MAX = 1_000
"""Traces of a time that a group's map looks at; ours."""
_PERIODS = (60, 300)


def get_service_graph(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Who called whom in that time, and how it went."""
    start_ms, end_ms = asked_time(call.params, hours_max=GRAPH_HOURS_MAX)
    flows = _flows(tx, call, start_ms, end_ms, period_s=GRAPH_HOURS_MAX * HOUR_S)
    return {
        "StartTime": start_ms,
        "EndTime": end_ms,
        "Services": services(flows, account=call.account),
        "ContainsOldGroupVersions": False,
    }


def get_trace_graph(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Who called whom in these traces."""
    ids = call.params["TraceIds"]
    if len(ids) > TRACE_IDS_MAX:
        raise errors.too_many_trace_ids(TRACE_IDS_MAX)
    found = (traces.trace(tx, one, account=call.account, region=call.region) for one in dict.fromkeys(ids))
    return {"Services": services(trace_flows(one for one in found if one is not None), account=call.account)}


def get_time_series_service_statistics(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """How it went at a service or along an edge, period by period."""
    if call.params.get("ForecastStatistics"):
        raise errors.not_served("ForecastStatistics")
    start_ms, end_ms = asked_time(call.params, hours_max=GRAPH_HOURS_MAX)
    period_s = call.params.get("Period", _PERIODS[0])
    if period_s not in _PERIODS:
        raise errors.period_invalid()
    selected = _selector(call.params.get("EntitySelectorExpression", ""))
    is_edge = isinstance(selected, EdgeTest)
    flows = [flow for flow in _flows(tx, call, start_ms, end_ms, period_s=period_s) if _is_selected(selected, flow)]
    by_period: dict[int, list[Flow]] = {}
    for flow in flows:
        by_period.setdefault(flow.from_ms // 1000 // period_s * period_s, []).append(flow)
    return {
        "TimeSeriesServiceStatistics": [_point(at_s, by_period[at_s], is_edge=is_edge) for at_s in sorted(by_period)],
        "ContainsOldGroupVersions": False,
    }


def _point(at_s: int, flows: Sequence[Flow], *, is_edge: bool) -> dict[str, Any]:
    traffic = together(flows)
    name = "EdgeSummaryStatistics" if is_edge else "ServiceSummaryStatistics"
    return {
        "Timestamp": at_s * 1000,
        name: statistics_of(traffic),
        "ResponseTimeHistogram": histogram_of(traffic),
    }


def _flows(tx: Tx, call: Call[Mapping[str, Any]], start_ms: int, end_ms: int, *, period_s: int) -> list[Flow]:
    """What passed in that time; of the engine's edges one flow for each period."""
    wanted = group_filter(tx, call)
    from_s, until_s = seconds_around(start_ms, end_ms)
    if wanted is not None:
        return trace_flows(_traces_of_group(tx, call, wanted, from_s, until_s))
    fold(tx, call)
    from_s = from_s // MINUTE_S * MINUTE_S
    place = {"account": call.account, "region": call.region}
    by_engine = engine_edges.joined(tx, **place, from_s=from_s, until_s=until_s, period_s=period_s)
    return [*engine_flows(by_engine), *edges.between(tx, **place, from_s=from_s, until_s=until_s)]


def _traces_of_group(tx: Tx, call: Call[Mapping[str, Any]], wanted: Filter, from_s: int, until_s: int) -> list[Trace]:
    rows = traces.between(
        tx,
        account=call.account,
        region=call.region,
        from_s=from_s,
        until_s=until_s,
        after="",
        rows_max=GROUP_TRACES_MAX,
    )
    found = (traces.trace(tx, one, account=call.account, region=call.region) for _, one in rows)
    return [one for one in found if one is not None and wanted.matches(traced(one, indexed(one)))]


def _selector(text: str) -> Expression | None:
    """Which service or edge is asked for: `service("name")`, `edge("a", "b")`; nothing is all of them."""
    if not text.strip():
        return None
    try:
        selected = Parser(text, lambda kind, value: None).whole()
    except FilterError as wrong:
        raise errors.filter_invalid(str(wrong), text) from wrong
    if not isinstance(selected, ServiceTest | EdgeTest) or selected.inner is not None:
        raise errors.filter_invalid("Expected service(...) or edge(...)", text)
    return selected


def _is_selected(selected: Expression | None, flow: Flow) -> bool:
    if isinstance(selected, EdgeTest):
        return _is_meant(selected.source, flow.source) and _is_meant(selected.destination, flow.node)
    if flow.is_link:
        return False
    return not isinstance(selected, ServiceTest) or _is_meant(selected.identity, flow.node)


def _is_meant(identity: Identity, node: Node) -> bool:
    return identity.name in ("", node.name) and identity.type in ("", node.type)
