"""Standard queues: what becomes of a message."""

import pytest

from eventyard.base.errors import AwsError
from tests.support.engine import Platform
from tests.support.sqs import Queues


def test_a_message_that_was_sent_is_received_with_its_attributes(sqs: Queues) -> None:
    url = sqs.create()
    attributes = {
        "Hello": {"DataType": "String", "StringValue": "World"},
        "Raw": {"DataType": "Binary", "BinaryValue": b"\0\xff"},
    }
    sent = sqs.send(url, "Test Message", MessageAttributes=attributes)
    (received,) = sqs.receive(url)
    assert received["Body"] == "Test Message"
    assert received["MessageAttributes"] == attributes
    assert received["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert received["MessageId"] == sent["MessageId"]
    assert received["Attributes"]["ApproximateReceiveCount"] == "1"


def test_a_message_returns_after_its_visibility_timeout(sqs: Queues, platform: Platform) -> None:
    url = sqs.create(VisibilityTimeout="30")
    sqs.send(url, "one")
    assert sqs.bodies(url) == ["one"]
    platform.advance(29_999)
    assert sqs.bodies(url) == []
    platform.advance(1)
    (again,) = sqs.receive(url)
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_deleted_message_never_returns(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    sqs.send(url, "one")
    (received,) = sqs.receive(url)
    sqs.delete(url, received)
    platform.advance(3_600_000)
    assert sqs.bodies(url) == []


def test_an_old_handle_still_deletes_from_a_standard_queue(sqs: Queues, platform: Platform) -> None:
    url = sqs.create(VisibilityTimeout="1")
    sqs.send(url, "one")
    (first,) = sqs.receive(url)
    platform.advance(1_000)
    sqs.receive(url)
    sqs.delete(url, first)
    assert sqs.counts(url) == (0, 0, 0)


def test_messages_come_in_the_order_in_which_they_became_visible(sqs: Queues) -> None:
    url = sqs.create()
    for number in range(25):
        sqs.send(url, str(number))
    received = sqs.bodies(url) + sqs.bodies(url) + sqs.bodies(url)
    assert received == [str(number) for number in range(25)]


def test_a_delayed_message_is_hidden_until_its_delay_is_over(sqs: Queues, platform: Platform) -> None:
    url = sqs.create(DelaySeconds="5")
    sqs.send(url, "queue's delay")
    sqs.send(url, "own delay", DelaySeconds=2)
    assert sqs.counts(url) == (0, 0, 2)
    platform.advance(2_000)
    assert sqs.bodies(url) == ["own delay"]
    platform.advance(3_000)
    assert sqs.bodies(url) == ["queue's delay"]


def test_giving_a_message_back_makes_it_visible_at_once(sqs: Queues) -> None:
    url = sqs.create()
    sqs.send(url, "one")
    (received,) = sqs.receive(url)
    sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=0)
    assert sqs.bodies(url) == ["one"]


def test_a_message_given_back_is_not_in_flight_any_more(sqs: Queues) -> None:
    url = sqs.create()
    sqs.send(url, "one")
    (received,) = sqs.receive(url)
    handle = received["ReceiptHandle"]
    sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=10)
    assert sqs.bodies(url) == ["one"]


def test_a_change_of_visibility_after_it_timed_out_does_nothing(sqs: Queues, platform: Platform) -> None:
    """AWS says yes and leaves the message visible (localstack/localstack#9632, recorded 30 April 2024)."""
    url = sqs.create()
    sqs.send(url, "one")
    (received,) = sqs.receive(url, VisibilityTimeout=1)
    platform.advance(2_000)
    sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=2)
    assert sqs.bodies(url) == ["one"]


def test_a_message_cannot_stay_in_flight_for_more_than_twelve_hours(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    sqs.send(url, "one")
    (received,) = sqs.receive(url, VisibilityTimeout=43_200)
    platform.advance(1_000)
    with pytest.raises(AwsError) as refused:
        sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=43_200)
    assert refused.value.message == (
        "Value 43200 for parameter VisibilityTimeout is invalid. "
        "Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
    )


def test_a_message_is_gone_when_its_retention_is_over(sqs: Queues, platform: Platform) -> None:
    url = sqs.create(MessageRetentionPeriod="60")
    sqs.send(url, "one")
    platform.advance(30_000)
    sqs.send(url, "two")
    platform.advance(30_000)
    assert sqs.counts(url) == (1, 0, 0)
    assert sqs.bodies(url) == ["two"]


def test_a_message_that_came_back_is_not_received_past_its_retention(sqs: Queues, platform: Platform) -> None:
    url = sqs.create(MessageRetentionPeriod="60", VisibilityTimeout="50")
    sqs.send(url, "one")
    platform.advance(20_000)
    assert sqs.bodies(url) == ["one"]
    platform.advance(50_000)
    assert sqs.bodies(url) == []


def test_a_purged_queue_is_empty_and_its_old_handles_do_no_harm(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    for number in range(12):
        sqs.send(url, str(number))
    received = sqs.receive(url)
    sqs("PurgeQueue", QueueUrl=url)
    sqs.send(url, "after")
    platform.advance(60_000)
    sqs.delete(url, received[0])
    assert sqs.bodies(url) == ["after"]
    rows = platform.transact(lambda tx, call: tx.one("select count(*) from sqs_messages"))
    assert rows == (1,)


def test_one_bad_entry_leaves_the_others_of_a_batch_alone(sqs: Queues) -> None:
    url = sqs.create()
    entries = [
        {"Id": "good", "MessageBody": "one"},
        {"Id": "bad", "MessageBody": "two", "DelaySeconds": 901},
        {"Id": "fine", "MessageBody": "three"},
    ]
    answer = sqs("SendMessageBatch", QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in answer["Successful"]] == ["good", "fine"]
    assert answer["Failed"] == [
        {
            "Id": "bad",
            "SenderFault": True,
            "Code": "InvalidParameterValue",
            "Message": "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        }
    ]
    assert sqs.bodies(url) == ["one", "three"]
