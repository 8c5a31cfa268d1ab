"""Errors in each protocol's clothes: names, statuses, headers and members as AWS sends them."""

import cbor2
import orjson
import pytest

from eventyard.base.errors import AwsError
from eventyard.base.http import Request, Response
from eventyard.gateway.models import ServiceModels
from eventyard.gateway.protocol import errors
from eventyard.gateway.protocol.table import codec, error_writer

MODELS = ServiceModels()


def written(service: str, protocol: str, error: AwsError) -> Response:
    return error_writer(MODELS.service(service), protocol)(error, "rid")


def header(response: Response, name: str) -> str | None:
    return next((value for key, value in response.headers if key.lower() == name), None)


@pytest.mark.parametrize(
    ("code", "status", "type_name", "query_error"),
    [
        ("QueueDoesNotExist", 400, "com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
        ("QueueNameExists", 400, "com.amazonaws.sqs#QueueNameExists", "QueueAlreadyExists"),
        ("ReceiptHandleIsInvalid", 404, "com.amazonaws.sqs#ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"),
        (
            "PurgeQueueInProgress",
            403,
            "com.amazonaws.sqs#PurgeQueueInProgress",
            "AWS.SimpleQueueService.PurgeQueueInProgress",
        ),
        (
            "InvalidParameterValue",
            400,
            "com.amazon.coral.service#InvalidParameterValueException",
            "InvalidParameterValue",
        ),
        (
            "MissingParameter",
            400,
            "com.amazon.coral.service#MissingRequiredParameterException",
            "MissingParameter",
        ),
        ("SerializationException", 400, "com.amazon.coral.service#SerializationException", "MalformedInput"),
        ("UnknownOperationException", 400, "com.amazon.coral.service#UnknownOperationException", "InvalidAction"),
    ],
)
def test_sqs_in_json_has_a_type_and_the_old_code(code, status, type_name, query_error):
    response = written("sqs", "json", AwsError(code, "why"))
    assert response.status == status
    assert orjson.loads(response.body)["__type"] == type_name
    assert header(response, "x-amzn-query-error") == f"{query_error};Sender"
    assert header(response, "x-amzn-requestid") == "rid"
    assert header(response, "content-type") == "application/x-amz-json-1.0"


def test_sqs_in_query_has_the_old_code_in_xml():
    response = written("sqs", "query", AwsError("QueueDoesNotExist", 'a <b> "c"'))
    assert response.status == 400
    assert response.body.decode().partition("\n")[2] == (
        '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>'
        "<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>a &lt;b&gt; &quot;c&quot;</Message><Detail/>"
        "</Error><RequestId>rid</RequestId></ErrorResponse>"
    )


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (
            "ResourceNotFoundException",
            {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "why"},
        ),
        ("ValidationException", {"__type": "com.amazon.coral.validate#ValidationException", "message": "why"}),
        (
            "SerializationException",
            {"__type": "com.amazon.coral.service#SerializationException", "Message": "why"},
        ),
        (
            "TransactionCanceledException",
            {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "why"},
        ),
    ],
)
def test_dynamodb_tells_its_own_errors_from_the_others(code, body):
    response = written("dynamodb", "json", AwsError(code, "why"))
    assert (response.status, orjson.loads(response.body)) == (400, body)
    assert header(response, "x-amzn-query-error") is None


def test_an_error_carries_its_own_members():
    item = {"pk": {"S": "a"}, "data": {"B": b"ab"}}
    failed = AwsError("ConditionalCheckFailedException", "The conditional request failed", fields={"Item": item})
    body = orjson.loads(written("dynamodb", "json", failed).body)
    assert body["Item"] == {"pk": {"S": "a"}, "data": {"B": "YWI="}}


@pytest.mark.parametrize("service", ["events", "logs"])
def test_plain_services_name_the_error_alone(service):
    response = written(service, "json", AwsError("ResourceNotFoundException", "why"))
    assert orjson.loads(response.body) == {"__type": "ResourceNotFoundException", "message": "why"}


def test_lambda_says_whose_fault_it_is_and_takes_the_status_from_the_model():
    response = written("lambda", "rest-json", AwsError("ResourceNotFoundException", "Function not found: f"))
    assert response.status == 404
    assert header(response, "x-amzn-errortype") == "ResourceNotFoundException"
    assert orjson.loads(response.body) == {"Type": "User", "Message": "Function not found: f"}


