"""Identifiers."""

from uuid import UUID

from eventyard.base.ids import Ids


def test_ordered_identifiers_sort_by_their_instants():
    ids = Ids(1)
    made = [ids.ordered_uuid(at_ms) for at_ms in (1, 1_767_225_600_000, 1_767_225_600_001, (1 << 48) - 1)]
    assert made == sorted(made)
    assert {UUID(text).version for text in made} == {7}


def test_ordered_identifiers_of_one_instant_differ():
    ids = Ids(1)
    assert len({ids.ordered_uuid(1_767_225_600_000) for _ in range(1_000)}) == 1_000
