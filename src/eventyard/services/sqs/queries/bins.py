"""Bins as a whole: what the timers delete from them."""

from eventyard.store.tx import Tx


def delete_visible_before(tx: Tx, bin_id: int, *, before_ms: int, rows_max: int) -> tuple[int, set[str]]:
    """Delete messages that are visible since `before_ms` or longer: (how many, the FIFO groups they were of)."""
    rows = tx.all(
        """delete from sqs_messages where seq in (
             select seq from sqs_messages where bin_id = ? and visible_at_ms <= ?
             order by visible_at_ms, seq limit ? {skip_locked})
           returning fifo_group""",
        bin_id,
        before_ms,
        rows_max,
    )
    return len(rows), {row[0] for row in rows if row[0] is not None}


def oldest_visible_at_ms(tx: Tx, bin_id: int) -> int | None:
    """The smallest `visible_at_ms` in the bin, or `None` when it is empty."""
    row = tx.one("select min(visible_at_ms) from sqs_messages where bin_id = ?", bin_id)
    return None if row is None or row[0] is None else int(row[0])


def oldest_sent_at_ms(tx: Tx, bin_id: int) -> int | None:
    """When the oldest message was sent, of the thousand that have been visible for longest; `None` without any."""
    row = tx.one(
        """select min(sent_at_ms) from (
             select sent_at_ms from sqs_messages where bin_id = ? order by visible_at_ms, seq limit 1000) as oldest""",
        bin_id,
    )
    return None if row is None or row[0] is None else int(row[0])


def delete_some(tx: Tx, bin_id: int, *, rows_max: int) -> bool:
    """Delete up to so many rows of each kind; gives back whether messages may be left."""
    deleted, _ = delete_visible_before(tx, bin_id, before_ms=1 << 62, rows_max=rows_max)
    tx.run("delete from sqs_groups where bin_id = ?", bin_id)
    tx.run("delete from sqs_receive_attempts where bin_id = ?", bin_id)
    forgotten = tx.run(
        """delete from sqs_deduplications where bin_id = ? and (scope, deduplication_id) in (
             select scope, deduplication_id from sqs_deduplications where bin_id = ? limit ?)""",
        bin_id,
        bin_id,
        rows_max,
    )
    return rows_max in (deleted, forgotten)
