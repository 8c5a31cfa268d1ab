"""The deployed order system, as a test uses it."""

import json
import urllib.request
from typing import Any
from urllib.parse import urlencode

from orders.shop import Order
from orders.stack.clients import Clients
from orders.stack.deploy import Deployed, deploy
from orders.stack.topology import BUS, INVENTORY_TABLE, MACHINE, ORDERS, ORDERS_TABLE, PAYMENTS_TABLE, TASKS
from orders.stripe import Stripe, succeeded
from tests.support.server import REGION, Deadline, ServerProcess

CAPTURE = "capture-stripe-payment"
PRODUCT = "prod-291"
OUTCOME_TIMEOUT_S = 45


class Shop:
    """The deployed order system."""

    def __init__(self, server: ServerProcess) -> None:
        self.endpoint = server.endpoint
        self.clients = self._clients("000000000000")
        self.second = self._clients("222222222222")
        self.logs = server.client("logs")
        self.stripe = Stripe.connect(server.endpoint)
        self.deployed: Deployed = deploy(self.clients, self.second)

    def _clients(self, account: str) -> Clients:
        keys = {"aws_access_key_id": account, "aws_secret_access_key": "test"}
        return Clients.make(account=account, region=REGION, endpoint_url=self.endpoint, **keys)

    def close(self) -> None:
        self.clients.close()
        self.second.close()

    def tell(self, detail_type: str, *details: dict[str, Any], is_taken: bool = True) -> list[dict[str, Any]]:
        """Put events on the bus; gives back what the bus says of each."""
        entries = [
            {"Source": ORDERS, "DetailType": detail_type, "Detail": json.dumps(detail), "EventBusName": BUS}
            for detail in details
        ]
        answer = self.clients.events.put_events(Entries=entries)
        assert (answer["FailedEntryCount"] == 0) is is_taken
        told: list[dict[str, Any]] = answer["Entries"]
        return told

    def place(self, *orders: dict[str, Any]) -> None:
        self.tell("order.placed", *orders)

    def await_item(self, table: str, key: dict[str, str], *fields: str) -> dict[str, Any]:
        """The item once it has all the fields."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"{key} has {fields}")
        attributes = {name: {"S": value} for name, value in key.items()}
        while True:
            item = self.clients.dynamodb.get_item(TableName=table, Key=attributes).get("Item")
            if item is not None and all(field in item for field in fields):
                return dict(item)
            deadline.check()
            self.pause()

    def await_order(self, order_id: str, *fields: str) -> dict[str, Any]:
        return self.await_item(ORDERS_TABLE, {"orderId": order_id}, *fields)

    def await_outcome(self, order_id: str) -> str:
        """Which way the order went, once it has come to its end."""
        return str(self.await_order(order_id, "outcome")["outcome"]["S"])

    def payment(self, order_id: str) -> dict[str, Any]:
        item = self.clients.dynamodb.get_item(TableName=PAYMENTS_TABLE, Key={"orderId": {"S": order_id}})["Item"]
        return {name: value.get("S") or value.get("N") for name, value in item.items()}

    def stock(self) -> int:
        item = self.clients.dynamodb.get_item(TableName=INVENTORY_TABLE, Key={"productId": {"S": PRODUCT}})["Item"]
        return int(item["stock"]["N"])

    def history(self, order_id: str) -> list[dict[str, Any]]:
        """What happened in the execution that has the order."""
        name = self.await_order(order_id, "execution")["execution"]["S"]
        arn = self.clients.arn("states", f"execution:{MACHINE}:{name}")
        pages = self.clients.workflows.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def perform(self, task: str, given: dict[str, Any]) -> dict[str, Any]:
        """Perform a task of the machine by itself; gives back its result, or the error that it names."""
        answer = self.clients.functions.invoke(FunctionName=TASKS[task], Payload=json.dumps(given))
        result: dict[str, Any] = json.load(answer["Payload"])
        return result

    def pay(self, order_id: str, cents: int = 9990, payment_id: str = "") -> int:
        """Have Stripe say that the order is paid; gives back the status of the answer."""
        placed = Order("good", order_id, second_version(order_id, paymentMethod="stripe"))
        body = succeeded(placed)
        body["data"]["object"] |= {"amount_received": cents, "id": payment_id or f"pi_{order_id}"}
        return self.stripe.post({**body, "id": f"evt_{order_id}_{payment_id}"})

    def mails(self, **asked: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.endpoint}/_eventyard/mail?{urlencode(asked)}", timeout=20) as answer:
            found: list[dict[str, Any]] = json.load(answer)["mails"]
        return found

    def mail(self, mail_id: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.endpoint}/_eventyard/mail/{mail_id}", timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def story(self, key: str) -> dict[str, Any]:
        """What the page of traces tells of the key."""
        with urllib.request.urlopen(f"{self.endpoint}/_eventyard/traces?key={key}", timeout=20) as answer:
            told: dict[str, Any] = json.load(answer)["story"]
        return told

    def await_letter(self, order_id: str) -> dict[str, str]:
        """The attributes of the dead letter of Stripe's payment of that order."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"a dead letter of {order_id}")
        while True:
            deadline.check()
            answer = self.clients.sqs.receive_message(
                QueueUrl=self.deployed.letters_url(CAPTURE), WaitTimeSeconds=2, MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                if order_id in message["Body"]:
                    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}

    def await_log_line(self, function: str, word: str) -> None:
        """Until a log line of the function holds the word."""
        deadline = Deadline(OUTCOME_TIMEOUT_S, f"a line of {function} with {word}")
        while True:
            groups = self.logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")["logGroups"]
            names = [group["logGroupName"] for group in groups]
            if any(
                self.logs.filter_log_events(logGroupName=name, filterPattern=f'"{word}"')["events"] for name in names
            ):
                return
            deadline.check()
            self.pause()

    def pause(self) -> None:
        """A second, as the server counts it: a long poll of a queue in which nothing comes."""
        url = self.deployed.urls["analytics-queue-undelivered"]
        assert "Messages" not in self.clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


def order(order_id: str, **changes: Any) -> dict[str, Any]:
    item = {"productId": "prod-291", "quantity": 2, "unitPrice": 49.95}
    placed = {
        "version": "1.0",
        "orderId": order_id,
        "orderVersion": 1,
        "channel": "marketplace",
        "customerId": "cust-8472",
        "totalAmount": 99.9,
        "currency": "EUR",
        "items": [item],
        "occurredAt": "2026-02-01T14:32:00Z",
        "metadata": {"correlationId": f"cor-{order_id}"},
    }
    return {**placed, **changes}


def second_version(order_id: str, **changes: Any) -> dict[str, Any]:
    placed = order(order_id)
    kept = {name: value for name, value in placed.items() if name not in ("totalAmount", "currency")}
    return {**kept, "version": "2.0", "total": {"amount": 99.9, "currency": "EUR"}, "paymentMethod": "card", **changes}
