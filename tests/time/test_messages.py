"""What happens to messages while time passes: seconds to two weeks, each in milliseconds of ours."""

import pytest
from botocore.exceptions import ClientError

from tests.time.conftest import Story


def test_a_delayed_message_appears_when_its_delay_is_over(story: Story):
    url = story.queue("later")
    story.client("sqs").send_message(QueueUrl=url, MessageBody="a", DelaySeconds=900)
    story.after(minutes=14, seconds=59)
    assert story.received(url) == []
    story.after(seconds=1)
    assert story.received(url) == ["a"]


def test_a_queues_own_delay_counts_where_the_message_has_none(story: Story):
    url = story.queue("slow", DelaySeconds="60")
    story.client("sqs").send_message(QueueUrl=url, MessageBody="queue's")
    story.client("sqs").send_message(QueueUrl=url, MessageBody="own", DelaySeconds=0)
    assert story.received(url) == ["own"]
    story.after(seconds=60)
    assert "queue's" in story.received(url)


def test_a_message_is_gone_after_the_four_days_of_the_default_retention(story: Story):
    url = story.queue("kept")
    story.client("sqs").send_message(QueueUrl=url, MessageBody="a")
    story.client("sqs").send_message(QueueUrl=url, MessageBody="b")
    story.after(days=3, hours=23)
    assert sorted(story.received(url)) == ["a", "b"]
    story.after(hours=1, seconds=1)
    assert story.received(url) == []
    story.after(days=1)
    attributes = story.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == attributes["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_the_same_message_is_the_same_for_five_minutes(story: Story):
    url = story.queue("once.fifo", FifoQueue="true")

    def send() -> str:
        message = {"MessageBody": "a", "MessageGroupId": "g", "MessageDeduplicationId": "ord-1"}
        return story.client("sqs").send_message(QueueUrl=url, **message)["MessageId"]

    first = send()
    story.after(minutes=4, seconds=59)
    assert send() == first
    story.after(seconds=2)
    assert send() != first
    assert story.received(url) == ["a", "a"]


def test_a_message_stays_with_its_consumer_for_twelve_hours(story: Story):
    url = story.queue("long", VisibilityTimeout="43200")
    story.client("sqs").send_message(QueueUrl=url, MessageBody="a")
    assert story.received(url) == ["a"]
    story.after(hours=11, minutes=59)
    assert story.received(url) == []
    story.after(minutes=1)
    assert story.received(url) == ["a"]


def test_nobody_keeps_a_message_for_longer_than_twelve_hours_in_all(story: Story):
    url = story.queue("longer", VisibilityTimeout="43200")
    story.client("sqs").send_message(QueueUrl=url, MessageBody="a")
    (message,) = story.client("sqs").receive_message(QueueUrl=url)["Messages"]
    story.after(hours=1)
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        story.client("sqs").change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=43_200
        )


def test_a_message_that_fails_three_times_is_dead_and_stays_so_for_two_weeks(story: Story):
    dead = story.queue("dead", MessageRetentionPeriod="1209600")
    redrive = '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": 3}'
    url = story.queue("work", VisibilityTimeout="30", RedrivePolicy=redrive)
    story.client("sqs").send_message(QueueUrl=url, MessageBody="poisoned")
    for _ in range(3):
        assert story.received(url) == ["poisoned"]
        story.after(seconds=30)
    assert story.received(url) == []
    story.after(days=13, hours=23)
    assert story.received(dead) == ["poisoned"]
    story.after(hours=1)
    assert story.received(dead) == []
