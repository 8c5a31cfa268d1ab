"""Members outside of the body, and bodies that need care."""

import gzip

import pytest

from eventyard.base.errors import AwsError
from eventyard.base.http import Request
from eventyard.gateway.models import ServiceModels
from eventyard.gateway.protocol import placement, texts, xml_tree
from eventyard.gateway.protocol.table import codec

MODELS = ServiceModels()


def test_a_list_header_is_split_at_commas_outside_of_quotes():
    assert texts.split_values('"b,c", "\\"def\\"", a') == ["b,c", '"def"', "a"]
    assert texts.split_dates("Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT") == [
        "Mon, 16 Dec 2019 23:48:18 GMT",
        "Tue, 17 Dec 2019 23:48:18 GMT",
    ]


def test_a_payload_comes_and_goes_as_it_is():
    invoke = codec(MODELS.service("lambda"), "Invoke", "rest-json")
    headers = {"x-amz-invocation-type": "Event"}
    request = Request("POST", "/2015-03-31/functions/f/invocations?Qualifier=2", headers, b"\x00{")
    assert invoke.read(request, {"FunctionName": "f"}) == {
        "FunctionName": "f",
        "Qualifier": "2",
        "InvocationType": "Event",
        "Payload": b"\x00{",
    }
    response = invoke.write({"StatusCode": 202, "Payload": b"[1]", "FunctionError": "Unhandled"}, "rid")
    assert (response.status, response.body) == (202, b"[1]")
    assert dict(response.headers) == {
        "x-amzn-RequestId": "rid",
        "X-Amz-Function-Error": "Unhandled",
        "Content-Type": "application/json",
    }


def test_a_204_has_no_body_and_no_type():
    response = codec(MODELS.service("lambda"), "DeleteFunctionConcurrency", "rest-json").write({}, "rid")
    assert (response.status, response.body, list(response.headers)) == (204, b"", [("x-amzn-RequestId", "rid")])


def test_a_result_that_the_model_does_not_have_is_a_bug():
    with pytest.raises(KeyError):
        codec(MODELS.service("sqs"), "SendMessage", "json").write({"Nothing": 1}, "rid")
    with pytest.raises(AssertionError):
        codec(MODELS.service("sqs"), "SendMessage", "query").write({"Nothing": 1}, "rid")


def test_metric_data_may_come_compressed():
    read = codec(MODELS.service("cloudwatch"), "PutMetricData", "query").read
    form = b"Namespace=n&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1.5"
    request = Request("POST", "/", {"content-encoding": "gzip"}, gzip.compress(form))
    assert read(request, {}) == {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1.5}]}


@pytest.mark.parametrize("body", [b"plain", b"", gzip.compress(b"x")[:-4]], ids=["plain", "empty", "cut off"])
def test_a_broken_compression_is_refused(body):
    read = codec(MODELS.service("cloudwatch"), "PutMetricData", "query").read
    with pytest.raises(AwsError):
        read(Request("POST", "/", {"content-encoding": "gzip"}, body), {})


def test_a_compressed_bomb_is_refused():
    bomb = gzip.compress(bytes(placement.UNZIPPED_BYTES_MAX + 1), compresslevel=1)
    read = codec(MODELS.service("cloudwatch"), "PutMetricData", "query").read
    with pytest.raises(AwsError):
        read(Request("POST", "/", {"content-encoding": "gzip"}, bomb), {})


def test_too_many_query_parameters_are_refused():
    with pytest.raises(AwsError):
        placement.query_fields("a=1&" * 5_000)


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://localhost/"><a/>',
        b"<?php echo 1 ?><a/>",
        b"<a>" * 100 + b"</a>" * 100,
        b"<a>",
        b"",
        b"\xff\xfe",
    ],
)
def test_xml_that_no_request_needs_is_refused(document):
    with pytest.raises(AwsError) as refused:
        xml_tree.parse(document)
    assert refused.value.code == "MalformedXML"


def test_xml_text_keeps_carriage_returns_and_loses_what_xml_cannot_hold():
    assert xml_tree.escape('<a & "b">\r\n\x00') == "&lt;a &amp; &quot;b&quot;&gt;&#xD;\n\ufffd"


def test_dynamodb_sends_a_checksum_of_its_body():
    response = codec(MODELS.service("dynamodb"), "ListTables", "json").write({"TableNames": []}, "rid")
    assert dict(response.headers)["x-amz-crc32"] == "1315925753"
    assert response.body == b'{"TableNames":[]}'


def test_a_stream_of_events_is_not_served():
    with pytest.raises(AwsError) as refused:
        codec(MODELS.service("lambda"), "InvokeWithResponseStream", "rest-json")
    assert refused.value.status == 501
