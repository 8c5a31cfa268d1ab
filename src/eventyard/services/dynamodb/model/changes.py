"""What a write does to an item and to its index entries, and what that costs."""

from dataclasses import dataclass

from eventyard.languages.dynamodb.values import Item
from eventyard.services.dynamodb.model.capacity import Consumed, write_units
from eventyard.services.dynamodb.model.stored import Entry, Place, entry_of
from eventyard.services.dynamodb.model.tables import Table


@dataclass(frozen=True, slots=True)
class Stored:
    """An item as it is kept, with its size."""

    item: Item
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Change:
    """A write that was decided: what was there, what comes, and the entries that go and come."""

    table: Table
    place: Place
    old: Stored | None
    new: Stored | None
    gone: tuple[Entry, ...]
    come: tuple[Entry, ...]


def change_of(table: Table, place: Place, old: Stored | None, new: Stored | None) -> Change:
    """The change from `old` to `new`; entries that stay as they are do not appear in it."""
    if not table.indexes:
        return Change(table, place, old, new, (), ())
    gone, come = [], []
    for index in table.indexes:
        before = entry_of(old.item if old else None, table, index)
        after = entry_of(new.item if new else None, table, index)
        if before == after:
            continue
        if before is not None:
            gone.append(before)
        if after is not None:
            come.append(after)
    return Change(table, place, old, new, tuple(gone), tuple(come))


def cost_of(change: Change, consumed: Consumed, *, times: int = 1) -> None:
    """Add the write's units: the larger of the two items, and each entry that goes or comes.

    An entry that is changed in its place costs once; one that moves costs its leaving and its arrival.
    """
    sizes = [stored.size_bytes for stored in (change.old, change.new) if stored is not None]
    consumed.add(None, times * write_units(max(sizes, default=0)))
    gone = {entry.index: entry for entry in change.gone}
    for entry in change.come:
        before = gone.get(entry.index)
        if before is not None and (before.partition, before.sort) == (entry.partition, entry.sort):
            del gone[entry.index]
            consumed.add(entry.index, times * write_units(max(before.size_bytes, entry.size_bytes)))
        else:
            consumed.add(entry.index, times * write_units(entry.size_bytes))
    for index, entry in gone.items():
        consumed.add(index, times * write_units(entry.size_bytes))
