"""Who calls whom: the edges of the service graph, minute by minute, as they are folded and as they are kept.

An edge leads from a `source` (an ARN, empty for a client outside) to a `node` (an ARN) by a `kind` of hop. Of each
minute there is one row an edge: how many hops ended well, in a client's error, in a fault, in a throttle; the
milliseconds they took together, and how many fell into each step of a scale that grows by a quarter of an octave.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import orjson

from eventyard.store.inserts import Insert
from eventyard.store.tx import Row, Tx

Status = Literal["ok", "error", "fault", "throttle"]
STATUSES: tuple[Status, ...] = ("ok", "error", "fault", "throttle")

STEPS_AN_OCTAVE = 4
MINUTE_S = 60
HOUR_S = 3_600


class Edge(NamedTuple):
    """One hop's way."""

    account: str
    region: str
    source: str
    node: str
    kind: str


class Passed(NamedTuple):
    """Hops along an edge, so many `times`, that ended alike and took as long."""

    edge: Edge
    status: Status
    took_ms: int
    times: int = 1


class Touched(NamedTuple):
    """Something has happened in the trace of that header, for whoever follows traces."""

    trace: str


@dataclass(slots=True)
class Traffic:
    """What passed along an edge: `counts` by `STATUSES`, `steps` by step of duration (`step_of`)."""

    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    total_ms: int = 0
    steps: dict[int, int] = field(default_factory=dict)

    def add(self, status: Status, took_ms: int, times: int = 1) -> None:
        """Count hops."""
        self.counts[STATUSES.index(status)] += times
        self.total_ms += took_ms * times
        step = step_of(took_ms)
        self.steps[step] = self.steps.get(step, 0) + times

    def join(self, other: "Traffic") -> None:
        """Add what another counted."""
        self.counts = [own + more for own, more in zip(self.counts, other.counts, strict=True)]
        self.total_ms += other.total_ms
        for step, count in other.steps.items():
            self.steps[step] = self.steps.get(step, 0) + count

    @property
    def count(self) -> int:
        return sum(self.counts)


class EdgeMinute(NamedTuple):
    """An edge's minute as it is kept; `minute_at_s` is its first second."""

    edge: Edge
    minute_at_s: int
    traffic: Traffic


def step_of(took_ms: int) -> int:
    """The step of the scale that a duration falls into; 0 for less than a millisecond."""
    return 0 if took_ms < 1 else 1 + int(STEPS_AN_OCTAVE * math.log2(took_ms))


def step_ms(step: int) -> float:
    """The least duration of a step, in milliseconds."""
    return 0.0 if step == 0 else 2 ** ((step - 1) / STEPS_AN_OCTAVE)


_COLUMNS = "account, region, minute_at_s, source, node, kind, ok, error, fault, throttle, total_ms, steps"
_KEY = "account = ? and region = ? and minute_at_s = ? and source = ? and node = ? and kind = ?"
_INSERT = Insert(f"insert into edges ({_COLUMNS}) values", "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")


def keep(tx: Tx, minutes: Iterable[EdgeMinute]) -> None:
    """Add to what is kept of each edge's minute."""
    for edge, minute_at_s, traffic in minutes:
        account, region, source, node, kind = edge
        key = (account, region, minute_at_s, source, node, kind)
        kept = tx.one(f"select {_COLUMNS} from edges where {_KEY}", *key)
        if kept is not None:
            joined = _read(kept).traffic
            joined.join(traffic)
            tx.run(f"delete from edges where {_KEY}", *key)
        else:
            joined = traffic
        steps = orjson.dumps(joined.steps, option=orjson.OPT_NON_STR_KEYS).decode()
        tx.insert(_INSERT, (*key, *joined.counts, joined.total_ms, steps))


def between(tx: Tx, *, account: str, region: str, from_s: int, until_s: int) -> list[EdgeMinute]:
    """The minutes of every edge of that account and region from the one instant up to before the other, in order."""
    rows = tx.all(
        f"""select {_COLUMNS} from edges
            where account = ? and region = ? and minute_at_s >= ? and minute_at_s < ?
            order by minute_at_s, source, node, kind""",
        *(account, region, from_s, until_s),
    )
    return [_read(row) for row in rows]


class Joined(NamedTuple):
    """All that passed along an edge in the minutes from `first_at_s` to `last_at_s`, both included."""

    edge: Edge
    first_at_s: int
    last_at_s: int
    traffic: Traffic


def joined(tx: Tx, *, account: str, region: str, from_s: int, until_s: int, period_s: int) -> list[Joined]:
    """As `between`, the minutes of each period joined: a map of an hour is made of many thousands of rows."""
    rows = tx.all(
        """select minute_at_s, source, node, kind, ok, error, fault, throttle, total_ms, steps from edges
           where account = ? and region = ? and minute_at_s >= ? and minute_at_s < ? order by minute_at_s""",
        *(account, region, from_s, until_s),
    )
    found: dict[tuple[int, str, str, str], list[Any]] = {}
    for minute, source, node, kind, ok, error, fault, throttle, total_ms, steps in rows:
        counted = orjson.loads(steps)
        own = found.get(key := (minute // period_s, source, node, kind))
        if own is None:
            found[key] = [minute, minute, ok, error, fault, throttle, total_ms, counted]
            continue
        own[1] = minute
        own[2] += ok
        own[3] += error
        own[4] += fault
        own[5] += throttle
        own[6] += total_ms
        together = own[7]
        for step, count in counted.items():
            together[step] = together.get(step, 0) + count
    return [
        Joined(
            Edge(account, region, source, node, kind),
            *(first, last),
            Traffic(counts, total_ms, {int(step): count for step, count in steps.items()}),
        )
        for (_, source, node, kind), (first, last, *counts, total_ms, steps) in found.items()
    ]


def together(minutes: Iterable[EdgeMinute]) -> dict[Edge, Traffic]:
    """All that passed along each edge in those minutes."""
    edges: dict[Edge, Traffic] = {}
    for edge, _, traffic in minutes:
        edges.setdefault(edge, Traffic()).join(traffic)
    return edges


def forget(tx: Tx, *, before_s: int) -> bool:
    """Delete the oldest hour of what is from before that instant; gives back whether there may be more."""
    oldest_s = oldest_at_s(tx)
    if oldest_s is None or oldest_s >= before_s:
        return False
    tx.run("delete from edges where minute_at_s < ?", min(before_s, oldest_s + HOUR_S))
    return oldest_s + HOUR_S < before_s


def oldest_at_s(tx: Tx) -> int | None:
    """The oldest minute that is kept, `None` where there is none."""
    row = tx.one("select min(minute_at_s) from edges")
    return None if row is None else row[0]


def _read(row: Row) -> EdgeMinute:
    account, region, minute_at_s, source, node, kind, ok, error, fault, throttle, total_ms, steps = row
    counted = {int(step): count for step, count in orjson.loads(steps).items()}
    traffic = Traffic([ok, error, fault, throttle], total_ms, counted)
    return EdgeMinute(Edge(account, region, source, node, kind), minute_at_s, traffic)
