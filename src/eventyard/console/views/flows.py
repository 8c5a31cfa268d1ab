"""What passes from thing to thing now: rates of the last minute, failures of the last five.

Two sources tell it. The engine counts hops along edges minute by minute: what came to each thing, how it went within
it (a message's wait, an invocation, an execution), what passed between things. By which rule something went is in the
ledger alone, of which the latest rows are read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.observing import edges
from eventyard.engine.observing.edges import MINUTE_S, Traffic
from eventyard.store.tx import Tx

TROUBLE_S = 300
SAMPLE_MAX = 1_000
"""Rows of the ledger that are read, the latest; of a busier time than they cover, the rate is theirs."""

_FAILED = frozenset({"failed", "dead-lettered", "expired", "retrying"})
_TAKERS = frozenset({"bus", "topic", "schedule", "pipe"})
"""Kinds of edges that count what a thing took, from whomever."""
_TOLD_BY_THE_LEDGER = frozenset({*_TAKERS, "rule", "subscription"})
"""Kinds that the ledger tells better, as long as the sample is all there was: of rules it alone knows which."""
_PARTS = frozenset({"init", "state", "function"})
"""A call of a function lasts until its last attempt, so it is told by those: how many, how long, how they ended."""
Way = tuple[str, str]
"""From an ARN to an ARN; the first is empty for a client."""


class Flow(NamedTuple):
    """What passes along a way: hops a second, how many failed, how many hops took how many milliseconds together."""

    per_s: float = 0.0
    failed: int = 0
    hops: int = 0
    total_ms: int = 0

    def plus(self, other: "Flow") -> "Flow":
        """Both together."""
        return Flow(
            self.per_s + other.per_s,
            self.failed + other.failed,
            self.hops + other.hops,
            self.total_ms + other.total_ms,
        )

    @property
    def state(self) -> str:
        """`bad`, `busy`, or empty."""
        return "bad" if self.failed else "busy" if self.per_s > 0 else ""


NOTHING = Flow()


@dataclass(frozen=True, slots=True)
class Flows:
    """What passes along each way, and which sources sent how many of the latest events to which bus."""

    ways: Mapping[Way, Flow]
    producers: Mapping[tuple[str, str], Flow]
    within: Mapping[str, Flow]
    """What each thing did itself, where that is counted."""

    def at_each(self) -> Mapping[str, Flow]:
        """What goes on at each thing: what it did, else what came to it from wherever."""
        found: dict[str, Flow] = {}
        for (_, target), flow in self.ways.items():
            found[target] = found.get(target, NOTHING).plus(flow)
        return {**found, **self.within}


def flows(tx: Tx, call: Call[Any]) -> Flows:
    """What passes in the call's account and region."""
    entries = _sample(tx, call)
    window_s = _window_s(call, entries)
    ways: dict[Way, Flow] = {}
    taken: dict[str, Flow] = {}
    producers: dict[tuple[str, str], Flow] = {}
    here = f":{call.region}:{call.account}:"
    for entry in entries:
        if here not in entry.source_arn:
            continue
        share = 1 / window_s if entry.at_ms > call.now_ms - 1000 * window_s else 0.0
        taken[entry.source_arn] = taken.get(entry.source_arn, NOTHING).plus(Flow(share, 0, 1))
        for way, is_bad in _ways(entry):
            ways[way] = ways.get(way, NOTHING).plus(Flow(share, int(is_bad), 1))
        if ":event-bus/" in entry.source_arn:
            producer = (_source(entry.body), entry.source_arn)
            producers[producer] = producers.get(producer, NOTHING).plus(Flow(share, 0, 1))
    told = _TOLD_BY_THE_LEDGER if len(entries) < SAMPLE_MAX else frozenset({"rule"})
    counted, within = _counted(tx, call, told)
    return Flows({**ways, **counted}, producers, {**taken, **within})


def _sample(tx: Tx, call: Call[Any]) -> Sequence[ledger.Entry]:
    """The latest of the ledger, of the last five minutes."""
    latest = ledger.entries_before(tx, before_ms=call.now_ms + 1, before_id="", rows_max=SAMPLE_MAX)
    return [entry for entry in latest if entry.at_ms > call.now_ms - 1000 * TROUBLE_S]


def _window_s(call: Call[Any], entries: Sequence[ledger.Entry]) -> float:
    """The time that rates are of: a minute, or as far back as a full sample reaches."""
    if len(entries) < SAMPLE_MAX:
        return float(MINUTE_S)
    return min(float(MINUTE_S), max(0.1, (call.now_ms - entries[-1].at_ms) / 1000))


def _ways(entry: ledger.Entry) -> Iterator[tuple[Way, bool]]:
    """The ways that something took from what accepted it, each with whether it went badly."""
    is_of_rules = ":event-bus/" in entry.source_arn
    for rule, count in Counter(told["rule"] for told in entry.outcomes if is_of_rules).items():
        if count:
            yield (entry.source_arn, rule), False
    for told in entry.outcomes:
        if told["outcome"] == "filtered":
            continue
        is_bad = told["outcome"] in _FAILED
        sender = told["rule"] if is_of_rules else entry.source_arn
        yield (sender, told["target"]), is_bad
        if told.get("dead_letter"):
            yield (sender, told["dead_letter"]), is_bad


def _source(body: str) -> str:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return str(read.get("source", "")) if isinstance(read, dict) else ""


def _counted(tx: Tx, call: Call[Any], told: frozenset[str]) -> tuple[dict[Way, Flow], dict[str, Flow]]:
    """What the engine has counted between things and within them, without the kinds that are `told` already.

    A rate is of this minute so far and the rest of a minute before it.
    """
    now_s = call.now_ms // 1000
    minute = now_s // MINUTE_S * MINUTE_S
    weights = {minute: 1.0, minute - MINUTE_S: 1 - (now_s - minute) / MINUTE_S}
    kept = edges.between(
        tx, account=call.account, region=call.region, from_s=minute - TROUBLE_S, until_s=minute + MINUTE_S
    )
    ways: dict[Way, Flow] = {}
    within: dict[str, Flow] = {}
    for edge, minute_at_s, traffic in kept:
        if edge.kind in told:
            continue
        flow = _flow(traffic, weights.get(minute_at_s, 0.0))
        if edge.kind in _TAKERS or edge.source == edge.node:
            within[edge.node] = within.get(edge.node, NOTHING).plus(_own_part(edge.kind, flow))
        else:
            way = (edge.source.partition("/stream/")[0], edge.node)
            ways[way] = ways.get(way, NOTHING).plus(flow)
    return ways, within


def _own_part(kind: str, flow: Flow) -> Flow:
    """What a hop within a thing adds: a part of a whole, and the whole of what is told by its parts, nothing."""
    return NOTHING if kind in _PARTS else flow


def _flow(traffic: Traffic, weight: float) -> Flow:
    return Flow(traffic.count * weight / MINUTE_S, sum(traffic.counts[1:]), traffic.count, traffic.total_ms)
