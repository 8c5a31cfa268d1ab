"""OpenTelemetry's spans in, as JSON and as protobuf, and W3C's header at the gateway."""

import gzip
import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.support.platform import RunningPlatform

START_S = 1_767_225_600
W3C = "4efaaf4d1e8720b39541901950019ee5"
TRACE = "1-4efaaf4d-1e8720b39541901950019ee5"


def _attributes(**values: Any) -> list[dict[str, Any]]:
    def told(value: Any) -> dict[str, Any]:
        if isinstance(value, list):
            return {"arrayValue": {"values": [told(one) for one in value]}}
        kind = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}[type(value)]
        return {kind: str(value) if type(value) is int else value}

    return [{"key": key.replace("__", "."), "value": told(value)} for key, value in values.items()]


SERVER = {
    "traceId": W3C,
    "spanId": "53995c3f42cd8ad8",
    "name": "POST /orders",
    "kind": 2,
    "startTimeUnixNano": str(START_S * 10**9),
    "endTimeUnixNano": str(START_S * 10**9 + 10**9),
    "attributes": _attributes(
        http__request__method="POST",
        url__full="http://shop/orders",
        http__response__status_code=503,
        order__id="o-9",
        weight=2,
        aws__xray__annotations=["order.id"],
    ),
    "status": {"code": "STATUS_CODE_ERROR"},
    "events": [
        {"name": "exception", "attributes": _attributes(exception__type="Broken", exception__message="no stock")}
    ],
    "links": [{"traceId": W3C, "spanId": "00000000000000aa"}],
}
CLIENT = {
    "traceId": W3C,
    "spanId": "53995c3f42cd8ad9",
    "parentSpanId": "53995c3f42cd8ad8",
    "name": "SELECT",
    "kind": "SPAN_KIND_CLIENT",
    "startTimeUnixNano": START_S * 10**9,
    "endTimeUnixNano": START_S * 10**9 + 10**8,
    "attributes": _attributes(db__system="postgresql", db__statement="select 1", db__name="shop", server__address="db"),
}
BROKEN = {**SERVER, "spanId": "12"}
OLD = {**SERVER, "spanId": "00000000000000bb", "startTimeUnixNano": 1, "endTimeUnixNano": 2}


def _request(*spans: Any) -> dict[str, Any]:
    resource = {"attributes": _attributes(service__name="shop", cloud__platform="aws_ecs")}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "lib"}, "spans": list(spans)}]}]}


