"""Deliveries that leave the store: tried by policy, dead-lettered, recorded with every try; and loops, which end."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery, Sending, Sent
from eventyard.engine.due.policy import Phase, Policy
from eventyard.engine.registry import RemoteTarget, Service
from eventyard.store.tx import Store, Tx
from tests.support.engine import Platform

FAR = "arn:aws:far:us-east-1:000000000000:place"
LOOP = "arn:aws:loop:us-east-1:000000000000:itself"
LETTERS = "arn:aws:sqs:us-east-1:000000000000:box"


class World:
    """A far target that fails as it is told, a target that delivers to itself, and a box of dead letters."""

    def __init__(self) -> None:
        self.failures: list[EffectFailed] = []
        self.arrived: list[Sent] = []
        self.settled: list[str] = []
        self.letters: list[Delivery] = []
        self.rounds = 0
        self.is_gone = False
        self.turn_at_ms: int | None = None

    def services(self) -> list[Service]:
        remote = RemoteTarget(self.perform, self.settle)
        return [
            Service("far", {}, targets={"far": self.send}, remotes={"far.send": remote}),
            Service("loop", {}, targets={"loop": self.again}),
            Service("sqs", {}, targets={"sqs": self.keep}),
        ]

    def send(self, tx: Tx, call: Call[Any], delivery: Delivery) -> Sending:
        if self.is_gone:
            raise AwsError("ResourceNotFoundException", "gone")
        return Sending("far.send", {"prepared": delivery.body.upper()}, at_ms=self.turn_at_ms)

    async def perform(self, sent: Sent) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.arrived.append(sent)

    def settle(self, tx: Tx, call: Call[Any], sent: Sent, outcome: ledger.Outcome) -> None:
        self.settled.append(outcome.outcome)

    def again(self, tx: Tx, call: Call[Any], delivery: Delivery) -> None:
        self.rounds = max(self.rounds, call.trace.hops)
        call.deliver(tx, Delivery(LOOP, "round", "round", sender="test", dead_letter_arn=LETTERS))

    def keep(self, tx: Tx, call: Call[Any], delivery: Delivery) -> None:
        self.letters.append(delivery)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def platform(store: Store, world: World) -> Iterator[Platform]:
    platform = Platform(store, world.services())
    yield platform
    platform.close()


def put(platform: Platform, **options: Any) -> None:
    delivery = Delivery(FAR, "hello", "hello", sender="events", event_id="e1", rule_arn="a rule", **options)

    def accept(tx: Tx, call: Call[Any]) -> None:
        outcome = call.deliver(tx, delivery)
        ledger.accept(tx, call, [ledger.Accepted("e1", call.now_ms, "a bus", "hello", [outcome])])

    platform.transact(accept)
    platform.settle()


def told(platform: Platform) -> Mapping[str, Any]:
    (outcome,) = platform.transact(lambda tx, call: ledger.read(tx, "e1"))
    return outcome


def test_a_delivery_waits_for_its_turn_and_that_is_no_try(platform: Platform, world: World):
    world.turn_at_ms = platform.clock.now_ms() + 2_000
    put(platform)
    assert (told(platform)["outcome"], told(platform)["attempts"]) == ("sending", 0)
    assert told(platform)["next_at_ms"] == world.turn_at_ms
    platform.advance(1_999)
    assert world.arrived == []
    platform.advance(1)
    assert (told(platform)["outcome"], told(platform)["attempts"]) == ("delivered", 1)
    assert "next_at_ms" not in told(platform)


def test_a_delivery_leaves_the_store_with_what_was_prepared(platform: Platform, world: World):
    put(platform)
    (sent,) = world.arrived
    assert (sent.payload, sent.delivery.body, sent.attempt) == ({"prepared": "HELLO"}, "hello", 1)
    assert told(platform)["outcome"] == "delivered"
    assert world.settled == ["delivered"]


def test_a_failed_try_is_repeated_after_the_phases_wait_and_each_try_is_told(platform: Platform, world: World):
    world.failures = [EffectFailed("ServerError", "broken"), EffectFailed("Busy", "busy", retry_after_ms=7_000)]
    put(platform, policy=Policy(attempts_max=4, phases=(Phase(3, 2_000, 2_000),)))
    assert told(platform)["outcome"] == "retrying"
    platform.advance(1_999)
    assert len(world.failures) == 1
    platform.advance(1)
    assert world.failures == []
    platform.advance(6_999)
    assert world.arrived == []
    platform.advance(1)
    assert [sent.attempt for sent in world.arrived] == [3]
    outcome = told(platform)
    assert (outcome["outcome"], outcome["attempts"]) == ("delivered", 3)
    assert [told["reason"] for told in outcome["tries"]] == ["ServerError: broken", "Busy: busy"]
    assert world.settled == ["retrying", "retrying", "delivered"]


def test_what_is_given_up_goes_to_the_dead_letter_queue_with_its_reason(platform: Platform, world: World):
    world.failures = [EffectFailed("ServerError", "broken")] * 2
    put(platform, policy=Policy(attempts_max=2), dead_letter_arn=LETTERS)
    platform.advance(10_000)
    (letter,) = world.letters
    assert letter.body == "hello"
    assert letter.attributes == {
        "RULE_ARN": "a rule",
        "TARGET_ARN": FAR,
        "ERROR_CODE": "ERROR_FROM_TARGET",
        "ERROR_MESSAGE": "broken",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "1",
    }
    outcome = told(platform)
    assert (outcome["outcome"], outcome["dead_letter"], len(outcome["tries"])) == ("dead-lettered", LETTERS, 2)


def test_a_failure_for_good_is_not_repeated(platform: Platform, world: World):
    world.failures = [EffectFailed("HTTP_400", "wrong", is_retryable=False)]
    put(platform)
    platform.advance(86_400_000)
    assert world.arrived == []
    assert told(platform)["outcome"] == "failed"


def test_each_try_goes_by_what_is_configured_then(platform: Platform, world: World):
    world.failures = [EffectFailed("ServerError", "broken")]
    put(platform)
    world.is_gone = True
    platform.advance(10_000)
    assert world.arrived == []
    assert told(platform)["reason"] == "ResourceNotFoundException: gone"


def test_a_loop_ends_after_its_last_hop_and_says_so(platform: Platform, world: World):
    platform.transact(lambda tx, call: call.deliver(tx, Delivery(LOOP, "", "", sender="test")))
    assert world.rounds == 64
    (letter,) = world.letters
    assert letter.body == "round"


def test_a_try_that_was_cut_off_is_told_with_what_came_of_it_at_last(platform: Platform, world: World):
    world.turn_at_ms = platform.clock.now_ms() + 2_000
    put(platform)
    platform.transact(lambda tx, call: tx.run("update due set attempt = 2"))  # as two starts after crashes leave it
    platform.advance(2_000)
    assert len(world.arrived) == 1
    assert (told(platform)["outcome"], told(platform)["attempts"]) == ("delivered", 1)
    assert told(platform)["tries"] == [{"at_ms": world.turn_at_ms, "reason": ledger.CUT_OFF}] * 2


def test_a_try_that_was_cut_off_is_told_of_its_target_alone(platform: Platform):
    def accept(tx: Tx, call: Call[Any]) -> None:
        outcomes = [ledger.Outcome("a rule", FAR, target_id, "delivered", 1, call.now_ms) for target_id in "abc"]
        ledger.accept(tx, call, [ledger.Accepted("e1", call.now_ms, "a bus", "hello", outcomes)])

    platform.transact(accept)
    platform.transact(
        lambda tx, call: ledger.note_cut_off(tx, "e1", rule_arn="a rule", target_id="b", at_ms=5, times=1)
    )
    found = platform.transact(lambda tx, call: ledger.read(tx, "e1"))
    assert {one["id"]: one.get("tries", []) for one in found} == {
        "a": [],
        "b": [{"at_ms": 5, "reason": ledger.CUT_OFF}],
        "c": [],
    }
    assert {(one["rule"], one["target"], one["outcome"], one["attempts"]) for one in found} == {
        ("a rule", FAR, "delivered", 1)
    }
