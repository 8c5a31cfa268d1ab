"""A live tail on its way: every second what came to its groups, until three hours are over or nobody reads any more.

It stands outside of any transaction and reads in one of its own each second; nothing of it is stored.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from eventyard.base.clock import Clock
from eventyard.engine.call import Call
from eventyard.services.logs.model.events import Event
from eventyard.services.logs.model.tails import READ_MAX, SESSION_MS, UPDATE_MS, Tail
from eventyard.services.logs.queries import events
from eventyard.store.tx import Tx

TailEvent = tuple[str, Mapping[str, Any]]


async def follow(call: Call[Any], tail: Tail, start: Mapping[str, Any], *, after_id: int) -> AsyncIterator[TailEvent]:
    """The session's beginning, an update a second, and its end; `call` is the one that began it."""
    doors = call.doors
    ends_at_ms = doors.clock.now_ms() + SESSION_MS
    yield "sessionStart", start
    while doors.clock.now_ms() < ends_at_ms:
        await _pass(doors.clock, UPDATE_MS)
        reading = call.within(service="logs", operation="logs.tail", params={"after": after_id})
        arrived, newest = await doors.run(lambda tx, call: _arrived(tx, call, tail), reading)
        after_id = max(after_id, newest)
        yield "sessionUpdate", tail.update(arrived, is_cut=len(arrived) == READ_MAX)
    yield "SessionTimeoutException", {"message": "The session has been open for three hours."}


def _arrived(tx: Tx, call: Call[Any], tail: Tail) -> tuple[list[tuple[int, Event]], int]:
    """What came behind the last update, and the id of the newest of all."""
    arrived = events.events_arrived(tx, tuple(tail.groups), after_id=call.params["after"], rows_max=READ_MAX)
    is_cut = len(arrived) == READ_MAX
    return arrived, events.newest_id(tx) if is_cut else max((event.id for _, event in arrived), default=0)


async def _pass(clock: Clock, duration_ms: int) -> None:
    """Wait until that much time has passed."""
    rung: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ring() -> None:
        if not rung.done():
            rung.set_result(None)

    alarm = clock.call_at(clock.now_ms() + duration_ms, ring)
    try:
        await rung
    finally:
        alarm.cancel()
