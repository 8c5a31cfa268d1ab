"""The order system on the real server: its demo's own count, and the ways in which such systems lose orders.

The numbers are those of the twelve ways in the order system's README.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from orders.stack import BUS, CLAIMS_TABLE, CONSUMERS, ORDERS_TABLE, RECEIVES_MAX, SOURCE, Clients, Deployed, deploy
from tests.support.server import REGION, ROOT, Deadline, ServerProcess, environment

PAYMENT = "process-payment"
OUTCOME_TIMEOUT_S = 45

pytestmark = pytest.mark.timeout(180)


class Shop:
    """The deployed order system."""

    def __init__(self, server: ServerProcess) -> None:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.clients = Clients.make(account="000000000000", region=REGION, endpoint_url=server.endpoint, **keys)
        self.logs = server.client("logs")
        self.deployed: Deployed = deploy(self.clients)

    def place(self, *orders: dict[str, Any]) -> None:
        entries = [
            {"Source": SOURCE, "DetailType": "order.placed", "Detail": json.dumps(order), "EventBusName": BUS}
            for order in orders
        ]
        assert self.clients.events.put_events(Entries=entries)["FailedEntryCount"] == 0

    def await_order(self, order_id: str, *fields: str) -> dict[str, Any]:
        """The order's item once it has all the fields."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"{order_id} has {fields}")
        while True:
            item = self.clients.dynamodb.get_item(TableName=ORDERS_TABLE, Key={"orderId": {"S": order_id}}).get("Item")
            if item is not None and all(field in item for field in fields):
                return item
            deadline.check()
            self.pause()

    def await_letter(self, order_id: str) -> dict[str, str]:
        """The attributes of the payment's dead letter of that order."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"a dead letter of {order_id}")
        while True:
            deadline.check()
            answer = self.clients.sqs.receive_message(
                QueueUrl=self.deployed.dead_letter_urls[PAYMENT], WaitTimeSeconds=2, MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                if order_id in message["Body"]:
                    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}

    def await_log_line(self, function: str, word: str) -> None:
        """Until a log line of the function holds the word."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"a line of {function} with {word}")
        while True:
            lines = self.logs.filter_log_events(logGroupName=f"/aws/lambda/{function}", filterPattern=f'"{word}"')
            if lines["events"]:
                return
            deadline.check()
            self.pause()

    def pause(self) -> None:
        """A second, as the server counts it: a long poll of a queue in which nothing comes."""
        url = self.deployed.undelivered_urls[PAYMENT]
        assert "Messages" not in self.clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    server = ServerProcess(tmp_path_factory.mktemp("shop") / "data").start()
    made = Shop(server)
    yield made
    for client in (made.clients.events, made.clients.sqs, made.clients.functions, made.clients.dynamodb):
        client.close()
    server.close()


def order(order_id: str, **changes: Any) -> dict[str, Any]:
    item = {"productId": "prod-291", "quantity": 2, "unitPrice": 49.95}
    placed = {
        "version": "1.0",
        "orderId": order_id,
        "customerId": "cust-8472",
        "totalAmount": 99.9,
        "currency": "EUR",
        "items": [item],
        "placedAt": "2026-02-01T14:32:00Z",
        "metadata": {"correlationId": f"cor-{order_id}"},
    }
    return {**placed, **changes}


def test_the_demo_loses_no_order():
    ended = subprocess.run(
        [sys.executable, "-m", "orders.demo", "--orders", "60"],
        cwd=ROOT,
        env={**environment(), "COLUMNS": "120"},
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert ended.returncode == 0, ended.stderr
    (lost,) = (line for line in ended.stdout.splitlines() if line.startswith("│ lost"))
    assert [cell.strip() for cell in lost.strip("│").split("│")] == ["lost", "0", "0"]


def test_way_1_and_8_a_failed_order_is_tried_again_and_then_dead_with_its_reason(shop: Shop):
    shop.place(order("ord-1", customerId="cust-unreachable"))
    letter = shop.await_letter("ord-1")
    assert letter["Reason"] == "BankUnreachable: no answer for order ord-1"
    assert letter["Receives"] == "3"
    assert "inventory" in shop.await_order("ord-1", "inventory")


def test_way_2_an_order_placed_again_under_another_event_is_absorbed_by_each_consumer(shop: Shop):
    shop.place(order("ord-2"))
    shop.await_order("ord-2", "payment", "inventory")
    shop.place(order("ord-2"))
    item = shop.await_order("ord-2", "paymentAbsorbed", "inventoryAbsorbed")
    assert len(item["paymentAbsorbed"]["SS"]) == len(item["inventoryAbsorbed"]["SS"]) == 1


def test_way_2_a_claim_outlives_the_dead_letter_queue(shop: Shop):
    shop.place(order("ord-2b"))
    shop.await_order("ord-2b", "payment")
    claims = shop.clients.dynamodb.scan(TableName=CLAIMS_TABLE)["Items"]
    url = shop.deployed.dead_letter_urls[PAYMENT]
    names = ["MessageRetentionPeriod", "CreatedTimestamp"]
    attributes = shop.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    letters_end_s = int(attributes["CreatedTimestamp"]) + int(attributes["MessageRetentionPeriod"])
    done = [claim for claim in claims if claim["status"]["S"] == "COMPLETED"]
    assert done
    assert all(int(claim["expiration"]["N"]) > letters_end_s for claim in done)


def test_way_3_a_business_answer_is_dead_at_once_and_no_duplicate(shop: Shop):
    shop.place(order("ord-3", currency="XXX"))
    letter = shop.await_letter("ord-3")
    assert letter["Reason"] == "OrderRefused: we take no XXX"
    assert letter["Receives"] == "1"


def test_way_4_and_5_a_malformed_body_fails_itself_alone(shop: Shop):
    good = [order(f"ord-4-{n}") for n in range(8)]
    shop.place(*good[:4], order("ord-4-bad", items=[]), *good[4:])
    assert shop.await_letter("ord-4-bad")["Reason"].startswith("MalformedOrder: ")
    for one in good:
        item = shop.await_order(one["orderId"], "payment", "inventory")
        assert "paymentAbsorbed" not in item


def test_way_5_and_11_each_mapping_asks_for_partial_answers_and_bounds_its_concurrency(shop: Shop):
    mappings = shop.clients.functions.list_event_source_mappings()["EventSourceMappings"]
    assert len(mappings) == len(CONSUMERS)
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2
    assert RECEIVES_MAX >= 5


def test_way_10_every_queue_and_every_target_has_a_dead_letter_queue_of_its_own(shop: Shop):
    for url in shop.deployed.queue_urls.values():
        attributes = shop.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == RECEIVES_MAX
        assert "events.amazonaws.com" in attributes["Policy"]
    rules = shop.clients.events.list_rules(EventBusName=BUS)["Rules"]
    found = [shop.clients.events.list_targets_by_rule(Rule=rule["Name"], EventBusName=BUS)["Targets"] for rule in rules]
    letters = [target["DeadLetterConfig"]["Arn"] for targets in found for target in targets]
    assert len(letters) == len(set(letters)) == len(CONSUMERS)


def test_way_12_the_correlation_id_is_on_the_log_lines_of_every_consumer(shop: Shop):
    shop.place(order("ord-12"))
    shop.await_order("ord-12", "payment", "inventory")
    for consumer in CONSUMERS:
        shop.await_log_line(consumer.name, "cor-ord-12")
