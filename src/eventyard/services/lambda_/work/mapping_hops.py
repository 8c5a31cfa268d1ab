"""The hops of a batch: its mapping's span, below that the function's, below that the invocation's.

They are in the trace of the batch's first record that has one, with links to what the other records come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from eventyard.engine.call import Call
from eventyard.engine.observing.edges import Status
from eventyard.engine.trace import record
from eventyard.engine.trace.context import TraceContext
from eventyard.engine.trace.span import Link, Span, links_text, span_id
from eventyard.services.lambda_.model.mapping import EventSourceMapping
from eventyard.services.lambda_.model.names import FunctionRef
from eventyard.services.lambda_.work import hops
from eventyard.services.lambda_.work.invoking import Attempted
from eventyard.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that has been settled: `span` is its own id, `trace` its cause."""

    mapping: EventSourceMapping
    ref: FunctionRef
    trace: TraceContext
    span: str
    links: Sequence[Link]
    records: int
    failed: int
    request_id: str
    began_at_ms: int

    @property
    def arn(self) -> str:
        """The mapping's ARN."""
        mapping = self.mapping
        return f"arn:aws:lambda:{mapping.region}:{mapping.account}:event-source-mapping:{mapping.uuid}"


def function_of(span: str) -> str:
    """The id of the function's span below a batch's."""
    return span_id(f"{span} function")


def tell(tx: Tx, call: Call[Any], batch: Batch, attempted: Attempted | None) -> None:
    """Write the spans of a batch, and count its invocation; `None` is of one that could not even be tried."""
    if attempted is None:
        told = {"error": {"code": "NotInvoked", "message": "The function or the queue is gone, or it was too late."}}
        record.put(tx, call, [_mapping_span(call, batch, "fault", told)])
        return
    status = hops.status_of(attempted.outcome)
    failure = hops.failure_told(attempted.outcome)
    own: Status = "error" if status == "ok" and batch.failed else status
    asked = hops.Asked(
        batch.ref, batch.trace.below(batch.span), function_of(batch.span), batch.arn, attempted.began_at_ms
    )
    whole = {"request_id": batch.request_id, "attempts": 1, **failure}
    spans = [
        _mapping_span(call, batch, own, failure),
        hops.function_span(asked, ended_at_ms=attempted.ended_at_ms, status=status, told=whole),
        *hops.attempt_spans(attempted, call.ids),
    ]
    record.put(tx, call, spans)
    for series, value, _ in hops.attempt_metrics(attempted, batch.ref):
        call.measure(tx, series, value)


def _mapping_span(call: Call[Any], batch: Batch, status: Status, more_told: dict[str, Any]) -> Span:
    mapping, trace = batch.mapping, batch.trace
    told = {"uuid": mapping.uuid, "records": batch.records, "failed": batch.failed, **more_told}
    return Span(
        *(trace.root, batch.span, trace.cause, mapping.account, mapping.region, "mapping", batch.arn),
        *(mapping.source_arn, batch.began_at_ms, call.now_ms, status, orjson.dumps(told).decode()),
        links_text(batch.links),
    )
