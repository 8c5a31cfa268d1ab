"""Writes spans, in the transaction of the hop.

What a bus, a topic, a schedule or a pipe accepts is in the ledger already, with its trace and each target's outcome:
the spans of these are read from there (`read.py`), and have their ids from what they took (`span.span_id`). So a
publisher pays for no row twice.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eventyard.engine.observing.edges import Status
from eventyard.engine.trace.context import TraceContext
from eventyard.engine.trace.span import Kind, Later, Link, Span, links_text
from eventyard.store.inserts import Insert
from eventyard.store.tx import Tx

if TYPE_CHECKING:
    from eventyard.engine.call import Call

_COLUMNS = "trace, id, parent, account, region, kind, arn, source, started_at_ms, ended_at_ms, status, detail, links"
_INSERT = Insert(f"insert into spans ({_COLUMNS}) values", "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
_INSERT_LINK = Insert("insert into span_links (to_trace, trace, id) values", "(?, ?, ?)")
_INSERT_FAILED = Insert(
    "insert into failed_traces (account, region, trace) values", "(?, ?, ?)", "on conflict do nothing"
)
_INSERT_KEY = Insert("insert into trace_keys (account, region, value, at_ms, trace) values", "(?, ?, ?, ?, ?)")


def span(
    tx: Tx,
    call: "Call[Any]",
    *,
    kind: Kind,
    arn: str,
    source: str = "",
    trace: TraceContext | None = None,
    id: str | None = None,
    started_at_ms: int | None = None,
    ended_at_ms: int | None = None,
    status: Status = "ok",
    detail: str = "",
    links: Sequence[Link] = (),
) -> TraceContext:
    """Record a hop of the call's cause (or of `trace`'s); what it causes goes on under the context that is given back.

    It happened at the call's instant unless told otherwise. Where traces are switched off, nothing is written.
    """
    context = trace or call.trace
    if not call.doors.is_tracing:
        return context
    own = Span(
        context.root,
        id or call.ids.span(),
        context.cause,
        call.account,
        call.region,
        kind,
        arn,
        source,
        call.now_ms if started_at_ms is None else started_at_ms,
        call.now_ms if ended_at_ms is None else ended_at_ms,
        status,
        detail,
        links_text(links) if links else "",
    )
    keep(tx, own)
    tx.note(own)
    return context.below(own.id)


def put(tx: Tx, call: "Call[Any]", spans: Sequence[Span]) -> None:
    """Record hops that are complete. Where traces are switched off, nothing is written."""
    if call.doors.is_tracing:
        for own in spans:
            keep(tx, own)
            tx.note(own)


def put_later(tx: Tx, call: "Call[Any]", spans: Sequence[Span]) -> None:
    """As `put`, a moment after the commit: what only reads so far remains free of writing."""
    if call.doors.is_tracing:
        for own in spans:
            tx.note(Later(own))


def keep(tx: Tx, span: Span) -> None:
    """Write a span and its links."""
    tx.insert(_INSERT, span)
    if span.status != "ok":
        failed(tx, account=span.account, region=span.region, trace=span.trace)
    if span.links:
        for to_trace in dict.fromkeys(trace for trace, _ in span.linked):
            tx.insert(_INSERT_LINK, (to_trace, span.trace, span.id))


def failed(tx: Tx, *, account: str, region: str, trace: str) -> None:
    """Have the trace found among those in which something has failed."""
    tx.insert(_INSERT_FAILED, (account, region, trace))


def key(tx: Tx, *, account: str, region: str, value: str, at_ms: int, trace: str) -> None:
    """Have the trace found by that value: an order's id, a correlation id."""
    tx.insert(_INSERT_KEY, (account, region, value, at_ms, trace))
