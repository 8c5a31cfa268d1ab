"""What SQS says to wrong requests, over the wire: code, query error code, status and words as AWS's.

Source: recordings of AWS in LocalStack's tests/aws/services/sqs (2022 to 2024), values put in by us.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.platform import RunningPlatform


@pytest.fixture
def sqs(platform: RunningPlatform) -> Any:
    return platform.client("sqs")


@pytest.fixture
def url(sqs: Any) -> str:
    return str(sqs.create_queue(QueueName="standard")["QueueUrl"])


@pytest.fixture
def fifo_url(sqs: Any) -> str:
    return str(sqs.create_queue(QueueName="ordered.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"])


def refused(operation: Any, **params: Any) -> tuple[str, str, str, int]:
    """(code, query error code, message, status) of the error."""
    with pytest.raises(ClientError) as caught:
        operation(**params)
    response = caught.value.response
    error: Any = response["Error"]
    return error["Code"], error["QueryErrorCode"], error["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


def invalid_value(message: str) -> tuple[str, str, str, int]:
    return ("InvalidParameterValue", "InvalidParameterValueException", message, 400)


def test_a_missing_queue(sqs: Any) -> None:
    expected = (
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
        "The specified queue does not exist.",
        400,
    )
    assert refused(sqs.get_queue_url, QueueName="no-such") == expected
    assert refused(sqs.get_queue_attributes, QueueUrl="http://localhost/000000000000/no-such") == expected


def test_a_queue_with_another_value(sqs: Any, url: str) -> None:
    assert refused(sqs.create_queue, QueueName="standard", Attributes={"DelaySeconds": "1"}) == (
        "QueueAlreadyExists",
        "QueueNameExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
        400,
    )


def test_attributes_of_the_other_queue_type(sqs: Any, url: str, fifo_url: str) -> None:
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"FifoQueue": "true"}) == (
        "InvalidAttributeName",
        "InvalidAttributeName",
        "Unknown Attribute FifoQueue.",
        400,
    )
    assert refused(sqs.set_queue_attributes, QueueUrl=fifo_url, Attributes={"FifoQueue": "false"}) == (
        "InvalidAttributeValue",
        "InvalidAttributeValue",
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
        400,
    )


def test_two_kinds_of_encryption(sqs: Any, url: str) -> None:
    both = {"KmsMasterKeyId": "testKeyId", "SqsManagedSseEnabled": "true"}
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes=both)[0::2] == (
        "InvalidAttributeName",
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    )


def test_a_dead_letter_arn_that_is_none(sqs: Any, url: str) -> None:
    policy = '{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}'
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"RedrivePolicy": policy}) == invalid_value(
        f"Value {policy} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn."
    )


def test_a_second_purge_within_a_minute(sqs: Any, url: str) -> None:
    sqs.purge_queue(QueueUrl=url)
    assert refused(sqs.purge_queue, QueueUrl=url) == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "PurgeQueueInProgress",
        "Only one PurgeQueue operation on standard is allowed every 60 seconds.",
        403,
    )


def test_a_message_that_is_too_long(sqs: Any, url: str) -> None:
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="a" * 1_048_577) == invalid_value(
        "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    )


def test_a_batch_that_is_too_long(sqs: Any, url: str) -> None:
    entries = [{"Id": "1", "MessageBody": "a" * 1_048_576}, {"Id": "2", "MessageBody": "b"}]
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=entries) == (
        "AWS.SimpleQueueService.BatchRequestTooLong",
        "BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
        400,
    )


def test_batches_that_are_refused_whole(sqs: Any, url: str) -> None:
    prefix = "AWS.SimpleQueueService."
    twenty = [{"Id": str(number), "ReceiptHandle": "x"} for number in range(20)]
    assert refused(sqs.delete_message_batch, QueueUrl=url, Entries=twenty) == (
        f"{prefix}TooManyEntriesInBatchRequest",
        "TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent 20.",
        400,
    )
    assert refused(sqs.delete_message_batch, QueueUrl=url, Entries=[{"Id": "invalid:id", "ReceiptHandle": "x"}]) == (
        f"{prefix}InvalidBatchEntryId",
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long.",
        400,
    )
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=[]) == (
        f"{prefix}EmptyBatchRequest",
        "EmptyBatchRequest",
        "There should be at least one SendMessageBatchRequestEntry in the request.",
        400,
    )
    same = [{"Id": "1", "MessageBody": "a"}, {"Id": "1", "MessageBody": "b"}]
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=same) == (
        f"{prefix}BatchEntryIdsNotDistinct",
        "BatchEntryIdsNotDistinct",
        "Id 1 repeated.",
        400,
    )


def test_what_a_fifo_queue_needs(sqs: Any, fifo_url: str) -> None:
    assert refused(sqs.send_message, QueueUrl=fifo_url, MessageBody="a", MessageDeduplicationId="d") == (
        "MissingParameter",
        "MissingRequiredParameterException",
        "The request must contain the parameter MessageGroupId.",
        400,
    )
    no_id = (
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )
    assert refused(sqs.send_message, QueueUrl=fifo_url, MessageBody="a", MessageGroupId="g") == invalid_value(no_id)
    delayed = {"MessageBody": "a", "MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 2}
    assert refused(sqs.send_message, QueueUrl=fifo_url, **delayed) == invalid_value(
        "Value 2 for parameter DelaySeconds is invalid. "
        "Reason: The request include parameter that is not valid for this queue type."
    )


def test_too_many_messages_asked_for(sqs: Any, url: str) -> None:
    assert refused(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11) == invalid_value(
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
    )


def test_an_empty_attribute(sqs: Any, url: str) -> None:
    empty = {"ErrorDetails": {"DataType": "String", "StringValue": ""}}
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="a", MessageAttributes=empty) == invalid_value(
        "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."
    )


def test_handles_that_are_none(sqs: Any, url: str) -> None:
    code, query_code, message, status = refused(sqs.delete_message, QueueUrl=url, ReceiptHandle="garbage")
    assert (code, query_code, status) == ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404)
    assert message == 'The input receipt handle "garbage" is not a valid receipt handle.'


def test_the_visibility_of_a_deleted_message(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="a")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    changed = refused(sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=9)
    assert changed == invalid_value(
        f"Value {handle} for parameter ReceiptHandle is invalid. "
        "Reason: Message does not exist or is not available for visibility timeout change."
    )


def test_labels_of_permissions(sqs: Any, url: str) -> None:
    permission = {"QueueUrl": url, "Label": "shared", "AWSAccountIds": ["668614515564"], "Actions": ["ReceiveMessage"]}
    sqs.add_permission(**permission)
    assert refused(sqs.add_permission, **permission) == invalid_value(
        "Value shared for parameter Label is invalid. Reason: Already exists."
    )
    sqs.remove_permission(QueueUrl=url, Label="shared")
    assert refused(sqs.remove_permission, QueueUrl=url, Label="shared") == invalid_value(
        "Value shared for parameter Label is invalid. Reason: can't find label."
    )


def test_move_tasks_that_cannot_be(sqs: Any, url: str) -> None:
    source = "arn:aws:sqs:us-east-1:000000000000:standard"
    assert refused(sqs.start_message_move_task, SourceArn=source) == invalid_value(
        "Source queue must be configured as a Dead Letter Queue."
    )
    assert refused(sqs.start_message_move_task, SourceArn=f"{source}-not") == (
        "ResourceNotFoundException",
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
    )
    assert refused(sqs.cancel_message_move_task, TaskHandle="foobared") == invalid_value(
        "Value for parameter TaskHandle is invalid."
    )
