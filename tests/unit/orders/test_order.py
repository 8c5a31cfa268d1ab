"""What a consumer reads as an order, and what it refuses."""

from decimal import Decimal
from typing import Any

import pytest

from orders.functions.order import MalformedOrder, read_order


def event(**changes: Any) -> dict[str, Any]:
    detail = {
        "version": "1.0",
        "orderId": "ord-1",
        "customerId": "cust-1",
        "totalAmount": 149.95,
        "currency": "EUR",
        "items": [{"productId": "prod-291", "quantity": 2, "unitPrice": 49.95}],
        "metadata": {"correlationId": "corr-1"},
        **changes,
    }
    return {"id": "event-1", "detail-type": "order.placed", "detail": detail}


def test_an_order_is_read_with_its_exact_total() -> None:
    order = read_order(event())
    assert (order.event_type, order.order_id, order.total) == ("order.placed", "ord-1", Decimal("149.95"))
    assert order.items == (("prod-291", 2),)


def test_the_producers_correlation_id_is_kept() -> None:
    assert read_order(event()).correlation_id == "corr-1"


def test_an_order_without_metadata_is_correlated_by_its_event() -> None:
    assert read_order(event(metadata={})).correlation_id == "event-1"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("orderId", "", "orderId is missing"),
        ("orderId", None, "orderId is missing"),
        ("totalAmount", "a lot", "totalAmount 'a lot' is not a number"),
        ("totalAmount", "12", "totalAmount '12' is not an amount"),
        ("totalAmount", -1, "totalAmount -1 is not an amount"),
        ("items", [], "an order has at least one item"),
        ("items", [{"productId": "p"}], "has no quantity"),
        ("items", [{"quantity": 1}], "productId is missing"),
        ("version", "0.1", "version '0.1' is not supported"),
    ],
)
def test_a_malformed_order_is_told_what_is_wrong_with_it(field: str, value: Any, said: str) -> None:
    with pytest.raises(MalformedOrder, match=said):
        read_order(event(**{field: value}))


def test_an_event_without_a_detail_is_malformed() -> None:
    with pytest.raises(MalformedOrder, match="no detail"):
        read_order({"id": "event-1", "detail-type": "order.placed"})
