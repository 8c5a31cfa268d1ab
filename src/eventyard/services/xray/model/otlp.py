"""OpenTelemetry's spans as segment documents.

A span of a server or a consumer, and one without a parent, is a segment named after its service; any other is a
subsegment. What X-Ray has a place for goes there, by both generations of OpenTelemetry's names; the keys that
`aws.xray.annotations` lists, and those that begin with `annotation.`, become annotations; the rest is metadata.
Sources: https://opentelemetry.io/docs/specs/semconv/; the mapping that AWS's exporter of the OpenTelemetry Collector
documents (open-telemetry/opentelemetry-collector-contrib, exporter/awsxrayexporter/README.md).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from eventyard.services.xray.model.segments import NAME_MAX, Document

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5
ERROR: Final = 2

_NO_NAME = re.compile(r"[^\w\s.:/%&#=+\\\-@]")
_NO_KEY = re.compile(r"\W")
_ANNOTATIONS = "aws.xray.annotations"
_PREFIX = "annotation."

_ORIGINS: Mapping[str, str] = MappingProxyType(
    {
        "aws_ec2": "AWS::EC2::Instance",
        "aws_ecs": "AWS::ECS::Container",
        "aws_eks": "AWS::EKS::Container",
        "aws_elastic_beanstalk": "AWS::ElasticBeanstalk::Environment",
        "aws_app_runner": "AWS::AppRunner::Service",
        "aws_lambda": "AWS::Lambda::Function",
    }
)


@dataclass(frozen=True, slots=True)
class OtelSpan:
    """One span as OTLP tells it: ids in hexadecimal, instants in nanoseconds, `kind` and `status` by their numbers."""

    trace: str
    id: str
    parent: str
    name: str
    kind: int
    started_ns: int
    ended_ns: int
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]
    scope: str = ""
    status: int = 0
    message: str = ""
    events: Sequence[tuple[str, Mapping[str, Any]]] = field(default_factory=tuple)
    links: Sequence[tuple[str, str, Mapping[str, Any]]] = field(default_factory=tuple)


def document_of(span: OtelSpan) -> Document:
    """The span as a document; whether it is a valid one is for `segments.read_document` to say."""
    taken = _Taken({**span.attributes})
    is_segment = span.kind in (SERVER, CONSUMER) or not span.parent
    name = clean_name(_name(span, taken, is_segment=is_segment))
    document: Document = {
        "id": span.id,
        "name": name,
        "trace_id": x_ray_trace(span.trace),
        **({"parent_id": span.parent} if span.parent else {}),
        **({} if is_segment else {"type": "subsegment"}),
        "start_time": span.started_ns / 1e9,
        "end_time": max(span.started_ns, span.ended_ns) / 1e9,
        **_http(taken, span.kind),
        **_sql(taken),
        **_aws(taken, span.resource, is_segment=is_segment),
    }
    document.update(_origin(span.resource) if is_segment else _namespace(span, taken))
    if isinstance(user := taken.first("enduser.id", "user.id"), str):
        document["user"] = user
    document.update(_outcome(span, document.get("http", {}).get("response", {}).get("status")))
    document.update(_annotated(span, taken))
    if span.links:
        document["links"] = [
            {"trace_id": x_ray_trace(trace), "id": id, **({"attributes": dict(told)} if told else {})}
            for trace, id, told in span.links
        ]
    return document


def x_ray_trace(trace: str) -> str:
    """A trace's id in X-Ray's form."""
    return f"1-{trace[:8]}-{trace[8:]}"


def clean_name(name: str) -> str:
    """The name without the characters that X-Ray has no room for."""
    return _NO_NAME.sub("", name)[:NAME_MAX] or "span"


class _Taken:
    """Attributes, of which those that were taken are not shown again."""

    def __init__(self, attributes: dict[str, Any]) -> None:
        self._left = attributes

    def first(self, *names: str) -> Any:
        """The value of the first of the names that is there; all of them count as taken."""
        found = [self._left.pop(name) for name in names if name in self._left]
        return found[0] if found else None

    def left(self) -> dict[str, Any]:
        return self._left

    def look(self, *names: str) -> Any:
        """As `first`, and nothing is taken."""
        return next((self._left[name] for name in names if name in self._left), None)


def _name(span: OtelSpan, taken: _Taken, *, is_segment: bool) -> str:
    if is_segment:
        return str(span.resource.get("service.name") or span.name)
    named = taken.first("peer.service", "aws.remote.service")
    if named is None and taken.look("rpc.system") == "aws-api":
        named = taken.look("rpc.service")
    if named is None and taken.look("db.system", "db.system.name") is not None:
        database, host = taken.look("db.namespace", "db.name"), taken.look("server.address", "net.peer.name")
        named = f"{database}@{host}" if database and host else database
    if named is None and span.kind in (CLIENT, PRODUCER):
        named = taken.look("server.address", "net.peer.name", "messaging.destination.name")
    return str(named or span.name)


def _namespace(span: OtelSpan, taken: _Taken) -> Document:
    if span.kind not in (CLIENT, PRODUCER):
        return {}
    return {"namespace": "aws" if taken.first("rpc.system") == "aws-api" else "remote"}


def _origin(resource: Mapping[str, Any]) -> Document:
    origin = _ORIGINS.get(str(resource.get("cloud.platform", "")))
    arn = resource.get("cloud.resource_id") or resource.get("faas.id")
    return {
        **({"origin": origin} if origin else {}),
        **({"resource_arn": arn} if isinstance(arn, str) and arn.startswith("arn:") else {}),
        **({"service": {"version": resource["service.version"]}} if "service.version" in resource else {}),
    }


def _http(taken: _Taken, kind: int) -> Document:
    request = {
        "method": taken.first("http.request.method", "http.method"),
        "url": taken.first("url.full", "http.url"),
        "user_agent": taken.first("user_agent.original", "http.user_agent"),
        "client_ip": taken.first("client.address", "http.client_ip"),
    }
    if request["url"] is None and kind == SERVER:
        path = taken.first("url.path", "http.target", "http.route")
        host = taken.look("server.address", "http.host", "net.host.name")
        if path is not None:
            request["url"] = f"{taken.first('url.scheme', 'http.scheme') or 'http'}://{host or ''}{path}"
    response = {
        "status": taken.first("http.response.status_code", "http.status_code"),
        "content_length": taken.first("http.response.body.size", "http.response_content_length"),
    }
    parts = {"request": _there(request), "response": _there(response)}
    found = {name: part for name, part in parts.items() if part}
    return {"http": found} if found else {}


def _sql(taken: _Taken) -> Document:
    system = taken.look("db.system.name", "db.system")
    if system is None or system == "dynamodb":
        return {}
    sql = {
        "database_type": taken.first("db.system.name", "db.system"),
        "sanitized_query": taken.first("db.query.text", "db.statement"),
        "user": taken.first("db.user"),
        "url": taken.first("db.connection_string"),
    }
    return {"sql": _there(sql)}


def _aws(taken: _Taken, resource: Mapping[str, Any], *, is_segment: bool) -> Document:
    tables = taken.first("aws.table.names", "aws.dynamodb.table_names")
    aws: dict[str, Any] = {
        "operation": taken.first("aws.operation", "rpc.method"),
        "region": taken.first("aws.region", "cloud.region"),
        "request_id": taken.first("aws.request.id", "aws.request_id", "aws.requestId"),
        "queue_url": taken.first("aws.queue.url", "aws.queue_url", "aws.sqs.queue.url"),
        "table_name": taken.first("aws.table.name") or (tables[0] if isinstance(tables, list) and tables else None),
        "account_id": resource.get("cloud.account.id"),
    }
    if is_segment and (host := resource.get("host.id")) is not None:
        aws["ec2"] = _there({"instance_id": host, "availability_zone": resource.get("cloud.availability_zone")})
    found = _there(aws)
    return {"aws": found} if found else {}


def _there(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _outcome(span: OtelSpan, status: Any) -> Document:
    """A status of HTTP decides which failure it is; without one a failed span is a fault."""
    code = status if isinstance(status, int) else 0
    if code == 429:
        flags: Document = {"error": True, "throttle": True}
    elif 400 <= code < 500:
        flags = {"error": True}
    elif code >= 500 or span.status == ERROR:
        flags = {"fault": True}
    else:
        flags = {}
    exceptions = list(_exceptions(span))
    return {**flags, "cause": {"exceptions": exceptions}} if exceptions else flags


def _exceptions(span: OtelSpan) -> Iterator[dict[str, Any]]:
    place = 0
    for name, told in span.events:
        if name == "exception":
            place += 1
            yield {
                "id": f"{(int(span.id, 16) + place) % (1 << 64):016x}",
                "type": str(told.get("exception.type", "")),
                "message": str(told.get("exception.message", "")),
                "remote": span.kind in (CLIENT, PRODUCER),
            }
    if not place and span.status == ERROR and span.message:
        yield {"id": span.id, "type": "", "message": span.message, "remote": span.kind in (CLIENT, PRODUCER)}


def _annotated(span: OtelSpan, taken: _Taken) -> Document:
    asked = taken.first(_ANNOTATIONS)
    left = taken.left()
    wanted = {*(asked if isinstance(asked, list) else ()), *(key for key in left if key.startswith(_PREFIX))}
    annotations = {
        _NO_KEY.sub("_", key.removeprefix(_PREFIX)): left.pop(key)
        for key in sorted(map(str, wanted))
        if isinstance(left.get(key), str | int | float)
    }
    own = {"otel.span": span.name, **({"otel.scope": span.scope} if span.scope else {}), **left}
    metadata = {"default": own, "otel.resource": dict(span.resource)}
    return {**({"annotations": annotations} if annotations else {}), "metadata": metadata}
