"""Deliveries to queues: what a rule, a topic or a dead letter of the platform becomes there."""

from typing import Any

from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Broadcast, Delivery
from eventyard.store.tx import Tx
from tests.support.engine import Platform
from tests.support.sqs import Queues, arn


def deliver(platform: Platform, name: str, body: str = "event", **more: Any) -> Any:
    delivery = Delivery(arn=arn(name), body=body, event_body=body, sender="events", **more)
    return platform.transact(lambda tx, call: call.deliver(tx, delivery))


def test_a_delivery_is_a_message_with_attributes_and_the_trace(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    outcome = deliver(platform, "orders", attributes={"RULE_ARN": "a rule"})
    assert outcome.outcome == "delivered"
    (received,) = sqs.receive(url)
    assert received["Body"] == "event"
    assert received["MessageAttributes"] == {"RULE_ARN": {"DataType": "String", "StringValue": "a rule"}}
    assert received["Attributes"]["AWSTraceHeader"].startswith("Root=1-")
    assert received["Attributes"]["SenderId"] == "events.amazonaws.com"


def test_a_delivery_wakes_a_waiting_receiver(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    waiting = platform.begin("sqs", "ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20)
    deliver(platform, "orders")
    platform.settle()
    assert [message["Body"] for message in waiting.result()["Messages"]] == ["event"]


def test_a_delivery_to_a_fifo_queue_needs_a_group(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("orders.fifo", ContentBasedDeduplication="true")
    assert deliver(platform, "orders.fifo").outcome == "failed"
    assert deliver(platform, "orders.fifo", parameters={"MessageGroupId": "g"}).outcome == "delivered"
    (received,) = sqs.receive(url)
    assert received["Attributes"]["MessageGroupId"] == "g"


def test_a_delivery_that_no_queue_takes_becomes_a_dead_letter(sqs: Queues, platform: Platform) -> None:
    dead = sqs.create("dead")
    outcome = deliver(platform, "no-such-queue", dead_letter_arn=arn("dead"), rule_arn="a rule")
    assert outcome.outcome == "dead-lettered"
    (letter,) = sqs.receive(dead)
    assert letter["Body"] == "event"
    assert letter["MessageAttributes"]["RULE_ARN"]["StringValue"] == "a rule"
    assert letter["MessageAttributes"]["TARGET_ARN"]["StringValue"] == arn("no-such-queue")


def test_a_delivery_that_is_too_long_is_refused_for_good(sqs: Queues, platform: Platform) -> None:
    sqs.create(MaximumMessageSize="1024")
    assert deliver(platform, "orders", body="x" * 1025).outcome == "failed"


def fan_out(platform: Platform, names: list[str], bodies: tuple[str, ...] = ("event",)) -> list[str]:
    """Deliver each body to each queue, recorded as one event `e1`; gives back what became of them."""
    deliveries = [
        Delivery(arn(name), body, body, sender="sns", event_id="e1", rule_arn=f"subscription of {name}", target_id=body)
        for body in bodies
        for name in names
    ]

    def publish(tx: Tx, call: Call[Any]) -> list[str]:
        outcomes = call.deliver_all(tx, deliveries)
        ledger.accept(tx, call, [ledger.Accepted("e1", call.now_ms, "a topic", "event", outcomes)])
        return [outcome.outcome for outcome in outcomes]

    outcomes: list[str] = platform.transact(publish)
    return outcomes


def recorded(platform: Platform) -> list[tuple[str, str, str]]:
    """The event's outcomes in the ledger."""
    kept = platform.transact(lambda tx, call: ledger.read(tx, "e1"))
    return [(told["rule"], told["target"], told["outcome"]) for told in kept]


def test_what_goes_to_many_queues_is_in_each_once_and_recorded_for_each(sqs: Queues, platform: Platform) -> None:
    names = [f"orders-{number}" for number in range(40)]
    urls = [sqs.create(name) for name in names]
    assert fan_out(platform, names) == ["delivered"] * 40
    assert [sqs.bodies(url) for url in urls] == [["event"]] * 40
    assert recorded(platform) == [(f"subscription of {name}", arn(name), "delivered") for name in names]


def test_each_of_many_queues_gets_its_own_in_their_order(sqs: Queues, platform: Platform) -> None:
    first, second = sqs.create("one.fifo", ContentBasedDeduplication="true"), sqs.create("two")
    parameters = {"MessageGroupId": "g"}
    deliveries = [
        Delivery(arn(name), body, body, sender="sns", parameters=parameters if name.endswith("fifo") else {})
        for body in ("a", "b", "c")
        for name in ("one.fifo", "two")
    ]
    platform.transact(lambda tx, call: call.deliver_all(tx, deliveries))
    assert sqs.bodies(first) == ["a", "b", "c"]
    assert sorted(sqs.bodies(second)) == ["a", "b", "c"]


def test_one_of_many_queues_that_is_gone_fails_alone(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("here")
    assert fan_out(platform, ["gone", "here"]) == ["failed", "delivered"]
    assert sqs.bodies(url) == ["event"]


def test_a_changed_outcome_of_one_of_many_leaves_the_others(sqs: Queues, platform: Platform) -> None:
    for name in ("one", "two", "three"):
        sqs.create(name)
    fan_out(platform, ["one", "two", "three"])
    changed = ledger.Outcome("subscription of two", arn("two"), "event", "failed", attempts=2, at_ms=1, reason="R: no")
    platform.transact(lambda tx, call: ledger.amend(tx, "e1", changed))
    assert [outcome for _, _, outcome in recorded(platform)] == ["delivered", "delivered", "failed"]
    assert {target for _, target, _ in recorded(platform)} == {arn("one"), arn("two"), arn("three")}


def test_bodies_that_no_queue_takes_are_refused_one_by_one_where_many_are_delivered(
    sqs: Queues, platform: Platform
) -> None:
    url = sqs.create("orders")
    assert fan_out(platform, ["orders"], ("fine", "", "not \x00 text", "fine too")) == [
        *("delivered", "failed", "failed", "delivered"),
    ]
    assert sorted(sqs.bodies(url)) == ["fine", "fine too"]


def broadcast(platform: Platform, names: list[str], pieces: tuple[str, ...]) -> bool:
    """Put one text into the queues, each with its own name in it."""
    letter = Broadcast([arn(name) for name in names], [f"<{name}>" for name in names], pieces, sender="sns")
    is_taken: bool = platform.transact(lambda tx, call: call.broadcast(tx, letter))
    return is_taken


def test_a_broadcast_is_in_every_queue_with_its_own_name(sqs: Queues, platform: Platform) -> None:
    urls = [sqs.create(name) for name in ("one", "two", "three")]
    assert broadcast(platform, ["one", "two", "three"], ("to ", ", hello ", "!"))
    received = [sqs.receive(url) for url in urls]
    assert [message["Body"] for (message,) in received] == [f"to <{n}>, hello <{n}>!" for n in ("one", "two", "three")]
    assert len({message["MessageId"] for (message,) in received}) == 3
    assert {message["Attributes"]["SenderId"] for (message,) in received} == {"sns.amazonaws.com"}


def test_a_broadcast_keeps_each_queues_delay(sqs: Queues, platform: Platform) -> None:
    late, soon = sqs.create("late", DelaySeconds="10"), sqs.create("soon")
    assert broadcast(platform, ["late", "soon"], ("event",))
    assert (sqs.bodies(late), sqs.bodies(soon)) == ([], ["event"])
    platform.advance(10_000)
    assert sqs.bodies(late) == ["event"]


def test_a_broadcast_wakes_everyone_who_waits(sqs: Queues, platform: Platform) -> None:
    urls = [sqs.create(name) for name in ("one", "two")]
    waiting = [platform.begin("sqs", "ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20) for url in urls]
    assert broadcast(platform, ["one", "two"], ("event",))
    platform.settle()
    assert [[message["Body"] for message in each.result()["Messages"]] for each in waiting] == [["event"], ["event"]]


def test_a_broadcast_that_one_queue_does_not_take_is_in_none(sqs: Queues, platform: Platform) -> None:
    url = sqs.create("here")
    sqs.create("short", MaximumMessageSize="1024")
    sqs.create("ordered.fifo", ContentBasedDeduplication="true")
    for other, text in (("gone", "event"), ("short", "x" * 1025), ("ordered.fifo", "event"), ("here", "not \x00 text")):
        assert not broadcast(platform, ["here", other], (text,))
    assert sqs.bodies(url) == []


def test_nothing_but_queues_takes_a_broadcast(platform: Platform) -> None:
    for strange in ("arn:aws:sns:us-east-1:000000000000:topic", "no arn"):
        letter = Broadcast([strange], ["name"], ("event",), sender="sns")
        assert not platform.transact(lambda tx, call, letter=letter: call.broadcast(tx, letter))


def test_what_a_broadcast_has_reached_is_recorded_for_each(sqs: Queues, platform: Platform) -> None:
    reached = ledger.recipients("topic:", [(arn("one"), "id-1"), (arn("two"), "id-2")])
    other = ledger.Outcome("topic:id-3", arn("three"), "id-3", "failed", attempts=1, at_ms=5, reason="R: no")

    def accept(tx: Tx, call: Call[Any]) -> None:
        ledger.accept(tx, call, [ledger.Accepted("e1", 5, "a topic", "event", [other], reached=[reached])])

    platform.transact(accept)
    assert recorded(platform) == [
        ("topic:id-1", arn("one"), "delivered"),
        ("topic:id-2", arn("two"), "delivered"),
        ("topic:id-3", arn("three"), "failed"),
    ]
    changed = ledger.Outcome("topic:id-1", arn("one"), "id-1", "failed", attempts=2, at_ms=9, reason="R: no")
    platform.transact(lambda tx, call: ledger.amend(tx, "e1", changed))
    assert sorted(recorded(platform)) == [
        ("topic:id-1", arn("one"), "failed"),
        ("topic:id-2", arn("two"), "delivered"),
        ("topic:id-3", arn("three"), "failed"),
    ]
