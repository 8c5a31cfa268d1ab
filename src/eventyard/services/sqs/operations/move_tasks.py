"""Moving dead letters back: start, list and cancel tasks, and the step by which a task proceeds.

A step is one transaction that moves some messages, counts them and asks for the next step. So a task goes on where it
was after a crash, and a message is in exactly one queue at any instant.
"""

from dataclasses import replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.due import row
from eventyard.engine.due.row import DueRow
from eventyard.services.sqs import errors
from eventyard.services.sqs.model.message import Message
from eventyard.services.sqs.model.move_tasks import LISTED_MAX, PER_SECOND_MAX, MoveTask, read_handle
from eventyard.services.sqs.model.queue import Queue
from eventyard.services.sqs.operations.finding import queue_with_arn
from eventyard.services.sqs.operations.send import put_message
from eventyard.services.sqs.operations.take import refresh_group, take_messages
from eventyard.services.sqs.queries import messages, move_tasks, queues
from eventyard.store.tx import Tx

MOVE_TIMER = "sqs.move"
REMEMBERED_MS = 30 * 24 * 3_600_000
_HELD_S = 30


def start_message_move_task(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Begin to move a dead-letter queue's messages to a destination, or back to where they came from."""
    params = call.params
    source = queue_with_arn(tx, params["SourceArn"])
    if source is None:
        raise errors.no_such_resource("SourceArn")
    if not queues.list_sources(tx, source.arn, after="", rows_max=1):
        raise errors.not_a_dead_letter_queue()
    destination_arn = params.get("DestinationArn")
    if destination_arn is not None and queue_with_arn(tx, destination_arn) is None:
        raise errors.no_such_resource("DestinationArn")
    if destination_arn == source.arn:
        raise errors.same_destination()
    rate = params.get("MaxNumberOfMessagesPerSecond")
    if rate is not None and not 1 <= rate <= PER_SECOND_MAX:
        reason = "Must be between 1 and 500, if provided."
        raise errors.invalid_parameter(rate, "MaxNumberOfMessagesPerSecond", reason)
    if any(task.status == "RUNNING" for task in move_tasks.list_tasks(tx, source.arn, rows_max=1)):
        raise errors.task_is_running()
    visible, _, _ = messages.counts(tx, source.bin_id, now_ms=call.now_ms)
    task = MoveTask(call.ids.uuid(), source.arn, destination_arn, "RUNNING", rate, 0, visible, call.now_ms)
    move_tasks.forget_tasks(tx, source.arn, before_ms=call.now_ms - REMEMBERED_MS)
    move_tasks.insert_task(tx, task)
    call.later(tx, kind=MOVE_TIMER, key=task.id, at_ms=call.now_ms + task.step_ms)
    return {"TaskHandle": task.handle}


def list_message_move_tasks(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The newest tasks of a source queue; one unless more are asked for."""
    source = queue_with_arn(tx, call.params["SourceArn"])
    if source is None:
        raise errors.no_such_resource("SourceArn")
    tasks_max = call.params.get("MaxResults", 1)
    if not 1 <= tasks_max <= LISTED_MAX:
        raise errors.invalid_value(
            "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 10."
        )
    return {"Results": [task.shown() for task in move_tasks.list_tasks(tx, source.arn, rows_max=tasks_max)]}


def cancel_message_move_task(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Stop a running task; what it has moved stays moved."""
    read = read_handle(call.params["TaskHandle"])
    if read is None:
        raise errors.invalid_task_handle()
    task_id, source_arn = read
    if queue_with_arn(tx, source_arn) is None:
        raise errors.no_such_resource("SourceArn")
    task = move_tasks.find_task(tx, task_id)
    if task is None or task.source_arn != source_arn:
        raise errors.no_such_task()
    if task.status != "RUNNING":
        raise errors.task_is_over()
    row.cancel(tx, kind=MOVE_TIMER, key=task.id)
    move_tasks.update_task(tx, replace(task, status="CANCELLED"))
    return {"ApproximateNumberOfMessagesMoved": task.moved}


def move_step(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """The timer of a running task: move some messages and, unless that was all, come again."""
    task = move_tasks.find_task(tx, due.key)
    if task is None or task.status != "RUNNING":
        return
    call.doors.faults.point("move.step.before")
    task = _moved_on(tx, call, task)
    move_tasks.update_task(tx, task)
    if task.status == "RUNNING":
        call.later(tx, kind=MOVE_TIMER, key=task.id, at_ms=call.now_ms + task.step_ms)
    call.doors.faults.point("move.step.after")


def _moved_on(tx: Tx, call: Call[Any], task: MoveTask) -> MoveTask:
    source = queue_with_arn(tx, task.source_arn)
    if source is None:
        return replace(task, status="FAILED", failure="AWS.SimpleQueueService.NonExistentQueue")
    taken = take_messages(tx, call, source, messages_max=task.step_messages, visibility_timeout_s=_HELD_S)
    for one in taken:
        failure = _move(tx, call, source, one, task.destination_arn or one.draft.source_arn)
        if failure is not None:
            _give_back(tx, call, source, taken)
            return replace(task, status="FAILED", failure=failure)
        task = replace(task, moved=task.moved + 1)
    if taken and messages.has_visible(tx, source.bin_id, now_ms=call.now_ms):
        return task
    return replace(task, status="COMPLETED")


def _move(tx: Tx, call: Call[Any], source: Queue, taken: Message, destination_arn: str | None) -> str | None:
    """Move one message; gives back why it cannot be moved, or `None`.

    Source: the failure reasons are AWS's, as recorded (LocalStack's tests, 3 January 2024) and as the console shows.
    """
    if destination_arn is None:
        return "CouldNotDetermineMessageSource"
    destination = queue_with_arn(tx, destination_arn)
    if destination is None:
        return "AWS.SimpleQueueService.NonExistentQueue"
    if destination.is_fifo != source.is_fifo:
        return "InvalidParameterValue"
    draft = taken.draft._replace(
        message_id=call.ids.uuid(),
        sent_at_ms=call.now_ms,
        visible_at_ms=call.now_ms + destination.delay_ms,
        receive_count=0,
        first_received_at_ms=0,
        source_arn=None,
    )
    put_message(tx, call, destination, draft, is_moved=True)
    messages.delete_message(tx, source.bin_id, taken.seq)
    if draft.group_id is not None and source.is_fifo:
        refresh_group(tx, source, draft.group_id, now_ms=call.now_ms)
    return None


def _give_back(tx: Tx, call: Call[Any], source: Queue, taken: list[Message]) -> None:
    """Messages that were not moved are nobody's again; those that were are no longer there."""
    for one in taken:
        messages.return_message(tx, one.seq, now_ms=call.now_ms)
        if one.draft.group_id is not None and source.is_fifo:
            refresh_group(tx, source, one.draft.group_id, now_ms=call.now_ms)
