"""CloudWatch's three protocols, byte by byte: what is put in one is read in the others, and each has its own errors."""

import json
import urllib.error
import urllib.request
from email.message import Message
from typing import Any
from xml.etree import ElementTree

import cbor2
import pytest

from tests.support.platform import REGION, RunningPlatform

AT_S = 1_767_225_600
AT = "2026-01-01T00:00:00Z"
PREFIX = "GraniteServiceVersion20100801"
XMLNS = "{http://monitoring.amazonaws.com/doc/2010-08-01/}"
SCOPE = f"test/20260101/{REGION}/monitoring/aws4_request"
SIGNED = {"Authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=0"}
QUERY = {"Id": "a", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}}
ASKS = {"X-Amzn-Query-Mode": "true"}


@pytest.fixture
def endpoint(timed_platform: RunningPlatform) -> str:
    return timed_platform.endpoint


def send(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, {**SIGNED, **headers})) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers, refusal.read()


def in_json(endpoint: str, operation: str, params: dict[str, Any], **asked: str) -> tuple[int, Message, Any]:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{PREFIX}.{operation}", **asked}
    status, told, body = send(endpoint, json.dumps(params).encode(), headers)
    assert told["content-type"] == "application/x-amz-json-1.0"
    return status, told, json.loads(body) if body else None


def in_cbor(endpoint: str, operation: str, params: dict[str, Any], **asked: str) -> tuple[int, Message, bytes]:
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", "Accept": "application/cbor"}
    headers.update(asked)
    status, told, body = send(f"{endpoint}/service/{PREFIX}/operation/{operation}", cbor2.dumps(params), headers)
    assert (told["content-type"], told["smithy-protocol"]) == ("application/cbor", "rpc-v2-cbor")
    return status, told, body


def in_form(endpoint: str, operation: str, params: str) -> tuple[int, Message, ElementTree.Element]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    form = f"Action={operation}&Version=2010-08-01&{params}".encode()
    status, told, body = send(endpoint, form, headers)
    assert told["content-type"] == "text/xml"
    return status, told, ElementTree.fromstring(body)


def test_a_metric_put_in_one_protocol_is_read_in_all(endpoint):
    json_put = {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 1.5, "Timestamp": AT_S}]}
    cbor_put = {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 2, "Timestamp": cbor2.CBORTag(1, AT_S)}]}
    datum = f"MetricData.member.1.MetricName=m&MetricData.member.1.Values.member.1=4&MetricData.member.1.Timestamp={AT}"
    assert in_json(endpoint, "PutMetricData", json_put)[0] == 200
    assert in_cbor(endpoint, "PutMetricData", cbor_put)[0] == 200
    status, told, answer = in_form(endpoint, "PutMetricData", f"Namespace=N&{datum}")
    assert status == 200
    assert answer.tag == f"{XMLNS}PutMetricDataResponse"
    assert answer.findtext(f"{XMLNS}ResponseMetadata/{XMLNS}RequestId") == told["x-amzn-requestid"]

    asked = {"MetricDataQueries": [QUERY], "StartTime": AT_S, "EndTime": AT_S + 60}
    _, _, read = in_json(endpoint, "GetMetricData", asked)
    (result,) = read["MetricDataResults"]
    assert (result["Timestamps"], result["Values"]) == ([AT_S], [7.5])
    assert isinstance(result["Timestamps"][0], float)

    instants = {"StartTime": cbor2.CBORTag(1, AT_S), "EndTime": cbor2.CBORTag(1, AT_S + 60)}
    _, _, body = in_cbor(endpoint, "GetMetricData", {"MetricDataQueries": [QUERY], **instants})
    assert b"Timestamps\x9f\xc1\xfbA" in body
    assert cbor2.loads(body)["MetricDataResults"][0]["Values"] == [7.5]

    stat = "&".join(
        f"MetricDataQueries.member.1.{name}={value}"
        for name, value in (
            *(("Id", "a"), ("MetricStat.Metric.Namespace", "N"), ("MetricStat.Metric.MetricName", "m")),
            *(("MetricStat.Period", "60"), ("MetricStat.Stat", "Sum")),
        )
    )
    _, _, tree = in_form(endpoint, "GetMetricData", f"{stat}&StartTime={AT}&EndTime=2026-01-01T00:01:00Z")
    (member,) = tree.findall(f"{XMLNS}GetMetricDataResult/{XMLNS}MetricDataResults/{XMLNS}member")
    assert member.findtext(f"{XMLNS}Timestamps/{XMLNS}member") == AT
    assert member.findtext(f"{XMLNS}Values/{XMLNS}member") == "7.5"


