"""Mappings over time: retries, dead letters, groups in order, windows, halves of failing batches."""

import json

import pytest

from tests.api.lambda_.conftest import ROLE, zipped

TELL = """
    import boto3, json, os
    sqs = boto3.client("sqs")
    def handler(event, context):
        bodies = [record["body"] for record in event["Records"]]
        sqs.send_message(QueueUrl=os.environ["TOLD"], MessageBody=json.dumps(bodies))
        if "poison" in bodies:
            raise ValueError("poisoned")
        if os.environ["ANSWER"] == "bad":
            failures = [r["messageId"] for r in event["Records"] if r["body"].startswith("bad")]
            return {"batchItemFailures": [{"itemIdentifier": one} for one in failures]}
"""
ARN = "arn:aws:sqs:us-east-1:000000000000"


@pytest.fixture
def platform(timed_platform):
    """Time stands still until a story moves it."""
    return timed_platform


class Story:
    """A source queue, its function `shop`, and what it told."""

    def __init__(self, platform, sqs, functions) -> None:
        self.platform, self.sqs, self.functions = platform, sqs, functions
        self.told = sqs.create_queue(QueueName="told")["QueueUrl"]

    def begin(self, *, answer="", queue="source", attributes=None, **mapping):
        made = self.sqs.create_queue(QueueName=queue, Attributes={"VisibilityTimeout": "10", **(attributes or {})})
        self.source = made["QueueUrl"]
        self.functions.create_function(
            FunctionName="shop",
            Runtime="python3.12",
            Role=ROLE,
            Handler="app.handler",
            Code={"ZipFile": zipped(TELL)},
            Timeout=10,
            Environment={"Variables": {"TOLD": self.told, "ANSWER": answer}},
        )
        self.mapping = self.functions.create_event_source_mapping(
            FunctionName="shop", EventSourceArn=f"{ARN}:{queue}", **mapping
        )

    def send(self, *bodies, group=None):
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        for entry in entries if group else ():
            entry.update(MessageGroupId=group, MessageDeduplicationId=entry["MessageBody"])
        assert "Failed" not in self.sqs.send_message_batch(QueueUrl=self.source, Entries=entries)

    def advance(self, seconds):
        self.platform.advance(seconds * 1000)

    def invocations(self):
        """The bodies of each invocation since the last look."""
        found = []
        while batch := self.sqs.receive_message(QueueUrl=self.told, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(one["Body"]) for one in batch]
            for one in batch:
                self.sqs.delete_message(QueueUrl=self.told, ReceiptHandle=one["ReceiptHandle"])
        return found

    def bodies(self, url):
        return [
            one["Body"] for one in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        ]

    def left(self):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.source, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


@pytest.fixture
def story(platform, sqs, functions):
    return Story(platform, sqs, functions)


def test_a_failed_batch_comes_back_after_its_visibility_timeout_and_ends_in_the_dead_letter_queue(story, sqs):
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": f"{ARN}:dead", "maxReceiveCount": 2})
    story.begin(attributes={"RedrivePolicy": policy})
    story.send("poison", "fine")

    story.advance(9)
    assert story.invocations() == [["poison", "fine"]]
    story.advance(1)
    assert story.invocations() == [["poison", "fine"]]
    story.advance(30)

    assert story.invocations() == []
    assert sorted(story.bodies(dead)) == ["fine", "poison"]


def test_a_message_alone_is_tried_again_when_only_it_was_reported(story):
    story.begin(answer="bad", FunctionResponseTypes=["ReportBatchItemFailures"])
    story.send("a", "bad", "c")

    story.advance(1)
    assert story.invocations() == [["a", "bad", "c"]]
    story.advance(10)

    assert story.invocations() == [["bad"]]
    assert story.left() == 1


def test_a_group_waits_until_its_former_batch_is_over(story):
    story.begin(queue="source.fifo", attributes={"FifoQueue": "true"}, BatchSize=1)
    story.send("poison", "second", group="one")
    story.send("other", group="two")

    story.advance(5)
    assert sorted(story.invocations()) == [["other"], ["poison"]]
    story.advance(5)

    assert story.invocations() == [["poison"]]
    assert story.left() == 2


def test_a_window_collects_until_it_ends_or_the_batch_is_full(story):
    story.begin(BatchSize=12, MaximumBatchingWindowInSeconds=20, attributes={"VisibilityTimeout": "60"})
    story.send("a")
    story.advance(10)
    story.send("b")
    story.advance(9)
    assert story.invocations() == []

    story.advance(2)
    assert story.invocations() == [["a", "b"]]
    story.send(*map(str, range(10)))
    story.send("x", "y")
    story.advance(1)
    assert [sorted(bodies) for bodies in story.invocations()] == [sorted([*map(str, range(10)), "x", "y"])]


def test_a_failing_batch_is_halved_until_the_poisoned_message_stands_alone(story, sqs):
    gone = sqs.create_queue(QueueName="gone")["QueueUrl"]
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": f"{ARN}:dead", "maxReceiveCount": 2})
    story.begin(
        attributes={"RedrivePolicy": policy},
        BisectBatchOnFunctionError=True,
        DestinationConfig={"OnFailure": {"Destination": f"{ARN}:gone"}},
    )
    story.send("a", "b", "poison", "d")

    story.advance(1)
    assert story.invocations() == [["a", "b", "poison", "d"], ["a", "b"], ["poison", "d"], ["poison"], ["d"]]
    assert story.left() == 1
    story.advance(60)

    assert story.invocations() == [["poison"]]
    records = [json.loads(body) for body in story.bodies(gone)]
    assert [record["requestPayload"]["Records"][0]["body"] for record in records] == ["poison"]
    assert records[0]["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert records[0]["requestContext"]["approximateInvokeCount"] == 2
    assert (story.bodies(dead), story.left()) == ([], 0)


def test_a_deleted_mapping_takes_nothing_more(story):
    story.begin()
    story.functions.delete_event_source_mapping(UUID=story.mapping["UUID"])
    story.advance(1)  # as on AWS, the answer says Deleting
    story.send("a")
    story.advance(60)
    assert (story.invocations(), story.left()) == ([], 1)


def test_a_function_without_concurrency_leaves_its_queue_alone(story):
    story.begin()
    story.functions.put_function_concurrency(FunctionName="shop", ReservedConcurrentExecutions=0)
    story.send("a")
    story.advance(60)
    assert story.left() == 1

    story.functions.delete_function_concurrency(FunctionName="shop")
    story.advance(1)

    assert story.invocations() == [["a"]]
