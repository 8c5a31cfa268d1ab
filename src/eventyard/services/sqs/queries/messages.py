"""Messages. One index carries a standard queue: (bin, visible_at_ms, seq).

What may be received is the index's beginning, up to now; what is in flight or delayed is its end. Receiving moves a
message to the end, so the cost of receiving does not depend on how many messages lie in the queue.
"""

from collections.abc import Iterable, Sequence

from eventyard.services.sqs.model.attributes import from_store_text, store_text
from eventyard.services.sqs.model.message import Draft, Message
from eventyard.services.sqs.model.queue import Queue
from eventyard.store.inserts import Insert
from eventyard.store.tx import Row, Tx

_COLUMNS = (
    "seq, visible_at_ms, receive_count, first_received_at_ms, received_at_ms, message_id, body, sent_at_ms, "
    "sender_id, trace, is_trace_shown, attributes, group_id, deduplication_id, source_arn"
)
_LOOKED_AT = 30
"""Of how many more visible messages than it takes a receive chooses, whatever the queue's depth."""

_PLAIN_FIELDS = 6
_PLAIN_REST = Draft("", "", 0, 0, "", "")[_PLAIN_FIELDS:]
"""What most drafts have in the fields after those: no trace to show, no attributes, no ids, never received."""

_INTO = """insert into sqs_messages (bin_id, message_id, body, sent_at_ms, visible_at_ms, sender_id, trace,
  is_trace_shown, receive_count, first_received_at_ms, received_at_ms, fifo_group, group_id, deduplication_id,
  source_arn, attributes) values"""
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)"
_INSERT = Insert(_INTO, _ROW, is_sorted=True)

_PLAIN_INTO = """insert into sqs_messages (bin_id, message_id, body, sent_at_ms, visible_at_ms, sender_id, trace,
  is_trace_shown, receive_count, first_received_at_ms, received_at_ms) values"""
_INSERT_PLAIN = Insert(_PLAIN_INTO, "(?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)", is_sorted=True)
"""A third cheaper than the whole, since every argument costs."""
_INSERT_TRACED = Insert(_PLAIN_INTO, "(?, ?, ?, ?, ?, ?, ?, 1, 0, 0, 0)", is_sorted=True)
"""The same with a trace that is shown."""


def insert_message(tx: Tx, bin_id: int, draft: Draft) -> None:
    """Add a message to a standard queue."""
    if draft[_PLAIN_FIELDS:] == _PLAIN_REST:
        tx.insert(_INSERT_PLAIN, (bin_id, *draft[:_PLAIN_FIELDS]))
    else:
        tx.insert(_INSERT, _values(bin_id, draft, fifo_group=None))


def insert_alike(
    tx: Tx,
    queues: Iterable[Queue],
    message_ids: Iterable[str],
    bodies: Iterable[str],
    *,
    sent_at_ms: int,
    sender_id: str,
    trace: str,
    is_trace_shown: bool,
) -> None:
    """Add a message to each of the standard queues, with nothing of its own but its id and its body."""
    rows = [
        (queue.bin_id, message_id, body, sent_at_ms, sent_at_ms + queue.delay_ms, sender_id, trace)
        for queue, message_id, body in zip(queues, message_ids, bodies, strict=True)
    ]
    tx.insert_all(_INSERT_TRACED if is_trace_shown else _INSERT_PLAIN, rows)


def insert_fifo_message(tx: Tx, bin_id: int, draft: Draft) -> int:
    """Add a message to a FIFO queue; gives back its place in the order of all messages."""
    row = tx.one(f"{_INTO} {_ROW} returning seq", *_values(bin_id, draft, fifo_group=draft.group_id))
    assert row is not None, "an insert gives back its row"
    return int(row[0])


def claim_visible(tx: Tx, bin_id: int, *, now_ms: int, until_ms: int, rows_max: int) -> list[Message]:
    """Take up to `rows_max` visible messages in flight until `until_ms` and count the receive.

    Of those that have been visible for longest it takes the ones sent first, so that a message that came back is next
    again (as recorded: a message whose visibility timed out came before one that was sent meanwhile).
    """
    rows = tx.all(
        f"""update sqs_messages
            set visible_at_ms = ?, receive_count = receive_count + 1, received_at_ms = ?,
                first_received_at_ms = case first_received_at_ms when 0 then ? else first_received_at_ms end
            where seq in (
              select seq from sqs_messages where visible_at_ms <= ? and seq in (
                select seq from sqs_messages where bin_id = ? and visible_at_ms <= ?
                order by visible_at_ms, seq limit ?)
              order by seq limit ? {{skip_locked}})
            returning {_COLUMNS}""",
        until_ms,
        now_ms,
        now_ms,
        now_ms,
        bin_id,
        now_ms,
        rows_max + _LOOKED_AT,
        rows_max,
    )
    return sorted((_message(row) for row in rows), key=lambda message: message.seq)


def take_in_flight(tx: Tx, seqs: Iterable[int], *, now_ms: int, until_ms: int) -> None:
    """Take these messages in flight until `until_ms` and count the receive."""
    tx.many(
        """update sqs_messages
           set visible_at_ms = ?, receive_count = receive_count + 1, received_at_ms = ?,
               first_received_at_ms = case first_received_at_ms when 0 then ? else first_received_at_ms end
           where seq = ?""",
        [(until_ms, now_ms, now_ms, seq) for seq in seqs],
    )


def group_head(tx: Tx, bin_id: int, group_id: str, *, rows_max: int) -> list[Message]:
    """The oldest messages of a FIFO group, in order."""
    rows = tx.all(
        f"select {_COLUMNS} from sqs_messages where bin_id = ? and fifo_group = ? order by seq limit ?",
        bin_id,
        group_id,
        rows_max,
    )
    return [_message(row) for row in rows]


