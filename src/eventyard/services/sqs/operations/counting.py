"""What is counted of a queue, and the hops of its messages.

A request that sends is the root of a trace, unless its client has named one. A message's wait, from when it was sent
to when it was received, is a span of its own; what receives it goes on below that.
Source of the metrics: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from eventyard.engine.call import Call
from eventyard.engine.observing.series import Measured, Series
from eventyard.engine.trace import record
from eventyard.engine.trace.context import TraceContext, read_header
from eventyard.engine.trace.span import span_id
from eventyard.services.sqs.model.message import Message
from eventyard.services.sqs.model.queue import Queue
from eventyard.services.sqs.queries import bins, messages, queues
from eventyard.store.tx import Tx

NAMESPACE = "AWS/SQS"
_ONE = '{"operation":"SendMessage"}'
_BATCH = '{"operation":"SendMessageBatch"}'

COUNTED_MAX = 1_000_000
"""A queue's depth is counted up to here; what is deeper counts as that."""


class Counts(NamedTuple):
    """The metrics of a queue that its operations count."""

    sent: Series
    size: Series
    received: Series
    empty: Series
    deleted: Series


def counts_of(tx: Tx, queue: Queue) -> Counts:
    """The queue's metrics."""
    return tx.lasting("sqs.counts", queue.arn, lambda: _counts(queue), weight=1)


def count_sent(tx: Tx, call: Call[Any], queue: Queue, body_bytes: int, times: int = 1) -> None:
    """Count messages of one size that a client or another service has sent."""
    if not call.doors.is_metering:
        return
    counts = counts_of(tx, queue)
    call.measure(tx, counts.sent, 1, times)
    call.measure(tx, counts.size, body_bytes, times)


def count_received(tx: Tx, call: Call[Any], queue: Queue, messages: int) -> None:
    """Count what a receiver was answered; nothing is an empty receive."""
    counts = counts_of(tx, queue)
    if messages:
        call.measure(tx, counts.received, messages)
    else:
        call.measure(tx, counts.empty, 1)


def count_deleted(tx: Tx, call: Call[Any], queue: Queue) -> None:
    """Count a deletion that was asked for."""
    call.measure(tx, counts_of(tx, queue).deleted, 1)


def begin(tx: Tx, call: Call[Any], queue: Queue) -> TraceContext:
    """The context of what the call sends: below a span of the call where it is the root of its trace."""
    if call.trace.cause:
        return call.trace
    detail = _ONE if call.operation == "SendMessage" else _BATCH
    return record.span(tx, call, kind="request", arn=queue.arn, detail=detail)


def waited(tx: Tx, call: Call[Any], queue: Queue, received: Sequence[Message]) -> None:
    """Record the waits of messages that are handed out now."""
    if not call.doors.is_tracing:
        return
    for one in received:
        draft = one.draft
        detail = f'{{"message_id":"{draft.message_id}","receives":{one.receive_count}}}'
        _wait(tx, call, queue, one, detail=detail, id=wait_id(one))


def died(tx: Tx, call: Call[Any], queue: Queue, dead: Message, dead_letter_arn: str) -> None:
    """Record that a message has gone to the dead-letter queue instead of being handed out once more."""
    detail = (
        f'{{"message_id":"{dead.draft.message_id}","receives":{dead.receive_count - 1},'
        f'"dead_letter":"{dead_letter_arn}"}}'
    )
    _wait(tx, call, queue, dead, detail=detail, id=None, is_dead=True)


def wait_id(received: Message) -> str:
    """The id of the span of the wait that has ended with this receive."""
    message_id, receives = received.draft.message_id, received.receive_count
    return span_id(message_id if receives == 1 else f"{message_id} {receives}")


def below_wait(received: Message) -> str:
    """The header under which whoever received the message goes on."""
    header = received.draft.trace
    context = read_header(header)
    return header if context is None else context.below(wait_id(received)).header()


def gauges(tx: Tx, call: Call[Any]) -> Iterator[Measured]:
    """How deep each queue is and how old its oldest message."""
    for queue in queues.list_all(tx):
        series = {name: _series(queue, name, unit) for name, unit in _GAUGES.items()}
        visible = messages.count_visible(tx, queue.bin_id, now_ms=call.now_ms, rows_max=COUNTED_MAX)
        hidden, delayed = messages.hidden_counts(tx, queue.bin_id, now_ms=call.now_ms)
        oldest_ms = bins.oldest_sent_at_ms(tx, queue.bin_id)
        age_s = 0 if oldest_ms is None else max(0, call.now_ms - oldest_ms) // 1000
        yield from map(Measured, series.values(), (visible, hidden, delayed, age_s))


_GAUGES: Mapping[str, str] = {
    "ApproximateNumberOfMessagesVisible": "Count",
    "ApproximateNumberOfMessagesNotVisible": "Count",
    "ApproximateNumberOfMessagesDelayed": "Count",
    "ApproximateAgeOfOldestMessage": "Seconds",
}


def _counts(queue: Queue) -> Counts:
    return Counts(
        sent=_series(queue, "NumberOfMessagesSent", "Count"),
        size=_series(queue, "SentMessageSize", "Bytes"),
        received=_series(queue, "NumberOfMessagesReceived", "Count"),
        empty=_series(queue, "NumberOfEmptyReceives", "Count"),
        deleted=_series(queue, "NumberOfMessagesDeleted", "Count"),
    )


def _series(queue: Queue, name: str, unit: str) -> Series:
    return Series(queue.account, queue.region, NAMESPACE, name, unit, (("QueueName", queue.name),))


def _wait(
    tx: Tx, call: Call[Any], queue: Queue, one: Message, *, detail: str, id: str | None, is_dead: bool = False
) -> None:
    context = read_header(one.draft.trace)
    if context is None:
        return
    is_first = one.receive_count == 1
    record.span(
        tx,
        call,
        kind="queue",
        arn=queue.arn,
        source=queue.arn,
        trace=context,
        id=id,
        started_at_ms=one.draft.sent_at_ms if is_first else one.first_received_at_ms,
        status="fault" if is_dead else "ok",
        detail=detail,
    )
