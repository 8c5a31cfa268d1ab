"""Standing consumers: a source, a batch, an effect, a settlement; an event source mapping is one, a pipe another.

    receive (a transaction; parked while there is nothing) ─► batch full, or its window over ─► perform (outside of any)
       ▲                                                                                            │
       └── room for one more in parallel ◄── further batches? ◄── settle (a transaction) ◄──────────┘

A poller keeps nothing that a crash could lose: what it has received is leased by the source (a message by its
visibility timeout) and comes back by itself unless a settlement took it away. While the source is empty nothing runs:
the receive is parked on the source's channel and no clock ticks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.group import Job
from eventyard.engine.park import Park
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

Item = TypeVar("Item")
FOREVER_MS = 1 << 53
AFTER_REFUSAL_MS = 5_000
"""How long a source that refuses to be read is left alone."""


@dataclass(frozen=True, slots=True)
class Source(Generic[Item]):
    """What one poller does.

    `receive(tx, call, items_max)` takes up to that many items, or gives back the `Park` that says what to wait for
    (its channel and `again_at_ms`; how long and what then is the poller's business).
    `portions(items)` cuts what was received into the batches to perform one after the other.
    `perform(batch)` does the work and tells a failure in its outcome. `settle(tx, call, batch, outcome)` records it and
    gives back further batches to perform at once (halves of a failed one); they go before the others.
    `window_ms` is how long a batch that is not full waits for more; `parallel_max` how many are performed at once.
    """

    name: str
    new_call: Callable[[], Call[Any]]
    receive: Callable[[Tx, Call[Any], int], "Sequence[Item] | Park"]
    portions: Callable[[Sequence[Item]], Sequence[Sequence[Item]]]
    perform: Callable[[Sequence[Item]], Awaitable[Any]]
    settle: Callable[[Tx, Call[Any], Sequence[Item], Any], Sequence[Sequence[Item]]]
    batch_max: int
    window_ms: int
    parallel_max: int
    fault_prefix: str


class Poller(Generic[Item]):
    """Consumes one source from `start` to `stop`; what it is performing then still ends."""

    def __init__(self, engine: Engine, source: Source[Item]) -> None:
        self._engine = engine
        self._source = source
        self._collected: list[Item] = []
        self._window_ends_ms = FOREVER_MS
        self._is_receiving = False
        self._is_parked = False
        self._is_stopped = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_quiet(self) -> bool:
        """No batch is being performed."""
        return not self._tasks

    def start(self) -> None:
        """Begin to receive, if there is room for one more batch."""
        if self._is_stopped or self._is_receiving or len(self._tasks) >= self._source.parallel_max:
            return
        self._is_receiving = True
        call = self._source.new_call()
        call.is_gone = lambda: self._is_stopped
        self._engine.group.submit(Job(call, self._receive, self._received))

    async def stop(self, timeout_s: float) -> None:
        """Receive nothing more; what was received gets that long. What is cut off comes back from the source."""
        self._is_stopped = True
        if self._collected:
            self._begin()
        while self._is_receiving and not self._is_parked:  # its transaction ends within a tick, with or without items
            await asyncio.sleep(0)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        for task in self._tasks:
            task.cancel()

    def _receive(self, tx: Tx, call: Call[Any]) -> "Sequence[Item] | Park":
        self._is_parked = False
        is_over = call.must_answer or call.now_ms >= self._window_ends_ms
        items_max = self._source.batch_max - len(self._collected)
        received = self._source.receive(tx, call, items_max)
        if not isinstance(received, Park):
            return received
        if is_over:
            return ()
        self._is_parked = True
        return Park(received.channel, self._window_ends_ms, self._receive, again_at_ms=received.again_at_ms)

    def _received(self, outcome: Any) -> None:
        self._is_receiving = False
        if isinstance(outcome, Exception):
            log.error("%s cannot be read, is tried again: %s", self._source.name, outcome)
            self._engine.clock.call_at(self._engine.clock.now_ms() + AFTER_REFUSAL_MS, self.start)
            return
        if outcome:
            self._engine.faults.point(f"{self._source.fault_prefix}.receive.after")
        self._collect(outcome)

    def _collect(self, received: Sequence[Item]) -> None:
        """Begin the batch when it is full or its time is up, else receive more for it."""
        now_ms = self._engine.clock.now_ms()
        if not self._collected:
            self._window_ends_ms = now_ms + self._source.window_ms
        self._collected.extend(received)
        is_full = len(self._collected) >= self._source.batch_max
        is_over = not received or now_ms >= self._window_ends_ms
        if (is_full or is_over or self._is_stopped) and self._collected:
            self._begin()
        elif not received:
            self._is_stopped = True
            return
        self.start()

    def _begin(self) -> None:
        collected, self._collected = self._collected, []
        self._window_ends_ms = FOREVER_MS
        task = asyncio.get_running_loop().create_task(self._perform(self._source.portions(collected)))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (mistake := task.exception()) is not None:
            log.error("a batch of %s was not settled; it comes back", self._source.name, exc_info=mistake)
        self.start()

    async def _perform(self, batches: Sequence[Sequence[Item]]) -> None:
        source, faults = self._source, self._engine.faults
        waiting = list(batches)
        while waiting:
            batch = waiting.pop(0)
            outcome = await source.perform(batch)
            faults.point(f"{source.fault_prefix}.invoke.after")
            further = await self._settle(batch, outcome)
            faults.point(f"{source.fault_prefix}.settle.after")
            waiting[:0] = further

    async def _settle(self, batch: Sequence[Item], outcome: Any) -> Sequence[Sequence[Item]]:
        def settle(tx: Tx, call: Call[Any]) -> Sequence[Sequence[Item]]:
            return self._source.settle(tx, call, batch, outcome)

        further: Sequence[Sequence[Item]] = await self._engine.run(settle, self._source.new_call())
        return further
