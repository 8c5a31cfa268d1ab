"""What became of every event, per consumer: read from the tables that consumers write and the dead-letter queues."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from orders.shop import Order, Sent
from orders.stack.clients import Clients
from orders.stack.deploy import Deployed
from orders.stack.topology import CLAIMS_TABLE, CONSUMERS, MACHINE, ORDERS_TABLE, Consumer
from orders.stripe import SUCCEEDED

CAPTURED = "payment.captured"
REFUNDED = "payment.refunded"
FULFILLED = "order.fulfilled"
FAILURES = ("bank unreachable", "warehouse down", "out of stock", "payment declined")
EVENT_TYPES = ("order.placed", "order.updated", "order.cancelled", CAPTURED, REFUNDED, FULFILLED, SUCCEEDED)


@dataclass(frozen=True)
class Flow:
    """One kind of event at one consumer; each event that came to it had one of the outcomes.

    `delivered` events came when they were published, `replayed` ones once more out of the archive. `*_again` counts
    what became of replayed ones. `reasons` says why letters are dead, with how many are.
    """

    consumer: str
    event_type: str
    delivered: int
    replayed: int
    processed: int
    absorbed: int
    absorbed_again: int
    dead: int
    dead_again: int
    reasons: dict[str, int]
    latencies_ms: list[float]

    @property
    def lost(self) -> int:
        """Events of which nothing is known; below zero, more became of them than there were."""
        known = self.processed + self.absorbed + self.absorbed_again + self.dead + self.dead_again
        return self.delivered + self.replayed - known


@dataclass(frozen=True)
class Letter:
    """A dead letter: the event's kind, its reason, and whether it came out of the archive."""

    event_type: str
    reason: str
    is_replayed: bool


@dataclass(frozen=True)
class _Done:
    """A fact that a consumer has done, and how often it came again."""

    event_type: str
    order_id: str
    at_ms: float
    absorbed: int
    replayed: int


def wants(consumer: str, order: Order) -> bool:
    """Whether the event is for the consumer, in our own words: the account does not ask the filters it judges."""
    match consumer:
        case "order-fulfilment":
            return order.event_type == "order.placed"
        case "ship-order":
            return order.event_type in ("order.updated", "order.cancelled", FULFILLED)
        case name:
            return name in ("count-orders", "append-audit")


