"""What became of every order: counted from the order table and the dead-letter queues, per consumer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from orders.shop import Placed
from orders.stack import CONSUMERS, ORDERS_TABLE, Clients, Consumer, Deployed


@dataclass(frozen=True)
class Outcome:
    """The accepted events of one consumer: `placed` = `processed` + `absorbed` + `dead_lettered` + `lost`.

    `latencies_ms` are from just before PutEvents to the written effect, one for each processed order, sorted.
    """

    consumer: str
    placed: int
    processed: int
    absorbed: int
    dead_lettered: int
    reasons: dict[str, int]
    latencies_ms: list[float]

    @property
    def settled(self) -> int:
        return self.processed + self.absorbed + self.dead_lettered

    @property
    def lost(self) -> int:
        """Accepted events of which nothing is known; below zero, more became of them than was accepted."""
        return self.placed - self.settled

    def percentile_ms(self, percent: float) -> float:
        """The latency that so many percent of the processed orders did not exceed; 0 when there is none."""
        if not self.latencies_ms:
            return 0.0
        return self.latencies_ms[min(len(self.latencies_ms) - 1, int(len(self.latencies_ms) * percent / 100))]


class Counter:
    """Counts while the orders are on their way; a dead letter is taken from its queue once and remembered."""

    def __init__(self, clients: Clients, deployed: Deployed) -> None:
        self._clients = clients
        self._deployed = deployed
        self._letters: dict[str, dict[str, str]] = {consumer.name: {} for consumer in CONSUMERS}

    def count(self, placed: Placed) -> list[Outcome]:
        """What is known now, one outcome a consumer."""
        orders = list(self._orders())
        return [self._of(consumer, placed, orders) for consumer in CONSUMERS]

    def _of(self, consumer: Consumer, placed: Placed, orders: list[dict[str, Any]]) -> Outcome:
        letters = self._read_letters(consumer.name)
        done = {order["orderId"]: order for order in orders if consumer.state_field in order}
        absorbed = sum(
            len(set(order.get(f"{consumer.state_field}Absorbed", ())) - {order[f"{consumer.state_field}MessageId"]})
            for order in done.values()
        )
        began: dict[str, float] = {}
        for order, began_ms in placed.accepted:
            began.setdefault(order.order_id, began_ms)
        at = f"{consumer.state_field}At"
        latencies = sorted(float(order[at]) - began[order_id] for order_id, order in done.items() if order_id in began)
        reasons: dict[str, int] = {}
        for reason in letters.values():
            kind = reason.partition(":")[0]
            reasons[kind] = reasons.get(kind, 0) + 1
        return Outcome(
            consumer=consumer.name,
            placed=len(placed.accepted),
            processed=len(done),
            absorbed=absorbed,
            dead_lettered=len(letters),
            reasons=reasons,
            latencies_ms=latencies,
        )

    def _orders(self) -> Iterator[dict[str, Any]]:
        read = TypeDeserializer().deserialize
        pages = self._clients.dynamodb.get_paginator("scan").paginate(TableName=ORDERS_TABLE, ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                yield {name: read(value) for name, value in item.items()}

    def _read_letters(self, consumer: str) -> dict[str, str]:
        """The dead letters by the id of their event, with their reasons. They stay in their queue."""
        letters = self._letters[consumer]
        while True:
            answer = self._clients.sqs.receive_message(
                QueueUrl=self._deployed.dead_letter_urls[consumer],
                MaxNumberOfMessages=10,
                VisibilityTimeout=3600,
                MessageAttributeNames=["All"],
            )
            messages = answer.get("Messages", [])
            if not messages:
                return letters
            for message in messages:
                attributes = message.get("MessageAttributes", {})
                reason = attributes.get("Reason", {}).get("StringValue", "received too often: no reason")
                letters[json.loads(message["Body"])["id"]] = reason
