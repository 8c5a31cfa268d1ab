"""The orders that the demo places."""

from collections import Counter

import pytest

from orders.functions.order import MalformedOrder, read_order
from orders.shop import make_orders


def test_a_seed_makes_the_same_orders_again() -> None:
    assert make_orders(200, seed=7) == make_orders(200, seed=7)


def test_a_thousand_orders_have_their_bad_days() -> None:
    kinds = Counter(order.kind for order in make_orders(1000, seed=20260201))
    assert sum(kinds.values()) == 1000
    assert set(kinds) == {"good", "duplicate", "malformed", "unpayable", "unreservable"}


def test_a_duplicate_repeats_an_earlier_good_order() -> None:
    orders = make_orders(1000, seed=20260201)
    good = {order.order_id: order.detail for order in orders if order.kind == "good"}
    assert all(good[order.order_id] == order.detail for order in orders if order.kind == "duplicate")


def test_every_order_but_the_malformed_ones_can_be_read() -> None:
    for order in make_orders(1000, seed=20260201):
        event = {"id": "event", "detail-type": "order.placed", "detail": order.detail}
        if order.kind == "malformed":
            with pytest.raises(MalformedOrder):
                read_order(event)
        else:
            assert read_order(event).order_id == order.order_id
