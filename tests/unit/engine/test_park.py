"""Callers who wait: who is woken, by what, and who is forgotten."""

import asyncio
from collections.abc import Callable
from typing import Any

from eventyard.base.clock import VirtualClock
from eventyard.engine.park import Park, Parks

START_MS = 1_000_000


def park(channel: str = "queue", *, wait_ms: int = 20_000, again_ms: int | None = None) -> Park:
    again_at_ms = None if again_ms is None else START_MS + again_ms
    return Park(channel, START_MS + wait_ms, then=lambda tx, call: None, again_at_ms=again_at_ms)


def story(tell: Callable[[Parks, VirtualClock, list[str]], Any], advance_ms: int = 0) -> list[str]:
    """Tell a story to fresh parks, let time pass, and give back who was resumed in which order."""
    resumed: list[str] = []

    async def run() -> None:
        clock = VirtualClock(START_MS)
        tell(Parks(clock), clock, resumed)
        await clock.advance(advance_ms, lambda: asyncio.sleep(0))

    asyncio.run(run())
    return resumed


def wait(parks: Parks, resumed: list[str], name: str, parked: Park, *, is_gone: bool = False) -> None:
    parks.add(parked, lambda: resumed.append(name), lambda: is_gone)


def test_a_wake_up_resumes_the_first_who_came() -> None:
    def tell(parks: Parks, clock: VirtualClock, resumed: list[str]) -> None:
        wait(parks, resumed, "first", park())
        wait(parks, resumed, "second", park())
        parks.wake("queue", 1)

    assert story(tell) == ["first"]


def test_a_wake_up_passes_over_who_has_hung_up() -> None:
    def tell(parks: Parks, clock: VirtualClock, resumed: list[str]) -> None:
        wait(parks, resumed, "gone", park(), is_gone=True)
        wait(parks, resumed, "there", park())
        parks.wake("queue", 1)

    assert story(tell) == ["there"]


def test_a_caller_is_resumed_when_its_time_is_up() -> None:
    def tell(parks: Parks, clock: VirtualClock, resumed: list[str]) -> None:
        wait(parks, resumed, "short", park(wait_ms=1_000))
        wait(parks, resumed, "long", park(wait_ms=20_000))

    assert story(tell, advance_ms=1_000) == ["short"]


def test_what_is_expected_on_a_channel_resumes_those_who_came_without_knowing_of_it() -> None:
    def tell(parks: Parks, clock: VirtualClock, resumed: list[str]) -> None:
        wait(parks, resumed, "knows", park(again_ms=5_000))
        wait(parks, resumed, "does not", park())
        parks.wake("queue", 1)

    assert story(tell, advance_ms=5_000) == ["knows", "does not"]


def test_the_earliest_expectation_counts() -> None:
    def tell(parks: Parks, clock: VirtualClock, resumed: list[str]) -> None:
        wait(parks, resumed, "later", park(again_ms=9_000))
        wait(parks, resumed, "sooner", park(again_ms=3_000))

    assert story(tell, advance_ms=3_000) == ["later", "sooner"]


def test_a_wake_up_since_a_reading_is_remembered() -> None:
    def tell(parks: Parks, clock: VirtualClock, resumed: list[str]) -> None:
        wakes = parks.wakes
        assert not parks.is_woken_since("queue", wakes)
        parks.wake("queue", 1)
        assert parks.is_woken_since("queue", wakes)
        assert not parks.is_woken_since("queue", parks.wakes)

    assert story(tell) == []


def test_everyone_is_resumed_when_the_server_stops() -> None:
    def tell(parks: Parks, clock: VirtualClock, resumed: list[str]) -> None:
        wait(parks, resumed, "one", park("a"))
        wait(parks, resumed, "two", park("b"))
        parks.wake_all()
        assert parks.count == 0

    assert story(tell) == ["one", "two"]
