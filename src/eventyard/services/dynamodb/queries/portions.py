"""Work through a table in portions: what has expired, what a new index lacks, what a deleted table has left."""

from dataclasses import dataclass

from eventyard.services.dynamodb.model.changes import Stored
from eventyard.services.dynamodb.model.stored import Entry, Place, read_item
from eventyard.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item and where it stands; `mark` is that place as JSON, to go on from."""

    place: Place
    stored: Stored

    @property
    def mark(self) -> list[str]:
        return [self.place.partition.hex(), self.place.sort.hex()]


def next_items(tx: Tx, *, table_id: int, after: list[str] | None, rows_max: int) -> list[PlacedItem]:
    """The next items of a table in the order of their places, after the `mark`."""
    partition, sort = (bytes.fromhex(text) for text in after) if after else (b"", b"")
    rows = tx.all(
        """select partition, sort_key, item, item_bytes from dynamodb_item
           where table_id = ? and index_number = 0 and (partition, sort_key) > (?, ?)
           order by partition, sort_key limit ?""",
        table_id,
        partition,
        sort,
        rows_max,
    )
    return [PlacedItem(Place(bytes(row[0]), bytes(row[1])), Stored(read_item(row[2]), row[3])) for row in rows]


def has_entry(tx: Tx, *, table_id: int, place: Place, entry: Entry) -> bool:
    """Whether an index has an item's entry already."""
    row = tx.one(
        """select 1 from dynamodb_item
           where table_id = ? and index_number = ? and partition = ? and sort_key = ?
             and base_partition = ? and base_sort = ?""",
        table_id,
        entry.index.number,
        entry.partition,
        entry.sort,
        place.partition,
        place.sort,
    )
    return row is not None


def add_alarm(tx: Tx, *, table_id: int, at_s: int) -> bool:
    """Note an alarm; false when it is set already. The look before keeps writers from meeting in one row."""
    if tx.one("select 1 from dynamodb_ttl_alarm where table_id = ? and at_s = ?", table_id, at_s) is not None:
        return False
    sql = "insert into dynamodb_ttl_alarm (table_id, at_s) values (?, ?) on conflict do nothing"
    return tx.run(sql, table_id, at_s) > 0


def end_alarm(tx: Tx, *, table_id: int, at_s: int) -> None:
    """The alarm has rung."""
    tx.run("delete from dynamodb_ttl_alarm where table_id = ? and at_s = ?", table_id, at_s)


def expired(tx: Tx, *, table_id: int, since_s: int, until_s: int, rows_max: int) -> list[Stored]:
    """Items whose expiry lies within the span, the earliest first."""
    rows = tx.all(
        """select item, item_bytes from dynamodb_item
           where table_id = ? and ttl_at_s is not null and ttl_at_s >= ? and ttl_at_s <= ?
           order by ttl_at_s limit ?""",
        table_id,
        since_s,
        until_s,
        rows_max,
    )
    return [Stored(read_item(row[0]), row[1]) for row in rows]


def set_expiry(tx: Tx, *, table_id: int, place: Place, expires_at_s: int | None) -> None:
    """Note when an item expires."""
    tx.run(
        """update dynamodb_item set ttl_at_s = ?
           where table_id = ? and index_number = 0 and partition = ? and sort_key = ?""",
        expires_at_s,
        table_id,
        place.partition,
        place.sort,
    )


def purge(tx: Tx, *, table_id: int, index_number: int | None, rows_max: int) -> int:
    """Delete rows of an index, or of the table and all its indexes; gives back how many."""
    only = "" if index_number is None else "and index_number = ?"
    args = () if index_number is None else (index_number,)
    rows = tx.all(
        f"""select index_number, partition, sort_key, base_partition, base_sort from dynamodb_item
            where table_id = ? {only} limit ?""",
        table_id,
        *args,
        rows_max,
    )
    tx.many(
        """delete from dynamodb_item
           where table_id = ? and index_number = ? and partition = ? and sort_key = ?
             and base_partition = ? and base_sort = ?""",
        [(table_id, *row) for row in rows],
    )
    if len(rows) < rows_max:
        tx.run(f"delete from dynamodb_size where table_id = ? {only}", table_id, *args)
    return len(rows)
