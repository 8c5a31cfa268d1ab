"""The models' limits, told in AWS's words."""

import warnings

import pytest

from eventyard.base.errors import AwsError
from eventyard.gateway import models
from eventyard.gateway.java_patterns import compile_pattern
from eventyard.gateway.models import ServiceModels
from eventyard.gateway.validate import validator

MODELS = ServiceModels()
SERVED = [
    "sqs",
    "sns",
    "events",
    "lambda",
    "dynamodb",
    "dynamodbstreams",
    "logs",
    "cloudwatch",
    "stepfunctions",
    "scheduler",
    "pipes",
    "iam",
    "sts",
    "kms",
    "ssm",
    "secretsmanager",
    "ses",
    "sesv2",
    "xray",
    "athena",
    "cloudformation",
    "kinesis",
    "firehose",
    "apigateway",
    "apigatewayv2",
    "schemas",
    "s3",
]


def refusal(service: str, operation: str, params: dict) -> tuple[str, str]:
    with pytest.raises(AwsError) as refused:
        validator(MODELS.operation(service, operation))(params)
    return refused.value.code, refused.value.message


def test_a_missing_member_is_named_with_a_small_first_letter():
    code, message = refusal("dynamodb", "DescribeTimeToLive", {})
    assert code == "ValidationException"
    assert message == (
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"
    )


def test_all_problems_stand_in_one_message():
    _, message = refusal("dynamodb", "PutItem", {})
    assert message == (
        "2 validation errors detected: "
        "Value null at 'tableName' failed to satisfy constraint: Member must not be null; "
        "Value null at 'item' failed to satisfy constraint: Member must not be null"
    )


def test_a_list_element_is_found_by_its_position():
    entry = {"AttributeName": "a", "KeyType": "x"}
    params = {"TableName": "table", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}, entry]}
    _, message = refusal("dynamodb", "CreateTable", params)
    assert message == (
        "1 validation error detected: Value 'x' at 'keySchema.2.member.keyType' failed to satisfy constraint: "
        "Member must satisfy enum value set: [HASH, RANGE]"
    )


def test_too_long_a_list_is_shown_as_java_prints_it():
    entries = [{"Source": "a", "Detail": "{}"}] * 11
    _, message = refusal("events", "PutEvents", {"Entries": entries})
    one = (
        "PutEventsRequestEntry(time=null, source=a, resources=null, detailType=null, detail={}, eventBusName=null, "
        "traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)"
    )
    assert message == (
        f"1 validation error detected: Value '[{', '.join([one] * 11)}]' at 'entries' failed to satisfy constraint: "
        "Member must have length less than or equal to 10"
    )


def test_a_pattern_must_match_the_whole_value():
    _, message = refusal("events", "PutRule", {"Name": "bad name/"})
    assert message == (
        "1 validation error detected: Value 'bad name/' at 'name' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+"
    )


def test_a_number_is_held_to_its_range():
    _, message = refusal("events", "ListRules", {"Limit": 101})
    assert message == (
        "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: "
        "Member must have value less than or equal to 100"
    )


def test_a_list_of_wrong_scalars_is_one_problem_with_all_its_constraints():
    params = {"FunctionName": "f", "ZipFile": b"", "Architectures": ["sparc"]}
    _, message = refusal("lambda", "UpdateFunctionCode", params)
    assert message == (
        "1 validation error detected: Value '[sparc]' at 'architectures' failed to satisfy constraint: Member must "
        "satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
    )


def test_logs_calls_it_an_invalid_parameter():
    code, message = refusal("logs", "CreateLogGroup", {"logGroupName": ""})
    assert code == "InvalidParameterException"
    assert message.startswith("2 validation errors detected: Value '' at 'logGroupName' failed to satisfy constraint:")


@pytest.mark.parametrize(
    ("operation", "params", "parameter"),
    [
        ("DeleteQueue", {}, "QueueUrl"),
        ("SendMessage", {"QueueUrl": "x"}, "MessageBody"),
        ("SendMessageBatch", {"QueueUrl": "x", "Entries": [{"Id": "1"}]}, "SendMessageBatchRequestEntry.1.MessageBody"),
    ],
)
def test_sqs_names_one_missing_parameter_in_its_own_words(operation, params, parameter):
    assert refusal("sqs", operation, params) == (
        "MissingParameter",
        f"The request must contain the parameter {parameter}.",
    )


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("sqs", "ReceiveMessage", {"QueueUrl": "x", "AttributeNames": [None]}),
        ("sqs", "SendMessage", {"QueueUrl": "x", "MessageBody": "y", "MessageAttributes": {"a": None}}),
        ("events", "PutEvents", {"Entries": [None]}),
        ("dynamodb", "PutItem", {"TableName": "t", "Item": {"a": None}}),
        ("dynamodb", "PutItem", {"TableName": "t", "Item": {"a": {"L": [None]}}}),
    ],
)
def test_a_null_in_a_list_or_map_is_refused(service, operation, params):
    refusal(service, operation, params)


def test_a_valid_request_passes():
    validator(MODELS.operation("events", "PutEvents"))({"Entries": [{"Source": "a", "Detail": "{}"}]})
    validator(MODELS.operation("dynamodb", "PutItem"))({"TableName": "t", "Item": {"a": {"M": {"b": {"S": ""}}}}})
    validator(MODELS.operation("sqs", "SendMessage"))({"QueueUrl": "x", "MessageBody": "y"})


def test_tag_patterns_take_letters_of_all_scripts_and_refuse_symbols():
    pattern = compile_pattern(r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$")
    assert pattern.fullmatch("größe 漢字 1/2")
    assert not pattern.fullmatch("a#b")


@pytest.mark.parametrize("service", SERVED)
def test_all_patterns_of_the_services_are_understood(service):
    model = models.load(service)
    patterns = {shape["pattern"] for shape in model._raw["shapes"].values() if "pattern" in shape}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern in patterns:
            compile_pattern(pattern)
