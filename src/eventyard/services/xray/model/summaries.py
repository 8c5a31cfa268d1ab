"""A trace's summary, as GetTraceSummaries shows it, and the same trace as filter expressions see it.

Source: the service model; answers that users recorded: empty lists and maps are there, `Users` has no `ServiceIds`
where nothing is known of them, the map's client is one of `ServiceIds`, `AccountId` only where a segment names it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.languages.trace_filters.trace import AnnotationValue, Edge, Hop, Node, Traced
from eventyard.services.xray.model.assembling import Segment, Trace, is_open
from eventyard.services.xray.model.causes import causes_of
from eventyard.services.xray.model.nodes import CLIENT
from eventyard.services.xray.model.segments import steps

ANNOTATIONS_MAX = 50
"""Annotations of a trace that are indexed.
Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-annotations"""

_HTTP: Mapping[str, tuple[str, str]] = {
    "http.url": ("url", "HttpURL"),
    "http.method": ("method", "HttpMethod"),
    "http.useragent": ("user_agent", "UserAgent"),
    "http.clientip": ("client_ip", "ClientIp"),
}


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a trace can be found by, with the nodes that said it."""

    annotations: Mapping[str, Mapping[AnnotationValue, tuple[Node, ...]]]
    users: Mapping[str, tuple[Node, ...]]


def indexed(trace: Trace) -> Indexed:
    """The annotations (the first 50) and the users of the trace."""
    annotations: dict[str, dict[AnnotationValue, tuple[Node, ...]]] = {}
    users: dict[str, tuple[Node, ...]] = {}
    count = 0
    for segment in trace.segments:
        user = segment.document.get("user")
        if isinstance(user, str):
            users[user] = (*users.get(user, ()), segment.node)
        for key, value in _annotations(segment):
            values = annotations.setdefault(key, {})
            if value not in values:
                count += 1
            if count > ANNOTATIONS_MAX:
                break
            nodes = values.get(value, ())
            values[value] = nodes if segment.node in nodes else (*nodes, segment.node)
    return Indexed({key: values for key, values in annotations.items() if values}, users)


def _annotations(segment: Segment) -> Iterable[tuple[str, AnnotationValue]]:
    for part in (segment.document, *steps(segment.document)):
        yield from (part.get("annotations") or {}).items()


def traced(trace: Trace, known: Indexed) -> Traced:
    """The trace as filter expressions see it."""
    hops = {segment.id: _hop(segment) for segment in trace.segments}
    own = hops[trace.entry.id]
    entry = Hop(
        node=own.node,
        is_error=_is(trace, "error"),
        is_fault=_is(trace, "fault"),
        is_throttle=_is(trace, "throttle"),
        is_partial=trace.is_partial,
        is_root=True,
        response_s=own.response_s,
        status=own.status,
        strings=own.strings,
    )
    return Traced(
        entry=entry,
        duration_s=trace.duration_s,
        hops=tuple(hops.values()),
        edges=tuple(Edge(segment.caller, segment.node, hops[segment.id]) for segment in trace.segments),
        annotations={key: tuple(values) for key, values in known.annotations.items()},
        causes=causes_of(trace),
    )


def _is(trace: Trace, flag: str) -> bool:
    return any(segment.flag(flag) for segment in trace.segments if segment.counts_for_trace)


def _hop(segment: Segment) -> Hop:
    return Hop(
        node=segment.node,
        is_error=segment.flag("error"),
        is_fault=segment.flag("fault"),
        is_throttle=segment.flag("throttle"),
        is_partial=is_open(segment.document),
        is_inferred=segment.is_inferred,
        is_root=segment.is_root,
        response_s=segment.response_s,
        status=_status(segment),
        strings=_strings(segment),
    )


