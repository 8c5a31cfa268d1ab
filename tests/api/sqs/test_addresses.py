"""A queue's address as an endpoint of its own, which answers plain GETs.

Source: validated against AWS in localstack/localstack, tests/aws/services/sqs/test_sqs.py (class TestSqsQueryApi).
"""

from typing import Any

import pytest

from tests.api.sqs.conftest import Get
from tests.support.platform import RunningPlatform


@pytest.fixture
def url(platform: RunningPlatform) -> str:
    return str(platform.client("sqs").create_queue(QueueName="orders")["QueueUrl"])


def test_a_queue_tells_its_attributes(get: Get, url: str) -> None:
    response = get(url, **{"Action": "GetQueueAttributes", "AttributeName.1": "QueueArn"})
    assert response.status == 200
    told = "<Attribute><Name>QueueArn</Name><Value>arn:aws:sqs:us-east-1:000000000000:orders</Value></Attribute>"
    assert told in response.data.decode()
    assert b"VisibilityTimeout" not in response.data


def test_a_message_goes_in_and_out(get: Get, url: str) -> None:
    assert get(url, Action="SendMessage", MessageBody='a "b"\r').status == 200
    received = get(url, Action="ReceiveMessage").data
    assert b"<Body>a &quot;b&quot;&#xD;</Body>" in received
    assert b"<ReceiveMessageResult/>" in get(url, Action="ReceiveMessage").data


def test_a_queue_url_in_the_parameters_wins(get: Get, url: str, platform: RunningPlatform) -> None:
    other = platform.client("sqs").create_queue(QueueName="other")["QueueUrl"]
    response = get(url, **{"Action": "GetQueueAttributes", "QueueUrl": other, "AttributeName.1": "QueueArn"})
    assert b":other<" in response.data


def test_a_queue_finds_the_address_of_another(get: Get, url: str, platform: RunningPlatform) -> None:
    other = platform.client("sqs").create_queue(QueueName="other")["QueueUrl"]
    assert f"<QueueUrl>{other}</QueueUrl>".encode() in get(url, Action="GetQueueUrl", QueueName="other").data


@pytest.mark.parametrize("action", ["CreateQueue", "ListQueues", "FooBar"])
def test_an_action_that_is_not_about_the_queue_is_not_valid_there(get: Get, url: str, action: str) -> None:
    response = get(url, Action=action, QueueName="new")
    assert response.status == 400
    assert b"<Type>Sender</Type><Code>InvalidAction</Code>" in response.data
    assert f"<Message>The action {action} is not valid for this endpoint.</Message>".encode() in response.data


def test_an_address_without_an_action_is_an_unknown_operation(get: Get, url: str) -> None:
    response = get(url)
    assert (response.status, response.data.strip()) == (404, b"<UnknownOperationException/>")


def test_a_missing_parameter_is_named(get: Get, url: str) -> None:
    response = get(url, Action="SendMessage")
    assert response.status == 400
    assert b"<Message>The request must contain the parameter MessageBody.</Message>" in response.data
    missing = get(url.rpartition("/000")[0], Action="CreateQueue")
    assert b"<Message>The request must contain the parameter QueueName.</Message>" in missing.data


def test_json_is_spoken_at_a_queues_address_too(platform: RunningPlatform, url: str) -> None:
    client: Any = platform.client("sqs", config={"inject_host_prefix": False})
    client.meta.events.register(
        "before-sign.sqs.*", lambda request, **_: setattr(request, "url", url), unique_id="at-the-queue"
    )
    assert client.receive_message(QueueUrl=url)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    "address",
    [
        "https://sqs.us-east-1.amazonaws.com/000000000000/orders",
        "https://us-east-1.queue.amazonaws.com/000000000000/orders",
        "https://queue.amazonaws.com/000000000000/orders",
        "http://localhost:4566/queue/us-east-1/000000000000/orders",
        "orders",
    ],
)
def test_every_form_of_a_queues_address_finds_it(platform: RunningPlatform, url: str, address: str) -> None:
    sqs = platform.client("sqs")
    sqs.send_message(QueueUrl=address, MessageBody="found")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "found"
