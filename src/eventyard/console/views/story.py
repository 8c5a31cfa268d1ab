"""One order from end to end: everything that is known of a business key, as trees in the order of time.

key ─► its traces   a trace's id, an event's id, or what `trace_keys` and X-Ray's annotations have under the value
    ─► one forest   their hops, and those of other traces that link to them: the batches that its messages were in
    ─► pruned       of a request or a batch with many orders, what the others brought about is left out
    ─► with its log lines, dead letters, and what waits

{"key", "traces", "began_at_ms", "took_ms", "status", "counts", "trees": nodes as `spans.py` tells them, each with
 "lines" (its log), "waits" (what has not come yet; empty where nothing waits)}
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eventyard.console.views import finding, lines, pruning, spans
from eventyard.console.views.finding import Asked
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.trace import read
from eventyard.engine.trace.span import Span, span_id
from eventyard.store.tx import Tx

SPANS_MAX = 20_000
"""Hops that a story is picked from; traces that would be more are left out, which `is_cut` tells."""

PAYLOADS_MAX = 1_000
"""Of a trace with more texts only those are read that hold a key."""

_COUNTED: Mapping[str, str] = {
    "bus": "events",
    "topic": "messages",
    "queue": "messages",
    "invocation": "invocations",
    "state": "states",
    "mail": "mails",
}


class _Traces:
    """Traces as they are read for one story, each once, as long as they are not too many."""

    def __init__(self, tx: Tx, call: Call[Any], keys: Sequence[str]) -> None:
        self._tx = tx
        self._call = call
        self._keys = keys
        self._read: dict[str, list[Span]] = {}
        self.payloads: dict[str, str] = {}
        self.is_cut = False

    def spans(self, trace: str) -> list[Span]:
        """The hops of the trace that may be seen; none where it is one too many."""
        if trace in self._read:
            return self._read[trace]
        if sum(map(len, self._read.values())) >= SPANS_MAX:
            self.is_cut = True
            return []
        seen = self._read[trace] = spans.seen_spans(self._tx, self._call, trace)
        self.is_cut |= len(seen) >= read.SPANS_MAX
        entries = ledger.entries_of_trace(self._tx, trace, rows_max=read.SPANS_MAX)
        few = len(entries) <= PAYLOADS_MAX
        self.payloads |= {
            entry.event_id: entry.body for entry in entries if few or any(key in entry.body for key in self._keys)
        }
        return seen


def story(tx: Tx, call: Call[Any], key: str) -> Mapping[str, Any]:
    """Everything that is known of the key; without `trees` where nothing is."""
    asked = finding.asked_for(tx, call, key)
    known = _Traces(tx, call, asked.keys)
    trees = _trees(tx, call, asked, known)
    nodes = list(spans.flat(trees))
    pruning.note_waits(nodes)
    lines.add_lines(tx, call, nodes, asked.keys)
    began_at_ms = min((node["started_at_ms"] for node in nodes), default=0)
    return {
        "key": key,
        "traces": sorted({node["trace"] for node in trees}),
        "began_at_ms": began_at_ms,
        "took_ms": max((node["ended_at_ms"] for node in nodes), default=0) - began_at_ms,
        "status": spans.worst(node["status"] for node in nodes),
        "counts": _counts(nodes),
        "trees": trees,
        "is_cut": known.is_cut,
    }


def _trees(tx: Tx, call: Call[Any], asked: Asked, known: _Traces) -> list[dict[str, Any]]:
    """The forest of the traces, with what links to what is left of it."""
    own = [span for trace in asked.traces for span in known.spans(trace)]
    own = pruning.with_running(tx, call, own, asked.keys)
    trees = _pruned(own, known.payloads, asked)
    kept = {node["id"] for node in spans.flat(trees)}
    linking = [span for trace in asked.traces for span in read.linking_to(tx, trace)]
    batches = {span.id: span for span in (*own, *linking) if span.links and span.id not in kept}
    grafts = list(_grafts(known, [span for span in batches.values() if spans.may_see(call, span.account)], kept))
    if not grafts:
        return trees
    return _pruned(list({span.id: span for span in (*own, *grafts)}.values()), known.payloads, asked)


def _pruned(seen: Sequence[Span], payloads: Mapping[str, str], asked: Asked) -> list[dict[str, Any]]:
    trees = spans.forest(seen, payloads)
    of_span = {span.id: span.trace for span in seen}
    for node in spans.flat(trees):
        node["trace"] = of_span[node["id"]]
        node["children"].sort(key=lambda child: (child["started_at_ms"], child["ended_at_ms"]))
    if asked.event_id:
        trees = [node for node in spans.flat(trees) if node["id"] == span_id(asked.event_id)][:1]
    if asked.keys:
        trees = pruning.pruned(trees, asked.keys, payloads)
    return sorted(trees, key=lambda tree: tree["started_at_ms"])


def _grafts(known: _Traces, linking: Sequence[Span], kept: set[str]) -> Iterator[Span]:
    """The hops below those that link to one that is kept, in whose place they come."""
    for span in linking:
        below = next((id for _, id in span.linked if id in kept), None)
        if below is None:
            continue
        yield span._replace(parent=below)
        reached = {span.id}
        for one in known.spans(span.trace):
            if one.parent in reached and one.id not in reached:
                reached.add(one.id)
                yield one


def _counts(nodes: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many there are of what people count, each once."""
    counts: Counter[str] = Counter()
    for node in {node["id"]: node for node in nodes}.values():
        counts[_COUNTED.get(node["kind"], "hops")] += 1
        counts["lines"] += len(node["lines"])
        counts["dead_letters"] += bool(node["dead_letter"])
        counts["waits"] += bool(node["waits"])
    return {name: counts[name] for name in (*dict.fromkeys(_COUNTED.values()), "lines", "dead_letters", "waits")}
