"""What the console shows of queues that AWS has no operation for: how deep each is, and what lies in one.

Peeking changes nothing: no receive is counted, nothing gets in flight, nobody else's turn comes later. A message's
`receipt_handle` is the one that its last receive gave, or would have given, so that it can be deleted by DeleteMessage:
a standard queue takes it always, a FIFO queue only while the message is in flight.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.registry import Operation
from eventyard.services.sqs.model.message import Message
from eventyard.services.sqs.model.queue import Queue
from eventyard.services.sqs.model.receipts import Receipt
from eventyard.services.sqs.operations.finding import queue_at
from eventyard.services.sqs.queries import bins, messages, queues
from eventyard.store.tx import Tx

QUEUES_MAX = 1_000
COUNTED_MAX = 100_000
"""Of one queue; a deeper one is told as this deep."""
PEEKED_MAX = 100


def view_queues(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The depth of every queue of the account and region, in the order of their names."""
    names = queues.list_names(tx, call.account, call.region, "", after="", rows_max=QUEUES_MAX)
    found = (queues.find_queue(tx, call.account, call.region, name) for name in names)
    return {"queues": [_depth(tx, call, queue) for queue in found if queue is not None]}


def view_peek(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Messages of the queue at `QueueUrl`, what may be received first; or the one at `Seq`.

    `After` is the `next` of an earlier answer.
    """
    queue = queue_at(tx, call)
    if (text := call.params.get("Seq")) is not None:
        found = messages.find_message(tx, queue.bin_id, int(text)) if text.isdecimal() and len(text) < 19 else None
        return {"messages": [] if found is None else [_peeked(call, queue, found)], "next": ""}
    rows = messages.page(tx, queue.bin_id, after=_place(call.params.get("After", "")), rows_max=PEEKED_MAX + 1)
    shown = [_peeked(call, queue, one) for one in rows[:PEEKED_MAX] if not one.has_expired(queue, call.now_ms)]
    last = rows[PEEKED_MAX - 1] if len(rows) > PEEKED_MAX else None
    return {"messages": shown, "next": "" if last is None else f"{last.visible_at_ms}:{last.seq}"}


def _place(text: str) -> tuple[int, int]:
    if not text:
        return (-1, -1)
    at_text, _, seq_text = text.partition(":")
    if not all(part.isdecimal() and len(part) < 19 for part in (at_text, seq_text)):
        raise AwsError("BadRequest", "after is the place that an earlier answer gave.", status=400)
    return int(at_text), int(seq_text)


def _depth(tx: Tx, call: Call[Any], queue: Queue) -> dict[str, Any]:
    visible = messages.count_visible(tx, queue.bin_id, now_ms=call.now_ms, rows_max=COUNTED_MAX)
    in_flight, delayed = messages.hidden_counts(tx, queue.bin_id, now_ms=call.now_ms)
    return {
        "name": queue.name,
        "arn": queue.arn,
        "is_fifo": queue.is_fifo,
        "visible": visible,
        "in_flight": in_flight,
        "delayed": delayed,
        "oldest_at_ms": bins.oldest_sent_at_ms(tx, queue.bin_id) if visible + in_flight + delayed else None,
        "dead_letters_to": None if queue.redrive is None else queue.redrive.dead_letter_arn,
        "receives_max": None if queue.redrive is None else queue.redrive.receives_max,
    }


def _peeked(call: Call[Any], queue: Queue, one: Message) -> dict[str, Any]:
    draft = one.draft
    receipt = Receipt(queue.id, queue.bin_id, one.seq, one.receive_count, one.received_at_ms)
    return {
        "seq": one.seq,
        "message_id": draft.message_id,
        "state": _state(one, call.now_ms),
        "body": draft.body,
        "attributes": {name: value.on_the_wire() for name, value in (draft.attributes or {}).items()},
        "receive_count": one.receive_count,
        "sent_at_ms": draft.sent_at_ms,
        "visible_at_ms": one.visible_at_ms,
        "first_received_at_ms": one.first_received_at_ms or None,
        "received_at_ms": one.received_at_ms or None,
        "expires_at_ms": draft.sent_at_ms + queue.retention_ms,
        "group_id": draft.group_id,
        "deduplication_id": draft.deduplication_id,
        "dead_letter_of": draft.source_arn,
        "trace": draft.trace,
        "receipt_handle": receipt.handle(),
    }


def _state(one: Message, now_ms: int) -> str:
    if one.visible_at_ms <= now_ms:
        return "visible"
    return "in flight" if one.receive_count else "delayed"


VIEWS: Mapping[str, Operation] = MappingProxyType({"queues": view_queues, "peek": view_peek})
