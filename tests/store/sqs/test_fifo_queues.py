"""FIFO queues: order within a group, and each message once."""

import pytest

from eventyard.base.errors import AwsError
from tests.support.engine import Platform
from tests.support.sqs import Queues


@pytest.fixture
def url(sqs: Queues) -> str:
    return sqs.create("orders.fifo", ContentBasedDeduplication="true")


def test_a_group_keeps_its_order(sqs: Queues, url: str) -> None:
    for number in range(5):
        sqs.send(url, str(number), MessageGroupId="g")
    assert sqs.bodies(url) == ["0", "1", "2", "3", "4"]


def test_a_group_with_a_message_in_flight_yields_nothing_more(sqs: Queues, url: str) -> None:
    for number in range(3):
        sqs.send(url, str(number), MessageGroupId="g")
    sqs.send(url, "other", MessageGroupId="h")
    (first,) = sqs.receive(url, MaxNumberOfMessages=1)
    assert first["Body"] == "0"
    assert sqs.bodies(url) == ["other"]
    sqs.delete(url, first)
    assert sqs.bodies(url) == ["1", "2"]


def test_a_group_waits_until_every_message_of_the_batch_is_deleted(sqs: Queues, url: str) -> None:
    for number in range(4):
        sqs.send(url, str(number), MessageGroupId="g")
    first, second = sqs.receive(url, MaxNumberOfMessages=2)
    sqs.delete(url, first)
    assert sqs.bodies(url) == []
    sqs.delete(url, second)
    assert sqs.bodies(url) == ["2", "3"]


def test_a_group_begins_again_where_it_was_after_the_visibility_timeout(
    sqs: Queues, url: str, platform: Platform
) -> None:
    for number in range(3):
        sqs.send(url, str(number), MessageGroupId="g")
    sqs.receive(url, MaxNumberOfMessages=2, VisibilityTimeout=5)
    platform.advance(5_000)
    assert sqs.bodies(url) == ["0", "1", "2"]


def test_the_same_id_within_five_minutes_is_the_same_message(sqs: Queues, url: str, platform: Platform) -> None:
    first = sqs.send(url, "one", MessageGroupId="g", MessageDeduplicationId="d")
    platform.advance(299_999)
    again = sqs.send(url, "another", MessageGroupId="g", MessageDeduplicationId="d")
    assert again["MessageId"] == first["MessageId"]
    assert again["SequenceNumber"] == first["SequenceNumber"]
    assert again["MD5OfMessageBody"] != first["MD5OfMessageBody"]
    platform.advance(1)
    later = sqs.send(url, "later", MessageGroupId="g", MessageDeduplicationId="d")
    assert later["MessageId"] != first["MessageId"]
    assert sqs.bodies(url) == ["one", "later"]


def test_a_deleted_message_still_counts_as_seen(sqs: Queues, url: str) -> None:
    sqs.send(url, "one", MessageGroupId="g")
    (received,) = sqs.receive(url)
    sqs.delete(url, received)
    sqs.send(url, "one", MessageGroupId="g")
    assert sqs.bodies(url) == []


def test_deduplication_by_group_lets_another_group_use_the_id(sqs: Queues) -> None:
    url = sqs.create("high.fifo", DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    sqs.send(url, "one", MessageGroupId="g", MessageDeduplicationId="d")
    sqs.send(url, "two", MessageGroupId="h", MessageDeduplicationId="d")
    sqs.send(url, "three", MessageGroupId="h", MessageDeduplicationId="d")
    assert sqs.bodies(url) == ["one", "two"]


def test_sequence_numbers_have_twenty_digits_and_increase(sqs: Queues, url: str) -> None:
    numbers = [sqs.send(url, str(n), MessageGroupId="g")["SequenceNumber"] for n in range(3)]
    assert [len(number) for number in numbers] == [20, 20, 20]
    assert numbers == sorted(set(numbers))


def test_an_expired_handle_does_not_delete(sqs: Queues, url: str, platform: Platform) -> None:
    sqs.send(url, "one", MessageGroupId="g")
    (received,) = sqs.receive(url, VisibilityTimeout=1)
    platform.advance(1_000)
    handle = received["ReceiptHandle"]
    with pytest.raises(AwsError) as refused:
        sqs.delete(url, received)
    assert refused.value.code == "InvalidParameterValue"
    assert refused.value.message == (
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    )
    assert sqs.bodies(url) == ["one"]


def test_a_delayed_queue_delays_each_message_and_keeps_the_order(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("slow.fifo", ContentBasedDeduplication="true", DelaySeconds="10")
    sqs.send(url, "one", MessageGroupId="g")
    platform.advance(5_000)
    sqs.send(url, "two", MessageGroupId="g")
    platform.advance(5_000)
    assert sqs.bodies(url, VisibilityTimeout=1) == ["one"]
    platform.advance(5_000)
    assert sqs.bodies(url) == ["one", "two"]


def test_a_message_of_a_group_that_was_received_too_often_leaves_the_way_free(
    sqs: Queues, url: str, platform: Platform
) -> None:
    dead = sqs.create("dead.fifo")
    arn = sqs.attributes(dead)["QueueArn"]
    sqs(
        "SetQueueAttributes",
        QueueUrl=url,
        Attributes={"RedrivePolicy": f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"1"}}'},
    )
    sqs.send(url, "poison", MessageGroupId="g")
    sqs.receive(url, VisibilityTimeout=1)
    sqs.send(url, "fine", MessageGroupId="g")
    platform.advance(1_000)
    assert sqs.bodies(url) == ["fine"]
    (letter,) = sqs.receive(dead)
    assert letter["Body"] == "poison"
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == sqs.attributes(url)["QueueArn"]
    assert letter["Attributes"]["MessageGroupId"] == "g"


def test_a_purge_forgets_the_ids_that_were_seen(sqs: Queues, url: str) -> None:
    sqs.send(url, "one", MessageGroupId="g")
    sqs("PurgeQueue", QueueUrl=url)
    sqs.send(url, "one", MessageGroupId="g")
    assert sqs.bodies(url) == ["one"]


def test_a_batch_with_an_entry_without_a_group_is_refused_whole(sqs: Queues, url: str) -> None:
    entries = [{"Id": "1", "MessageBody": "one", "MessageGroupId": "g"}, {"Id": "2", "MessageBody": "two"}]
    with pytest.raises(AwsError) as refused:
        sqs("SendMessageBatch", QueueUrl=url, Entries=entries)
    assert (refused.value.code, refused.value.message) == (
        "InvalidParameterValue",
        "The request must contain the parameter MessageGroupId.",
    )
    assert sqs.bodies(url) == []


def test_expired_messages_free_their_group(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("short.fifo", ContentBasedDeduplication="true", MessageRetentionPeriod="60")
    sqs.send(url, "old", MessageGroupId="g")
    platform.advance(61_000)
    sqs.send(url, "new", MessageGroupId="g")
    assert sqs.bodies(url) == ["new"]