def _post(platform: Any, body: bytes, path: str = "/v1/traces", **headers: str) -> tuple[int, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(platform.endpoint + path, body, named, method="POST")
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def _check(xray: Any) -> None:
    (trace,) = xray.batch_get_traces(TraceIds=[TRACE])["Traces"]
    documents = {one["name"]: one for one in (json.loads(segment["Document"]) for segment in trace["Segments"])}
    shop = documents["shop"]
    assert (shop["origin"], shop["fault"], shop["http"]["response"]) == ("AWS::ECS::Container", True, {"status": 503})
    assert shop["http"]["request"] == {"method": "POST", "url": "http://shop/orders"}
    assert shop["annotations"] == {"order_id": "o-9"}
    assert shop["metadata"]["default"] == {"otel.span": "POST /orders", "otel.scope": "lib", "weight": 2}
    assert shop["cause"]["exceptions"][0]["message"] == "no stock"
    assert shop["links"] == [{"trace_id": TRACE, "id": "00000000000000aa"}]
    (select,) = shop["subsegments"]
    assert (select["name"], select["namespace"]) == ("shop@db", "remote")
    assert select["sql"] == {"database_type": "postgresql", "sanitized_query": "select 1"}
    assert documents["shop@db"]["inferred"] is True
    window = {"StartTime": START_S - 60, "EndTime": START_S + 60}
    found = xray.get_trace_summaries(**window, FilterExpression='annotation.order_id = "o-9" AND fault')
    assert [one["Id"] for one in found["TraceSummaries"]] == [TRACE]


def test_json_is_taken_and_what_is_no_span_is_told(timed_platform):
    body = gzip.compress(json.dumps(_request(SERVER, BROKEN, CLIENT, OLD)).encode())
    status, answer = _post(timed_platform, body, content_type="application/json", content_encoding="gzip")
    assert status == 200
    told = json.loads(answer)["partialSuccess"]
    assert (told["rejectedSpans"], told["errorMessage"]) == ("2", "An id of a span is invalid: '12'.")
    _check(timed_platform.client("xray"))


def test_protobuf_is_taken(timed_platform):
    message = ExportTraceServiceRequest()
    group = message.resource_spans.add()
    _fill(group.resource.attributes, service__name="shop", cloud__platform="aws_ecs")
    scoped = group.scope_spans.add()
    scoped.scope.name = "lib"
    for given in (SERVER, CLIENT):
        _add(scoped.spans, given)
    scoped.spans.add(trace_id=b"short", span_id=b"12345678")
    path = "/opentelemetry/v1/traces"
    status, answer = _post(timed_platform, message.SerializeToString(), path, content_type="application/x-protobuf")
    told = ExportTraceServiceResponse.FromString(answer).partial_success
    assert (status, told.rejected_spans) == (200, 1)
    _check(timed_platform.client("xray"))


def _fill(attributes: Any, **values: Any) -> None:
    for one in _attributes(**values):
        _set(attributes.add(key=one["key"]).value, one["value"])


def _set(value: Any, told: dict[str, Any]) -> None:
    ((kind, inner),) = told.items()
    if kind == "arrayValue":
        for part in inner["values"]:
            _set(value.array_value.values.add(), part)
    else:
        name = kind.replace("Value", "_value")
        setattr(value, name, int(inner) if kind == "intValue" else inner)


def _add(spans: Any, given: dict[str, Any]) -> None:
    span = spans.add(
        trace_id=bytes.fromhex(given["traceId"]),
        span_id=bytes.fromhex(given["spanId"]),
        parent_span_id=bytes.fromhex(given.get("parentSpanId", "")),
        name=given["name"],
        kind=given["kind"],
        start_time_unix_nano=int(given["startTimeUnixNano"]),
        end_time_unix_nano=int(given["endTimeUnixNano"]),
    )
    for one in given["attributes"]:
        _set(span.attributes.add(key=one["key"]).value, one["value"])
    if "status" in given:
        span.status.code = 2
    for event in given.get("events", ()):
        told = span.events.add(name=event["name"])
        for one in event["attributes"]:
            _set(told.attributes.add(key=one["key"]).value, one["value"])
    for link in given.get("links", ()):
        span.links.add(trace_id=bytes.fromhex(link["traceId"]), span_id=bytes.fromhex(link["spanId"]))


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"content_type": "application/json"}, 400),
        (b"[]", {"content_type": "application/json"}, 400),
        (b'{"resourceSpans": 1}', {"content_type": "application/json"}, 400),
        (b"\xff\xff", {"content_type": "application/x-protobuf"}, 400),
        (b"{}", {"content_type": "text/plain"}, 415),
        (b"{}", {"content_type": "application/json", "content_encoding": "br"}, 415),
        (b"{}", {"content_type": "application/json", "content_encoding": "gzip"}, 400),
    ],
)
def test_what_is_no_request_is_refused(shared_platform, body, headers, status):
    assert _post(shared_platform, body, **headers)[0] == status


def test_a_strict_server_takes_no_spans_that_nobody_has_signed(tmp_path):
    strict = RunningPlatform(tmp_path, auth="strict")
    status, answer = _post(strict, json.dumps(_request(SERVER)).encode(), content_type="application/json")
    strict.close()
    assert (status, json.loads(answer)["__type"]) == (403, "MissingAuthenticationTokenException")


def test_a_w3c_header_makes_a_request_part_of_its_trace(platform):
    queue = platform.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    headers = {
        "traceparent": f"00-{W3C}-53995c3f42cd8ad8-01",
        "X-Amz-Target": "AmazonSQS.SendMessage",
        "Content-Type": "application/x-amz-json-1.0",
    }
    body = json.dumps({"QueueUrl": queue, "MessageBody": "b"}).encode()
    assert _post(platform, body, "/", **headers)[0] == 200
    platform.run(platform.platform.engine.settle())
    (trace,) = platform.client("xray").batch_get_traces(TraceIds=[TRACE])["Traces"]
    (document,) = [json.loads(one["Document"]) for one in trace["Segments"]]
    assert document["parent_id"] == "53995c3f42cd8ad8"
    assert document["metadata"]["eventyard"]["operation"] == "SendMessage"
