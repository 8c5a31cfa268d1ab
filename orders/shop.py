"""The shop: makes orders, some of them as they come in bad days, and publishes what happens to them.

Of the orders placed some are duplicates (the producer sent them again, as a new event with a new id), some malformed
(no order by its schema), some miscounted (an order by its schema, but not by its own sum), some declined by their bank,
some of something that is sold out, some poisoned (a bank or a warehouse that never answers), and of those to be paid
by Stripe some never are, or too late. Half speak version 1.0 of `order.placed`, half 2.0. Later some good ones are
updated, and some of them cancelled by their customers.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from orders.functions.bad_days import BROKEN_PRODUCT, DECLINED_CUSTOMER, SOLD_OUT_PRODUCT, UNREACHABLE_CUSTOMER
from orders.stack.clients import Clients, batches
from orders.stack.topology import BUS, ORDERS

Kind = Literal[
    "good",
    "duplicate",
    "malformed",
    "miscounted",
    "declined",
    "unpayable",
    "sold_out",
    "unreservable",
    "unpaid",
    "late",
    "change",
]
ENTRIES_MAX = 10
DAY = "2026-02-01"
DUPLICATES_SHARE = 0.03
STRIPE_SHARE = 0.1
CHANNELS = ("web", "app", *("marketplace",) * 4)


@dataclass(frozen=True)
class Order:
    """One event to publish. `order_id` is empty where a malformed one has none."""

    kind: Kind
    order_id: str
    detail: dict[str, Any]
    event_type: str = "order.placed"

    @property
    def is_paid_by_stripe(self) -> bool:
        return self.detail.get("paymentMethod") == "stripe"

    @property
    def amount(self) -> float:
        """What it says that it costs, in either version; 0 for a change."""
        total = self.detail.get("total", {}).get("amount", self.detail.get("totalAmount", 0))
        return float(total)


@dataclass(frozen=True)
class Sent:
    """An event that the bus took, and the instant (ms) just before its PutEvents."""

    order: Order
    event_id: str
    began_ms: float


@dataclass
class Published:
    """What the bus took, in its order, and what it refused, with the reasons."""

    accepted: list[Sent] = field(default_factory=list)
    refused: list[tuple[Order, str]] = field(default_factory=list)


def make_orders(count: int, *, seed: int) -> list[Order]:
    """That many orders, the same for the same seed: three of a hundred are duplicates, `BAD_DAYS` says the rest."""
    chance = random.Random(seed)
    orders: list[Order] = []
    for number in range(count):
        drawn = chance.random() - DUPLICATES_SHARE
        goods = [order for order in orders[-200:] if order.kind == "good"]
        if drawn < 0 and goods:
            again = chance.choice(goods)
            orders.append(Order("duplicate", again.order_id, again.detail))
            continue
        make: Maker = _good
        for share, one in BAD_DAYS:
            if 0 <= drawn < share:
                make = one
            drawn -= share
        orders.append(make(number, chance))
    return orders


def nobodys_order() -> Order:
    """An order that is never placed, and paid all the same: its payment becomes a dead letter."""
    detail = {"total": {"amount": 19.95, "currency": "EUR"}, "metadata": {"correlationId": "corr-nobody"}}
    return Order("good", "ord-nobody", detail)


def make_changes(orders: list[Order], *, seed: int) -> list[Order]:
    """What happens to good orders later: of a hundred some eight are updated and four cancelled, some of them both."""
    chance = random.Random(seed + 1)
    changes: list[Order] = []
    for order in orders:
        version = 1
        if order.kind == "good" and chance.random() < 0.08:
            version += 1
            address = {"street": f"Example Road {chance.randrange(1, 200)}", "city": "Berlin"}
            changes.append(_change(order, "order.updated", version, address=address))
        if order.kind == "good" and chance.random() < (0.25 if version > 1 else 0.025):
            changes.append(_change(order, "order.cancelled", version + 1, reason="changed my mind"))
    return changes


def publish(clients: Clients, orders: list[Order], published: Published, progress: Callable[[int], None]) -> None:
    """Put the events on the bus in tens; `progress` is told how many each time."""
    for group in batches(orders, ENTRIES_MAX):
        entries = [
            {
                "EventBusName": BUS,
                "Source": ORDERS,
                "DetailType": order.event_type,
                "Detail": json.dumps(order.detail, separators=(",", ":")),
            }
            for order in group
        ]
        began_ms = time.time() * 1000
        answer = clients.events.put_events(Entries=entries)
        for order, result in zip(group, answer["Entries"], strict=True):
            if "EventId" in result:
                published.accepted.append(Sent(order, result["EventId"], began_ms))
            else:
                published.refused.append((order, f"{result['ErrorCode']}: {result['ErrorMessage']}"))
        progress(len(group))


def _good(number: int, chance: random.Random) -> Order:
    items = [
        {
            "productId": f"prod-{chance.randrange(100, 999)}",
            "quantity": chance.randrange(1, 4),
            "unitPrice": chance.randrange(995, 9995, 100) / 100,
        }
        for _ in range(chance.randrange(1, 4))
    ]
    order_id = f"ord-20260201-{number:05d}"
    total = round(sum(item["quantity"] * item["unitPrice"] for item in items), 2)
    detail = {
        "version": "1.0",
        "orderId": order_id,
        "orderVersion": 1,
        "customerId": f"cust-{chance.randrange(1000, 9999)}",
        "channel": chance.choice(CHANNELS),
        "totalAmount": total,
        "currency": "EUR",
        "items": items,
        "occurredAt": f"{DAY}T14:32:00Z",
        "metadata": {"correlationId": f"corr-{number:05d}-{chance.getrandbits(32):08x}"},
    }
    if chance.random() < 0.5:
        detail = _second_version(detail, "stripe" if chance.random() < STRIPE_SHARE else "card")
    return Order("good", order_id, detail)


def _second_version(detail: dict[str, Any], method: str) -> dict[str, Any]:
    """The same order as version 2.0 says it: amount and currency are one, and how it is paid is new."""
    kept = {name: value for name, value in detail.items() if name not in ("totalAmount", "currency")}
    total = {"amount": detail["totalAmount"], "currency": detail["currency"]}
    return {**kept, "version": "2.0", "total": total, "paymentMethod": method}


def _malformed(number: int, chance: random.Random) -> Order:
    detail = dict(_good(number, chance).detail)
    damage = chance.choice(("orderId", "customerId", "items", "version"))
    if damage == "orderId":
        del detail["orderId"]
    else:
        detail[damage] = {"customerId": 8472, "items": [], "version": "0.1"}[damage]
    return Order("malformed", str(detail.get("orderId", "")), detail)


def _miscounted(number: int, chance: random.Random) -> Order:
    good = _by_card(_good(number, chance))
    items = [{**item, "quantity": item["quantity"] + 1} for item in good.detail["items"]]
    return Order("miscounted", good.order_id, {**good.detail, "items": items})


def _declined(number: int, chance: random.Random) -> Order:
    good = _by_card(_good(number, chance))
    return Order("declined", good.order_id, {**good.detail, "customerId": DECLINED_CUSTOMER})


def _unpayable(number: int, chance: random.Random) -> Order:
    good = _by_card(_good(number, chance))
    return Order("unpayable", good.order_id, {**good.detail, "customerId": UNREACHABLE_CUSTOMER})


def _sold_out(number: int, chance: random.Random) -> Order:
    return _with_product("sold_out", SOLD_OUT_PRODUCT, _by_card(_good(number, chance)))


def _unreservable(number: int, chance: random.Random) -> Order:
    return _with_product("unreservable", BROKEN_PRODUCT, _by_card(_good(number, chance)))


def _unpaid(number: int, chance: random.Random) -> Order:
    return _by_stripe("unpaid", _good(number, chance))


def _late(number: int, chance: random.Random) -> Order:
    return _by_stripe("late", _good(number, chance))


def _with_product(kind: Kind, product: str, good: Order) -> Order:
    items = [*good.detail["items"], {"productId": product, "quantity": 1, "unitPrice": 0.0}]
    return Order(kind, good.order_id, {**good.detail, "items": items})


def _by_card(order: Order) -> Order:
    if order.is_paid_by_stripe:
        return Order(order.kind, order.order_id, {**order.detail, "paymentMethod": "card"})
    return order


def _by_stripe(kind: Kind, order: Order) -> Order:
    detail = order.detail if order.detail["version"] == "2.0" else _second_version(order.detail, "stripe")
    return Order(kind, order.order_id, {**detail, "paymentMethod": "stripe"})


def _change(order: Order, event_type: str, version: int, **fields: object) -> Order:
    detail = {
        "version": "1.0",
        "orderId": order.order_id,
        "orderVersion": version,
        **fields,
        "occurredAt": f"{DAY}T15:{version:02d}:00Z",
        "metadata": order.detail["metadata"],
    }
    return Order("change", order.order_id, detail, event_type)


Maker = Callable[[int, random.Random], Order]

BAD_DAYS: tuple[tuple[float, Maker], ...] = (
    (0.02, _malformed),
    (0.01, _miscounted),
    (0.02, _declined),
    (0.01, _unpayable),
    (0.02, _sold_out),
    (0.01, _unreservable),
    (0.015, _unpaid),
    (0.005, _late),
)
"""How many of all orders are so, and how such a one is made."""
