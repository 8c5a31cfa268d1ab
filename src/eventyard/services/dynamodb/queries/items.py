"""Items and index entries: one row each, found by place, read in key order, never by the size of the table.

A table is index 0 of itself. A row's key is (table, index, partition digest, sort key, place in the table); the last is
empty for the items themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eventyard.languages.dynamodb.keyconditions import KeyRange
from eventyard.services.dynamodb.model.changes import Change, Stored
from eventyard.services.dynamodb.model.stored import Entry, Place, read_item, ttl_of, write_item
from eventyard.services.dynamodb.model.tables import Table
from eventyard.store.tx import Tx

CHUNK_ROWS = 256
"""Rows that a page is read in; the page itself ends by its own limits."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins: after this row."""

    partition: bytes
    sort: bytes
    base: Place


def find(tx: Tx, table: Table, place: Place) -> Stored | None:
    """The item at a place."""
    row = tx.one(
        """select item, item_bytes from dynamodb_item
           where table_id = ? and index_number = 0 and partition = ? and sort_key = ?
             and base_partition = ? and base_sort = ?""",
        table.id,
        place.partition,
        place.sort,
        b"",
        b"",
    )
    return None if row is None else Stored(read_item(row[0]), row[1])


def perform(tx: Tx, change: Change) -> None:
    """Write the item and its index entries, and count them."""
    table, place = change.table, change.place
    for entry in change.gone:
        _delete(tx, table, entry.index.number, Place(entry.partition, entry.sort), place)
        _count(tx, table, entry.index.number, shard=place.shard, items=-1, size_bytes=-entry.size_bytes)
    if change.new is None:
        if change.old is not None:
            _delete(tx, table, 0, place, Place(b"", b""))
    else:
        _put(tx, table, place, change.new)
    for entry in change.come:
        put_entry(tx, table, place, entry)
    items = (change.new is not None) - (change.old is not None)
    size = (change.new.size_bytes if change.new else 0) - (change.old.size_bytes if change.old else 0)
    if items or size:
        _count(tx, table, 0, shard=place.shard, items=items, size_bytes=size)


def put_entry(tx: Tx, table: Table, place: Place, entry: Entry) -> None:
    """Write one index entry of the item at `place`, and count it."""
    tx.run(
        """insert into dynamodb_item (table_id, index_number, partition, sort_key, base_partition, base_sort, item,
             item_bytes, ttl_at_s)
           values (?, ?, ?, ?, ?, ?, ?, ?, null)""",
        table.id,
        entry.index.number,
        entry.partition,
        entry.sort,
        place.partition,
        place.sort,
        write_item(entry.item),
        entry.size_bytes,
    )
    _count(tx, table, entry.index.number, shard=place.shard, items=1, size_bytes=entry.size_bytes)


def _put(tx: Tx, table: Table, place: Place, stored: Stored) -> None:
    tx.run(
        """insert into dynamodb_item (table_id, index_number, partition, sort_key, base_partition, base_sort, item,
             item_bytes, ttl_at_s)
           values (?, 0, ?, ?, ?, ?, ?, ?, ?)
           on conflict (table_id, index_number, partition, sort_key, base_partition, base_sort) do update
             set item = excluded.item, item_bytes = excluded.item_bytes, ttl_at_s = excluded.ttl_at_s""",
        table.id,
        place.partition,
        place.sort,
        b"",
        b"",
        write_item(stored.item),
        stored.size_bytes,
        ttl_of(stored.item, table.ttl_attribute),
    )


def _delete(tx: Tx, table: Table, index_number: int, at: Place, base: Place) -> None:
    tx.run(
        """delete from dynamodb_item
           where table_id = ? and index_number = ? and partition = ? and sort_key = ?
             and base_partition = ? and base_sort = ?""",
        table.id,
        index_number,
        at.partition,
        at.sort,
        base.partition,
        base.sort,
    )


