"""Traces on their way to an OpenTelemetry collector."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from eventyard.base.clock import VirtualClock
from eventyard.base.errors import StartRefused
from tests.support.endpoint import Answer, Endpoint
from tests.support.platform import RunningPlatform

START_S = 1_767_225_600
TRACE = f"1-{START_S:08x}-a006649127e371903a2de979"
SEGMENT = {
    "name": "shop",
    "id": "70de5b6f19ff9a0a",
    "trace_id": TRACE,
    "start_time": START_S,
    "end_time": START_S + 1,
    "error": True,
    "annotations": {"orderId": "o-1"},
    "http": {"response": {"status": 404}},
    "links": [{"trace_id": TRACE, "id": "70de5b6f19ff9a0f"}, {"id": "nothing"}],
    "subsegments": [
        {"id": "70de5b6f19ff9a0b", "name": "SQS", "namespace": "aws", "start_time": START_S, "end_time": START_S + 1}
    ],
}


@pytest.fixture
def collector() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def exporting(tmp_path, platform_store, collector) -> Iterator[RunningPlatform]:
    running = RunningPlatform(tmp_path, clock=VirtualClock(), otlp_endpoint=collector.url, **platform_store)
    yield running
    running.close()


def _spans(endpoint: Endpoint, place: int) -> dict[str, Any]:
    request = ExportTraceServiceRequest.FromString(endpoint.requests[place].body)
    return {span.name: span for group in request.resource_spans for scope in group.scope_spans for span in scope.spans}


def _advance_until_asked(platform: RunningPlatform, endpoint: Endpoint, times: int) -> None:
    for _ in range(200):
        if len(endpoint.requests) >= times:
            return
        platform.advance(1_000)
    raise AssertionError(f"the collector was asked {len(endpoint.requests)} times")


def test_a_trace_goes_to_the_collector_once_whoever_told_of_it(exporting, collector):
    collector.answers += [Answer(503), Answer(429, (("Retry-After", "3"),))]
    queue = exporting.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    xray = exporting.client("xray")
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(SEGMENT)])
    parent = f"Root={TRACE};Parent=70de5b6f19ff9a0b;Sampled=1"
    sqs = exporting.client("sqs")
    sqs.send_message(
        QueueUrl=queue,
        MessageBody="b",
        MessageSystemAttributes={"AWSTraceHeader": {"StringValue": parent, "DataType": "String"}},
    )
    assert sqs.receive_message(QueueUrl=queue)["Messages"]
    _advance_until_asked(exporting, collector, 3)
    spans = _spans(collector, 2)
    shop = spans["shop"]
    assert (shop.trace_id.hex(), shop.span_id.hex()) == (TRACE[2:10] + TRACE[11:], SEGMENT["id"])
    assert (shop.kind, shop.status.code, len(shop.links)) == (2, 2, 1)
    told = {pair.key: pair.value for pair in shop.attributes}
    assert told["annotation.orderId"].string_value == "o-1"
    assert told["http.response.status_code"].int_value == 404
    assert (spans["SQS"].kind, spans["SQS"].parent_span_id.hex()) == (3, SEGMENT["id"])
    assert (spans["q"].kind, spans["q"].parent_span_id.hex()) == (5, "70de5b6f19ff9a0b")

    late = {**SEGMENT, "id": "70de5b6f19ff9a0c", "name": "late", "subsegments": [], "parent_id": SEGMENT["id"]}
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(late)])
    _advance_until_asked(exporting, collector, 4)
    assert list(_spans(collector, 3)) == ["late"]


def test_what_waits_is_sent_at_the_end(tmp_path, collector):
    platform = RunningPlatform(tmp_path, clock=VirtualClock(), otlp_endpoint=f"{collector.url}/v1/traces")
    platform.client("xray").put_trace_segments(TraceSegmentDocuments=[json.dumps(SEGMENT)])
    platform.close()
    assert "shop" in _spans(collector, 0)


def test_what_is_no_address_is_refused(tmp_path):
    with pytest.raises(StartRefused, match="is no address"):
        RunningPlatform(tmp_path, otlp_endpoint="localhost:4318")
