"""Sends every trace on to an OpenTelemetry collector: `--otlp-endpoint http://host:4318`.

    spans of a commit ──► traces that have changed ──► still for five seconds ──► one request of OTLP/HTTP ──► collector
    segments that came ┘

Each part of a trace is sent once. What the collector does not take is tried again with growing pauses, then dropped and
counted; so is what changes faster than it takes. Nothing waits for the collector, and a crash loses what was not sent.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

from eventyard.base.clock import Alarm
from eventyard.base.errors import EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.observing.edges import Touched
from eventyard.engine.trace.context import read_header
from eventyard.engine.trace.span import Later, Span
from eventyard.outside.http import Ask, HttpClient
from eventyard.services.xray.model.assembling import assemble
from eventyard.services.xray.model.otlp_writing import fill
from eventyard.services.xray.model.segments import Document, steps
from eventyard.services.xray.queries import traces
from eventyard.services.xray.work.keeping import ARRIVED
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

STILL_MS = 5_000
"""How long a trace is left alone before it is sent, so that its parts travel together."""
AT_LATEST_MS = 30_000
EACH_MS = 1_000
TRACES_A_TIME = 100
TOUCHED_MAX = 50_000
SENT_MAX = 50_000
"""Traces of which is known what was sent; of others a late part may travel with all that came before."""
TRIES_MAX = 6
PAUSE_MS = 1_000
TIMEOUT_S = 10.0
_AGAIN = frozenset({408, 429, 502, 503, 504})


class _Touched(NamedTuple):
    first_ms: int
    last_ms: int


class _Batch(NamedTuple):
    """What one request holds: its body, and the ids of each trace's parts."""

    body: bytes
    spans: int
    parts: dict[str, set[str]]