class Observer:
    """Reads what is known; a dead letter is taken from its queue once and remembered."""

    def __init__(self, clients: Clients, deployed: Deployed) -> None:
        self._clients = clients
        self._deployed = deployed
        self._letters: dict[str, dict[str, Letter]] = {consumer.name: {} for consumer in CONSUMERS}
        self._repeats: dict[str, set[str]] = {}

    def flows(
        self, accepted: Sequence[Sent], *, told: Mapping[str, int], stripe: int, replayed: Sequence[str] = ()
    ) -> list[Flow]:
        """Every flow with at least one event.

        `told` is how many events of each kind machine and functions have published, `stripe` how many posts of
        Stripe's were taken, `replayed` names the kinds of events that came once more.
        """
        orders = self.items(ORDERS_TABLE)
        claims = self.items(CLAIMS_TABLE)
        began = {sent.order.order_id: sent.began_ms for sent in reversed(accepted) if _is_placed(sent)}
        flows: list[Flow] = []
        for name, done in (
            (MACHINE, self._by_machine(orders)),
            *((consumer.name, _by_consumer(consumer, orders, claims)) for consumer in CONSUMERS),
        ):
            letters = self._read_letters(name) if name in self._letters else []
            delivered = _delivered(name, accepted, told=told, stripe=stripe)
            for event_type in EVENT_TYPES:
                count = delivered[event_type]
                of_kind = [one for one in done if one.event_type == event_type]
                dead = [letter for letter in letters if letter.event_type == event_type]
                if count or of_kind or dead:
                    again = count if event_type in replayed else 0
                    flows.append(_flow((name, event_type), (count, again), of_kind, dead, began))
        return flows

    def note_replay(self) -> None:
        """From now on, what the state machine has seen before comes out of the archive."""
        self._repeats = {order["orderId"]: order.get("repeats", set()) for order in self.items(ORDERS_TABLE)}

    def remarkable(self, accepted: Sequence[Sent]) -> list[tuple[str, str]]:
        """The slowest of the orders that were fulfilled, and the first that failed by somebody's fault, with why."""
        orders = {order["orderId"]: order for order in self.items(ORDERS_TABLE) if "outcome" in order}
        began = {sent.order.order_id: sent.began_ms for sent in reversed(accepted) if _is_placed(sent)}
        took = {
            name: datetime.fromisoformat(order["endedAt"]).timestamp() * 1000 - began[name]
            for name, order in orders.items()
            if order["outcome"] == "fulfilled" and name in began
        }
        failed = sorted(name for name, order in orders.items() if order["outcome"] in FAILURES)
        slowest = [("The slowest order", max(took, key=took.__getitem__))] if took else []
        return slowest + [(f"An order that failed ({orders[name]['outcome']})", name) for name in failed[:1]]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table."""
        return list(self._scan(table))

    def _scan(self, table: str) -> Iterator[dict[str, Any]]:
        read = TypeDeserializer().deserialize
        pages = self._clients.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                yield {name: read(value) for name, value in item.items()}

    def _by_machine(self, orders: Iterable[dict[str, Any]]) -> list[_Done]:
        """The orders that an execution has brought to their end; each other execution of one was a repeat."""
        done: list[_Done] = []
        for order in orders:
            if "outcome" in order:
                repeats = order.get("repeats", set())
                before = self._repeats.get(order["orderId"], repeats)
                at_ms = datetime.fromisoformat(order["endedAt"]).timestamp() * 1000
                done.append(_Done("order.placed", order["orderId"], at_ms, len(before), len(repeats - before)))
        return done

    def _read_letters(self, consumer: str) -> list[Letter]:
        """The dead letters by the message that they were. They stay in their queue, to be seen by its alarm."""
        letters = self._letters[consumer]
        url = self._deployed.letters_url(consumer)
        handles: list[str] = []
        while True:
            answer = self._clients.sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=3600,
                MessageAttributeNames=["All"],
            )
            messages = answer.get("Messages", [])
            if not messages:
                break
            for message in messages:
                handles.append(message["ReceiptHandle"])
                attributes = message.get("MessageAttributes", {})
                reason = attributes.get("Reason", {}).get("StringValue", "received too often: no reason")
                original = attributes.get("OriginalMessageId", {}).get("StringValue", message["MessageId"])
                event = json.loads(message["Body"])
                letters[original] = Letter(event["detail-type"], reason, "replay-name" in event)
        for handle in handles:
            self._clients.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        return list(letters.values())


def percentile_ms(latencies_ms: Sequence[float], percent: float) -> float:
    """The latency that so many percent did not exceed; `latencies_ms` is sorted and not empty."""
    return latencies_ms[min(len(latencies_ms) - 1, int(len(latencies_ms) * percent / 100))]


def _is_placed(sent: Sent) -> bool:
    return sent.order.event_type == "order.placed"


def _delivered(consumer: str, accepted: Sequence[Sent], *, told: Mapping[str, int], stripe: int) -> dict[str, int]:
    """How many events of each kind came to the consumer when they were published."""
    counts = dict.fromkeys(EVENT_TYPES, 0)
    for sent in accepted:
        counts[sent.order.event_type] += wants(consumer, sent.order)
    for event_type, count in told.items():
        if wants(consumer, Order("change", "", {}, event_type)):
            counts[event_type] += count
    if consumer == "capture-stripe-payment":
        counts[SUCCEEDED] = stripe
    return counts


def _by_consumer(consumer: Consumer, orders: Iterable[dict[str, Any]], claims: Iterable[dict[str, Any]]) -> list[_Done]:
    """What the consumer has done: of Stripe's payments it is written on the orders, else in the claims."""
    field = consumer.state_field
    if not field:
        return [
            _Done(
                claim["eventType"],
                claim["orderId"],
                float(claim["at"]),
                len(claim.get("absorbed", set()) - {claim["messageId"]}),
                len(claim.get("replayed", ())),
            )
            for claim in claims
            if claim.get("consumer") == consumer.name
        ]
    return [
        _Done(
            SUCCEEDED,
            order["orderId"],
            float(order[f"{field}At"]),
            len(order.get(f"{field}Absorbed", set()) - {order[f"{field}MessageId"]}),
            len(order.get(f"{field}Replayed", ())),
        )
        for order in orders
        if field in order
    ]


def _flow(
    named: tuple[str, str],
    counts: tuple[int, int],
    done: Sequence[_Done],
    letters: Sequence[Letter],
    began: dict[str, float],
) -> Flow:
    consumer, event_type = named
    reasons: dict[str, int] = {}
    for letter in letters:
        kind = letter.reason.partition(":")[0]
        reasons[kind] = reasons.get(kind, 0) + 1
    latencies = [one.at_ms - began[one.order_id] for one in done if one.order_id in began]
    return Flow(
        consumer=consumer,
        event_type=event_type,
        delivered=counts[0],
        replayed=counts[1],
        processed=len(done),
        absorbed=sum(one.absorbed for one in done),
        absorbed_again=sum(one.replayed for one in done),
        dead=sum(not letter.is_replayed for letter in letters),
        dead_again=sum(letter.is_replayed for letter in letters),
        reasons=reasons,
        latencies_ms=sorted(latencies) if event_type == "order.placed" else [],
    )
