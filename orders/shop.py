"""The shop: makes orders, some of them as they come in bad days, and places them on the bus.

Of the orders placed some are duplicates (the producer sent them again, as a new event with a new id), some malformed
(an event that is no order), some poisoned (a good order whose payment or reservation never succeeds).
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from orders.functions.order import BROKEN_PRODUCT, UNREACHABLE_CUSTOMER
from orders.stack import BUS, SOURCE, Clients, batches

Kind = Literal["good", "duplicate", "malformed", "unpayable", "unreservable"]
ENTRIES_MAX = 10


@dataclass(frozen=True)
class Order:
    """One order to place. `detail` is the event's detail; `order_id` is empty where a malformed one has none."""

    kind: Kind
    order_id: str
    detail: dict[str, Any]


@dataclass
class Placed:
    """What the bus took: the orders with the instant (ms) just before their PutEvents, and how many it refused."""

    accepted: list[tuple[Order, float]] = field(default_factory=list)
    refused: int = 0


def make_orders(count: int, *, seed: int) -> list[Order]:
    """That many orders, the same for the same seed: of a hundred, three are duplicates, two malformed, two poisoned."""
    chance = random.Random(seed)
    orders: list[Order] = []
    for number in range(count):
        drawn = chance.random()
        goods = [order for order in orders[-200:] if order.kind == "good"]
        if drawn < 0.03 and goods:
            again = chance.choice(goods)
            orders.append(Order("duplicate", again.order_id, again.detail))
        elif drawn < 0.05:
            orders.append(_malformed(number, chance))
        elif drawn < 0.07:
            orders.append(_poisoned(number, chance))
        else:
            orders.append(_good(number, chance))
    return orders


def place(clients: Clients, orders: list[Order], progress: Callable[[int], None]) -> Placed:
    """Put the orders on the bus in tens; `progress` is told how many each time."""
    placed = Placed()
    for group in batches(orders, ENTRIES_MAX):
        entries = [
            {
                "EventBusName": BUS,
                "Source": SOURCE,
                "DetailType": "order.placed",
                "Detail": json.dumps(order.detail, separators=(",", ":")),
            }
            for order in group
        ]
        began_ms = time.time() * 1000
        answer = clients.events.put_events(Entries=entries)
        for order, result in zip(group, answer["Entries"], strict=True):
            if "EventId" in result:
                placed.accepted.append((order, began_ms))
            else:
                placed.refused += 1
        progress(len(group))
    return placed


def _good(number: int, chance: random.Random) -> Order:
    items = [
        {
            "productId": f"prod-{chance.randrange(100, 999)}",
            "quantity": chance.randrange(1, 4),
            "unitPrice": chance.randrange(995, 9995, 100) / 100,
        }
        for _ in range(chance.randrange(1, 4))
    ]
    order_id = f"ord-20260201-{number:04d}"
    total = round(sum(item["quantity"] * item["unitPrice"] for item in items), 2)
    detail = {
        "version": "1.0",
        "orderId": order_id,
        "customerId": f"cust-{chance.randrange(1000, 9999)}",
        "totalAmount": total,
        "currency": "EUR",
        "items": items,
        "placedAt": "2026-02-01T14:32:00Z",
        "metadata": {"correlationId": f"corr-{number:04d}-{chance.getrandbits(32):08x}"},
    }
    return Order("good", order_id, detail)


def _malformed(number: int, chance: random.Random) -> Order:
    detail = dict(_good(number, chance).detail)
    damage = chance.choice(("orderId", "totalAmount", "items", "version"))
    if damage == "orderId":
        del detail["orderId"]
    else:
        detail[damage] = {"totalAmount": "a lot", "items": [], "version": "0.1"}[damage]
    return Order("malformed", str(detail.get("orderId", "")), detail)


def _poisoned(number: int, chance: random.Random) -> Order:
    good = _good(number, chance)
    if chance.random() < 0.5:
        return Order("unpayable", good.order_id, {**good.detail, "customerId": UNREACHABLE_CUSTOMER})
    items = [*good.detail["items"], {"productId": BROKEN_PRODUCT, "quantity": 1, "unitPrice": 0.0}]
    return Order("unreservable", good.order_id, {**good.detail, "items": items})
