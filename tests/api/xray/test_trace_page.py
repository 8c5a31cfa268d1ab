"""One order from end to end: what the page of traces tells a program of a business key."""

import json
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.lambda_.conftest import ROLE, zipped
from tests.support.observing import Observed
from tests.support.platform import RunningPlatform

KEYS = {"Key": "eventyard:trace-keys", "Value": "detail.orderId detail.metadata.correlationId"}
QUEUE = "arn:aws:sqs:us-east-1:000000000000"
CHARGE = """
    import json, os
    def handler(event, context):
        for record in event["Records"]:
            order = json.loads(record["body"])["detail"]["orderId"]
            print("charging", order)
            if os.environ["BANK"] == "down":
                raise RuntimeError(f"no answer for {order}")
"""


class Shop:
    """A bus whose orders are found by their ids, and a function that charges them from a queue."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform = platform
        self._observed = Observed(platform)
        events, sqs = platform.client("events"), platform.client("sqs")
        events.create_event_bus(Name="shop", Tags=[KEYS])
        self.letters = sqs.create_queue(QueueName="payments-dlq")["QueueUrl"]
        redrive = {"deadLetterTargetArn": f"{QUEUE}:payments-dlq", "maxReceiveCount": 1}
        attributes = {"RedrivePolicy": json.dumps(redrive), "VisibilityTimeout": "10"}
        self.queue = sqs.create_queue(QueueName="payments", Attributes=attributes)["QueueUrl"]
        events.put_rule(Name="pay", EventBusName="shop", EventPattern='{"detail-type": ["order.placed"]}')
        events.put_targets(Rule="pay", EventBusName="shop", Targets=[{"Id": "1", "Arn": f"{QUEUE}:payments"}])

    def place(self, *orders: str) -> list[str]:
        entries = [
            {
                "EventBusName": "shop",
                "Source": "shop",
                "DetailType": "order.placed",
                "Detail": json.dumps({"orderId": order, "metadata": {"correlationId": f"cor-{order}"}}),
            }
            for order in orders
        ]
        answer = self.platform.client("events").put_events(Entries=entries)
        return [entry["EventId"] for entry in answer["Entries"]]

    def story(self, key: str) -> dict[str, Any]:
        self.platform.advance(1_000)  # what was printed is written within a second
        self._observed.spans()
        url = f"{self.platform.endpoint}/_eventyard/traces?{urlencode({'key': key})}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            story: dict[str, Any] = json.load(answer)["story"]
        return story

    def charge(self, *, bank: str) -> None:
        """Have the function charge what comes, at a bank that is `up` or `down`."""
        self.platform.client("lambda").create_function(
            FunctionName="charge",
            Runtime="python3.12",
            Role=ROLE,
            Handler="app.handler",
            Code={"ZipFile": zipped(CHARGE)},
            Environment={"Variables": {"BANK": bank}},
        )
        arn = f"{QUEUE}:payments"
        self.platform.client("lambda").create_event_source_mapping(FunctionName="charge", EventSourceArn=arn)


@pytest.fixture
def shop(timed_platform: RunningPlatform) -> Shop:
    return Shop(timed_platform)


def hops(trees: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for tree in trees:
        yield tree
        yield from hops(tree["children"])


def lines_of(story: Mapping[str, Any]) -> list[str]:
    return [line["message"] for hop in hops(story["trees"]) for line in hop["lines"]]


def test_of_a_request_with_many_orders_only_the_one_is_told(shop: Shop):
    first, _ = shop.place("order-1", "order-2")
    for key in ("order-1", "cor-order-1", first):
        story = shop.story(key)
        (bus,) = story["trees"]
        assert (bus["kind"], bus["event_id"]) == ("bus", first)
        (rule,) = bus["children"]
        assert (rule["kind"], rule["outcome"], rule["waits"]) == ("rule", "delivered", "waits in the queue")
        assert (story["counts"]["events"], story["counts"]["waits"]) == (1, 1)
    whole = shop.story(story["traces"][0])
    assert whole["counts"]["events"] == 2, "a trace's id stands for the whole trace"


def test_nothing_is_told_of_an_order_that_nobody_has_placed(shop: Shop):
    shop.place("order-1")
    story = shop.story("order-3")
    assert (story["trees"], story["counts"]["events"]) == ([], 0)


def test_of_a_batch_only_the_orders_own_log_lines_are_told(shop: Shop):
    for order in ("order-1", "order-2", "order-3"):
        shop.place(order)
    shop.charge(bank="up")
    for order in ("order-1", "order-2", "order-3"):
        story = shop.story(order)
        kinds = [hop["kind"] for hop in hops(story["trees"]) if hop["kind"] != "init"]
        assert kinds == ["bus", "rule", "queue", "mapping", "function", "invocation"], "whosever trace the batch is in"
        assert lines_of(story) == [f"charging {order}"]


def test_an_order_placed_twice_failed_dead_lettered_and_redriven_is_one_tree(shop: Shop):
    shop.charge(bank="down")
    events = [*shop.place("order-1"), *shop.place("order-1")]
    shop.platform.advance(60_000)
    told = shop.story("order-1")
    assert [tree["event_id"] for tree in told["trees"]] == events
    assert told["status"] == "fault"
    assert told["counts"]["dead_letters"] == 2
    tries = [hop for hop in hops(told["trees"]) if hop["kind"] == "invocation"]
    assert {hop["reason"] for hop in tries} == {"RuntimeError: no answer for order-1"}
    shop.platform.client("lambda").update_function_configuration(
        FunctionName="charge", Environment={"Variables": {"BANK": "up"}}
    )
    shop.platform.client("sqs").start_message_move_task(SourceArn=f"{QUEUE}:payments-dlq")
    shop.platform.advance(60_000)
    told = shop.story("order-1")
    assert [tree["event_id"] for tree in told["trees"]] == events, "what a redrive brings about is below the event"
    tries = [hop for hop in hops(told["trees"]) if hop["kind"] == "invocation"]
    assert "ok" in {hop["status"] for hop in tries}
    assert told["counts"]["waits"] == 0


def test_an_order_is_found_by_what_a_function_has_annotated(shop: Shop):
    now_s = shop.platform.platform.engine.clock.now_ms() // 1000
    trace = f"1-{now_s:08x}-1234567890abcdef12345678"
    document = {
        "id": "70de5b6f19ff9a0a",
        "trace_id": trace,
        "name": "shop",
        "start_time": now_s,
        "end_time": now_s + 1,
    }
    step = {**document, "id": "70de5b6f19ff9a0b", "annotations": {"order": "o_7%"}}
    document["subsegments"] = [step]
    xray = shop.platform.client("xray")
    sent = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(document)])
    assert sent["UnprocessedTraceSegments"] == []
    header = f"Root={trace};Parent=70de5b6f19ff9a0b;Sampled=1"
    with_trace(shop.platform.client("sqs"), header).send_message(QueueUrl=shop.queue, MessageBody="{}")
    story = shop.story("o_7%")
    assert [tree["kind"] for tree in story["trees"]] == ["request"]
    assert shop.story("o_7")["trees"] == shop.story("oX7%")["trees"] == []


def with_trace(client: Any, header: str) -> Any:
    """The client, which names a cause from now on."""

    def add(request: Any, **_: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = header

    client.meta.events.register("before-send.sqs", add)
    return client
