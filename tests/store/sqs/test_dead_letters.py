"""Dead letters, and the tasks that move them back."""

import json

import pytest

from eventyard.base.errors import AwsError
from tests.support.engine import Platform
from tests.support.sqs import Queues, arn


@pytest.fixture
def url(sqs: Queues) -> str:
    sqs.create("dead")
    policy = json.dumps({"deadLetterTargetArn": arn("dead"), "maxReceiveCount": "2"})
    return sqs.create("orders", VisibilityTimeout="10", RedrivePolicy=policy)


def kill(sqs: Queues, platform: Platform, url: str, *bodies: str) -> None:
    for body in bodies:
        sqs.send(url, body)
    for _ in range(2):
        assert sqs.bodies(url) == list(bodies)
        platform.advance(10_000)
    assert sqs.bodies(url) == []


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(sqs: Queues, platform: Platform, url: str) -> None:
    sqs.send(url, "poison")
    (first,) = sqs.receive(url)
    platform.advance(10_000)
    assert sqs.bodies(url) == ["poison"]
    platform.advance(10_000)
    assert sqs.bodies(url) == []
    (letter,) = sqs.receive("dead")
    assert letter["MessageId"] == first["MessageId"]
    assert letter["Attributes"]["SentTimestamp"] == first["Attributes"]["SentTimestamp"]
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == arn("orders")
    assert sqs.counts(url) == (0, 0, 0)


def test_the_redrive_policy_is_shown_as_aws_writes_it(sqs: Queues, url: str) -> None:
    shown = sqs.attributes(url)["RedrivePolicy"]
    assert shown == f'{{"deadLetterTargetArn":"{arn("dead")}","maxReceiveCount":2}}'


def test_nothing_is_lost_when_the_dead_letter_queue_is_gone(sqs: Queues, platform: Platform, url: str) -> None:
    sqs.send(url, "poison")
    sqs("DeleteQueue", QueueUrl="dead")
    for _ in range(5):
        assert sqs.bodies(url) == ["poison"]
        platform.advance(10_000)


def test_the_sources_of_a_dead_letter_queue_are_listed(sqs: Queues, url: str) -> None:
    assert sqs("ListDeadLetterSourceQueues", QueueUrl="dead") == {"queueUrls": [url]}


def test_a_dead_letter_queue_may_refuse_a_source(sqs: Queues) -> None:
    sqs.create("closed", RedriveAllowPolicy='{"redrivePermission":"denyAll"}')
    with pytest.raises(AwsError) as refused:
        sqs.create("orders", RedrivePolicy=json.dumps({"deadLetterTargetArn": arn("closed"), "maxReceiveCount": 1}))
    assert refused.value.code == "InvalidParameterValue"


def test_a_dead_letter_queue_is_of_the_same_type(sqs: Queues) -> None:
    sqs.create("dead.fifo")
    policy = json.dumps({"deadLetterTargetArn": arn("dead.fifo"), "maxReceiveCount": 1})
    with pytest.raises(AwsError, match="Dead-letter queue must be same type of queue as the source"):
        sqs.create("orders", RedrivePolicy=policy)


def test_a_task_moves_dead_letters_back_to_where_they_came_from(sqs: Queues, platform: Platform, url: str) -> None:
    kill(sqs, platform, url, "one", "two")
    sqs("StartMessageMoveTask", SourceArn=arn("dead"))
    platform.settle()
    (task,) = sqs("ListMessageMoveTasks", SourceArn=arn("dead"))["Results"]
    assert task == {
        "Status": "COMPLETED",
        "SourceArn": arn("dead"),
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 2,
        "StartedTimestamp": platform.clock.now_ms(),
    }
    received = sqs.receive(url)
    assert [message["Body"] for message in received] == ["one", "two"]
    assert [message["Attributes"]["ApproximateReceiveCount"] for message in received] == ["1", "1"]


def test_a_task_keeps_to_its_rate_and_can_be_cancelled(sqs: Queues, platform: Platform, url: str) -> None:
    sqs.create("other")
    kill(sqs, platform, url, *(str(number) for number in range(10)))
    handle = sqs(
        "StartMessageMoveTask", SourceArn=arn("dead"), DestinationArn=arn("other"), MaxNumberOfMessagesPerSecond=1
    )["TaskHandle"]
    platform.advance(2_500)
    assert sqs.counts("other") == (2, 0, 0)
    (running,) = sqs("ListMessageMoveTasks", SourceArn=arn("dead"))["Results"]
    assert (running["Status"], running["TaskHandle"]) == ("RUNNING", handle)
    with pytest.raises(AwsError, match="There is already a task running"):
        sqs("StartMessageMoveTask", SourceArn=arn("dead"))
    assert sqs("CancelMessageMoveTask", TaskHandle=handle) == {"ApproximateNumberOfMessagesMoved": 2}
    platform.advance(60_000)
    assert sqs.counts("other") == (2, 0, 0)
    (over,) = sqs("ListMessageMoveTasks", SourceArn=arn("dead"))["Results"]
    assert (over["Status"], "TaskHandle" in over) == ("CANCELLED", False)


def test_a_task_fails_when_its_destination_is_deleted(sqs: Queues, platform: Platform, url: str) -> None:
    sqs.create("other")
    kill(sqs, platform, url, *(str(number) for number in range(5)))
    sqs("StartMessageMoveTask", SourceArn=arn("dead"), DestinationArn=arn("other"), MaxNumberOfMessagesPerSecond=1)
    platform.advance(2_000)
    sqs("DeleteQueue", QueueUrl="other")
    platform.advance(1_000)
    (task,) = sqs("ListMessageMoveTasks", SourceArn=arn("dead"))["Results"]
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "AWS.SimpleQueueService.NonExistentQueue")
    assert task["ApproximateNumberOfMessagesMoved"] == 2
    assert sqs.counts("dead") == (3, 0, 0)


def test_a_task_of_a_fifo_queue_keeps_each_groups_order(sqs: Queues, platform: Platform) -> None:
    sqs.create("dead.fifo")
    policy = json.dumps({"deadLetterTargetArn": arn("dead.fifo"), "maxReceiveCount": 1})
    url = sqs.create("orders.fifo", ContentBasedDeduplication="true", VisibilityTimeout="1", RedrivePolicy=policy)
    for number in range(15):
        sqs.send(url, str(number), MessageGroupId=f"g{number % 2}")
    for _ in range(4):
        sqs.receive(url)
        platform.advance(1_000)
    assert sqs.counts("dead.fifo")[0] == 15
    sqs("StartMessageMoveTask", SourceArn=arn("dead.fifo"))
    platform.settle()
    received = sqs.receive(url)
    for message in received:
        sqs.delete(url, message)
    received += sqs.receive(url)
    for group in ("g0", "g1"):
        bodies = [int(m["Body"]) for m in received if m["Attributes"]["MessageGroupId"] == group]
        assert bodies == sorted(bodies)
    assert len(received) == 15
