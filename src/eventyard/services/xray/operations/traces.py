"""Traces out: GetTraceSummaries, BatchGetTraces.

A page of summaries looks at so many traces and shows those that are wanted: it may be empty and have a next one, as on
AWS. Traces follow each other by the second in which they began, so a token is the place of the last that was seen.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from eventyard.engine.call import Call
from eventyard.languages import page_tokens
from eventyard.services.xray import errors
from eventyard.services.xray.model.assembling import Trace, shown
from eventyard.services.xray.model.summaries import indexed, summary, traced
from eventyard.services.xray.operations.filtering import compiled
from eventyard.services.xray.operations.spans_of_time import asked_time, seconds_around
from eventyard.services.xray.queries import segments, traces
from eventyard.store.tx import Tx

TRACES_A_PAGE = 50
HOURS_MAX = 24
"""Source: https://docs.aws.amazon.com/general/latest/gr/xray.html (the time range of a search; 6 hours in one call of
the console). `Unverified` of the operation."""
TRACE_IDS_MAX = 5
TRACE_BYTES_MAX = 500 * 1024
"""Source: the model, of `LimitExceeded`."""
ACTIVE_BEFORE_MS = 3_600_000
"""Traces that began so long before a time may still be active in it, when events are asked for; ours."""


def get_trace_summaries(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The summaries of the traces of a time that the filter wants."""
    start_ms, end_ms = asked_time(call.params, hours_max=HOURS_MAX)
    by_event = call.params.get("TimeRangeType", "TraceId") != "TraceId"
    wanted = compiled(tx, call, call.params.get("FilterExpression", ""))
    after = page_tokens.name_of(call.params.get("NextToken"))
    if after is None:
        raise errors.token_invalid()
    from_s, until_s = seconds_around(start_ms - (ACTIVE_BEFORE_MS if by_event else 0), end_ms)
    page = traces.between(
        tx,
        account=call.account,
        region=call.region,
        from_s=from_s,
        until_s=until_s,
        after=after,
        is_failed=wanted.needs_failure,
        rows_max=TRACES_A_PAGE + 1,
    )
    kept, token = page_tokens.cut(page, TRACES_A_PAGE, lambda row: row[0])
    summaries, processed = [], 0
    for _, trace_id in kept:
        if not _is_sampled(call, trace_id):
            continue
        found = traces.trace(tx, trace_id, account=call.account, region=call.region)
        if found is None:
            continue
        processed += 1
        matched_s = _active_s(found, start_ms, end_ms) if by_event else None
        known = indexed(found)
        seen = traced(found, known)
        if (by_event and matched_s is None) or not wanted.matches(seen):
            continue
        revision = max(1, segments.revision(tx, trace_id, account=call.account, region=call.region))
        summaries.append(summary(found, known, seen, revision=revision, matched_at_s=matched_s))
    answer = {"TraceSummaries": summaries, "ApproximateTime": end_ms, "TracesProcessedCount": processed}
    return {**answer, "NextToken": token} if token else answer


def _is_sampled(call: Call[Mapping[str, Any]], trace_id: str) -> bool:
    """Whether the request wants to see this one: all, or the part of them that its strategy names.

    Which part is told by the id, so that pages and repeated calls see the same. `PartialScan` is all of them here: a
    page is no more than a part.
    """
    strategy = call.params.get("SamplingStrategy", {})
    if not call.params.get("Sampling") or strategy.get("Name") != "FixedRate":
        return True
    rate: float = strategy.get("Value", 1.0)
    return int(trace_id[-8:], 16) < rate * (1 << 32)


def _active_s(trace: Trace, start_ms: int, end_ms: int) -> float | None:
    """When, within the time, something of the trace first happened."""
    for segment in trace.segments:
        ended_s = segment.ended_s or segment.started_s
        if segment.started_s * 1000 < end_ms and ended_s * 1000 >= start_ms:
            return max(segment.started_s, start_ms / 1000)
    return None


def batch_get_traces(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The traces with these ids, whole; those of which nothing is known are told."""
    ids = call.params["TraceIds"]
    if len(ids) > TRACE_IDS_MAX:
        raise errors.too_many_trace_ids(TRACE_IDS_MAX)
    found, unknown = [], []
    for trace_id in dict.fromkeys(ids):
        trace = traces.trace(tx, trace_id.lower(), account=call.account, region=call.region)
        if trace is None:
            unknown.append(trace_id)
        else:
            found.append(_whole(trace))
    return {"Traces": found, "UnprocessedTraceIds": unknown}


def _whole(trace: Trace) -> dict[str, Any]:
    """The trace with its documents, up to as many bytes as AWS keeps of one."""
    parts: list[dict[str, str]] = []
    size = 0
    for segment in trace.segments:
        document = orjson.dumps(shown(segment.document)).decode()
        size += len(document)
        if size > TRACE_BYTES_MAX and parts:
            break
        parts.append({"Id": segment.id, "Document": document})
    limit_exceeded = len(parts) < len(trace.segments)
    return {"Id": trace.id, "Duration": trace.duration_s, "LimitExceeded": limit_exceeded, "Segments": parts}
