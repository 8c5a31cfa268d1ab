"""ReceiveRequestAttemptId: a FIFO receiver that lost the answer asks again and gets the same."""

from tests.support.engine import Platform
from tests.support.sqs import Queues


def test_the_same_attempt_gets_the_same_messages_and_handles(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("orders.fifo", ContentBasedDeduplication="true", VisibilityTimeout="30")
    for number in range(3):
        sqs.send(url, str(number), MessageGroupId="g")
    first = sqs.receive(url, MaxNumberOfMessages=2, ReceiveRequestAttemptId="a")
    platform.advance(20_000)
    again = sqs.receive(url, MaxNumberOfMessages=2, ReceiveRequestAttemptId="a")
    assert again == first
    platform.advance(20_000)
    assert sqs.bodies(url) == []
    platform.advance(10_000)
    assert sqs.bodies(url) == ["0", "1", "2"]


def test_an_attempt_whose_message_was_deleted_begins_anew(sqs: Queues) -> None:
    url = sqs.create("orders.fifo", ContentBasedDeduplication="true")
    for number in range(2):
        sqs.send(url, str(number), MessageGroupId=f"g{number}")
    first, second = sqs.receive(url, ReceiveRequestAttemptId="a")
    sqs.delete(url, first)
    assert sqs.bodies(url, ReceiveRequestAttemptId="a") == []
    sqs.delete(url, second)


def test_a_new_delay_of_a_fifo_queue_counts_for_messages_sent_before(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("orders.fifo", ContentBasedDeduplication="true", DelaySeconds="60")
    sqs.send(url, "one", MessageGroupId="g")
    sqs("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "5"})
    platform.advance(5_000)
    assert sqs.bodies(url) == ["one"]
