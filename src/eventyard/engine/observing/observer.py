"""Adds up what was noted in transactions, after their commits, and has it written once a second.

    tx.note ─► commit ─► Observer.take ─► tallies and edges in memory ─► one job a second ─► tables
                         late spans     ┘

What is in memory is at most a second old: a crash loses that much of counts and of requests' own spans, nothing of
what they did (docs/decisions/0024). A job that cannot be stored gives its part back, and the next one takes it along.
Nothing is written, and nothing wakes up, while nothing happens. It lives on the loop.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventyard.base.clock import Alarm, Clock
from eventyard.engine.observing import edges
from eventyard.engine.observing.edges import MINUTE_S, Edge, EdgeMinute, Passed, Touched, Traffic
from eventyard.engine.observing.series import Series, Tally
from eventyard.engine.trace import record
from eventyard.engine.trace.span import Later, Span
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

WRITE_EACH_MS = 1_000
VALUES_MAX = 256
"""Different values of a metric that are kept apart until they are written; further ones lose digits after the third."""
MANY = 100_000
SPANS_MAX = 100_000
"""Late spans that wait to be written; further ones are dropped and counted."""


@dataclass(slots=True)
class _Gathered:
    """What waits to be written, by minute."""

    values: dict[int, dict[Series, dict[float, int]]] = field(default_factory=dict)
    traffic: dict[int, dict[tuple[str, str, str, str, str], Traffic]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    hops: int = 0

    def __bool__(self) -> bool:
        return bool(self.values or self.traffic or self.spans)


Write = Callable[[Callable[[Tx, Any], None], Callable[[Any], None]], None]
"""Runs the work in a transaction of its own, then tells its outcome: an exception where it is not stored."""


class Observer:
    """One platform's. `write` submits a job, in which `sink` takes tallies; `many` hears in it of `MANY` more hops."""

    def __init__(
        self,
        *,
        clock: Clock,
        write: Write,
        sink: Callable[[Tx, Any, Sequence[Tally]], None],
        many: Callable[[Tx, Any], None],
    ) -> None:
        self.dropped_spans = 0
        self.watch: Callable[[Sequence[object]], None] | None = None  # hears of each commit's notes
        self._clock = clock
        self._write = write
        self._sink = sink
        self._many = many
        self._hops = 0
        self._gathered = _Gathered()
        self._writing: _Gathered | None = None
        self._timer: Alarm | None = None
        self._has_failed = False
        self._is_ended = False

    @property
    def is_quiet(self) -> bool:
        """Nothing waits to be written, but what could not be stored a moment ago."""
        return self._writing is None and (self._has_failed or not self._gathered)

    def take(self, notes: Sequence[object]) -> None:
        """Add up what was noted in a transaction that is committed now."""
        if self.watch is not None:
            self.watch(notes)
        minute = self._clock.now_ms() // 1000 // MINUTE_S * MINUTE_S
        gathered = self._gathered
        values = gathered.values.setdefault(minute, {})
        traffic = gathered.traffic.setdefault(minute, {})
        for note in notes:
            if type(note) is tuple:
                series, value, times = note
                counts = values.get(series)
                if counts is None:
                    values[series] = {value: times}
                else:
                    _count(counts, value, times)
                continue
            if type(note) is Touched:
                continue
            if isinstance(note, Span | Later):
                span = note if isinstance(note, Span) else self._kept(note)
                gathered.hops += 1
                edge = (span.account, span.region, span.source, span.arn, span.kind)
                status, took_ms, times = span.status, span.ended_at_ms - span.started_at_ms, 1
            else:
                assert type(note) is Passed, "a note is a measured value, a span, or hops"
                edge, status, took_ms, times = note
            own = traffic.get(edge)
            if own is None:
                own = traffic[edge] = Traffic()
            own.add(status, took_ms, times)
        self._arm()

    def late(self, span: Span) -> None:
        """Have a span written that no transaction of its own wrote: of a request that was refused, or only read."""
        self.take((Later(span),))

    def _kept(self, note: Later) -> Span:
        """The span, which waits to be written from now on, if there is room for it."""
        if len(self._gathered.spans) >= SPANS_MAX:
            self.dropped_spans += 1
        else:
            self._gathered.spans.append(note.span)
        return note.span

    def write_now(self) -> None:
        """Write what waits, unless that is going on already."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is not None or not self._gathered:
            return
        taken = self._writing = self._gathered
        self._gathered = _Gathered()
        self._write(lambda tx, call: self._write_all(tx, call, taken), self._written)

    def end(self) -> None:
        """Arm no timer any more; `write_now` still writes."""
        self._is_ended = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if self._timer is None and self._writing is None and not self._is_ended:
            self._timer = self._clock.call_at(self._clock.now_ms() + WRITE_EACH_MS, self._due)

    def _due(self) -> None:
        self._timer = None
        self._has_failed = False
        self.write_now()

    def _write_all(self, tx: Tx, call: Any, taken: _Gathered) -> None:
        for span in taken.spans:
            record.keep(tx, span)
        edges.keep(
            tx,
            [
                EdgeMinute(Edge(*edge), minute, own)
                for minute, traffic in taken.traffic.items()
                for edge, own in traffic.items()
            ],
        )
        tallies = [
            Tally(series, minute, counts)
            for minute, values in taken.values.items()
            for series, counts in values.items()
        ]
        if tallies:
            self._sink(tx, call, tallies)
        if self._hops + taken.hops >= MANY:
            self._many(tx, call)

    def _written(self, outcome: Any) -> None:
        taken, self._writing = self._writing, None
        self._has_failed = isinstance(outcome, Exception)
        if self._has_failed and taken is not None:
            log.error("what was observed is not stored yet: %s", outcome)
            self._give_back(taken)
        elif taken is not None:
            self._hops = (self._hops + taken.hops) % MANY
        if self._gathered:
            self._arm()

    def _give_back(self, taken: _Gathered) -> None:
        gathered = self._gathered
        gathered.hops += taken.hops
        for minute, values in taken.values.items():
            for series, counts in values.items():
                own = gathered.values.setdefault(minute, {}).setdefault(series, {})
                for value, count in counts.items():
                    _count(own, value, count)
        for minute, traffic in taken.traffic.items():
            for edge, more in traffic.items():
                gathered.traffic.setdefault(minute, {}).setdefault(edge, Traffic()).join(more)
        room = max(0, SPANS_MAX - len(gathered.spans))
        self.dropped_spans += max(0, len(taken.spans) - room)
        gathered.spans[:0] = taken.spans[:room]


def _count(counts: dict[float, int], value: float, count: int) -> None:
    if value not in counts and len(counts) >= VALUES_MAX:
        value = float(f"{value:.3g}")
    counts[value] = counts.get(value, 0) + count
