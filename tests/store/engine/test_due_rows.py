"""Everything that happens later: in due order, at its instant, once, and again when it failed."""

from eventyard.engine.due import row
from tests.store.engine.conftest import Toy
from tests.support.engine import Platform


def later(platform: Platform, kind: str, key: str, in_ms: int, **more: int) -> None:
    platform.call("toy", "Later", kind=kind, key=key, in_ms=in_ms, **more)


def due_rows(platform: Platform) -> list[str]:
    found: list[str] = platform.transact(
        lambda tx, call: [r[0] for r in tx.all("select key from due where kind like 'toy.%' order by key")]
    )
    return found


def test_timers_ring_at_their_instant_in_due_order(platform: Platform, toy: Toy) -> None:
    start_ms = platform.clock.now_ms()
    later(platform, "toy.timer", "second", 2_000)
    later(platform, "toy.timer", "first", 1_000)
    platform.advance(10_000)
    assert toy.log == [("first", start_ms + 1_000), ("second", start_ms + 2_000)]
    assert due_rows(platform) == []


def test_the_same_key_moves_the_row(platform: Platform, toy: Toy) -> None:
    start_ms = platform.clock.now_ms()
    later(platform, "toy.timer", "key", 1_000)
    later(platform, "toy.timer", "key", 3_000)
    platform.advance(10_000)
    assert toy.log == [("key", start_ms + 3_000)]


def test_a_failing_effect_is_tried_again_with_backoff(platform: Platform, toy: Toy) -> None:
    toy.fails = 2
    later(platform, "toy.effect", "key", 0)
    platform.settle()
    assert toy.log == []
    platform.advance(10_000)
    assert toy.log == [("key", 3)]
    assert due_rows(platform) == []


def test_an_effect_without_attempts_left_is_told_failed(platform: Platform, toy: Toy) -> None:
    toy.fails = 10
    later(platform, "toy.effect", "key", 0, attempts_max=3)
    platform.advance(60_000)
    assert toy.log == [("Down", 3)]
    assert due_rows(platform) == []


def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(platform: Platform) -> None:
    later(platform, "toy.nobody", "key", 0)
    now_ms = platform.clock.now_ms() + 3_600_000
    claim = lambda at_ms: platform.transact(  # noqa: E731
        lambda tx, call: [r.key for r in row.claim(tx, now_ms=at_ms, rows_max=10) if r.kind == "toy.nobody"]
    )
    assert claim(now_ms) == ["key"]
    assert claim(now_ms + row.LEASE_MS - 1) == []
    assert claim(now_ms + row.LEASE_MS) == ["key"]


def test_a_lost_claim_ends_nothing(platform: Platform) -> None:
    later(platform, "toy.nobody", "key", 0)
    now_ms = platform.clock.now_ms() + 3_600_000
    claim = lambda at_ms: platform.transact(  # noqa: E731
        lambda tx, call: [r for r in row.claim(tx, now_ms=at_ms, rows_max=10) if r.kind == "toy.nobody"]
    )
    (first,) = claim(now_ms)
    (second,) = claim(now_ms + row.LEASE_MS)
    assert not platform.transact(lambda tx, call: row.end(tx, first))
    assert platform.transact(lambda tx, call: row.end(tx, second))
    assert due_rows(platform) == []


def test_a_starting_server_takes_back_every_lease(platform: Platform) -> None:
    later(platform, "toy.nobody", "key", 0)
    at_ms = platform.clock.now_ms() + 3_600_000
    platform.transact(lambda tx, call: len(row.claim(tx, now_ms=at_ms, rows_max=10)))
    assert platform.transact(lambda tx, call: row.free_all(tx)) >= 1
    again = platform.transact(lambda tx, call: [r.key for r in row.claim(tx, now_ms=at_ms, rows_max=10)])
    assert "key" in again
