"""Traces: found by a business key or by time, and one as a waterfall."""

from collections.abc import Callable, Mapping
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.console.views import finding, spans
from eventyard.console.views.story import story
from eventyard.engine.call import Call
from eventyard.engine.trace import read
from eventyard.store.tx import Tx

SHOWN_MAX = 50
_WINDOWS_S = (2, 10, 60, 300, 3_600, 24 * 3_600, 7 * 24 * 3_600)
"""How far back the latest are looked for, until there are enough."""


def traces(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """Traces, the latest first: those found by `key`, or all; `status=trouble` keeps those with a fault or an error.

    Of a `key` the whole `story` is told, too. Trouble without a key is where a hop of a consumer has failed; what a
    rule could not deliver is on the overview.
    """
    key = str(call.params.get("key", "")).strip()
    status = str(call.params.get("status", ""))
    between = read.failed_between if status == "trouble" else read.traces_between
    roots = finding.asked_for(tx, call, key).traces if key else ()
    if not key:
        roots = latest_traces(tx, call, between, call.now_ms // 1000 + 1)
    told = (summary(tx, call, root) for root in roots[: 2 * SHOWN_MAX])
    shown = [one for one in told if one is not None and (status != "trouble" or one["status"] != "ok")]
    told_of_key = {"story": story(tx, call, key)} if key else {}
    return {"traces": shown[:SHOWN_MAX], "asked": {"key": key, "status": status}, **told_of_key}


def trace(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """One trace: its `rows` in the order of its tree, with their place on a scale of 1000, and what links to it."""
    root = call.params["trace"]
    seen = spans.seen_spans(tx, call, root)
    if not seen:
        raise AwsError("NotFound", f"No trace {root} is known.", status=404)
    began_at_ms = min(span.started_at_ms for span in seen)
    ended_at_ms = max(span.ended_at_ms for span in seen)
    whole_ms = max(1, ended_at_ms - began_at_ms)
    trees = spans.forest(seen, spans.payloads_of(tx, root))
    rows = [
        {
            **{name: value for name, value in node.items() if name != "children"},
            "left": round((node["started_at_ms"] - began_at_ms) * 1000 / whole_ms),
            "width": max(4, round(node["took_ms"] * 1000 / whole_ms)),
        }
        for node in spans.flat(trees)
    ]
    linked = sorted({other for other, _ in read.linked_to(tx, root)} | _links(rows, root))
    return {
        "trace": root,
        "began_at_ms": began_at_ms,
        "took_ms": ended_at_ms - began_at_ms,
        "status": spans.worst(span.status for span in seen),
        "rows": rows,
        "linked": linked[:SHOWN_MAX],
    }


def summary(tx: Tx, call: Call[Any], root: str) -> dict[str, Any] | None:
    """What a list tells of a trace; `None` where nothing of it may be seen."""
    seen = spans.seen_spans(tx, call, root)
    if not seen:
        return None
    began_at_ms = min(span.started_at_ms for span in seen)
    first = spans.forest(seen[:1], {})[0]
    failed = [span for span in seen if span.status != "ok"]
    return {
        "trace": root,
        "began_at_ms": began_at_ms,
        "took_ms": max(span.ended_at_ms for span in seen) - began_at_ms,
        "status": spans.worst(span.status for span in seen),
        "hops": len(seen),
        "failed": len(failed),
        "kind": first["kind"],
        "name": first["name"],
        "event_id": first["event_id"],
    }


def _links(rows: list[dict[str, Any]], root: str) -> set[str]:
    return {link["trace"] for row in rows for link in row["links"]} - {root}


def latest_traces(tx: Tx, call: Call[Any], between: Callable[..., list[str]], until_s: int) -> list[str]:
    """The latest traces that `between` (of `engine.trace.read`) gives, the latest first."""
    found: list[str] = []
    for window_s in _WINDOWS_S:
        found = between(
            tx, account=call.account, region=call.region, from_s=until_s - window_s, until_s=until_s, rows_max=1_000
        )
        if len(found) >= SHOWN_MAX:
            break
    return list(reversed(found))
