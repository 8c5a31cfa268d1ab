"""Taking messages in flight: from a standard queue, from a FIFO queue's groups, past what has expired or died.

A receive and the step of a move task take messages in the same way.
"""

from dataclasses import dataclass, replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.sqs.model.message import Message
from eventyard.services.sqs.model.queue import IN_FLIGHT_MAX, Queue
from eventyard.services.sqs.operations.counting import died
from eventyard.services.sqs.operations.finding import queue_with_arn
from eventyard.services.sqs.operations.send import put_message
from eventyard.services.sqs.queries import groups, messages
from eventyard.store.tx import Tx

MESSAGES_MAX = 10

_ROOMS = "sqs.rooms"
_ROUNDS_MAX = 40
"""How often one call asks for more because what it got had expired or went to the dead-letter queue."""


@dataclass(slots=True)
class Room:
    """At least how many more messages of a queue may be in flight.

    Counting them costs time in proportion to their number, so the count is kept and only ever lowered: what comes back
    or is deleted raises it no sooner than it is counted anew, which is when it runs out.
    """

    messages: int


def refresh_group(tx: Tx, queue: Queue, group_id: str, *, now_ms: int) -> bool:
    """Set when the group may yield again after its messages have changed; gives back whether that is now.

    It yields again when its oldest message is visible, even if later ones are in flight still: these it keeps back.
    """
    head = messages.group_head(tx, queue.bin_id, group_id, rows_max=1)
    if not head:
        groups.close_group(tx, queue.bin_id, group_id)
        return False
    groups.set_availability(tx, queue.bin_id, group_id, head[0].visible_at_ms)
    return head[0].visible_at_ms <= now_ms


def change_delays(tx: Tx, queue: Queue, *, delay_ms: int, now_ms: int) -> None:
    """Have the messages of a FIFO queue wait as long as its new delay says, those that were sent before too."""
    messages.change_delays(tx, queue.bin_id, delay_ms=delay_ms)
    for group_id in groups.list_groups(tx, queue.bin_id):
        refresh_group(tx, queue, group_id, now_ms=now_ms)


def take_messages(
    tx: Tx, call: Call[Any], queue: Queue, *, messages_max: int, visibility_timeout_s: int
) -> list[Message]:
    """Take up to that many visible messages in flight, in order, past those that are over."""
    take = _take_fifo if queue.is_fifo else _take_standard
    room = room_in(tx, call, queue, messages_max)
    if room.messages == 0:
        return []
    taken = take(tx, call, queue, min(messages_max, room.messages), call.now_ms + 1000 * visibility_timeout_s)
    room.messages -= len(taken)
    return taken


def room_in(tx: Tx, call: Call[Any], queue: Queue, messages_max: int) -> Room:
    """The room for more messages in flight; counted anew when it seems to be less than `messages_max`."""

    def count() -> Room:
        hidden = messages.count_hidden(tx, queue.bin_id, now_ms=call.now_ms, rows_max=IN_FLIGHT_MAX)
        if hidden > IN_FLIGHT_MAX - messages_max:
            _, hidden, _ = messages.counts(tx, queue.bin_id, now_ms=call.now_ms)
        return Room(max(0, IN_FLIGHT_MAX - hidden))

    room = tx.memo(_ROOMS, queue.bin_id, count)
    if room.messages < messages_max:
        tx.changed(_ROOMS)
        room = count()
    return room


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
    """Take from one group after the other; each is locked, for an instant at least so that the next is another."""
    taken: list[Message] = []
    seen: set[str] = set()
    locked_until_ms = max(until_ms, call.now_ms + 1)
    for _ in range(_ROUNDS_MAX):
        if len(taken) == messages_max:
            break
        group_id = groups.claim_group(tx, queue.bin_id, now_ms=call.now_ms, until_ms=locked_until_ms)
        if group_id is None:
            break
        seen.add(group_id)
        ready = _take_from_group(tx, call, queue, group_id, messages_max=messages_max - len(taken), until_ms=until_ms)
        if not ready:
            refresh_group(tx, queue, group_id, now_ms=call.now_ms)
        taken += ready
    if until_ms < locked_until_ms:
        for group_id in sorted(seen):
            refresh_group(tx, queue, group_id, now_ms=call.now_ms)
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
    letter = received.draft._replace(
        visible_at_ms=call.now_ms,
        sent_at_ms=call.now_ms if queue.is_fifo else received.draft.sent_at_ms,
        source_arn=queue.arn,
        receive_count=received.receive_count - 1,
        first_received_at_ms=received.first_received_at_ms,
    )
    died(tx, call, queue, received, dead_letters.arn)
    put_message(tx, call, dead_letters, letter, is_moved=True)
    return messages.delete_message(tx, queue.bin_id, received.seq)
