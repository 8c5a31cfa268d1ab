"""From PutEvents to real queues and back: what a consumer receives."""

import json

import pytest

PLACED = {"Source": "com.myapp.orders", "DetailType": "order.placed", "Detail": '{"orderId": "ord-1"}'}


class Shop:
    """A bus with a rule for placed orders, and queues to deliver to."""

    def __init__(self, platform):
        self.sqs = platform.client("sqs")
        self.events = platform.client("events")
        self.events.create_event_bus(Name="shop")
        self.events.put_rule(Name="placed", EventBusName="shop", EventPattern='{"detail-type": ["order.placed"]}')

    def queue(self, name: str, **attributes: str) -> tuple[str, str]:
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def send_to(self, arn: str, **target) -> None:
        self.events.put_targets(Rule="placed", EventBusName="shop", Targets=[{"Id": "1", "Arn": arn, **target}])

    def put(self, **entry) -> str:
        answer = self.events.put_events(Entries=[{"EventBusName": "shop", **PLACED, **entry}])
        return answer["Entries"][0]["EventId"]

    def received(self, url: str) -> list[dict]:
        answer = self.sqs.receive_message(
            QueueUrl=url, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"], MaxNumberOfMessages=10
        )
        return answer.get("Messages", [])


@pytest.fixture
def shop(platform):
    return Shop(platform)


def test_a_consumer_receives_the_event(shop):
    url, arn = shop.queue("orders")
    shop.send_to(arn)
    event_id = shop.put()
    (message,) = shop.received(url)
    event = json.loads(message["Body"])
    assert list(event) == [
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "resources",
        "detail",
    ]
    assert (event["id"], event["detail"]) == (event_id, {"orderId": "ord-1"})
    assert "MessageAttributes" not in message


def test_a_fifo_queue_keeps_events_in_order_within_their_group(shop):
    url, arn = shop.queue("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    shop.send_to(arn, SqsParameters={"MessageGroupId": "g"})
    ids = [shop.put() for _ in range(3)]
    messages = shop.received(url)
    assert [json.loads(message["Body"])["id"] for message in messages] == ids
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {"g"}


def test_the_trace_of_an_entry_is_on_the_message(shop):
    url, arn = shop.queue("orders")
    shop.send_to(arn)
    shop.put(TraceHeader="Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1")
    (message,) = shop.received(url)
    assert "1-67891233-abcdef012345678912345678" in message["Attributes"]["AWSTraceHeader"]


def test_an_event_for_a_queue_that_is_gone_is_a_dead_letter_with_its_reason(shop):
    url, arn = shop.queue("orders")
    dead_url, dead_arn = shop.queue("dead")
    shop.send_to(arn, DeadLetterConfig={"Arn": dead_arn})
    shop.sqs.delete_queue(QueueUrl=url)
    event_id = shop.put()
    (letter,) = shop.received(dead_url)
    assert json.loads(letter["Body"])["id"] == event_id
    told = {name: attribute["StringValue"] for name, attribute in letter["MessageAttributes"].items()}
    assert told["ERROR_CODE"] == "NO_RESOURCE"
    assert told["RULE_ARN"] == "arn:aws:events:us-east-1:000000000000:rule/shop/placed"
    assert told["TARGET_ARN"] == arn
