"""What is counted and recorded beside the work: with the commit or not at all, and read back as a tree."""

from collections.abc import Iterator
from typing import Any

import pytest

from eventyard.base.errors import AwsError, StoreFailed
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.observing import edges
from eventyard.engine.observing.series import Series, Tally
from eventyard.engine.registry import Service
from eventyard.engine.trace import read, record
from eventyard.engine.trace.span import Span, span_id
from eventyard.store.tx import Store, Tx
from tests.support.engine import ACCOUNT, REGION, Platform

SENT = Series(ACCOUNT, REGION, "Shop", "Sent", "Count")
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/shop"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/shop/r"
DAY_MS = 24 * 3_600_000


class Counter:
    """Takes tallies, as the service that keeps metrics does; refuses as often as it is told."""

    def __init__(self) -> None:
        self.tallies: list[Tally] = []
        self.failures = 0

    def take(self, tx: Tx, call: Call[Any], tallies: list[Tally]) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreFailed("disk is full")
        self.tallies += tallies

    def total(self) -> float:
        return sum(value * times for tally in self.tallies for value, times in tally.counts.items())


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def platform(store: Store, counter: Counter) -> Iterator[Platform]:
    platform = Platform(store, [Service("cloudwatch", {}, sinks={"measurements": counter.take})])
    yield platform
    platform.close()


def count(tx: Tx, call: Call[Any]) -> None:
    call.measure(tx, SENT, 2, 3)


def test_what_was_counted_is_told_once_with_its_minute(platform: Platform, counter: Counter):
    platform.transact(count)
    platform.transact(count)
    platform.settle()
    assert counter.total() == 12
    assert {tally.series for tally in counter.tallies} == {SENT}
    assert counter.tallies[0].minute_at_s == platform.clock.now_ms() // 60_000 * 60


def test_a_scope_that_is_undone_takes_its_counts_along(platform: Platform, counter: Counter):
    def some(tx: Tx, call: Call[Any]) -> None:
        tx.enter()
        count(tx, call)
        tx.undo()
        call.measure(tx, SENT, 1)

    platform.transact(some)
    platform.settle()
    assert counter.total() == 1


def test_a_call_that_fails_counts_nothing(platform: Platform, counter: Counter):
    def fail(tx: Tx, call: Call[Any]) -> None:
        count(tx, call)
        raise AwsError("No", "no")

    with pytest.raises(AwsError):
        platform.transact(fail)
    platform.settle()
    assert counter.tallies == []


def test_what_could_not_be_stored_is_stored_later(platform: Platform, counter: Counter):
    counter.failures = 2
    platform.transact(count)
    platform.settle()
    assert counter.tallies == []
    platform.advance(2_000)
    assert counter.total() == 6


def test_a_hop_is_a_span_and_passes_along_an_edge(platform: Platform):
    def hop(tx: Tx, call: Call[Any]) -> str:
        below = record.span(tx, call, kind="request", arn=QUEUE, ended_at_ms=call.now_ms + 8)
        record.span(
            tx, call, kind="queue", arn=QUEUE, source=QUEUE, trace=below, status="fault", links=[("1-0-a", "b")]
        )
        return call.trace.root

    root = platform.transact(hop)
    platform.settle()
    first, second = platform.transact(lambda tx, call: read.spans_of(tx, root))
    assert (first.parent, second.parent) == ("", first.id)
    assert second.linked == (("1-0-a", "b"),)
    assert platform.transact(lambda tx, call: read.linked_to(tx, "1-0-a")) == [(root, second.id)]
    now_s = platform.clock.now_ms() // 1000
    kept = platform.transact(
        lambda tx, call: edges.between(tx, account=ACCOUNT, region=REGION, from_s=now_s - 60, until_s=now_s + 60)
    )
    told = {(edge.kind, edge.source, edge.node): traffic for edge, traffic in edges.together(kept).items()}
    assert told["request", "", QUEUE].counts == [1, 0, 0, 0]
    assert told["request", "", QUEUE].total_ms == 8
    assert told["queue", QUEUE, QUEUE].counts == [0, 0, 1, 0]


