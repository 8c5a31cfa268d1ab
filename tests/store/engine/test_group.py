"""Calls in groups: each for itself, though they share a transaction."""

import logging
from typing import Any

import pytest

from eventyard.base.errors import AwsError, StoreFailed
from eventyard.engine.call import Call
from eventyard.store.inserts import Insert
from eventyard.store.tx import Tx
from tests.support.engine import Platform


def notes(platform: Platform) -> list[str]:
    found: list[str] = platform.transact(
        lambda tx, call: [row[0] for row in tx.all("select text from toy_notes order by id")]
    )
    return found


def test_a_refused_call_leaves_the_others_of_its_tick_alone(platform: Platform) -> None:
    first, refused, second = platform.together(
        ("toy", "Note", {"text": "one"}), ("toy", "Refuse", {}), ("toy", "Note", {"text": "two"})
    )
    assert isinstance(refused, AwsError)
    assert {first["count"], second["count"]} <= {1, 2}
    assert sorted(notes(platform)) == ["one", "two"]


def test_a_mistake_of_ours_fails_its_call_alone(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL + 1)
    broken, fine = platform.together(("toy", "Break", {}), ("toy", "Note", {"text": "one"}))
    assert isinstance(broken, KeyError)
    assert fine == {"count": 1}
    assert notes(platform) == ["one"]


def test_an_effect_is_performed_between_two_transactions(platform: Platform) -> None:
    assert platform.call("toy", "Ask") == {"outcome": "asked", "count": 0}


def test_only_the_call_that_cannot_be_stored_is_told_so(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    """A full disk under one statement: the tick's calls run again one by one."""
    caplog.set_level(logging.CRITICAL + 1)
    operations: dict[str, Any] = dict(platform.engine.registry.services["toy"].operations)

    def full_disk(tx: Tx, call: Call[Any]) -> None:
        operations["Note"](tx, call)
        raise StoreFailed("disk is full")

    platform.engine.registry.services["toy"].operations["Refuse"] = full_disk  # type: ignore[index]
    told, fine = platform.together(("toy", "Refuse", {"text": "lost"}), ("toy", "Note", {"text": "one"}))
    assert (told.code, told.status, told.is_server_fault) == ("ServiceUnavailable", 503, True)
    assert fine == {"count": 1}
    assert notes(platform) == ["one"]


def test_a_gathered_row_that_the_database_refuses_fails_its_call_alone(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL + 1)
    operations: dict[str, Any] = platform.engine.registry.services["toy"].operations  # type: ignore[assignment]
    notes_in = Insert("insert into toy_notes (text) values", "(?)")
    operations["Break"] = lambda tx, call: tx.insert(notes_in, (None,))
    operations["Refuse"] = lambda tx, call: tx.insert(notes_in, ("gathered",))
    broken, fine, also_fine = platform.together(
        ("toy", "Break", {}), ("toy", "Note", {"text": "one"}), ("toy", "Refuse", {})
    )
    assert isinstance(broken, Exception)
    assert not isinstance(broken, AwsError)
    assert fine["count"] in (1, 2)  # a shared database may have committed the third before
    assert also_fine is None
    assert sorted(notes(platform)) == ["gathered", "one"]
