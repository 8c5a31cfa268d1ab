"""Identifiers."""

from uuid import RFC_4122, UUID

from eventyard.base.ids import Ids


def test_ordered_identifiers_sort_by_their_instants():
    ids = Ids(1)
    made = [ids.ordered_uuid(at_ms) for at_ms in (1, 1_767_225_600_000, 1_767_225_600_001, (1 << 48) - 1)]
    assert made == sorted(made)
    assert {UUID(text).version for text in made} == {7}


def test_ordered_identifiers_of_one_instant_differ():
    ids = Ids(1)
    assert len({ids.ordered_uuid(1_767_225_600_000) for _ in range(1_000)}) == 1_000


def test_identifiers_are_uuids_and_differ():
    ids = Ids(1)
    made = [ids.uuid() for _ in range(10_000)]
    assert len(set(made)) == len(made)
    assert {UUID(text).version for text in made} == {4}
    assert {UUID(text).variant for text in made} == {RFC_4122}


def test_two_without_a_seed_make_different_identifiers():
    assert Ids().uuid()[8:] != Ids().uuid()[8:]


def test_trace_digits_differ():
    ids = Ids(1)
    made = [ids.trace_digits() for _ in range(10_000)]
    assert len(set(made)) == len(made)
    assert {len(digits) for digits in made} == {24}