def test_minutes_of_an_edge_are_added_up(platform: Platform):
    def hop(tx: Tx, call: Call[Any]) -> None:
        record.span(tx, call, kind="request", arn=QUEUE)

    for _ in range(3):
        platform.transact(hop)
        platform.settle()
    now_s = platform.clock.now_ms() // 1000
    (kept,) = platform.transact(
        lambda tx, call: edges.between(tx, account=ACCOUNT, region=REGION, from_s=now_s - 60, until_s=now_s + 60)
    )
    assert (kept.traffic.count, sum(kept.traffic.steps.values())) == (3, 3)


def accept(tx: Tx, call: Call[Any]) -> str:
    """An event that a rule brought to a queue, from where it was received."""
    outcome = ledger.Outcome(RULE, QUEUE, "t", "delivered", 1, call.now_ms)
    ledger.accept(tx, call, [ledger.Accepted("e1", call.now_ms, BUS, "{}", [outcome], trace=call.trace.header())])
    context = call.trace.caused_by("e1")
    record.span(tx, call, kind="queue", arn=QUEUE, source=QUEUE, trace=context)
    return call.trace.root


def test_what_the_ledger_tells_is_part_of_the_trace(platform: Platform):
    root = platform.transact(accept)
    spans: list[Span] = platform.transact(lambda tx, call: read.spans_of(tx, root))
    bus, rule, queue = spans
    assert [(span.kind, span.arn) for span in spans] == [("bus", BUS), ("rule", RULE), ("queue", QUEUE)]
    assert (bus.id, rule.parent, queue.parent) == (span_id("e1"), bus.id, rule.id)


def test_traces_are_listed_by_when_they_began(platform: Platform):
    first = platform.transact(accept)
    platform.advance(5_000)

    def hop(tx: Tx, call: Call[Any]) -> str:
        record.span(tx, call, kind="request", arn=QUEUE, status="error")
        return call.trace.root

    second = platform.transact(hop)
    now_s = platform.clock.now_ms() // 1000

    def listed(**options: Any) -> Any:
        given = {"account": ACCOUNT, "region": REGION, "from_s": now_s - 10, "until_s": now_s + 1, "rows_max": 10}
        return platform.transact(lambda tx, call: read.traces_between(tx, **{**given, **options}))

    assert listed() == [first, second]
    assert listed(until_s=now_s) == [first]
    assert listed(after=first) == [second]
    assert listed(account="1") == []
    failed = platform.transact(
        lambda tx, call: read.failed_between(
            tx, account=ACCOUNT, region=REGION, from_s=now_s - 10, until_s=now_s + 1, rows_max=10
        )
    )
    assert failed == [second]


def test_a_trace_is_found_by_a_key(platform: Platform):
    def index(tx: Tx, call: Call[Any]) -> None:
        for root in ("1-00000001-a", "1-00000002-b"):
            record.key(tx, account=ACCOUNT, region=REGION, value="ord-1", at_ms=call.now_ms, trace=root)

    platform.transact(index)
    found = platform.transact(lambda tx, call: read.traces_of_key(tx, account=ACCOUNT, region=REGION, value="ord-1"))
    assert sorted(found) == ["1-00000001-a", "1-00000002-b"]


def test_old_traces_are_forgotten_and_young_ones_kept(platform: Platform):
    old = platform.transact(accept)
    platform.advance(4 * DAY_MS)
    young = platform.transact(lambda tx, call: record.span(tx, call, kind="request", arn=QUEUE).root)
    platform.advance(4 * DAY_MS)

    def spans(root: str) -> int:
        row = platform.transact(lambda tx, call: tx.one("select count(*) from spans where trace = ?", root))
        return int(row[0])

    assert (spans(old), spans(young)) == (0, 1)


def test_edges_are_forgotten_also_where_no_trace_is_kept(platform: Platform):
    def pass_by(tx: Tx, call: Call[Any]) -> None:
        edge = edges.Edge(ACCOUNT, REGION, BUS, RULE, "rule")
        edges.keep(tx, [edges.EdgeMinute(edge, call.now_ms // 60_000 * 60, edges.Traffic())])

    def minutes() -> int:
        row = platform.transact(lambda tx, call: tx.one("select count(*) from edges"))
        return int(row[0])

    for _ in range(5):
        platform.transact(pass_by)
        platform.advance(3 * 3_600_000)
    assert minutes() == 5
    platform.advance(8 * DAY_MS)
    assert minutes() == 0
