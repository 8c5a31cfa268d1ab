"""A message's way out: ReceiveMessage, short and long polling alike.

take messages ──(some, or the time is up)──► answer
     └──(none)──► Park on the queue's ARN until the time is up; again when a message becomes visible
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.park import Park
from eventyard.engine.trace.context import as_given
from eventyard.services.sqs import errors
from eventyard.services.sqs.model import attributes, message
from eventyard.services.sqs.model.message import Message
from eventyard.services.sqs.model.queue import VISIBILITY_TIMEOUT_MAX_S, Queue
from eventyard.services.sqs.model.receipts import Receipt
from eventyard.services.sqs.operations.counting import below_wait, count_received, waited
from eventyard.services.sqs.operations.finding import queue_at
from eventyard.services.sqs.operations.take import MESSAGES_MAX, refresh_group, room_in, take_messages
from eventyard.services.sqs.queries import groups, messages
from eventyard.store.tx import Tx

WAIT_MAX_S = 20


_SYSTEM_ATTRIBUTES = frozenset(
    {
        "All",
        "SenderId",
        "SentTimestamp",
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
        "SequenceNumber",
        "MessageDeduplicationId",
        "MessageGroupId",
        "AWSTraceHeader",
        "DeadLetterQueueSourceArn",
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a receiver asked for; `until_ms` is when it gets its answer at the latest."""

    messages_max: int
    visibility_timeout_s: int | None
    until_ms: int
    system_names: Sequence[str]
    attribute_names: Sequence[str]
    attempt_id: str | None
    is_refused_when_full: bool