def _count(tx: Tx, table: Table, index_number: int, *, shard: int, items: int, size_bytes: int) -> None:
    tx.run(
        """insert into dynamodb_size (table_id, index_number, shard, items, bytes) values (?, ?, ?, ?, ?)
           on conflict (table_id, index_number, shard) do update
             set items = dynamodb_size.items + excluded.items, bytes = dynamodb_size.bytes + excluded.bytes""",
        table.id,
        index_number,
        shard,
        items,
        size_bytes,
    )


def sizes(tx: Tx, table: Table) -> dict[int, tuple[int, int]]:
    """(items, bytes) by index number."""
    rows = tx.all(
        "select index_number, sum(items), sum(bytes) from dynamodb_size where table_id = ? group by index_number",
        table.id,
    )
    return {number: (int(items), int(size)) for number, items, size in rows}


def collection_bytes(tx: Tx, table: Table, partition: bytes) -> int:
    """The size of an item collection: the items of one partition key and their entries in the local indexes."""
    numbers = [0, *(index.number for index in table.indexes if not index.is_global)]
    row = tx.one(
        f"""select sum(item_bytes) from dynamodb_item
            where table_id = ? and index_number in ({", ".join("?" * len(numbers))}) and partition = ?""",
        table.id,
        *numbers,
        partition,
    )
    return int(row[0] or 0) if row else 0


def in_partition(
    tx: Tx, table_id: int, index_number: int, *, partition: bytes, keys: KeyRange, start: Start | None, is_forward: bool
) -> Iterator[Stored]:
    """The rows of one partition within a range of sort keys, in order of the sort key, after `start`."""
    bounds, args = _bounds(keys)
    order = "" if is_forward else " desc"
    after = f"and (sort_key, base_partition, base_sort) {'>' if is_forward else '<'} (?, ?, ?)"
    while True:
        since = (start.sort, start.base.partition, start.base.sort) if start is not None else ()
        rows = tx.all(
            f"""select item, item_bytes, sort_key, base_partition, base_sort from dynamodb_item
                where table_id = ? and index_number = ? and partition = ? {bounds} {after if since else ""}
                order by sort_key{order}, base_partition{order}, base_sort{order} limit {CHUNK_ROWS}""",
            table_id,
            index_number,
            partition,
            *args,
            *since,
        )
        for row in rows:
            yield Stored(read_item(row[0]), row[1])
        if len(rows) < CHUNK_ROWS:
            return
        start = Start(partition, bytes(rows[-1][2]), Place(bytes(rows[-1][3]), bytes(rows[-1][4])))


def in_scan_order(
    tx: Tx, table_id: int, index_number: int, *, low: bytes, high: bytes | None, start: Start | None
) -> Iterator[Stored]:
    """The rows of a table or index whose partition digests lie from `low` to below `high`, after `start`."""
    below = "and partition < ?" if high is not None else ""
    args = (high,) if high is not None else ()
    while True:
        since: tuple[bytes, ...] = (low,)
        after = "and partition >= ?"
        if start is not None:
            since = (start.partition, start.sort, start.base.partition, start.base.sort)
            after = "and (partition, sort_key, base_partition, base_sort) > (?, ?, ?, ?)"
        rows = tx.all(
            f"""select item, item_bytes, partition, sort_key, base_partition, base_sort from dynamodb_item
                where table_id = ? and index_number = ? {after} {below}
                order by partition, sort_key, base_partition, base_sort limit {CHUNK_ROWS}""",
            table_id,
            index_number,
            *since,
            *args,
        )
        for row in rows:
            yield Stored(read_item(row[0]), row[1])
        if len(rows) < CHUNK_ROWS:
            return
        last = [bytes(value) for value in rows[-1][2:]]
        start = Start(last[0], last[1], Place(last[2], last[3]))


def _bounds(keys: KeyRange) -> tuple[str, list[bytes]]:
    clauses, args = [], []
    if keys.low is not None:
        clauses.append(f"and sort_key {'>=' if keys.low_included else '>'} ?")
        args.append(keys.low)
    if keys.high is not None:
        clauses.append(f"and sort_key {'<=' if keys.high_included else '<'} ?")
        args.append(keys.high)
    return " ".join(clauses), args
