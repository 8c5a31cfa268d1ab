"""The account judges for itself: it knows the right order of a trail, and what each consumer is to get."""

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from eventyard.languages.patterns import compile_pattern
from orders.account import (
    PATHS,
    Check,
    Expected,
    check_copies,
    check_doors,
    check_effects,
    check_executions,
    check_paths,
    check_replay,
    is_in_order,
)
from orders.effects import Effects
from orders.outcome import FULFILLED, REFUNDED, wants
from orders.shop import Order, Published, Sent, make_changes, make_orders
from orders.stack.topology import CONSUMERS, ORDERS, STRIPE_BUS, Consumer

PLACED, UPDATED, CANCELLED = ("order.placed", 1), ("order.updated", 2), ("order.cancelled", 3)
PAID = ("payment.captured", 0)
SEED = 20260201


@pytest.mark.parametrize(
    ("trail", "is_right"),
    [
        ((PLACED,), True),
        ((PLACED, PAID, UPDATED, CANCELLED), True),
        ((PLACED, UPDATED, CANCELLED, PAID), True),
        ((PLACED, CANCELLED, UPDATED), False),
        ((PAID, PLACED), False),
        ((UPDATED, PLACED), False),
        ((), False),
    ],
)
def test_way_9_a_trail_begins_with_the_order_and_keeps_the_order_of_its_versions(trail, is_right):
    assert is_in_order(trail) is is_right


def test_a_check_is_right_when_both_sides_say_the_same():
    assert Check("e-mails", "3", "3").is_right
    assert not Check("e-mails", "3", "4").is_right


@pytest.mark.parametrize("consumer", [one for one in CONSUMERS if one.bus != STRIPE_BUS], ids=lambda one: one.name)
def test_the_filters_bring_each_consumer_what_the_account_expects_it_to_get(consumer: Consumer):
    orders = make_orders(300, seed=3)
    orders = [order for order in orders if order.kind != "malformed"]
    told = [Order("change", "ord-1", {"orderId": "ord-1"}, kind) for kind in ("payment.captured", REFUNDED, FULFILLED)]
    pattern = compile_pattern(json.dumps(dict(consumer.filter))) if consumer.filter else None
    for order in [*orders, *make_changes(orders, seed=3), *told]:
        event = {"source": ORDERS, "detail-type": order.event_type, "detail": order.detail}
        assert (pattern is None or pattern(event)) is wants(consumer.name, order)


@pytest.fixture(scope="module")
def published() -> Published:
    orders = make_orders(400, seed=SEED)
    sound = [order for order in orders if order.kind != "malformed"]
    sent = [Sent(order, f"event-{n}", 0.0) for n, order in enumerate([*sound, *make_changes(orders, seed=SEED)])]
    refused = [(order, "SchemaValidationFailed: why") for order in orders if order.kind == "malformed"]
    return Published(accepted=sent, refused=refused)


@pytest.fixture
def effects(published: Published) -> Effects:
    """What a system that makes no mistake brings about."""
    expected = Expected.of(published)
    captured = {order.order_id: money(order) for order in expected.captured}
    refunded = {order.order_id: money(order) for order in expected.refunded}
    made = Effects(
        outcomes={name: PATHS[order.kind] for name, order in expected.placed.items()},
        captured=captured,
        refunded=refunded,
        worth=Decimal(sum(money(order) for order in expected.fulfilled)),
        pieces=sum(item["quantity"] for order in expected.fulfilled for item in order.detail["items"]),
        mails=Counter(expected.mailed),
        analytics={
            ("2026-02-01", "order.placed"): (len(expected.placed), Decimal(sum(map(money, expected.placed.values())))),
            ("2026-02-02", "payment.captured"): (len(captured) - 1, Decimal(sum(captured.values())) - 1),
            ("2026-02-03", "payment.captured"): (1, Decimal(1)),
            ("2026-02-02", "payment.refunded"): (len(refunded), Decimal(sum(refunded.values()))),
        },
        trails={
            name: (PLACED, *sorted((one for one in facts if one != PLACED), key=lambda fact: fact[1]))
            for name, facts in expected.facts.items()
        },
        released=len(expected.fulfilled),
        stopped=len(expected.stopped),
        archived=0,
        executions=Counter(SUCCEEDED=sum(sent.order.event_type == "order.placed" for sent in published.accepted)),
    )
    return replace(made, archived=len(published.accepted) + sum(made.told.values()))


