"""What bounds a mapping: how many batches it has at once, and how long one may wait for a process."""

import json

import pytest

from tests.api.lambda_.conftest import ROLE, zipped
from tests.support.platform import RunningPlatform

ARN = "arn:aws:sqs:us-east-1:000000000000"
HELD = """
    import boto3, json, os, time
    sqs = boto3.client("sqs")
    def handler(event, context):
        sqs.send_message(QueueUrl=os.environ["TOLD"], MessageBody=json.dumps(event))
        while not os.path.exists(os.environ["GO"]):
            time.sleep(0.01)
"""


@pytest.fixture
def go(tmp_path):
    """The file that lets functions end."""
    return tmp_path / "go"


@pytest.fixture
def told(sqs):
    return sqs.create_queue(QueueName="told")["QueueUrl"]


@pytest.fixture
def make(functions, told, go):
    """Create a function that tells its event and then waits for `go`."""

    def create(name, **changes):
        functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=ROLE,
            Handler="app.handler",
            Code={"ZipFile": zipped(HELD)},
            Environment={"Variables": {"TOLD": told, "GO": str(go)}},
            **{"Timeout": 20, **changes},
        )

    return create


def taken(sqs, url, wait_s=10):
    """The next messages, taken away."""
    found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=wait_s, MaxNumberOfMessages=10).get("Messages", [])
    for one in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return [json.loads(one["Body"]) for one in found]


def counts(sqs, url):
    """(visible, in flight)"""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return tuple(int(found[name]) for name in names)


def test_a_mapping_never_has_more_batches_at_once_than_its_maximum_concurrency(sqs, functions, make, told, go):
    source = sqs.create_queue(QueueName="source", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    make("shop")
    functions.create_event_source_mapping(
        FunctionName="shop", EventSourceArn=f"{ARN}:source", BatchSize=1, ScalingConfig={"MaximumConcurrency": 2}
    )
    for number in range(5):
        sqs.send_message(QueueUrl=source, MessageBody=str(number))

    begun = [*taken(sqs, told), *taken(sqs, told)]
    assert (len(begun), counts(sqs, source)) == (2, (3, 2))
    assert taken(sqs, told, wait_s=1) == []

    go.touch()
    while len(begun) < 5:
        found = taken(sqs, told)
        assert found, "the others follow"
        begun += found
    assert sorted(event["Records"][0]["body"] for event in begun) == list("01234")


class TestOneProcess:
    """A server that runs one function process at a time."""

    @pytest.fixture
    def platform(self, tmp_path):
        running = RunningPlatform(tmp_path, environments_max=1)
        yield running
        running.close()

    def test_a_batch_that_waits_for_a_process_until_its_messages_are_visible_is_done_once(
        self, sqs, functions, make, told, go
    ):
        source = sqs.create_queue(QueueName="source", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
        make("hog")
        make("shop", Timeout=1)
        functions.invoke(FunctionName="hog", InvocationType="Event", Payload=b'"hog"')
        assert taken(sqs, told) == ["hog"]
        functions.create_event_source_mapping(FunctionName="shop", EventSourceArn=f"{ARN}:source")
        sqs.send_message(QueueUrl=source, MessageBody="order")

        assert taken(sqs, told, wait_s=3) == []
        go.touch()

        (event,) = taken(sqs, told)
        assert int(event["Records"][0]["attributes"]["ApproximateReceiveCount"]) >= 2
        assert taken(sqs, told, wait_s=2) == []
        assert counts(sqs, source) == (0, 0)
