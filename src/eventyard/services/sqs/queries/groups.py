"""What FIFO queues need beside their messages: the groups that have messages, and the ids that were seen.

A group has one row as long as it has messages. `available_at_ms` is when it may yield again: when its oldest message
is visible. So receiving asks the index (bin, available_at_ms) for one group, whatever the number of groups, and reads
the beginning of that group, up to the first message that is not visible.
"""

import json

from eventyard.store.tx import Tx


def open_group(tx: Tx, bin_id: int, group_id: str, *, available_at_ms: int) -> None:
    """Have the group's row; one that is there stays as it is."""
    tx.run(
        "insert into sqs_groups (bin_id, group_id, available_at_ms) values (?, ?, ?) on conflict do nothing",
        bin_id,
        group_id,
        available_at_ms,
    )


def claim_group(tx: Tx, bin_id: int, *, now_ms: int, until_ms: int) -> str | None:
    """Lock the group that has been available for longest until `until_ms`; `None` when there is none."""
    row = tx.one(
        """update sqs_groups set available_at_ms = ?
           where bin_id = ? and group_id in (
             select group_id from sqs_groups where bin_id = ? and available_at_ms <= ?
             order by available_at_ms, group_id limit 1 {skip_locked})
           returning group_id""",
        until_ms,
        bin_id,
        bin_id,
        now_ms,
    )
    return None if row is None else str(row[0])


def set_availability(tx: Tx, bin_id: int, group_id: str, available_at_ms: int) -> None:
    """Set when the group may yield again."""
    tx.run(
        "update sqs_groups set available_at_ms = ? where bin_id = ? and group_id = ?", available_at_ms, bin_id, group_id
    )


def close_group(tx: Tx, bin_id: int, group_id: str) -> None:
    """The group has no messages left."""
    tx.run("delete from sqs_groups where bin_id = ? and group_id = ?", bin_id, group_id)


def next_available_at_ms(tx: Tx, bin_id: int, *, after_ms: int) -> int | None:
    """The next instant at which a group becomes available, or `None`."""
    row = tx.one(
        "select min(available_at_ms) from sqs_groups where bin_id = ? and available_at_ms > ?", bin_id, after_ms
    )
    return None if row is None or row[0] is None else int(row[0])


def list_groups(tx: Tx, bin_id: int) -> list[str]:
    """Every group that has messages."""
    return [row[0] for row in tx.all("select group_id from sqs_groups where bin_id = ?", bin_id)]


def find_attempt(tx: Tx, bin_id: int, attempt_id: str, *, now_ms: int) -> list[tuple[int, int]] | None:
    """(seq, receive count) of each message that the attempt received less than five minutes ago, or `None`."""
    row = tx.one(
        "select received from sqs_receive_attempts where bin_id = ? and attempt_id = ? and expires_at_ms > ?",
        bin_id,
        attempt_id,
        now_ms,
    )
    return None if row is None else [(seq, count) for seq, count in json.loads(row[0])]


def remember_attempt(
    tx: Tx, bin_id: int, attempt_id: str, received: list[tuple[int, int]], *, now_ms: int, expires_at_ms: int
) -> None:
    """Note what the attempt has received, and forget attempts whose time is over."""
    tx.run("delete from sqs_receive_attempts where bin_id = ? and expires_at_ms <= ?", bin_id, now_ms)
    tx.run(
        """insert into sqs_receive_attempts (bin_id, attempt_id, expires_at_ms, received) values (?, ?, ?, ?)
           on conflict (bin_id, attempt_id) do update
             set expires_at_ms = excluded.expires_at_ms, received = excluded.received""",
        bin_id,
        attempt_id,
        expires_at_ms,
        json.dumps(received),
    )


def find_earlier(tx: Tx, bin_id: int, scope: str, deduplication_id: str, *, now_ms: int) -> tuple[str, int] | None:
    """(message id, seq) of the message that was sent with this id less than five minutes ago, or `None`."""
    row = tx.one(
        """select message_id, seq from sqs_deduplications
           where bin_id = ? and scope = ? and deduplication_id = ? and expires_at_ms > ?""",
        bin_id,
        scope,
        deduplication_id,
        now_ms,
    )
    return None if row is None else (row[0], row[1])


def remember(
    tx: Tx, bin_id: int, scope: str, deduplication_id: str, *, expires_at_ms: int, message_id: str, seq: int
) -> None:
    """Note that the id was seen with this message."""
    tx.run(
        """insert into sqs_deduplications (bin_id, scope, deduplication_id, expires_at_ms, message_id, seq)
           values (?, ?, ?, ?, ?, ?)
           on conflict (bin_id, scope, deduplication_id) do update
             set expires_at_ms = excluded.expires_at_ms, message_id = excluded.message_id, seq = excluded.seq""",
        bin_id,
        scope,
        deduplication_id,
        expires_at_ms,
        message_id,
        seq,
    )


def forget_expired(tx: Tx, bin_id: int, *, now_ms: int, rows_max: int) -> int:
    """Forget ids whose five minutes are over; gives back how many."""
    return tx.run(
        """delete from sqs_deduplications where bin_id = ? and (scope, deduplication_id) in (
             select scope, deduplication_id from sqs_deduplications
             where bin_id = ? and expires_at_ms <= ? order by expires_at_ms limit ?)""",
        bin_id,
        bin_id,
        now_ms,
        rows_max,
    )