def money(order: Order) -> Decimal:
    return Decimal(str(order.amount))


def wrong(published: Published, effects: Effects) -> list[str]:
    checks = [
        *check_paths(published, effects),
        *check_effects(published, effects),
        *check_executions(published, effects, is_replayed=False),
    ]
    return [check.name for check in checks if not check.is_right]


def test_a_system_without_mistakes_adds_up(published: Published, effects: Effects):
    assert {order.kind for order in Expected.of(published).placed.values()} == set(PATHS)
    assert wrong(published, effects) == []
    assert all(check.is_right for check in check_replay(effects, effects))


def test_a_second_mail_of_an_order_does_not_add_up(published: Published, effects: Effects):
    twice = replace(effects, mails=effects.mails + Counter(list(effects.mails)[:1]))
    assert wrong(published, twice) == ["e-mails in the mailbox"]
    (check,) = check_replay(effects, twice)
    assert check.found == "e-mails"


def test_a_charge_of_another_amount_does_not_add_up(published: Published, effects: Effects):
    name = next(iter(effects.captured))
    dear = replace(effects, captured={**effects.captured, name: Decimal(1)})
    assert wrong(published, dear) == ["captured", "captured - refunded = fulfilled"]


def test_a_cancelled_order_that_keeps_its_money_does_not_add_up(published: Published, effects: Effects):
    kept = dict(effects.refunded)
    kept.popitem()
    found = wrong(published, replace(effects, refunded=kept))
    assert found == ["refunded", "captured - refunded = fulfilled", "events in the archive"]


def test_an_order_that_went_another_way_does_not_add_up(published: Published, effects: Effects):
    name = next(name for name, outcome in effects.outcomes.items() if outcome == "out of stock")
    strayed = replace(effects, outcomes={**effects.outcomes, name: "warehouse down"})
    assert wrong(published, strayed) == ["orders out of stock", "orders warehouse down"]


def test_pieces_that_a_cancelled_order_has_kept_do_not_add_up(published: Published, effects: Effects):
    assert wrong(published, replace(effects, pieces=effects.pieces + 1)) == ["pieces taken off the shelves"]


def test_an_execution_that_failed_or_goes_on_does_not_add_up(published: Published, effects: Effects):
    for status in ("FAILED", "RUNNING"):
        left = replace(effects, executions=effects.executions + Counter({status: 1}))
        assert wrong(published, left) == ["executions ended"]


def test_a_trail_with_a_gap_or_out_of_order_does_not_add_up(published: Published, effects: Effects):
    name = next(name for name, trail in effects.trails.items() if len(trail) > 1)
    for trail in (effects.trails[name][:-1], effects.trails[name][::-1]):
        assert wrong(published, replace(effects, trails={**effects.trails, name: trail})) == [
            "audit trails, whole and in order"
        ]


def test_a_copy_that_is_missing_or_double_does_not_add_up(published: Published):
    ids = [sent.event_id for sent in published.accepted if sent.order.event_type == "order.placed"]
    verdicts = [check_copies(published, copies)[0].is_right for copies in (ids, ids[1:], [*ids, ids[0]])]
    assert verdicts == [True, False, False]


def test_an_unsigned_post_that_was_taken_and_a_malformed_order_that_was_taken_do_not_add_up(published: Published):
    orders = make_orders(400, seed=SEED)
    paid = sum(order.kind in ("good", "late") and order.is_paid_by_stripe for order in orders)
    right = check_doors(published, orders, [200] * (paid + 2) + [401])
    assert all(check.is_right for check in right)
    open_doors = check_doors(Published(published.accepted), orders, [200] * (paid + 3))
    assert not any(check.is_right for check in open_doors)
