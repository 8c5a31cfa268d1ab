"""Takes segments in, and folds them into the map.

    PutTraceSegments, datagrams, OTLP ──► keep ──► due row "xray.fold", 2 seconds on ──► fold ──► edges of their minute

A segment is folded once, when it is complete and its trace had a moment to come together: who called it is known by
then. Whoever asks for the map folds what waits first, so that the map never lags behind what was put.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.engine.registry import Timer
from eventyard.services.xray.model.assembling import Trace, assemble
from eventyard.services.xray.model.graphs import Flow, segment_flow
from eventyard.services.xray.model.nodes import COUNTED_BY_ENGINE
from eventyard.services.xray.model.segments import Accepted, steps
from eventyard.services.xray.queries import edges, segments, settings, traces
from eventyard.store.tx import Tx

ARRIVED = "xray.arrived"
"""Woken when segments have come."""
FOLD_TIMER = "xray.fold"
RETENTION_TIMER = "xray.retention"
FOLD_AFTER_MS = 2_000
FOLD_AT_LATEST_MS = 60_000
TRACES_A_TURN = 10
"""Traces that the timer folds at once: others are not to wait for long."""
TRACES_A_TIME = 100
"""Traces that one transaction folds or forgets."""
KEPT_MS = 30 * 24 * 3_600_000
"""At most; no longer than traces are kept at all. Source: https://docs.aws.amazon.com/general/latest/gr/xray.html"""
HOUR_MS = 3_600_000
REPORTS_KEPT_MS = 24 * HOUR_MS
"""How long is kept what clients did with sampling rules, and what daemons said of themselves."""


def keep(tx: Tx, call: Call[Any], accepted: Sequence[Accepted]) -> None:
    """Write segments, and have them folded soon."""
    by_trace: dict[str, list[Accepted]] = {}
    for one in accepted:
        by_trace.setdefault(one.trace, []).append(one)
        segments.keep(tx, one, account=call.account, region=call.region, now_ms=call.now_ms)
    for together in by_trace.values():
        segments.note_trace(tx, together, account=call.account, region=call.region, now_ms=call.now_ms)
    if by_trace:
        call.wake(ARRIVED)
        place = f"{call.account}/{call.region}"
        call.later(tx, kind=FOLD_TIMER, key=place, at_ms=call.now_ms + FOLD_AFTER_MS)
        forget_later(tx, call)


def forget_later(tx: Tx, call: Call[Any]) -> None:
    """Have what is old by then forgotten: something has been written that is not kept for ever."""
    call.later(tx, kind=RETENTION_TIMER, key="", at_ms=call.now_ms + HOUR_MS)


def fold(tx: Tx, call: Call[Any], *, rows_max: int = TRACES_A_TIME, still_ms: int = 0) -> bool:
    """Fold what waits in the call's account and region; false when there may be more.

    Each trace is read as a whole, so one that grows for long is folded now and then, not with each of its segments:
    only traces that have been still for `still_ms`, and those that have waited for a minute.
    """
    waiting = segments.traces_to_fold(
        tx,
        account=call.account,
        region=call.region,
        still_since_ms=call.now_ms - still_ms,
        waiting_since_ms=call.now_ms - FOLD_AT_LATEST_MS,
        rows_max=rows_max,
    )
    for trace in waiting:
        edges.keep(tx, _new_flows(tx, call, trace), account=call.account, region=call.region)
    return len(waiting) < rows_max


def _new_flows(tx: Tx, call: Call[Any], trace: str) -> list[Flow]:
    new = segments.folded_now(tx, trace, account=call.account, region=call.region)
    documents = traces.documents(tx, trace, account=call.account, region=call.region)
    parts = {part["id"] for one in documents if one["id"] in new for part in (one, *steps(one))}
    whole = assemble(trace, documents)
    return [] if whole is None else _flows(whole, new, parts)


def _flows(whole: Trace, new: set[str], parts: set[str]) -> list[Flow]:
    """The new segments, and what their parts called. The engine has counted its own hops."""
    flows = []
    for segment in whole.segments:
        is_called = segment.parent in parts and (segment.is_inferred or segment.kind == "request")
        if is_called:
            flows.append(segment_flow(segment, is_link=segment.node.type in COUNTED_BY_ENGINE))
        elif segment.id in new and not segment.kind and segment.document.get("type") != "subsegment":
            flows.append(segment_flow(segment))
    return flows


def fold_on_time(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Fold what waits, a piece at a time."""
    if not fold(tx, call, rows_max=TRACES_A_TURN, still_ms=FOLD_AFTER_MS):
        call.later(tx, kind=FOLD_TIMER, key=due.key, at_ms=call.now_ms)
    elif segments.has_unfolded(tx, account=call.account, region=call.region):
        call.later(tx, kind=FOLD_TIMER, key=due.key, at_ms=call.now_ms + FOLD_AFTER_MS)


def forget_old(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Delete traces that are older than traces are kept, and clients' reports that are older than a day."""
    kept_ms = min(KEPT_MS, call.doors.kept_ms)
    before_ms = call.now_ms - kept_ms
    forgotten = segments.forget(tx, before_ms=before_ms, rows_max=TRACES_A_TIME)
    edges.forget(tx, before_s=before_ms // 1000)
    has_reports = settings.forget_reports(tx, before_s=(call.now_ms - REPORTS_KEPT_MS) // 1000)
    at_ms = _next_ms(tx, call.now_ms, kept_ms, has_more=forgotten == TRACES_A_TIME, has_reports=has_reports)
    if at_ms is not None:
        call.later(tx, kind=RETENTION_TIMER, key="", at_ms=at_ms)


def _next_ms(tx: Tx, now_ms: int, kept_ms: int, *, has_more: bool, has_reports: bool) -> int | None:
    """When there is something to forget again, `None` where nothing is left."""
    if has_more:
        return now_ms
    oldest_ms = segments.oldest_at_ms(tx)
    if oldest_ms is None:
        return now_ms + REPORTS_KEPT_MS if has_reports else None
    return max(now_ms + HOUR_MS, min(oldest_ms + kept_ms, now_ms + REPORTS_KEPT_MS if has_reports else 1 << 62))


TIMERS: Mapping[str, Timer] = MappingProxyType({FOLD_TIMER: fold_on_time, RETENTION_TIMER: forget_old})
