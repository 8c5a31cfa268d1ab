"""What happens in SQS without a client asking: deliveries to queues, retention, clearing out old bins.

The third timer, the step of a move task, is told in `operations/move_tasks.py`.
"""

import base64
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.delivery import Broadcast, Delivery
from eventyard.engine.due.row import DueRow
from eventyard.engine.registry import Timer
from eventyard.services.sqs import errors
from eventyard.services.sqs.model import message
from eventyard.services.sqs.model.attributes import Attribute, read_attributes
from eventyard.services.sqs.model.queue import Queue
from eventyard.services.sqs.operations.counting import count_sent
from eventyard.services.sqs.operations.finding import queue_with_arn
from eventyard.services.sqs.operations.move_tasks import MOVE_TIMER, move_step
from eventyard.services.sqs.operations.queues import CLEARING_TIMER, RETENTION_TIMER
from eventyard.services.sqs.operations.send import draft_message, put_alike, put_message
from eventyard.services.sqs.operations.take import refresh_group
from eventyard.services.sqs.queries import bins, groups, queues
from eventyard.store.tx import Tx

_ROWS_MAX = 5_000
"""Messages that one run of a timer deletes; more follow in the next transaction, so that nobody waits for long."""


def deliver(tx: Tx, call: Call[Any], delivery: Delivery) -> None:
    """Put a delivery into the queue of its ARN. Raises AwsError when the queue does not take it, for good.

    `delivery.parameters` may hold `MessageGroupId`, `MessageDeduplicationId`, and `MessageAttributes` (name to
    `DataType` and `StringValue`, or `BinaryValue` in Base64); its attributes become String message attributes, and its
    cause the message's trace.
    """
    deliver_many(tx, call, (delivery,))


def deliver_many(tx: Tx, call: Call[Any], deliveries: Sequence[Delivery]) -> None:
    """As `deliver`, for several deliveries to queues, each queue's in their order."""
    event_id, trace = deliveries[0].event_id, call.trace.header()
    is_trace_shown = call.trace.is_sampled and bool(call.trace.parent)
    body, body_bytes = "", 0
    sent: dict[tuple[str, int], tuple[Queue, int]] = {}
    for delivery in deliveries:
        if delivery.event_id != event_id:
            event_id, trace = delivery.event_id, call.trace.caused_by(delivery.event_id).header()
        queue = queue_with_arn(tx, delivery.arn)
        if queue is None:
            raise errors.no_such_queue()
        if delivery.body is not body or not body:  # what goes to many queues is looked at once
            body, body_bytes = delivery.body, message.valid_bytes(delivery.body)
        parameters = delivery.parameters
        draft = draft_message(
            call,
            queue,
            body=body,
            body_bytes=body_bytes,
            attributes_given=_attributes(delivery) if delivery.attributes or parameters else None,
            group_id=parameters.get("MessageGroupId"),
            deduplication_id=parameters.get("MessageDeduplicationId"),
            delay_s=None,
            trace=trace,
            is_trace_shown=is_trace_shown,
        )
        put_message(tx, call, queue, draft)
        sent[queue.arn, body_bytes] = (queue, sent.get((queue.arn, body_bytes), (queue, 0))[1] + 1)
    for (_, size_bytes), (queue, times) in sent.items():
        count_sent(tx, call, queue, size_bytes, times)


def take_broadcast(tx: Tx, call: Call[Any], broadcast: Broadcast) -> bool:
    """Put the text into all of the queues; false, with nothing written, unless each is a standard queue that takes it.

    It is judged once, by the longest of its forms.
    """
    try:
        size_bytes = message.valid_bytes(max(broadcast.names, key=len).join(broadcast.pieces))
    except AwsError:
        return False
    taking = [
        queue
        for queue in queues.find_queues_with_arns(tx, broadcast.arns)
        if queue is not None and not queue.is_fifo and size_bytes <= queue.message_bytes_max
    ]
    if len(taking) < len(broadcast.arns):
        return False
    put_alike(tx, call, taking, broadcast.texts())
    for queue in taking:
        count_sent(tx, call, queue, size_bytes)
    return True


def _attributes(delivery: Delivery) -> dict[str, Attribute] | None:
    given = {name: Attribute("String", text) for name, text in delivery.attributes.items() if text}
    if "MessageAttributes" in delivery.parameters:
        given |= read_attributes(_typed(delivery.parameters["MessageAttributes"]))
    return given or None


def _typed(given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """Message attributes as a client sends them: a delivery is JSON, so its bytes are in Base64."""
    return {
        name: {**value, "BinaryValue": base64.b64decode(value["BinaryValue"])} if "BinaryValue" in value else {**value}
        for name, value in given.items()
    }


def expire_messages(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Delete a queue's messages whose retention is over, and come back when the next one's is.

    A message was sent no later than it became visible, so what is visible since before the retention has expired for
    sure; a message that was received and came back later is found expired when it is received again.
    """
    queue = queues.find_queue_by_id(tx, int(due.key))
    if queue is None:
        return
    before_ms = call.now_ms - queue.retention_ms
    deleted, group_ids = bins.delete_visible_before(tx, queue.bin_id, before_ms=before_ms, rows_max=_ROWS_MAX)
    for group_id in sorted(group_ids):
        refresh_group(tx, queue, group_id, now_ms=call.now_ms)
    groups.forget_expired(tx, queue.bin_id, now_ms=call.now_ms, rows_max=_ROWS_MAX)
    at_ms = call.now_ms
    if deleted < _ROWS_MAX:
        oldest_ms = bins.oldest_visible_at_ms(tx, queue.bin_id)
        at_ms = max(call.now_ms + 1, (call.now_ms if oldest_ms is None else oldest_ms) + queue.retention_ms)
    call.later(tx, kind=RETENTION_TIMER, key=due.key, at_ms=at_ms)


def clear_bin(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Delete what lies in a bin that no queue has any more, a piece at a time."""
    if bins.delete_some(tx, int(due.key), rows_max=_ROWS_MAX):
        call.later(tx, kind=CLEARING_TIMER, key=due.key, at_ms=call.now_ms)


TIMERS: Mapping[str, Timer] = MappingProxyType(
    {RETENTION_TIMER: expire_messages, CLEARING_TIMER: clear_bin, MOVE_TIMER: move_step}
)
