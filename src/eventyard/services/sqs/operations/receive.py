"""A message's way out: ReceiveMessage, short and long polling alike.

take messages ──(some, or the time is up)──► answer
     └──(none)──► Park on the queue's ARN until the time is up; again when a message becomes visible
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.park import Park
from eventyard.services.sqs import errors
from eventyard.services.sqs.model import attributes, message
from eventyard.services.sqs.model.message import Message
from eventyard.services.sqs.model.queue import VISIBILITY_TIMEOUT_MAX_S, Queue
from eventyard.services.sqs.model.receipts import Receipt
from eventyard.services.sqs.operations.finding import queue_at, queue_with_arn
from eventyard.services.sqs.operations.send import put_message
from eventyard.services.sqs.queries import groups, messages
from eventyard.store.tx import Tx

MESSAGES_MAX = 10
WAIT_MAX_S = 20

_ROUNDS_MAX = 40
"""How often one call asks for more because what it got had expired or went to the dead-letter queue."""

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


def receive_message(tx: Tx, call: Call[Any]) -> dict[str, Any] | Park:
    """Take up to ten messages in flight; wait for the first when there is none and the receiver has time."""
    queue = queue_at(tx, call)
    wait_s = call.params.get("WaitTimeSeconds")
    if wait_s is not None and not 0 <= wait_s <= WAIT_MAX_S:
        raise errors.invalid_parameter(wait_s, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
    wanted = _wanted(call, until_ms=call.now_ms + 1000 * (queue.wait_s if wait_s is None else wait_s))
    return _try(tx, call, queue, wanted)


def refresh_group(tx: Tx, queue: Queue, group_id: str, *, now_ms: int) -> bool:
    """Set when the group may yield again after its messages have changed; gives back whether that is now."""
    head = messages.group_head(tx, queue.bin_id, group_id, rows_max=MESSAGES_MAX)
    if not head:
        groups.close_group(tx, queue.bin_id, group_id)
        return False
    available_at_ms = message.group_available_at_ms(head, now_ms)
    groups.set_availability(tx, queue.bin_id, group_id, available_at_ms)
    return available_at_ms <= now_ms


def take_messages(
    tx: Tx, call: Call[Any], queue: Queue, *, messages_max: int, visibility_timeout_s: int
) -> list[Message]:
    """Take up to that many visible messages in flight, in order, past those that are over."""
    take = _take_fifo if queue.is_fifo else _take_standard
    return take(tx, call, queue, messages_max, call.now_ms + 1000 * visibility_timeout_s)


def _try(tx: Tx, call: Call[Any], queue: Queue, wanted: Wanted) -> dict[str, Any] | Park:
    timeout_s = wanted.visibility_timeout_s
    taken = take_messages(
        tx,
        call,
        queue,
        messages_max=wanted.messages_max,
        visibility_timeout_s=queue.visibility_timeout_s if timeout_s is None else timeout_s,
    )
    if taken:
        return {"Messages": [_shown(call, queue, one, wanted) for one in taken]}
    if call.must_answer or call.now_ms >= wanted.until_ms:
        return {}
    next_instant = groups.next_available_at_ms if queue.is_fifo else messages.next_visible_at_ms
    return Park(
        channel=queue.arn,
        until_ms=wanted.until_ms,
        then=lambda tx, call: _try(tx, call, queue_at(tx, call), wanted),
        again_at_ms=next_instant(tx, queue.bin_id, after_ms=call.now_ms),
    )


def _wanted(call: Call[Any], *, until_ms: int) -> Wanted:
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
    return Wanted(messages_max, timeout_s, until_ms, names, params.get("MessageAttributeNames", ()))


def _take_standard(tx: Tx, call: Call[Any], queue: Queue, messages_max: int, until_ms: int) -> list[Message]:
    taken: list[Message] = []
    for _ in range(_ROUNDS_MAX):
        claimed = messages.claim_visible(
            tx, queue.bin_id, now_ms=call.now_ms, until_ms=until_ms, rows_max=messages_max - len(taken)
        )
        kept = [one for one in claimed if not _is_put_away(tx, call, queue, one)]
        taken += kept
        if len(kept) == len(claimed) or until_ms <= call.now_ms:
            break
    return taken


def _take_fifo(tx: Tx, call: Call[Any], queue: Queue, messages_max: int, until_ms: int) -> list[Message]:
    taken: list[Message] = []
    seen: set[str] = set()
    for _ in range(_ROUNDS_MAX):
        if len(taken) == messages_max:
            break
        group_id = groups.claim_group(tx, queue.bin_id, now_ms=call.now_ms, until_ms=until_ms)
        if group_id is None or (group_id in seen and until_ms <= call.now_ms):
            break
        seen.add(group_id)
        ready = _take_from_group(tx, call, queue, group_id, messages_max=messages_max - len(taken), until_ms=until_ms)
        if not ready:
            refresh_group(tx, queue, group_id, now_ms=call.now_ms)
        taken += ready
    return taken


def _take_from_group(
    tx: Tx, call: Call[Any], queue: Queue, group_id: str, *, messages_max: int, until_ms: int
) -> list[Message]:
    ready: list[Message] = []
    for one in messages.group_head(tx, queue.bin_id, group_id, rows_max=messages_max):
        if one.visible_at_ms > call.now_ms:
            break
        received = replace(
            one,
            visible_at_ms=until_ms,
            receive_count=one.receive_count + 1,
            first_received_at_ms=one.first_received_at_ms or call.now_ms,
            received_at_ms=call.now_ms,
        )
        if not _is_put_away(tx, call, queue, received):
            ready.append(received)
    messages.take_in_flight(tx, [one.seq for one in ready], now_ms=call.now_ms, until_ms=until_ms)
    return ready


def _is_put_away(tx: Tx, call: Call[Any], queue: Queue, received: Message) -> bool:
    """Whether a message that was about to be handed out is over: expired, or received too often and now a dead letter.

    A dead letter whose queue is gone stays where it is, so that nothing is lost.
    """
    if received.has_expired(queue, call.now_ms):
        return messages.delete_message(tx, queue.bin_id, received.seq)
    redrive = queue.redrive
    if redrive is None or received.receive_count <= redrive.receives_max:
        return False
    dead_letters = queue_with_arn(tx, redrive.dead_letter_arn)
    if dead_letters is None or dead_letters.is_fifo != queue.is_fifo:
        return False
    letter = replace(
        received.draft,
        visible_at_ms=call.now_ms,
        sent_at_ms=call.now_ms if queue.is_fifo else received.draft.sent_at_ms,
        source_arn=queue.arn,
        receive_count=received.receive_count - 1,
        first_received_at_ms=received.first_received_at_ms,
    )
    put_message(tx, call, dead_letters, letter, is_moved=True)
    return messages.delete_message(tx, queue.bin_id, received.seq)


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
        ("AWSTraceHeader", draft.trace if draft.is_trace_shown or not call.caller.access_key else None),
    )
    shown.update((name, text) for name, text in optional if text is not None)
    return shown
