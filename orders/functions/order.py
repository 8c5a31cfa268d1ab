"""An `order.placed` event as a consumer understands it, and how it tells a malformed one."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

SUPPORTED_VERSIONS = ("1.0",)

UNREACHABLE_CUSTOMER = "cust-unreachable"
"""The customer whose bank never answers: poisons the payment of an order."""

BROKEN_PRODUCT = "prod-broken"
"""The product whose shelf cannot be read: poisons the reservation of an order."""


class MalformedOrder(Exception):
    """The event is no order that we understand; trying again will not help."""


class OrderRefused(Exception):
    """A business answer that trying again will not change."""


@dataclass(frozen=True)
class OrderPlaced:
    """The fact that an order was placed. `event_type` and `order_id` together are its business key."""

    event_type: str
    order_id: str
    customer_id: str
    total: Decimal
    currency: str
    items: tuple[tuple[str, int], ...]
    correlation_id: str


def read_order(event: dict[str, Any]) -> OrderPlaced:
    """The order in an EventBridge event. Raises MalformedOrder, naming what is wrong."""
    detail = event.get("detail")
    if not isinstance(detail, dict):
        raise MalformedOrder("the event has no detail")
    if detail.get("version") not in SUPPORTED_VERSIONS:
        raise MalformedOrder(f"version {detail.get('version')!r} is not supported")
    return OrderPlaced(
        event_type=_text(event, "detail-type"),
        order_id=_text(detail, "orderId"),
        customer_id=_text(detail, "customerId"),
        total=_amount(detail.get("totalAmount")),
        currency=_text(detail, "currency"),
        items=_items(detail.get("items")),
        correlation_id=str(detail.get("metadata", {}).get("correlationId", event.get("id", ""))),
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedOrder(f"{name} is missing")
    return value


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise MalformedOrder(f"totalAmount {value!r} is not a number") from None
    if isinstance(value, str) or not amount.is_finite() or amount < 0:
        raise MalformedOrder(f"totalAmount {value!r} is not an amount")
    return amount


def _items(value: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list) or not value:
        raise MalformedOrder("an order has at least one item")
    for item in value:
        if not isinstance(item, dict) or not isinstance(item.get("quantity"), int) or item["quantity"] < 1:
            raise MalformedOrder(f"item {item!r} has no quantity")
    return tuple((_text(item, "productId"), item["quantity"]) for item in value)
