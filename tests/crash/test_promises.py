"""The checkers themselves: a good history breaks nothing, and each bad one breaks the promise it is bad for."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.crash.history import Entry, Outcome
from tests.crash.promises import PROMISES, broken


def entry(call: str, at: int, outcome: Outcome = "done", *, lasts: int = 1, **values: Any) -> Entry:
    return Entry(call, "somebody", at, at + lasts, outcome, values)


def send(token: str, at: int, outcome: Outcome = "done", *places: str, **more: Any) -> Entry:
    values = {"id": "", "is_once": False, **more}
    return entry("send", at, outcome, token=token, places=list(places or ("queue",)), **values)


def receive(at: int, *messages: tuple[str, str, int], place: str = "queue") -> Entry:
    return entry("receive", at, place=place, messages=[list(message) for message in messages])


def delete(token: str, at: int, outcome: Outcome = "done", *, place: str = "queue", is_in_time: bool = True) -> Entry:
    return entry("delete", at, outcome, token=token, place=place, id=f"id-{token}", is_in_time=is_in_time)


def consumed(token: str, at: int, place: str = "queue") -> list[Entry]:
    return [receive(at, (token, f"id-{token}", 1), place=place), delete(token, at + 5, place=place)]


def numbered(number: int, at: int, outcome: Outcome = "done") -> Entry:
    return send(f"t{number}", at, outcome, group="g", number=number, is_once=True)


def claim(owner: str, at: int, outcome: Outcome = "done") -> Entry:
    return entry("claim", at, outcome, key="k", owner=owner)


def owned(owner: str | None) -> Entry:
    return entry("owner", 9, key="k", owner=owner)


GOOD: dict[str, list[Entry]] = {
    "consumed": [send("a", 1), *consumed("a", 5)],
    "perhaps sent, and never seen": [send("a", 1, "unknown")],
    "perhaps sent, and seen": [send("a", 1, "unknown"), *consumed("a", 5)],
    "refused": [send("a", 1, "refused")],
    "perhaps deleted": [send("a", 1), receive(5, ("a", "id-a", 1)), delete("a", 9, "unknown")],
    "received again": [send("a", 1), receive(5, ("a", "id-a", 1)), receive(9, ("a", "id-a", 2)), delete("a", 12)],
    "deleted too late": [send("a", 1), *consumed("a", 5)[:1], delete("a", 9, is_in_time=False), *consumed("a", 20)[1:]],
    "sent twice, perhaps": [send("a", 1, "unknown", is_once=True), send("a", 9, is_once=True), *consumed("a", 20)],
    "in both queues": [send("a", 1, "done", "x", "y"), *consumed("a", 5, "x"), *consumed("a", 15, "y")],
    "in order": [numbered(0, 1), numbered(1, 4), *consumed("t0", 10), *consumed("t1", 20)],
    "a gap that nobody acknowledged": [
        send("t0", 1, "unknown", group="g", number=0),
        numbered(1, 4),
        *consumed("t1", 9),
    ],
    "won": [claim("me", 1), owned("me")],
    "perhaps won": [claim("me", 1, "unknown"), owned(None)],
    "added": [entry("add", 1, key="n"), entry("add", 3, "unknown", key="n"), entry("sum", 9, key="n", value=2)],
    "done": [entry("ask", 1, token="a"), entry("effect", 9, token="a")],
}

BAD: dict[str, tuple[str, list[Entry]]] = {
    "never seen": ("nothing_is_lost", [send("a", 1)]),
    "seen and then gone": ("nothing_is_lost", [send("a", 1), receive(5, ("a", "id-a", 1))]),
    "seen, its delete refused, and gone": (
        "nothing_is_lost",
        [send("a", 1), receive(5, ("a", "id-a", 1)), delete("a", 9, "refused")],
    ),
    "in one of two queues": ("nothing_is_lost", [send("a", 1, "done", "x", "y"), *consumed("a", 5, "x")]),
    "from nowhere": ("nothing_is_invented", consumed("a", 5)),
    "refused and yet there": ("nothing_is_invented", [send("a", 1, "refused"), *consumed("a", 5)]),
    "in another queue": ("nothing_is_invented", [send("a", 1), *consumed("a", 5), *consumed("a", 20, "elsewhere")]),
    "before it was sent": ("nothing_is_invented", [*consumed("a", 5), send("a", 20)]),
    "half of an event": (
        "an_event_is_in_all_of_its_queues_or_in_none",
        [send("a", 1, "unknown", "x", "y"), *consumed("a", 5, "x")],
    ),
    "one token, two messages": (
        "once_is_once",
        [send("a", 1, is_once=True), receive(5, ("a", "id-a", 1), ("a", "another", 1)), delete("a", 9)],
    ),
    "another message than the acknowledged one": (
        "once_is_once",
        [send("a", 1, is_once=True, id="another"), *consumed("a", 5)],
    ),
    "the second first": (
        "a_group_comes_out_in_its_order",
        [numbered(0, 1), numbered(1, 4), *consumed("t1", 10), *consumed("t0", 20)],
    ),
    "the second first, at once": (
        "a_group_comes_out_in_its_order",
        [
            numbered(0, 1),
            numbered(1, 4),
            receive(9, ("t1", "id-t1", 1), ("t0", "id-t0", 1)),
            delete("t0", 12),
            delete("t1", 13),
        ],
    ),
    "counted backwards": (
        "receive_counts_only_grow",
        [send("a", 1), receive(5, ("a", "id-a", 3)), receive(9, ("a", "id-a", 3)), delete("a", 12)],
    ),
    "back from the dead": ("what_was_deleted_stays_deleted", [send("a", 1), *consumed("a", 5), *consumed("a", 20)]),
    "two winners": (
        "a_key_has_one_owner",
        [
            claim("me", 1),
            claim("you", 2),
            owned("me"),
        ],
    ),
    "a winner who lost it": (
        "a_key_has_one_owner",
        [claim("me", 1), owned(None)],
    ),
    "lost to nobody": (
        "a_key_has_one_owner",
        [claim("me", 1, "refused"), owned(None)],
    ),
    "an addition lost": (
        "a_number_is_the_sum_of_what_was_added",
        [entry("add", 1, key="n"), entry("sum", 9, key="n", value=0)],
    ),
    "an addition made twice": (
        "a_number_is_the_sum_of_what_was_added",
        [entry("add", 1, key="n"), entry("sum", 9, key="n", value=2)],
    ),
    "an effect lost": ("every_effect_was_asked_for_and_happened", [entry("ask", 1, token="a")]),
    "an effect invented": ("every_effect_was_asked_for_and_happened", [entry("effect", 1, token="a")]),
}


def in_order(history: Sequence[Entry]) -> list[Entry]:
    return sorted(history, key=lambda one: one.ended)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_history_breaks_nothing(name: str):
    assert broken(in_order(GOOD[name])) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_breaks_its_promise(name: str):
    promise, history = BAD[name]
    assert any(breach.startswith(f"{promise}: ") for breach in broken(in_order(history)))


def test_every_promise_can_be_broken():
    assert {promise for promise, _ in BAD.values()} == {promise.__name__ for promise in PROMISES}
