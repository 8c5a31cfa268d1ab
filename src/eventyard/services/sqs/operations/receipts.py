"""What a receipt handle allows: DeleteMessage and ChangeMessageVisibility, alone and in batches.

A standard queue takes any handle of a message that it ever gave out; a FIFO queue only the last one, and only while
the message is in flight. A message that is gone is deleted already, and one that is in flight no more stays visible:
AWS says yes to both. Nobody has seen `MessageNotInflight` (getmoto/moto#3586, localstack/localstack#9632).
"""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.sqs import errors
from eventyard.services.sqs.model import batches, message
from eventyard.services.sqs.model.message import Message
from eventyard.services.sqs.model.queue import VISIBILITY_TIMEOUT_MAX_S, Queue
from eventyard.services.sqs.model.receipts import Receipt, read_handle
from eventyard.services.sqs.operations.counting import count_deleted
from eventyard.services.sqs.operations.finding import queue_at
from eventyard.services.sqs.operations.take import refresh_group
from eventyard.services.sqs.queries import messages
from eventyard.store.tx import Tx


def delete_message(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Delete a message that was received."""
    queue = queue_at(tx, call)
    _delete(tx, call, queue, call.params["ReceiptHandle"])
    return {}


def delete_message_batch(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Delete up to ten messages, each for itself."""
    queue = queue_at(tx, call)
    entries = call.params.get("Entries") or ()
    batches.refuse_invalid_entries("DeleteMessageBatch", entries)

    def perform(_: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        _delete(tx, call, queue, entry.get("ReceiptHandle", ""))
        return {}

    return batches.each(entries, perform)


def change_message_visibility(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Set anew for how long a received message stays in flight, from now; 0 gives it back."""
    queue = queue_at(tx, call)
    _change_visibility(tx, call, queue, call.params["ReceiptHandle"], call.params["VisibilityTimeout"])
    return {}


def change_message_visibility_batch(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Set the visibility of up to ten messages, each for itself."""
    queue = queue_at(tx, call)
    entries = call.params.get("Entries") or ()
    batches.refuse_invalid_entries("ChangeMessageVisibilityBatch", entries)

    def perform(_: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        timeout_s = entry.get("VisibilityTimeout")
        if timeout_s is None:
            raise errors.missing_parameter("VisibilityTimeout")
        _change_visibility(tx, call, queue, entry.get("ReceiptHandle", ""), timeout_s)
        return {}

    return batches.each(entries, perform)


def _delete(tx: Tx, call: Call[Any], queue: Queue, handle: str) -> None:
    receipt = _receipt(queue, handle)
    count_deleted(tx, call, queue)
    if not queue.is_fifo:
        messages.delete_message(tx, receipt.bin_id, receipt.seq)
        return
    found = messages.find_message(tx, receipt.bin_id, receipt.seq)
    if found is None:
        return
    if not _is_current(found, receipt, call.now_ms):
        raise errors.expired_receipt_handle(handle)
    messages.delete_message(tx, receipt.bin_id, receipt.seq)
    _refresh_group(tx, call, queue, found)


def _change_visibility(tx: Tx, call: Call[Any], queue: Queue, handle: str, timeout_s: int) -> None:
    if not 0 <= timeout_s <= VISIBILITY_TIMEOUT_MAX_S:
        raise errors.invalid_parameter(timeout_s, "VisibilityTimeout", "Must be between 0 and 43200.")
    receipt = _receipt(queue, handle)
    found = messages.find_message(tx, receipt.bin_id, receipt.seq)
    if found is None or receipt.bin_id != queue.bin_id:
        raise errors.no_visibility_to_change(handle)
    if queue.is_fifo and not _is_current(found, receipt, call.now_ms):
        raise errors.no_visibility_to_change(handle)
    if not message.is_in_flight(found, call.now_ms):
        return
    visible_at_ms = call.now_ms + 1000 * timeout_s
    if visible_at_ms - found.received_at_ms > 1000 * VISIBILITY_TIMEOUT_MAX_S:
        reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
        raise errors.invalid_parameter(timeout_s, "VisibilityTimeout", reason)
    if timeout_s == 0:
        messages.return_message(tx, found.seq, now_ms=call.now_ms)
    else:
        messages.change_visibility(tx, found.seq, visible_at_ms)
    if queue.is_fifo:
        _refresh_group(tx, call, queue, found)
    else:
        call.wake(queue.arn)


def _receipt(queue: Queue, handle: str) -> Receipt:
    if not handle.strip():
        raise errors.missing_parameter("ReceiptHandle")
    receipt = read_handle(handle)
    if receipt is None or receipt.queue_id != queue.id:
        raise errors.malformed_receipt_handle(handle)
    return receipt


def _is_current(found: Message, receipt: Receipt, now_ms: int) -> bool:
    return found.receive_count == receipt.receive_count and message.is_in_flight(found, now_ms)


def _refresh_group(tx: Tx, call: Call[Any], queue: Queue, changed: Message) -> None:
    assert changed.draft.group_id is not None, "a FIFO message has a group"
    refresh_group(tx, queue, changed.draft.group_id, now_ms=call.now_ms)
    call.wake(queue.arn)
