"""Hostile questions and data of metrics, logs and traces: a refusal or a right answer, no 5xx, no long wait."""

import gzip
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.platform import RunningPlatform

ANSWER_S = 20
"""Many times what any of them takes on a quiet machine; without a bound most would take minutes."""
NOW_S = int(time.time())
CBOR = "/service/GraniteServiceVersion20100801/operation/PutMetricData"
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, "
    "SignedHeaders=host, Signature=" + "0" * 64
}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    made = RunningPlatform(tmp_path_factory.mktemp("seeing"))
    made.client("logs").create_log_group(logGroupName="g")
    made.client("logs").create_log_stream(logGroupName="g", logStreamName="s")
    made.client("cloudwatch").put_metric_data(Namespace="n", MetricData=[{"MetricName": "a", "Value": 5}])
    yield made
    made.close()


def status_of(work: Callable[..., Any], **params: Any) -> int:
    """The status of an operation's answer, which came in time."""
    began_s = time.monotonic()
    try:
        status = work(**params)["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as refusal:
        status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
    assert time.monotonic() - began_s < ANSWER_S
    return int(status)


def posted(platform: RunningPlatform, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer to these very bytes."""
    request = urllib.request.Request(platform.endpoint + path, data=body, headers=dict(headers), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


@pytest.mark.parametrize(
    "pattern",
    [
        "{ " + "(" * 500 + "$.a = 1" + ")" * 500 + " }",
        "{ $.a = %" + "a*" * 400 + "b% }",
        "%" + "a?" * 450 + "a" * 50 + "%",
        "%[a-z]{1000}{1000}%",
        "[" + "a," * 500 + "b]",
        "{ $.a" + "[0]" * 300 + " = 1 }",
    ],
)
def test_filter_patterns_are_refused_or_answered(platform: RunningPlatform, pattern: str):
    logs = platform.client("logs")
    lines = ['{"a":1}', "a" * 1000, "[" * 1000, '{"a":' * 2000 + "1" + "}" * 2000]
    assert status_of(logs.test_metric_filter, filterPattern=pattern, logEventMessages=lines) in (200, 400)


@pytest.mark.parametrize(
    "expression",
    [
        "1" + "+1" * 1000,
        "m" + "+m" * 900,
        "-" * 1000 + "m",
        "(" * 900 + "m" + ")" * 900,
        "m" + "*m^9999" * 200,
        "m^-1e9",
    ],
)
def test_metric_math_is_refused_or_answered(platform: RunningPlatform, expression: str):
    stat = {"Metric": {"Namespace": "n", "MetricName": "a"}, "Period": 60, "Stat": "Sum"}
    queries = [{"Id": "m", "MetricStat": stat}, {"Id": "e", "Expression": expression}]
    cloudwatch = platform.client("cloudwatch")
    asked = {"StartTime": NOW_S - 3600, "EndTime": NOW_S + 60, "MetricDataQueries": queries}
    assert status_of(cloudwatch.get_metric_data, **asked) in (200, 400)


@pytest.mark.parametrize(
    "rule", ["(" * 5000 + "TRUE" + ")" * 5000, "NOT " * 2000 + "TRUE", "AT_LEAST(" * 500, '"' * 9000]
)
def test_alarm_rules_are_refused(platform: RunningPlatform, rule: str):
    assert status_of(platform.client("cloudwatch").put_composite_alarm, AlarmName="c", AlarmRule=rule) == 400


@pytest.mark.slow
def test_a_change_reaches_the_end_of_a_long_row_of_rules(platform: RunningPlatform):
    cloudwatch = platform.client("cloudwatch")
    for number in range(600):
        rule = f"ALARM(r{number - 1})" if number else "FALSE"
        cloudwatch.put_composite_alarm(AlarmName=f"r{number}", AlarmRule=rule)
    cloudwatch.set_alarm_state(AlarmName="r0", StateValue="ALARM", StateReason="test")
    (last,) = cloudwatch.describe_alarms(AlarmNames=["r599"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert last["StateValue"] == "ALARM"


@pytest.mark.parametrize(
    "text", ["(" * 1900 + "ok", "!" * 1900 + "ok", "ok AND " * 250 + "ok", 'edge("a","b") { ' * 100]
)
def test_trace_filters_are_refused_or_answered(platform: RunningPlatform, text: str):
    asked = {"StartTime": NOW_S - 60, "EndTime": NOW_S + 60, "FilterExpression": text}
    assert status_of(platform.client("xray").get_trace_summaries, **asked) in (200, 400)


def document(directive: Mapping[str, Any], **members: Any) -> str:
    return json.dumps({"_aws": {"CloudWatchMetrics": [directive]}, **members})


MANY: Sequence[Mapping[str, str]] = [{"Name": f"m{n}"} for n in range(100)]


@pytest.mark.parametrize(
    "line",
    [
        document({"Namespace": "n", "Dimensions": [[]] * 50_000, "Metrics": MANY}, **{f"m{n}": 1 for n in range(100)}),
        document({"Namespace": "n", "Metrics": [{"Name": "a"}]}, a=1).replace("1}", "NaN}"),
        document({"Namespace": "n", "Metrics": [{"Name": "a"}]}, a=1).replace("1}", "9" * 400 + "}"),
        document({"Namespace": 3, "Dimensions": {}, "Metrics": [1]}),
        '{"_aws":' + "[" * 5000,
    ],
)
def test_embedded_metrics_never_keep_a_line_out(platform: RunningPlatform, line: str):
    event = {"timestamp": int(time.time() * 1000), "message": line}
    put = platform.client("logs").put_log_events
    assert status_of(put, logGroupName="g", logStreamName="s", logEvents=[event]) == 200


def segment(**members: Any) -> str:
    ids = {"trace_id": f"1-{NOW_S:08x}-{os.urandom(12).hex()}", "id": os.urandom(8).hex()}
    return json.dumps({**ids, "name": "n", "start_time": NOW_S, "end_time": NOW_S + 1, **members})


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "members",
    [
        *({"metadata": nested(depth)} for depth in (90, 253, 900)),
        *(
            {name: value}
            for name in ("http", "aws", "cause", "sql", "links")
            for value in (None, 1, "x", [None], {"": []})
        ),
        {"end_time": 9e11},
        {"annotations": {"a": [1], "b": 1e308}},
    ],
)
def test_segments_are_refused_or_can_be_read(platform: RunningPlatform, members: Mapping[str, Any]):
    xray, text = platform.client("xray"), segment(**members)
    assert status_of(xray.put_trace_segments, TraceSegmentDocuments=[text]) == 200
    assert status_of(xray.batch_get_traces, TraceIds=[json.loads(text)["trace_id"]]) == 200
    assert status_of(xray.get_trace_graph, TraceIds=[json.loads(text)["trace_id"]]) == 200


def test_a_long_row_of_subsegments_can_be_read(platform: RunningPlatform):
    xray, root = platform.client("xray"), json.loads(segment())
    parent, texts = root["id"], [json.dumps(root)]
    for _ in range(300):
        step = json.loads(segment(trace_id=root["trace_id"], type="subsegment", parent_id=parent))
        parent = step["id"]
        texts.append(json.dumps(step))
    for first in range(0, len(texts), 50):
        assert status_of(xray.put_trace_segments, TraceSegmentDocuments=texts[first : first + 50]) == 200
    (trace,) = xray.batch_get_traces(TraceIds=[root["trace_id"]])["Traces"]
    assert len(trace["Segments"]) > 1
    assert status_of(xray.get_trace_graph, TraceIds=[root["trace_id"]]) == 200


@pytest.mark.parametrize(
    "value",
    [
        '{"intValue": "' + "9" * 4000 + '"}',
        '{"intValue": "x"}',
        '{"doubleValue": "x"}',
        '{"arrayValue":{"values":[' * 300 + '{"intValue":1}' + "]}}" * 300,
    ],
)
@pytest.mark.parametrize("place", ["span", "resource"])
def test_values_of_otlp_are_refused(platform: RunningPlatform, place: str, value: str):
    pair = [{"key": "a", "value": "HERE"}]
    span = {
        **{"traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "name": "n"},
        **{"startTimeUnixNano": f"{NOW_S}000000000", "endTimeUnixNano": f"{NOW_S}000000001"},
        **({"attributes": pair} if place == "span" else {}),
    }
    resource = {"attributes": pair} if place == "resource" else {}
    body = json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]})
    sent = body.replace('"HERE"', value).encode()
    assert posted(platform, "/v1/traces", sent, {"Content-Type": "application/json"}) in (200, 400)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xbf", b"\xff", b"\x9f" * 50_000, b"\xa1" * 50_000, b"\xc1" * 50_000 + b"\x00", b"\x5b" + b"\x7f" * 8],
)
def test_malformed_cbor_is_refused(platform: RunningPlatform, body: bytes):
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", **SIGNED}
    assert posted(platform, CBOR, body, headers) == 400


def test_a_body_that_unpacks_to_very_much_is_refused(platform: RunningPlatform):
    bomb = gzip.compress(b" " * (64 << 20))
    json_headers = {"X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData", **SIGNED}
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/x-amz-json-1.0"}
    assert posted(platform, "/", bomb, {**json_headers, **packed}) == 400
    assert posted(platform, "/v1/traces", bomb, {**packed, "Content-Type": "application/json"}) == 413