def _inner(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _status(segment: Segment) -> int | None:
    status = _inner(segment.document, "http", "response", "status")
    return status if isinstance(status, int) else None


def _strings(segment: Segment) -> dict[str, tuple[str, ...]]:
    document = segment.document
    found: dict[str, Any] = {keyword: _inner(document, "http", "request", name) for keyword, (name, _) in _HTTP.items()}
    found["user"] = document.get("user")
    found["availabilityzone"] = _inner(document, "aws", "ec2", "availability_zone")
    found["instance.id"] = _inner(document, "aws", "ec2", "instance_id")
    found["resource.arn"] = document.get("resource_arn")
    strings: dict[str, tuple[str, ...]] = {
        keyword: (value,) for keyword, value in found.items() if isinstance(value, str)
    }
    messages = tuple(_messages(segment))
    return {**strings, "message": messages} if messages else strings


def _messages(segment: Segment) -> Iterable[str]:
    for part in (segment.document, *steps(segment.document)):
        for one in _inner(part, "cause", "exceptions") or ():
            if isinstance(one, dict) and isinstance(one.get("message"), str):
                yield one["message"]


def summary(
    trace: Trace, known: Indexed, seen: Traced, *, revision: int, matched_at_s: float | None = None
) -> dict[str, Any]:
    """The summary; `matched_at_s` the instant of the event that a search by event time found it by."""
    shown: dict[str, Any] = {
        "Id": trace.id,
        "StartTime": _instant_ms(trace.started_s),
        "Duration": trace.duration_s,
        **({} if trace.entry.response_s is None else {"ResponseTime": trace.entry.response_s}),
        "HasFault": seen.entry.is_fault,
        "HasError": seen.entry.is_error,
        "HasThrottle": seen.entry.is_throttle,
        "IsPartial": trace.is_partial,
        "Http": _http_shown(seen.entry),
        "Annotations": {key: _annotation_shown(values) for key, values in known.annotations.items()},
        "Users": [{"UserName": user, "ServiceIds": _ids(nodes)} for user, nodes in known.users.items()],
        "ServiceIds": _ids(_nodes(trace)),
        "ResourceARNs": [{"ARN": arn} for arn in _named(seen, "resource.arn")],
        "InstanceIds": [{"Id": name} for name in _named(seen, "instance.id")],
        "AvailabilityZones": [{"Name": name} for name in _named(seen, "availabilityzone")],
        "EntryPoint": service_id(trace.entry.node),
        "Revision": revision,
        **({} if matched_at_s is None else {"MatchedEventTime": _instant_ms(matched_at_s)}),
    }
    for kind, name in _CAUSES.items():
        shown[name] = [cause.shown for cause in seen.causes if cause.kind == kind]
    return shown


_CAUSES: Mapping[str, str] = {
    "fault": "FaultRootCauses",
    "error": "ErrorRootCauses",
    "responsetime": "ResponseTimeRootCauses",
}


def service_id(node: Node) -> dict[str, Any]:
    """A node as a `ServiceId`."""
    return {
        "Name": node.name,
        "Names": [node.name],
        **({"AccountId": node.account} if node.account else {}),
        **({"Type": node.type} if node.type else {}),
    }


def _instant_ms(seconds: float) -> int:
    return round(seconds * 1000)


def _ids(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    return [service_id(node) for node in dict.fromkeys(nodes)]


def _nodes(trace: Trace) -> list[Node]:
    """Every node, the clients of the entries included."""
    clients = [segment.caller for segment in trace.segments if segment.is_root and segment.caller.type == CLIENT]
    return [*clients, *(segment.node for segment in trace.segments)]


def _named(seen: Traced, keyword: str) -> list[str]:
    return list(dict.fromkeys(value for hop in seen.hops for value in hop.strings.get(keyword, ())))


def _http_shown(entry: Hop) -> dict[str, Any]:
    shown: dict[str, Any] = {
        name: entry.strings[keyword][0] for keyword, (_, name) in _HTTP.items() if keyword in entry.strings
    }
    return shown if entry.status is None else {**shown, "HttpStatus": entry.status}


def _annotation_shown(values: Mapping[AnnotationValue, tuple[Node, ...]]) -> list[dict[str, Any]]:
    return [{"AnnotationValue": _value_shown(value), "ServiceIds": _ids(nodes)} for value, nodes in values.items()]


def _value_shown(value: AnnotationValue) -> dict[str, AnnotationValue]:
    if isinstance(value, bool):
        return {"BooleanValue": value}
    return {"StringValue": value} if isinstance(value, str) else {"NumberValue": float(value)}
