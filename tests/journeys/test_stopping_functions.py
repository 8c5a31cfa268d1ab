"""SIGTERM while a function has a batch: its effects complete once, and nothing comes back after the next start."""

import signal
import time
import urllib.error
import urllib.request
from http import HTTPStatus

import pytest

from tests.api.lambda_.conftest import ROLE, zipped

WORK = """
    import boto3, os, time
    def tell(text):  # a client, and so a connection, of its own each time
        boto3.client("sqs").send_message(QueueUrl=os.environ["TOLD"], MessageBody=text)
    def handler(event, context):
        tell("began")
        while not os.path.exists(os.environ["GO"]):
            time.sleep(0.01)
        tell("ended")
        return "done"
"""


@pytest.fixture
def go(tmp_path):
    """The file that lets the function end."""
    return tmp_path / "go"


@pytest.fixture
def told(server, go):
    """The queue that the function `worker` writes to."""
    url = server.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    server.client("lambda").create_function(
        FunctionName="worker",
        Runtime="python3.12",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": zipped(WORK)},
        Timeout=20,
        Environment={"Variables": {"TOLD": url, "GO": str(go)}},
    )
    return url


def test_a_batch_in_progress_ends_once_while_the_server_stops(server, told, go):
    sqs = server.client("sqs")
    source = sqs.create_queue(QueueName="source", Attributes={"VisibilityTimeout": "20"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=source, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    server.client("lambda").create_event_source_mapping(FunctionName="worker", EventSourceArn=arn)
    sqs.send_message(QueueUrl=source, MessageBody="order")
    assert bodies(sqs, told) == ["began"]

    restart_while_it_works(server, go)

    assert bodies(sqs, told) == ["ended"]
    assert count(sqs, source) == count(sqs, told) == 0


def test_an_event_in_progress_ends_once_while_the_server_stops(server, told, go):
    sqs = server.client("sqs")
    server.client("lambda").invoke(FunctionName="worker", InvocationType="Event", Payload=b"{}")
    assert bodies(sqs, told) == ["began"]

    restart_while_it_works(server, go)

    assert bodies(sqs, told) == ["ended"]
    assert count(sqs, told) == 0


def restart_while_it_works(server, go):
    """Stop the server, let the function end only then, and start again."""
    server.signal(signal.SIGTERM)
    wait_until_stopping(server)
    go.touch()
    assert server.wait() == 0
    server.start()


def bodies(sqs, url):
    """The next messages, taken away."""
    found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=15).get("Messages", [])
    for one in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return [one["Body"] for one in found]


def count(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def wait_until_stopping(server, timeout_s=10):
    """Return when the server says that it stops; it still answers."""
    ends_s = time.monotonic() + timeout_s
    while time.monotonic() < ends_s:
        if ready_status(server) == HTTPStatus.SERVICE_UNAVAILABLE:
            return
    pytest.fail("the server does not say that it stops")


def ready_status(server):
    try:
        with urllib.request.urlopen(f"{server.endpoint}/_eventyard/ready", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code
