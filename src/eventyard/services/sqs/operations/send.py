"""A message's way in: SendMessage, SendMessageBatch, and `put_message`, by which every message enters a queue.

`put_alike` is the same for many simple ones at once.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from eventyard.engine.call import Call
from eventyard.services.sqs import errors
from eventyard.services.sqs.model import attributes, batches, message
from eventyard.services.sqs.model.attributes import Attribute
from eventyard.services.sqs.model.message import Draft
from eventyard.services.sqs.model.queue import Queue
from eventyard.services.sqs.model.settings import MESSAGE_BYTES_MAX
from eventyard.services.sqs.operations.counting import begin, count_sent
from eventyard.services.sqs.operations.finding import queue_at
from eventyard.services.sqs.queries import groups, messages
from eventyard.store.tx import Tx

_FORGETTING_EACH = 64
"""Every so many messages of a FIFO queue, ids that were seen long ago are forgotten: at most twice as many."""


class Placed(NamedTuple):
    """What has become of a draft: its own identity, or that of the earlier message it repeats. `seq` is FIFO's."""

    message_id: str
    seq: int | None


def send_message(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Put one message into a queue."""
    queue = queue_at(tx, call)
    return _send(tx, call, queue, call.params, trace=begin(tx, call, queue).header())


def send_message_batch(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Put up to ten messages into a queue, each for itself.

    An entry without a body, or without the ids that a FIFO queue needs, refuses the whole batch.
    Source: recorded in LocalStack's tests, 2 August 2023 (missing group and deduplication ids); of the body Unverified.
    """
    queue = queue_at(tx, call)
    entries = call.params.get("Entries") or ()
    batches.refuse_invalid_entries("SendMessageBatch", entries)
    sizes = [_size_bytes(entry) for entry in entries]
    sent_bytes = sum(sizes)
    if sent_bytes > MESSAGE_BYTES_MAX:
        raise errors.batch_too_long(MESSAGE_BYTES_MAX, sent_bytes)
    for number, entry in enumerate(entries, 1):
        if not entry.get("MessageBody"):
            raise errors.missing_parameter(f"SendMessageBatchRequestEntry.{number}.MessageBody")
        if queue.is_fifo and "MessageGroupId" not in entry:
            raise errors.missing_group_in_batch()
        if queue.is_fifo:
            _fifo_ids(queue, entry["MessageGroupId"], entry.get("MessageDeduplicationId"), entry["MessageBody"])

    trace = begin(tx, call, queue).header()

    def perform(number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        if sizes[number - 1] > queue.message_bytes_max:
            raise errors.entry_too_long(queue.message_bytes_max)
        with tx.savepoint():
            return _send(tx, call, queue, entry, trace=trace)

    return batches.each(entries, perform)


def put_message(tx: Tx, call: Call[Any], queue: Queue, draft: Draft, *, is_moved: bool = False) -> Placed:
    """Put the draft into the queue and wake a receiver; the one way in, whoever asks.

    A FIFO queue that has seen the draft's deduplication id gives back the earlier message, unless the draft is a
    message that was moved here from another queue.
    """
    call.wake(queue.arn)
    if not queue.is_fifo:
        messages.insert_message(tx, queue.bin_id, draft)
        return Placed(draft.message_id, None)
    assert draft.group_id is not None, "a FIFO message has a group"
    assert draft.deduplication_id is not None, "a FIFO message has a deduplication id"
    scope = message.deduplication_scope(queue, draft.group_id, call.now_ms)
    if not is_moved:
        earlier = groups.find_earlier(tx, queue.bin_id, scope, draft.deduplication_id, now_ms=call.now_ms)
        if earlier is not None:
            return Placed(*earlier)
    seq = messages.insert_fifo_message(tx, queue.bin_id, draft)
    groups.open_group(tx, queue.bin_id, draft.group_id, available_at_ms=draft.visible_at_ms)
    if not is_moved:
        groups.remember(
            tx,
            queue.bin_id,
            scope,
            draft.deduplication_id,
            expires_at_ms=call.now_ms + message.DEDUPLICATION_MS,
            message_id=draft.message_id,
            seq=seq,
        )
    if seq % _FORGETTING_EACH == 0:
        groups.forget_expired(tx, queue.bin_id, now_ms=call.now_ms, rows_max=2 * _FORGETTING_EACH)
    return Placed(draft.message_id, seq)


def put_alike(tx: Tx, call: Call[Any], queues: Sequence[Queue], bodies: Iterable[str]) -> None:
    """As `put_message` with a new message of each body for its queue, which is a standard one and takes it.

    Bodies were judged before; the messages carry nothing else.
    """
    trace = call.trace
    call.wake_each([queue.arn for queue in queues])
    messages.insert_alike(
        tx,
        queues,
        call.ids.uuids(len(queues)),
        bodies,
        sent_at_ms=call.now_ms,
        sender_id=call.caller.principal_id,
        trace=trace.header(),
        is_trace_shown=trace.is_sampled and bool(trace.parent),
    )


def draft_message(
    call: Call[Any],
    queue: Queue,
    *,
    body: str,
    body_bytes: int,
    attributes_given: Mapping[str, Attribute] | None,
    group_id: str | None,
    deduplication_id: str | None,
    delay_s: int | None,
    trace: str,
    is_trace_shown: bool,
) -> Draft:
    """A new message from whoever calls; `body_bytes` is what `message.valid_bytes` found of its body.

    Raises AwsError for what the queue does not take.
    """
    size_bytes = body_bytes + attributes.size_bytes(attributes_given) if attributes_given else body_bytes
    if size_bytes > queue.message_bytes_max:
        raise errors.message_too_long(queue.message_bytes_max)
    if queue.is_fifo or group_id is not None or deduplication_id is not None:
        deduplication_id = _fifo_ids(queue, group_id, deduplication_id, body)
    message_id, sender_id = call.ids.uuid(), call.caller.principal_id
    sent_at_ms = call.now_ms
    visible_at_ms = sent_at_ms + (queue.delay_ms if delay_s is None else message.delay_ms(queue, delay_s))
    # By position, since by name it takes almost three times as long.
    return Draft(
        *(message_id, body, sent_at_ms, visible_at_ms, sender_id, trace),
        *(is_trace_shown, attributes_given, group_id, deduplication_id),
    )


def _send(tx: Tx, call: Call[Any], queue: Queue, params: Mapping[str, Any], *, trace: str) -> dict[str, Any]:
    given = params.get("MessageAttributes")
    system_given = params.get("MessageSystemAttributes")
    read = attributes.read_attributes(given) if given else None
    system = _system_attributes(system_given) if system_given else None
    header = _trace_header(system)
    body = params.get("MessageBody", "")
    body_bytes = message.valid_bytes(body)
    draft = draft_message(
        call,
        queue,
        body=body,
        body_bytes=body_bytes,
        attributes_given=read,
        group_id=params.get("MessageGroupId"),
        deduplication_id=params.get("MessageDeduplicationId"),
        delay_s=params.get("DelaySeconds"),
        trace=header or trace,
        is_trace_shown=bool(header or (call.trace.parent and call.trace.is_sampled)),
    )
    placed = put_message(tx, call, queue, draft)
    count_sent(tx, call, queue, body_bytes)
    result = {
        "MD5OfMessageBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "MessageId": placed.message_id,
    }
    if read:
        result["MD5OfMessageAttributes"] = attributes.md5(read)
    if system:
        result["MD5OfMessageSystemAttributes"] = attributes.md5(system)
    if placed.seq is not None:
        result["SequenceNumber"] = message.sequence_number(placed.seq)
    return result


def _fifo_ids(queue: Queue, group_id: str | None, deduplication_id: str | None, body: str) -> str | None:
    message.refuse_invalid_id(group_id, "MessageGroupId")
    message.refuse_invalid_id(deduplication_id, "MessageDeduplicationId")
    if queue.is_fifo:
        if group_id is None:
            raise errors.missing_parameter("MessageGroupId")
        return message.deduplication_id(queue, deduplication_id, body)
    if deduplication_id is not None:
        raise errors.attribute_needs_fifo("MessageDeduplicationId")
    return None


def _system_attributes(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Attribute]:
    for name in given:
        if name != "AWSTraceHeader":
            raise errors.invalid_value(f"Message system attribute name '{name}' is invalid.")
    read: dict[str, Attribute] = {}
    for name, value in given.items():
        text = value.get("StringValue")
        if value.get("DataType") != "String" or not text:
            raise errors.invalid_value(
                f"Message system attribute '{name}' must contain a non-empty value of type 'String'."
            )
        read[name] = Attribute("String", text)
    return read


def _trace_header(system: Mapping[str, Attribute] | None) -> str:
    return str(system["AWSTraceHeader"].value) if system else ""


def _size_bytes(entry: Mapping[str, Any]) -> int:
    size = len(entry.get("MessageBody", "").encode())
    for name, value in (entry.get("MessageAttributes") or {}).items():
        carried = value.get("BinaryValue") or value.get("StringValue", "").encode()
        size += len(name.encode()) + len(value.get("DataType", "").encode()) + len(carried)
    return size
