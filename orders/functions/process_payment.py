"""Charges an order, once. The charge is keyed by the order, so that charging again is the same charge."""

import time
from typing import Any

from consumer import consumer  # type: ignore[import-not-found]
from order import UNREACHABLE_CUSTOMER, OrderPlaced, OrderRefused  # type: ignore[import-not-found]

CURRENCIES = ("EUR", "USD", "GBP")


class BankUnreachable(Exception):
    """The bank did not answer; it may the next time."""


def charge(order: OrderPlaced) -> dict[str, Any]:
    """Charge the order's total; gives back what is written on the order."""
    if order.currency not in CURRENCIES:
        raise OrderRefused(f"we take no {order.currency}")
    if order.customer_id == UNREACHABLE_CUSTOMER:
        raise BankUnreachable(f"no answer for order {order.order_id}")
    return {"": "captured", "Amount": order.total, "At": int(time.time() * 1000)}


handler = consumer(charge)