def receive_message(tx: Tx, call: Call[Any]) -> dict[str, Any] | Park:
    """Take up to ten messages in flight; wait for the first when there is none and the receiver has time."""
    queue = queue_at(tx, call)
    wait_s = call.params.get("WaitTimeSeconds")
    if wait_s is not None and not 0 <= wait_s <= WAIT_MAX_S:
        raise errors.invalid_parameter(wait_s, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
    wait_s = queue.wait_s if wait_s is None else wait_s
    wanted = _wanted(call, queue, until_ms=call.now_ms + 1000 * wait_s)
    if wanted.attempt_id is not None:
        again = _received_by_attempt(tx, call, queue, wanted)
        if again:
            return {"Messages": [_shown(call, queue, one, wanted) for one in again]}
    return _try(tx, call, queue, wanted)


def _try(tx: Tx, call: Call[Any], queue: Queue, wanted: Wanted) -> dict[str, Any] | Park:
    timeout_s = wanted.visibility_timeout_s
    taken = take_messages(
        tx,
        call,
        queue,
        messages_max=wanted.messages_max,
        visibility_timeout_s=queue.visibility_timeout_s if timeout_s is None else timeout_s,
    )
    if not taken and wanted.is_refused_when_full and room_in(tx, call, queue, 1).messages == 0:
        raise errors.too_many_in_flight()
    if taken and wanted.attempt_id is not None:
        groups.remember_attempt(
            tx,
            queue.bin_id,
            wanted.attempt_id,
            [(one.seq, one.receive_count) for one in taken],
            now_ms=call.now_ms,
            expires_at_ms=call.now_ms + message.DEDUPLICATION_MS,
        )
    if taken:
        waited(tx, call, queue, taken)
        count_received(tx, call, queue, len(taken))
        return {"Messages": [_shown(call, queue, one, wanted) for one in taken]}
    if call.must_answer or call.now_ms >= wanted.until_ms:
        count_received(tx, call, queue, 0)
        return {}
    next_instant = groups.next_available_at_ms if queue.is_fifo else messages.next_visible_at_ms
    return Park(
        channel=queue.arn,
        until_ms=wanted.until_ms,
        then=lambda tx, call: _try(tx, call, queue_at(tx, call), wanted),
        again_at_ms=next_instant(tx, queue.bin_id, after_ms=call.now_ms),
    )


def _wanted(call: Call[Any], queue: Queue, *, until_ms: int) -> Wanted:
    params = call.params
    messages_max = params.get("MaxNumberOfMessages", 1)
    timeout_s = params.get("VisibilityTimeout")
    if not 1 <= messages_max <= MESSAGES_MAX:
        raise errors.invalid_parameter(messages_max, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
    if timeout_s is not None and not 0 <= timeout_s <= VISIBILITY_TIMEOUT_MAX_S:
        raise errors.invalid_parameter(timeout_s, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
    names = [*params.get("AttributeNames", ()), *params.get("MessageSystemAttributeNames", ())]
    for name in names:
        if name not in _SYSTEM_ATTRIBUTES:
            raise errors.unknown_attribute(name)
    attempt_id = params.get("ReceiveRequestAttemptId")
    if attempt_id is not None and not queue.is_fifo:
        raise errors.attribute_needs_fifo("ReceiveRequestAttemptId")
    message.refuse_invalid_id(attempt_id, "ReceiveRequestAttemptId")
    return Wanted(
        messages_max=messages_max,
        visibility_timeout_s=timeout_s,
        until_ms=until_ms,
        system_names=names,
        attribute_names=params.get("MessageAttributeNames", ()),
        attempt_id=attempt_id,
        is_refused_when_full=not queue.is_fifo and until_ms <= call.now_ms,
    )


def _received_by_attempt(tx: Tx, call: Call[Any], queue: Queue, wanted: Wanted) -> list[Message]:
    """What the same attempt has received before, in flight for as long again, if none of it was touched since."""
    assert wanted.attempt_id is not None, "asked only for an attempt"
    received = groups.find_attempt(tx, queue.bin_id, wanted.attempt_id, now_ms=call.now_ms)
    if received is None:
        return []
    found = [messages.find_message(tx, queue.bin_id, seq) for seq, _ in received]
    held = [
        one
        for one, (_, count) in zip(found, received, strict=True)
        if one is not None and one.receive_count == count and message.is_in_flight(one, call.now_ms)
    ]
    if len(held) < len(received):
        return []
    timeout_s = wanted.visibility_timeout_s
    visible_at_ms = call.now_ms + 1000 * (queue.visibility_timeout_s if timeout_s is None else timeout_s)
    for one in held:
        messages.change_visibility(tx, one.seq, visible_at_ms)
    for group_id in sorted({one.draft.group_id or "" for one in held}):
        refresh_group(tx, queue, group_id, now_ms=call.now_ms)
    return held


def _shown(call: Call[Any], queue: Queue, taken: Message, wanted: Wanted) -> dict[str, Any]:
    draft = taken.draft
    receipt = Receipt(queue.id, queue.bin_id, taken.seq, taken.receive_count, taken.received_at_ms)
    shown: dict[str, Any] = {
        "MessageId": draft.message_id,
        "ReceiptHandle": receipt.handle(),
        "MD5OfBody": hashlib.md5(draft.body.encode(), usedforsecurity=False).hexdigest(),
        "Body": draft.body,
    }
    if wanted.system_names:
        everything = _system_attributes(call, queue, taken)
        if "All" not in wanted.system_names:
            everything = {name: text for name, text in everything.items() if name in wanted.system_names}
        if everything:
            shown["Attributes"] = everything
    if wanted.attribute_names and draft.attributes:
        chosen = attributes.chosen(draft.attributes, wanted.attribute_names)
        if chosen:
            shown["MD5OfMessageAttributes"] = attributes.md5(chosen)
            shown["MessageAttributes"] = {name: value.on_the_wire() for name, value in chosen.items()}
    return shown


def _system_attributes(call: Call[Any], queue: Queue, taken: Message) -> dict[str, str]:
    """All that there are; a service that receives (an event source mapping) is always shown the trace."""
    draft = taken.draft
    shown = {
        "SenderId": draft.sender_id,
        "SentTimestamp": str(draft.sent_at_ms),
        "ApproximateReceiveCount": str(taken.receive_count),
        "ApproximateFirstReceiveTimestamp": str(taken.first_received_at_ms),
    }
    if queue.is_fifo:
        shown["SequenceNumber"] = message.sequence_number(taken.seq)
    optional = (
        ("MessageGroupId", draft.group_id),
        ("MessageDeduplicationId", draft.deduplication_id),
        ("DeadLetterQueueSourceArn", draft.source_arn),
        ("AWSTraceHeader", _shown_trace(call, taken)),
    )
    shown.update((name, text) for name, text in optional if text is not None)
    return shown


def _shown_trace(call: Call[Any], taken: Message) -> str | None:
    """The message's trace: what the sender gave, for a client; below its wait in the queue, for a service."""
    if not call.caller.access_key:
        return below_wait(taken)
    return as_given(taken.draft.trace) if taken.draft.is_trace_shown else None
