"""OTLP's two forms of a request for export, read into `OtelSpan`s: JSON here, protobuf's messages by their fields.

JSON writes ids in hexadecimal, 64-bit numbers as text, enumerations as numbers or names, and keys in camel case.
Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

import base64
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from eventyard.services.xray.model.otlp import OtelSpan

_TRACE, _SPAN = re.compile(r"[0-9a-fA-F]{32}"), re.compile(r"[0-9a-fA-F]{16}")
_INTEGER_MAX = 1 << 64
_DEPTH_MAX = 32
"""How deep values may stand in each other; ours, so that what is kept can be written."""
_KINDS: Mapping[str, int] = MappingProxyType(
    {
        f"SPAN_KIND_{name}": number
        for number, name in enumerate(("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"))
    }
)
_STATUSES: Mapping[str, int] = MappingProxyType({"STATUS_CODE_UNSET": 0, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2})


class NoRequest(ValueError):
    """The body is no request for export."""


def spans_of_json(parsed: Any) -> Iterator[OtelSpan | str]:
    """Each span of the request, or why one is none. Raises NoRequest where the whole is not of the form."""
    for group in _list(_object(parsed), "resourceSpans"):
        resource = _resource(_object(group.get("resource") or {}))
        for scoped in _list(group, "scopeSpans"):
            scope = str(_object(scoped.get("scope") or {}).get("name", ""))
            for span in _list(scoped, "spans"):
                yield _span_or_reason(span, resource, scope)


def _resource(given: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return _attributes(given)
    except (ValueError, TypeError) as wrong:
        raise NoRequest(f"An attribute of a resource is invalid: {wrong}") from wrong


def _span_or_reason(span: Mapping[str, Any], resource: Mapping[str, Any], scope: str) -> OtelSpan | str:
    try:
        return _span(span, resource, scope)
    except (ValueError, TypeError) as wrong:
        return str(wrong)


def _span(span: Mapping[str, Any], resource: Mapping[str, Any], scope: str) -> OtelSpan:
    status = _object(span.get("status") or {})
    return OtelSpan(
        trace=_id(span.get("traceId"), _TRACE),
        id=_id(span.get("spanId"), _SPAN),
        parent=_id(span["parentSpanId"], _SPAN) if span.get("parentSpanId") else "",
        name=str(span.get("name", "")),
        kind=_number_of(span.get("kind", 0), _KINDS),
        started_ns=_integer(span.get("startTimeUnixNano", 0)),
        ended_ns=_integer(span.get("endTimeUnixNano", 0)),
        attributes=_attributes(span),
        resource=resource,
        scope=scope,
        status=_number_of(status.get("code", 0), _STATUSES),
        message=str(status.get("message", "")),
        events=[(str(one.get("name", "")), _attributes(one)) for one in _list(span, "events")],
        links=[
            (_id(one.get("traceId"), _TRACE), _id(one.get("spanId"), _SPAN), _attributes(one))
            for one in _list(span, "links")
        ],
    )


def _id(value: Any, form: re.Pattern[str]) -> str:
    if isinstance(value, str) and form.fullmatch(value) and value.strip("0"):
        return value.lower()
    raise ValueError(f"An id of a span is invalid: {value!r}.")


def _number_of(value: Any, names: Mapping[str, int]) -> int:
    return names[value] if isinstance(value, str) and value in names else _integer(value)


def _integer(value: Any) -> int:
    number = int(value)
    if abs(number) >= _INTEGER_MAX:
        raise ValueError("A number has more than 64 bits.")
    return number


def _object(value: Any) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise NoRequest("The body is no ExportTraceServiceRequest.")


def _list(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = value.get(name) or []
    if isinstance(found, list):
        return [_object(one) for one in found]
    raise NoRequest(f"{name} is no list.")


def _attributes(value: Mapping[str, Any]) -> dict[str, Any]:
    return _pairs(value, "attributes", 0)


def _pairs(value: Mapping[str, Any], name: str, depth: int) -> dict[str, Any]:
    return {str(one.get("key", "")): _value(_object(one.get("value") or {}), depth) for one in _list(value, name)}


def _value(value: Mapping[str, Any], depth: int) -> Any:
    if depth > _DEPTH_MAX:
        raise ValueError("A value is nested too deeply.")
    if "arrayValue" in value:
        return [_value(one, depth + 1) for one in _list(_object(value["arrayValue"]), "values")]
    if "kvlistValue" in value:
        return _pairs(_object(value["kvlistValue"]), "values", depth + 1)
    for name, read in _VALUES.items():
        if name in value:
            return read(value[name])
    return None


_VALUES: Mapping[str, Any] = MappingProxyType(
    {
        "stringValue": str,
        "boolValue": bool,
        "intValue": _integer,
        "doubleValue": float,
        "bytesValue": str,
    }
)


def spans_of_message(request: Any) -> Iterator[OtelSpan | str]:
    """Each span of an `ExportTraceServiceRequest` of protobuf, or why one is none."""
    for group in request.resource_spans:
        resource = _message_attributes(group.resource.attributes)
        for scoped in group.scope_spans:
            for span in scoped.spans:
                yield _message_span(span, resource, scoped.scope.name)


def _message_span(span: Any, resource: Mapping[str, Any], scope: str) -> OtelSpan | str:
    if len(span.trace_id) != 16 or len(span.span_id) != 8 or len(span.parent_span_id) not in (0, 8):
        return f"An id of a span is invalid: {span.span_id.hex()!r}."
    return OtelSpan(
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        name=span.name,
        kind=span.kind,
        started_ns=span.start_time_unix_nano,
        ended_ns=span.end_time_unix_nano,
        attributes=_message_attributes(span.attributes),
        resource=resource,
        scope=scope,
        status=span.status.code,
        message=span.status.message,
        events=[(one.name, _message_attributes(one.attributes)) for one in span.events],
        links=[
            (one.trace_id.hex(), one.span_id.hex(), _message_attributes(one.attributes))
            for one in span.links
            if len(one.trace_id) == 16 and len(one.span_id) == 8
        ],
    )


def _message_attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _message_value(pair.value) for pair in pairs}


def _message_value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    inner = getattr(value, kind)
    if kind == "array_value":
        return [_message_value(one) for one in inner.values]
    if kind == "kvlist_value":
        return _message_attributes(inner.values)
    return base64.b64encode(inner).decode() if kind == "bytes_value" else inner
