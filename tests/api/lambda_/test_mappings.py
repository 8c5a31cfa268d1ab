"""Event source mappings from SQS."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.api.lambda_.conftest import ROLE, zipped
from tests.support.platform import RunningPlatform

TELL = """
    import boto3, json, os
    sqs = boto3.client("sqs")
    def handler(event, context):
        sqs.send_message(QueueUrl=os.environ["TOLD"], MessageBody=json.dumps(event))
        %s
"""


@pytest.fixture
def told(sqs):
    return sqs.create_queue(QueueName="told")["QueueUrl"]


@pytest.fixture
def source(sqs):
    """(url, arn) of a queue whose messages come back after ten seconds."""
    url = sqs.create_queue(QueueName="source", Attributes={"VisibilityTimeout": "10"})["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@pytest.fixture
def consume(create, functions, told, source):
    """Create the function `shop`, which tells its events to the queue `told`, and map the source to it."""

    def make(ending="return None", **mapping):
        create(TELL % ending, Environment={"Variables": {"TOLD": told}}, Timeout=10)
        return functions.create_event_source_mapping(FunctionName="shop", EventSourceArn=source[1], **mapping)

    return make


@pytest.fixture
def next_event(sqs, told, eventually):
    """The next event that the function told."""

    def wait():
        found = eventually(lambda: sqs.receive_message(QueueUrl=told, WaitTimeSeconds=5).get("Messages"))
        sqs.delete_message(QueueUrl=told, ReceiptHandle=found[0]["ReceiptHandle"])
        return json.loads(found[0]["Body"])

    return wait


def left(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def refusal(work, **options):
    with pytest.raises(ClientError) as caught:
        work(**options)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_mapping_is_shown_as_aws_shows_it(consume, functions, source):
    made = consume()

    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert made["State"] == "Creating"
    shown = functions.get_event_source_mapping(UUID=made["UUID"])
    del shown["ResponseMetadata"], shown["LastModified"]
    assert shown == {
        "UUID": made["UUID"],
        "BatchSize": 10,
        "MaximumBatchingWindowInSeconds": 0,
        "EventSourceArn": source[1],
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:shop",
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
        "FunctionResponseTypes": [],
        "EventSourceMappingArn": f"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:{made['UUID']}",
    }


def test_a_message_reaches_the_function_with_all_of_its_attributes(consume, sqs, source, next_event, eventually):
    consume()
    sent = sqs.send_message(
        QueueUrl=source[0],
        MessageBody="an order",
        MessageAttributes={
            "Colour": {"DataType": "String", "StringValue": "red"},
            "Blob": {"DataType": "Binary", "BinaryValue": b"\0\1"},
        },
    )

    record = next_event()["Records"][0]

    assert record["messageId"] == sent["MessageId"]
    assert (record["body"], record["md5OfBody"]) == ("an order", sent["MD5OfMessageBody"])
    assert record["md5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert record["messageAttributes"] == {
        "Colour": {"stringValue": "red", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
        "Blob": {"binaryValue": "AAE=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
    }
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"].keys() >= {"SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", source[1])
    assert record["awsRegion"] == "us-east-1"
    eventually(lambda: left(sqs, source[0]) == 0)


def test_only_reported_failures_stay_in_the_queue(consume, sqs, source, next_event, eventually):
    consume(
        'return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"]'
        ' if r["body"] == "bad"]}',
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(("good", "bad", "good"))]
    sqs.send_message_batch(QueueUrl=source[0], Entries=entries)

    assert [record["body"] for record in next_event()["Records"]] == ["good", "bad", "good"]
    eventually(lambda: left(sqs, source[0]) == 1)


def test_a_function_that_fails_leaves_the_whole_batch(consume, sqs, source, next_event):
    consume('raise ValueError("no")')
    sqs.send_message(QueueUrl=source[0], MessageBody="an order")

    next_event()

    assert left(sqs, source[0]) == 1


def test_a_second_mapping_of_the_same_two_is_refused(consume, functions, source):
    made = consume()

    code, message = refusal(functions.create_event_source_mapping, FunctionName="shop", EventSourceArn=source[1])

    assert code == "ResourceConflictException"
    assert message == (
        f'An event source mapping with SQS arn (" {source[1]} ") and function (" shop ") already exists. '
        f"Please update or delete the existing mapping with UUID {made['UUID']}"
    )


def test_a_short_visibility_timeout_is_refused(create, functions, source):
    create(TELL % "pass", Timeout=60)

    code, message = refusal(functions.create_event_source_mapping, FunctionName="shop", EventSourceArn=source[1])

    assert code == "InvalidParameterValueException"
    assert message == "Queue visibility timeout: 10 seconds is less than Function timeout: 60 seconds"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"BatchSize": 11}, "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "simple string"}]}}, "Invalid filter pattern definition."),
        ({"EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:gone"}, "Error occurred while ReceiveMessage."),
        ({"FunctionName": "gone"}, "Function does not exist"),
        ({"StartingPosition": "LATEST"}, "StartingPosition"),
    ],
)
def test_what_cannot_be_mapped_is_refused(create, functions, source, options, message):
    create(TELL % "pass")

    code, words = refusal(
        functions.create_event_source_mapping, **{"FunctionName": "shop", "EventSourceArn": source[1], **options}
    )

    assert code == "InvalidParameterValueException"
    assert message in words


def test_filtered_messages_are_deleted_unseen(consume, sqs, source, next_event, eventually):
    consume(FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"kind": ["order"]}})}]})
    for body in ("no json", json.dumps({"kind": "other"}), json.dumps({"kind": "order"})):
        sqs.send_message(QueueUrl=source[0], MessageBody=body)

    records = next_event()["Records"]

    assert [json.loads(record["body"]) for record in records] == [{"kind": "order"}]
    assert records[0]["md5OfMessageAttributes"] is None
    eventually(lambda: left(sqs, source[0]) == 0)


def test_a_disabled_mapping_takes_nothing_until_it_is_enabled(consume, functions, sqs, source, next_event):
    made = consume(Enabled=False)
    sqs.send_message(QueueUrl=source[0], MessageBody="an order")

    assert made["State"] == "Disabled"
    assert left(sqs, source[0]) == 1
    assert functions.update_event_source_mapping(UUID=made["UUID"], Enabled=True)["State"] == "Enabling"
    assert next_event()["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_deleted_mapping_is_gone(consume, functions):
    made = consume()

    assert functions.delete_event_source_mapping(UUID=made["UUID"])["State"] == "Deleting"
    code, message = refusal(functions.get_event_source_mapping, UUID=made["UUID"])
    assert (code, message) == ("ResourceNotFoundException", "The resource you requested does not exist.")


@pytest.mark.parametrize(
    "extension",
    [
        {"BisectBatchOnFunctionError": True},
        {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:gone"}}},
    ],
)
def test_strict_aws_refuses_what_aws_refuses(tmp_path, extension):
    running = RunningPlatform(tmp_path, is_strict_aws=True)
    functions = running.client("lambda")
    running.client("sqs").create_queue(QueueName="source")
    functions.create_function(
        FunctionName="shop", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": zipped("")}
    )

    code, message = refusal(
        functions.create_event_source_mapping,
        FunctionName="shop",
        EventSourceArn="arn:aws:sqs:us-east-1:000000000000:source",
        **extension,
    )

    running.close()
    assert code == "InvalidParameterValueException"
    assert message == f"Unsupported {next(iter(extension))} parameter for given event source mapping type."
