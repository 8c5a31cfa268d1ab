"""Which spans are forgotten: by the second in a trace's id, or by their own instant where the id has none."""

from collections.abc import Iterator
from typing import Any

import pytest

from eventyard.engine.call import Call
from eventyard.engine.trace import read, record
from eventyard.engine.trace.span import Span
from eventyard.store.tx import Store, Tx
from tests.support.engine import Platform

NOW_S = 1_767_225_600
DAY_S = 24 * 3_600
W3C_EARLY, W3C_LATE = "1-4efaaf4d-1e8720b39541901950019ee5", "1-fefaaf4d-1e8720b39541901950019ee5"


def _span(trace: str, started_s: int) -> Span:
    at_ms = started_s * 1000
    place = ("000000000000", "us-east-1")
    return Span(
        trace, f"{started_s:016x}", "", *place, "queue", "arn:aws:sqs:us-east-1:000000000000:q", "", at_ms, at_ms
    )


@pytest.fixture
def platform(store: Store) -> Iterator[Platform]:
    platform = Platform(store, [])
    yield platform
    platform.close()


def _left(platform: Platform, span: Span) -> int:
    """Keep the span, forget what is older than a week, and count what is left of its trace."""

    def work(tx: Tx, call: Call[Any]) -> int:
        record.keep(tx, span)
        read.forget(tx, before_s=NOW_S - 7 * DAY_S, rows_max=100)
        return len(read.spans_of(tx, span.trace))

    left: int = platform.transact(work)
    return left


@pytest.mark.parametrize("trace", [f"1-{NOW_S:08x}-{'0' * 24}", W3C_EARLY, W3C_LATE])
def test_a_recent_span_stays_whatever_its_traces_id_looks_like(platform, trace):
    assert _left(platform, _span(trace, NOW_S)) == 1


@pytest.mark.parametrize("trace", [f"1-{NOW_S - 8 * DAY_S:08x}-{'0' * 24}", W3C_EARLY, W3C_LATE])
def test_an_old_span_goes(platform, trace):
    assert _left(platform, _span(trace, NOW_S - 8 * DAY_S)) == 0
