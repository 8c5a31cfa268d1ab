"""Documents as OpenTelemetry's spans: what goes on to a collector.

A segment is a span of a server (or of a consumer, behind a queue), a call a client's, any other subsegment an internal
one. `fill` writes into protobuf's messages, which are handed in, so that nobody reads that library here.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import orjson

from eventyard.services.xray.model.assembling import KIND
from eventyard.services.xray.model.otlp import CLIENT, CONSUMER, ERROR, INTERNAL, SERVER
from eventyard.services.xray.model.segments import Document

SCOPE = "eventyard"

_TRACE, _SPAN = re.compile(r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}"), re.compile(r"[0-9a-fA-F]{16}")

_CONSUMERS = frozenset({"queue", "mapping", "subscription", "pipe"})
_HTTP: Mapping[str, str] = MappingProxyType(
    {
        "method": "http.request.method",
        "url": "url.full",
        "user_agent": "user_agent.original",
        "client_ip": "client.address",
        "status": "http.response.status_code",
        "content_length": "http.response.body.size",
    }
)


def fill(request: Any, documents: Iterable[Document], *, wanted: frozenset[str] | set[str]) -> int:
    """Add the parts whose ids are wanted to an `ExportTraceServiceRequest`; gives back how many there were."""
    count = 0
    for document in documents:
        parts = [(document, str(document.get("parent_id", "")))]
        parts += list(_within(document))
        own = [(part, parent) for part, parent in parts if part["id"] in wanted]
        if not own:
            continue
        group = request.resource_spans.add()
        for key, value in _resource(document).items():
            group.resource.attributes.add(key=key).value.string_value = value
        scoped = group.scope_spans.add()
        scoped.scope.name = SCOPE
        for part, parent in own:
            _fill_span(scoped.spans.add(), part, parent, document)
            count += 1
    return count


def _within(document: Document) -> Iterable[tuple[Document, str]]:
    for step in document.get("subsegments") or ():
        yield step, document["id"]
        yield from _within(step)


def _resource(document: Document) -> dict[str, str]:
    aws = document.get("aws") if isinstance(document.get("aws"), dict) else {}
    told = {
        "service.name": document["name"],
        "cloud.provider": "aws",
        "cloud.resource_id": document.get("resource_arn"),
        "cloud.account.id": (aws or {}).get("account_id"),
        "aws.xray.origin": document.get("origin"),
    }
    return {key: str(value) for key, value in told.items() if value}


def _fill_span(span: Any, part: Document, parent: str, document: Document) -> None:
    span.trace_id = bytes.fromhex(document["trace_id"][2:10] + document["trace_id"][11:])
    span.span_id = bytes.fromhex(part["id"])
    span.parent_span_id = bytes.fromhex(parent)
    span.name = part["name"]
    span.kind = _kind(part, is_segment=part is document)
    span.start_time_unix_nano = round(part["start_time"] * 1e6) * 1000
    span.end_time_unix_nano = round(float(part.get("end_time") or part["start_time"]) * 1e6) * 1000
    for key, value in _attributes(part).items():
        _set(span.attributes.add(key=key).value, value)
    if any(part.get(flag) is True for flag in ("error", "fault", "throttle")):
        span.status.code = ERROR
    for exception in _exceptions(part):
        event = span.events.add(name="exception", time_unix_nano=span.end_time_unix_nano)
        _set(event.attributes.add(key="exception.type").value, str(exception.get("type", "")))
        _set(event.attributes.add(key="exception.message").value, str(exception.get("message", "")))
    for trace, id in _links(part):
        span.links.add(trace_id=bytes.fromhex(trace[2:10] + trace[11:]), span_id=bytes.fromhex(id))


def _kind(part: Document, *, is_segment: bool) -> int:
    if part.get("namespace") in ("aws", "remote"):
        return CLIENT
    if not is_segment:
        return INTERNAL
    return CONSUMER if part.get(KIND) in _CONSUMERS else SERVER


def _attributes(part: Document) -> dict[str, Any]:
    http = part.get("http") if isinstance(part.get("http"), dict) else {}
    told: dict[str, Any] = {}
    for side in ("request", "response"):
        inner = (http or {}).get(side)
        told.update({_HTTP[key]: value for key, value in (inner or {}).items() if key in _HTTP})
    told.update({f"annotation.{key}": value for key, value in (part.get("annotations") or {}).items()})
    for space, inner in (part.get("metadata") or {}).items():
        fields = inner if isinstance(inner, dict) else {"value": inner}
        told.update({f"{space}.{key}": value for key, value in fields.items()})
    if isinstance(part.get("user"), str):
        told["enduser.id"] = part["user"]
    return {key: value for key, value in told.items() if value is not None}


def _exceptions(part: Document) -> list[Mapping[str, Any]]:
    cause = part.get("cause")
    found = cause.get("exceptions") if isinstance(cause, dict) else None
    return [one for one in found or () if isinstance(one, dict)]


def _links(part: Document) -> list[tuple[str, str]]:
    """The links that name a span; a client may have written anything."""
    told = [one for one in part.get("links") or () if isinstance(one, dict)]
    named = [(str(one.get("trace_id", "")), str(one.get("id", ""))) for one in told]
    return [(trace, id) for trace, id in named if _TRACE.fullmatch(trace) and _SPAN.fullmatch(id)]


def _set(value: Any, given: Any) -> None:
    if isinstance(given, bool):
        value.bool_value = given
    elif isinstance(given, int) and abs(given) < 1 << 63:
        value.int_value = given
    elif isinstance(given, float):
        value.double_value = given
    else:
        value.string_value = given if isinstance(given, str) else orjson.dumps(given).decode()