class Exporter:
    """One platform's. `sent` and `dropped` count spans, `overflowed` traces; it lives on the loop."""

    def __init__(self, endpoint: str, http: HttpClient) -> None:
        self.sent = self.dropped = self.overflowed = 0
        self._url = endpoint if endpoint.endswith("/v1/traces") else f"{endpoint.rstrip('/')}/v1/traces"
        self._http = http
        self._touched: OrderedDict[str, _Touched] = OrderedDict()
        self._done: OrderedDict[str, set[str]] = OrderedDict()
        self._alarm: Alarm | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_sending = False
        self._is_ending = False
        self._engine: Engine | None = None

    def start(self, engine: Engine) -> None:
        """The engine serves: hear of its spans, and of segments."""
        self._engine = engine
        engine.observer.watch = self._hear
        engine.group.parks.watch(ARRIVED, self._hear_of_segments)
        engine.on_rest(self.flush)

    @property
    def engine(self) -> Engine:
        """The engine that it serves."""
        assert self._engine is not None, "started"
        return self._engine

    async def flush(self, timeout_s: float) -> None:
        """Send what has changed until now, each request tried once, within that time."""
        self._is_ending = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                if self._task is not None:
                    await self._task
                while self._touched:
                    await self._send(self._ripe(all_of_them=True))
        self.overflowed += len(self._touched)

    def _hear(self, notes: Sequence[object]) -> None:
        for note in notes:
            if isinstance(note, Span):
                self._touch(note.trace)
            elif isinstance(note, Later):
                self._touch(note.span.trace)
            elif isinstance(note, Touched) and (context := read_header(note.trace)) is not None:
                self._touch(context.root)

    def _hear_of_segments(self) -> None:
        """Segments have arrived; which, their rows tell."""
        call = self.engine.new_call(service="xray", operation="xray.export", account="", region="")
        since_ms = self.engine.clock.now_ms() - STILL_MS
        self.engine.submit_work(call, lambda tx, call: traces.arrived_since(tx, since_ms=since_ms), self._arrived)

    def _arrived(self, outcome: Any) -> None:
        for trace in () if isinstance(outcome, Exception) else outcome:
            self._touch(trace)

    def _touch(self, trace: str) -> None:
        now_ms = self.engine.clock.now_ms()
        known = self._touched.pop(trace, None)
        if known is None and len(self._touched) >= TOUCHED_MAX:
            self._touched.popitem(last=False)
            self.overflowed += 1
        self._touched[trace] = _Touched(known.first_ms if known else now_ms, now_ms)
        self._arm(EACH_MS)

    def _arm(self, after_ms: int) -> None:
        if self._alarm is None and not self._is_sending and not self._is_ending:
            self._alarm = self.engine.clock.call_at(self.engine.clock.now_ms() + after_ms, self._due)

    def _due(self) -> None:
        self._alarm = None
        ripe = self._ripe(all_of_them=False)
        if ripe:
            self._task = asyncio.get_running_loop().create_task(self._send(ripe))
        elif self._touched:
            self._arm(EACH_MS)

    def _ripe(self, *, all_of_them: bool) -> list[str]:
        now_ms, found = self.engine.clock.now_ms(), []
        for trace, touched in self._touched.items():
            is_still = now_ms - touched.last_ms >= STILL_MS or now_ms - touched.first_ms >= AT_LATEST_MS
            if all_of_them or is_still:
                found.append(trace)
            if len(found) >= TRACES_A_TIME:
                break
        for trace in found:
            del self._touched[trace]
        return found

    async def _send(self, ripe: list[str]) -> None:
        self._is_sending = True
        try:
            call = self.engine.new_call(service="xray", operation="xray.export", account="", region="")
            batch: _Batch = await self.engine.run(lambda tx, call: self._batch(tx, call, ripe), call)
            if batch.spans and await self._is_taken(batch):
                self.sent += batch.spans
            else:
                self.dropped += batch.spans
        finally:
            self._is_sending = False
        if self._touched:
            self._arm(EACH_MS)

    def _batch(self, tx: Tx, call: Call[Any], ripe: list[str]) -> _Batch:
        """The parts of those traces that have not been sent yet, as a request."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415 - docs/decisions/0023
            ExportTraceServiceRequest,
        )

        request, parts, count = ExportTraceServiceRequest(), {}, 0
        for trace in ripe:
            documents = _documents(tx, trace)
            new = {part["id"] for one in documents for part in (one, *steps(one))} - self._done.get(trace, set())
            if new:
                parts[trace] = new
                count += fill(request, documents, wanted=new)
        return _Batch(request.SerializeToString(), count, parts)

    async def _is_taken(self, batch: _Batch) -> bool:
        """Send the request until the collector has taken it, or until it is given up."""
        for number in range(1, TRIES_MAX + 1):
            pause_ms = await self._pause_after(batch, number)
            if pause_ms is None:
                return True
            if pause_ms < 0 or self._is_ending or number == TRIES_MAX:
                return False
            await self._wait(pause_ms)
        return False

    async def _pause_after(self, batch: _Batch, number: int) -> int | None:
        """Try once: `None` when it was taken, else how long to wait before the next try, negative for never."""
        headers = (("content-type", "application/x-protobuf"),)
        try:
            answer = await self._http.send(Ask("POST", self._url, headers, batch.body, TIMEOUT_S))
        except EffectFailed as failure:
            log.warning("the collector has not taken %d spans: %s", batch.spans, failure.message)
            return PAUSE_MS << (number - 1) if failure.is_retryable else -1
        if 200 <= answer.status < 300:
            self._remember(batch)
            return None
        log.warning("the collector has not taken %d spans: it answered %d", batch.spans, answer.status)
        if answer.status not in _AGAIN:
            return -1
        asked = answer.header("retry-after") or ""
        return int(asked) * 1000 if asked.isdecimal() and len(asked) < 4 else PAUSE_MS << (number - 1)

    def _remember(self, batch: _Batch) -> None:
        for trace, ids in batch.parts.items():
            self._done[trace] = self._done.pop(trace, set()) | ids
        while len(self._done) > SENT_MAX:
            self._done.popitem(last=False)

    async def _wait(self, pause_ms: int) -> None:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        clock = self.engine.clock
        clock.call_at(clock.now_ms() + pause_ms, lambda: None if over.done() else over.set_result(None))
        await over


def _documents(tx: Tx, trace: str) -> list[Document]:
    """The trace's own documents, put together; inferred segments nobody has sent are left out."""
    place = traces.place_of(tx, trace)
    if place is None:
        return []
    whole = assemble(trace, traces.documents(tx, trace, account=place[0], region=place[1]))
    return [] if whole is None else [segment.document for segment in whole.segments if not segment.is_inferred]