def test_empty_lists_are_there_in_each_form(endpoint):
    assert in_json(endpoint, "ListMetrics", {})[2] == {"Metrics": []}
    assert cbor2.loads(in_cbor(endpoint, "ListMetrics", {})[2]) == {"Metrics": []}
    metrics = in_form(endpoint, "ListMetrics", "")[2].find(f"{XMLNS}ListMetricsResult/{XMLNS}Metrics")
    assert metrics is not None
    assert list(metrics) == []


def test_a_refusal_has_the_shape_s_name_and_who_asks_hears_the_old_code(endpoint):
    words = (
        "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have "
    )
    words += "specified both."
    params = {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 1, "Values": [2]}]}
    body = {"__type": "com.amazon.coral.service#InvalidParameterCombinationException", "message": words}

    status, told, answer = in_json(endpoint, "PutMetricData", params)
    assert (status, answer) == (400, body)
    assert "x-amzn-query-error" not in told
    status, told, raw = in_cbor(endpoint, "PutMetricData", params)
    assert (status, cbor2.loads(raw), "x-amzn-query-error" in told) == (400, body, False)
    for send_in in (in_json, in_cbor):
        _, told, _ = send_in(endpoint, "PutMetricData", params, **ASKS)
        assert told["x-amzn-query-error"] == "InvalidParameterCombination;Sender"
    datum = "MetricData.member.1.MetricName=m&MetricData.member.1.Value=1&MetricData.member.1.Values.member.1=2"
    status, told, tree = in_form(endpoint, "PutMetricData", f"Namespace=N&{datum}")
    error = tree.find(f"{XMLNS}Error")
    assert (status, tree.tag) == (400, f"{XMLNS}ErrorResponse")
    assert error is not None
    assert [error.findtext(f"{XMLNS}{name}") for name in ("Type", "Code", "Message")] == [
        "Sender",
        "InvalidParameterCombination",
        words,
    ]
    assert tree.findtext(f"{XMLNS}RequestId") == told["x-amzn-requestid"]


def test_what_is_not_there_is_a_404_in_each_protocol(endpoint):
    status, told, answer = in_json(endpoint, "GetDashboard", {"DashboardName": "none"}, **ASKS)
    kind = "com.amazonaws.cloudwatch.v2010_08_01#DashboardNotFoundError"
    assert (status, answer["__type"], told["x-amzn-query-error"]) == (404, kind, "ResourceNotFound;Sender")
    assert in_cbor(endpoint, "GetDashboard", {"DashboardName": "none"})[0] == 404
    status, _, tree = in_form(endpoint, "GetDashboard", "DashboardName=none")
    assert (status, tree.findtext(f"{XMLNS}Error/{XMLNS}Code")) == (404, "ResourceNotFound")


def test_numbers_that_json_has_no_form_for_come_as_texts(endpoint):
    params = {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": "NaN"}]}
    status, _, answer = in_json(endpoint, "PutMetricData", params)
    assert (status, answer["message"]) == (400, "The value NaN for parameter MetricData.member.1.Value is invalid.")


def test_a_request_of_more_than_a_megabyte_is_too_large(endpoint):
    datum = {"MetricName": "m", "Value": 1, "Dimensions": [{"Name": "n", "Value": "v" * 1000}] * 12}
    status, _, answer = in_json(endpoint, "PutMetricData", {"Namespace": "N", "MetricData": [datum] * 100})
    assert status == 413
    assert answer["__type"].endswith("#RequestEntityTooLargeException")
    assert "exceeded 1048576 bytes" in answer["message"]