def test_a_header_member_of_an_error_travels_in_a_header():
    response = written(
        "lambda", "rest-json", AwsError("TooManyRequestsException", "slow", fields={"retryAfterSeconds": "3"})
    )
    assert response.status == 429
    assert header(response, "retry-after") == "3"
    assert "retryAfterSeconds" not in orjson.loads(response.body)


def test_s3_writes_the_error_as_the_root_element():
    response = written("s3", "rest-xml", AwsError("NoSuchBucket", "gone", status=404))
    assert response.status == 404
    assert b"<Error><Code>NoSuchBucket</Code><Message>gone</Message><RequestId>rid</RequestId>" in response.body
    assert header(response, "x-amz-request-id") == "rid"


def test_sns_answers_with_the_models_query_code():
    response = written("sns", "query", AwsError("NotFoundException", "Topic does not exist"))
    assert response.status == 404
    assert b"<Code>NotFound</Code>" in response.body


def test_cbor_errors_carry_type_and_old_code():
    response = written("cloudwatch", "smithy-rpc-v2-cbor", AwsError("ResourceNotFound", "why"))
    own = "com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound"
    assert response.status == 404
    assert cbor2.loads(response.body) == {"__type": own, "message": "why"}
    assert header(response, "x-amzn-query-error") == "ResourceNotFound;Sender"
    assert header(response, "smithy-protocol") == "rpc-v2-cbor"


def test_a_server_fault_is_a_500_and_the_receivers():
    response = written("sqs", "query", AwsError("InternalFailure", "oh", is_server_fault=True))
    assert response.status == 500
    assert b"<Type>Receiver</Type>" in response.body


def test_an_operation_that_is_not_served_is_named():
    response = written("lambda", "rest-json", errors.not_served("lambda", "CreateCodeSigningConfig"))
    assert response.status == 501
    assert "CreateCodeSigningConfig" in orjson.loads(response.body)["message"]


def test_an_unknown_operation_is_told_in_the_protocols_words():
    sqs = MODELS.service("sqs")
    refused = written("sqs", "query", errors.unknown_operation(sqs, "Nothing", "query"))
    assert (
        b"<Code>InvalidAction</Code><Message>The action Nothing is not valid for this endpoint.</Message>"
        in refused.body
    )
    refused = written("events", "json", errors.unknown_operation(MODELS.service("events"), "Nothing", "json"))
    assert orjson.loads(refused.body)["__type"] == "UnknownOperationException"


@pytest.mark.parametrize(
    ("service", "operation", "body", "message"),
    [
        ("sqs", "SendMessage", b"{", ""),
        ("sqs", "SendMessage", b"[]", "Start of list found where not expected"),
        ("sqs", "SendMessage", b'{"QueueUrl":1}', "NUMBER_VALUE can not be converted to a String"),
        ("sqs", "SendMessage", b'{"DelaySeconds":"1"}', "STRING_VALUE can not be converted to an Integer"),
        ("dynamodb", "GetItem", b'{"TableName":23}', "NUMBER_VALUE cannot be converted to String"),
        ("dynamodb", "GetItem", b'{"TableName":[]}', "Unrecognized collection type class java.lang.String"),
        ("dynamodb", "GetItem", b'{"ConsistentRead":"x"}', "Unexpected token received from parser"),
        ("dynamodb", "Query", b'{"Limit":true}', "TRUE_VALUE cannot be converted to Integer"),
        ("dynamodb", "GetItem", b'{"Key":"x"}', "Unexpected field type"),
        (
            "dynamodb",
            "PutItem",
            b'{"Item":{"a":{"B":"23456"}}}',
            "Base64 encoded length is expected a multiple of 4 bytes but found: 5",
        ),
    ],
)
def test_a_wrong_type_is_refused_in_the_services_words(service, operation, body, message):
    with pytest.raises(AwsError) as refused:
        codec(MODELS.service(service), operation, "json").read(Request("POST", "/", {}, body), {})
    assert (refused.value.code, refused.value.message) == ("SerializationException", message)
