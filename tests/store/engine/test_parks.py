"""Callers who wait: woken, tried again at an instant, or told that the time is up."""

from tests.support.engine import Platform


def test_a_parked_call_is_answered_when_its_channel_is_woken(platform: Platform) -> None:
    until_ms = platform.clock.now_ms() + 60_000
    waiting = platform.begin("toy", "Wait", notes=2, until_ms=until_ms)
    platform.call("toy", "Note", text="one")
    platform.settle()
    assert not waiting.done()
    platform.call("toy", "Note", text="two")
    platform.settle()
    assert waiting.result()["count"] == 2


def test_a_parked_call_is_answered_for_the_last_time_when_its_time_is_up(platform: Platform) -> None:
    until_ms = platform.clock.now_ms() + 5_000
    waiting = platform.begin("toy", "Wait", notes=1, until_ms=until_ms)
    platform.advance(4_999)
    assert not waiting.done()
    platform.advance(1)
    assert waiting.result() == {"count": 0, "at_ms": until_ms}


def test_a_parked_call_is_answered_when_the_server_stops(platform: Platform) -> None:
    waiting = platform.begin("toy", "Wait", notes=1, until_ms=platform.clock.now_ms() + 60_000)
    platform.drain()
    assert waiting.result()["count"] == 0