def find_message(tx: Tx, bin_id: int, seq: int) -> Message | None:
    """The message with that place in that bin, or `None`."""
    row = tx.one(f"select {_COLUMNS} from sqs_messages where seq = ? and bin_id = ?", seq, bin_id)
    return None if row is None else _message(row)


def page(tx: Tx, bin_id: int, *, after: tuple[int, int], rows_max: int) -> list[Message]:
    """Messages of any state, in the order of (visible_at_ms, seq), after that place."""
    rows = tx.all(
        f"""select {_COLUMNS} from sqs_messages
            where bin_id = ? and (visible_at_ms, seq) > (?, ?) order by visible_at_ms, seq limit ?""",
        *(bin_id, *after, rows_max),
    )
    return [_message(row) for row in rows]


def change_visibility(tx: Tx, seq: int, visible_at_ms: int) -> None:
    """Hide the message until then."""
    tx.run("update sqs_messages set visible_at_ms = ? where seq = ?", visible_at_ms, seq)


def return_message(tx: Tx, seq: int, *, now_ms: int) -> None:
    """Make a message visible at once; it is in nobody's hands any more."""
    tx.run("update sqs_messages set visible_at_ms = ?, received_at_ms = 0 where seq = ?", now_ms, seq)


def delete_message(tx: Tx, bin_id: int, seq: int) -> bool:
    """Gives back whether it was there."""
    return tx.run("delete from sqs_messages where seq = ? and bin_id = ?", seq, bin_id) > 0


def next_visible_at_ms(tx: Tx, bin_id: int, *, after_ms: int) -> int | None:
    """The next instant at which a message of a standard queue becomes visible, or `None`."""
    row = tx.one(
        "select visible_at_ms from sqs_messages where bin_id = ? and visible_at_ms > ? order by visible_at_ms limit 1",
        bin_id,
        after_ms,
    )
    return None if row is None else int(row[0])


def has_visible(tx: Tx, bin_id: int, *, now_ms: int) -> bool:
    """Whether any message is neither in flight nor delayed."""
    row = tx.one("select 1 from sqs_messages where bin_id = ? and visible_at_ms <= ? limit 1", bin_id, now_ms)
    return row is not None


def count_hidden(tx: Tx, bin_id: int, *, now_ms: int, rows_max: int) -> int:
    """How many are in flight or delayed, counted up to `rows_max`, by the index alone."""
    row = tx.one(
        """select count(*) from (
             select seq from sqs_messages where bin_id = ? and visible_at_ms > ? limit ?) as hidden""",
        bin_id,
        now_ms,
        rows_max,
    )
    assert row is not None, "a count has a row"
    return int(row[0])


def change_delays(tx: Tx, bin_id: int, *, delay_ms: int) -> None:
    """Have every message that was never received become visible that long after it was sent."""
    tx.run(
        "update sqs_messages set visible_at_ms = sent_at_ms + ? where bin_id = ? and receive_count = 0",
        delay_ms,
        bin_id,
    )


def count_visible(tx: Tx, bin_id: int, *, now_ms: int, rows_max: int) -> int:
    """How many are visible, counted up to `rows_max`."""
    row = tx.one(
        """select count(*) from (
             select 1 as one from sqs_messages where bin_id = ? and visible_at_ms <= ? limit ?) as visible""",
        *(bin_id, now_ms, rows_max),
    )
    assert row is not None, "a count has a row"
    return int(row[0])


def counts(tx: Tx, bin_id: int, *, now_ms: int) -> tuple[int, int, int]:
    """How many are (visible, in flight, delayed)."""
    visible = tx.one("select count(*) from sqs_messages where bin_id = ? and visible_at_ms <= ?", bin_id, now_ms)
    return (int(visible[0]) if visible else 0, *hidden_counts(tx, bin_id, now_ms=now_ms))


def hidden_counts(tx: Tx, bin_id: int, *, now_ms: int) -> tuple[int, int]:
    """How many are (in flight, delayed)."""
    hidden = tx.one(
        """select count(*), coalesce(sum(case receive_count when 0 then 1 else 0 end), 0)
           from sqs_messages where bin_id = ? and visible_at_ms > ?""",
        bin_id,
        now_ms,
    )
    assert hidden is not None, "a count has a row"
    delayed = int(hidden[1])
    return int(hidden[0]) - delayed, delayed


def _values(bin_id: int, draft: Draft, *, fifo_group: str | None) -> Sequence[object]:
    return (
        bin_id,
        *draft[:_PLAIN_FIELDS],
        int(draft.is_trace_shown),
        draft.receive_count,
        draft.first_received_at_ms,
        fifo_group,
        draft.group_id,
        draft.deduplication_id,
        draft.source_arn,
        store_text(draft.attributes) if draft.attributes else None,
    )


def _message(row: Row) -> Message:
    return Message(
        seq=row[0],
        visible_at_ms=row[1],
        receive_count=row[2],
        first_received_at_ms=row[3],
        received_at_ms=row[4],
        draft=Draft(
            message_id=row[5],
            body=row[6],
            sent_at_ms=row[7],
            visible_at_ms=row[1],
            sender_id=row[8],
            trace=row[9],
            is_trace_shown=bool(row[10]),
            attributes=from_store_text(row[11]),
            group_id=row[12],
            deduplication_id=row[13],
            source_arn=row[14],
            receive_count=row[2],
            first_received_at_ms=row[3],
        ),
    )
