"""Reads traces: the spans that were written, and those that the ledger's rows tell.

    ledger row of an event      ──► a span of what accepted it (bus, topic, schedule, pipe)
      each outcome of the row   ──► a span of what sent it on (rule, subscription, …), below that
    a stored span whose parent is the event and which happened at an outcome's target ──► below that outcome

A trace's id begins with its second (`1-` and that in hexadecimal), so traces of a time are neighbours in the index.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from eventyard.engine import ledger
from eventyard.engine.trace.context import read_header
from eventyard.engine.trace.span import Link, Span, hop_id, span_id
from eventyard.languages.arns import parse_arn
from eventyard.store.tx import Row, Tx

SPANS_MAX = 10_000
"""Spans of one trace that are read."""

NO_TIME_S = 400 * 24 * 3_600
"""An id that seems to be so far ahead has no time in it: it is one of W3C's."""

_COLUMNS = "trace, id, parent, account, region, kind, arn, source, started_at_ms, ended_at_ms, status, detail, links"

_TOLD = ("outcome", "attempts", "reason", "dead_letter", "next_at_ms", "tries")


def spans_of(tx: Tx, trace: str) -> list[Span]:
    """The spans of a trace in the order of their beginning, parents first; none where it is not known."""
    told: list[Span] = []
    by_target: dict[tuple[str, str], str] = {}
    for entry in ledger.entries_of_trace(tx, trace, rows_max=SPANS_MAX):
        first, *senders = spans_of_entry(entry)
        told += [first, *senders]
        for outcome, sender in zip(entry.outcomes, senders, strict=True):
            by_target.setdefault((first.id, outcome["target"]), sender.id)
    rows = tx.all(
        f"select {_COLUMNS} from spans where trace = ? order by started_at_ms, ended_at_ms desc limit ?",
        *(trace, SPANS_MAX),
    )
    for span in map(_span, rows):
        told.append(span._replace(parent=by_target.get((span.parent, span.arn), span.parent)))
    return _parents_first(told)


def spans_of_entry(entry: ledger.Entry) -> list[Span]:
    """What a row of the ledger tells: what took the event, then what sent it on, one for each outcome.

    The detail of the first has `event_id` and `body_bytes`, that of the others `target`, `target_id`, `outcome`,
    `attempts`, and where there is one `reason`, `dead_letter`, `next_at_ms` and `tries`.
    """
    context = read_header(entry.trace)
    assert context is not None, "every row has the trace of what caused it"
    arn = parse_arn(entry.source_arn)
    account, region = ("", "") if arn is None else (arn.account, arn.region)
    taker, sender = ledger.TAKERS.get("" if arn is None else arn.service, ("bus", "rule"))
    own_id = span_id(hop_id("" if arn is None else arn.service, entry.event_id))
    detail = orjson.dumps({"event_id": entry.event_id, "body_bytes": len(entry.body.encode())}).decode()
    first = Span(
        *(context.root, own_id, context.cause, account, region, taker, entry.source_arn, ""),
        *(entry.at_ms, entry.at_ms, "ok", detail),
    )
    return [first, *(_sent_on(first, sender, entry.event_id, outcome) for outcome in entry.outcomes)]


def _sent_on(first: Span, kind: str, event_id: str, outcome: Mapping[str, Any]) -> Span:
    told = {name: outcome[name] for name in _TOLD if outcome.get(name)}
    detail = {"target": outcome["target"], "target_id": outcome["id"], **told}
    return first._replace(
        id=span_id(f"{event_id} {outcome['rule']} {outcome['id']} {outcome['target']}"),
        parent=first.id,
        kind=kind,
        arn=outcome["rule"] or outcome["target"],
        source=first.arn,
        ended_at_ms=max(first.started_at_ms, outcome["at_ms"]),
        status=ledger.STATUS_OF.get(outcome["outcome"], "ok"),
        detail=orjson.dumps(detail).decode(),
    )


def traces_between(
    tx: Tx, *, account: str, region: str, from_s: int, until_s: int, after: str = "", rows_max: int
) -> list[str]:
    """Traces that began from the one second up to before the other, in the order of their ids.

    Only those after the trace `after`, of spans and events of that account and region; at most `rows_max`.
    """
    first, end = max(f"1-{from_s:08x}", f"{after}~" if after else ""), f"1-{until_s:08x}"
    spans = tx.all(
        """select distinct trace from spans
           where trace >= ? and trace < ? and account = ? and region = ?
           order by trace limit ?""",
        *(first, end, account, region, rows_max),
    )
    roots = {trace for (trace,) in spans}
    roots.update(
        ledger.traces_between(
            tx, account=account, region=region, first=f"Root={first}", end=f"Root={end}", rows_max=rows_max
        )
    )
    return sorted(roots)[:rows_max]


def failed_between(
    tx: Tx, *, account: str, region: str, from_s: int, until_s: int, after: str = "", rows_max: int
) -> list[str]:
    """As `traces_between`, of those in which a span, or an outcome in the ledger, has failed."""
    first, end = max(f"1-{from_s:08x}", f"{after}~" if after else ""), f"1-{until_s:08x}"
    rows = tx.all(
        """select trace from failed_traces
           where account = ? and region = ? and trace >= ? and trace < ?
           order by trace limit ?""",
        *(account, region, first, end, rows_max),
    )
    return [trace for (trace,) in rows]


def place_of(tx: Tx, trace: str) -> tuple[str, str] | None:
    """(account, region) in which the trace is known first, `None` where it is not known."""
    row = tx.one("select account, region from spans where trace = ? order by started_at_ms limit 1", trace)
    if row is not None:
        return row[0], row[1]
    for entry in ledger.entries_of_trace(tx, trace, rows_max=1):
        if (arn := parse_arn(entry.source_arn)) is not None:
            return arn.account, arn.region
    return None


def linked_to(tx: Tx, trace: str) -> list[Link]:
    """The spans of other traces that link to this one: the batches that its messages were in, its replays."""
    rows = tx.all("select trace, id from span_links where to_trace = ? order by trace, id limit ?", trace, SPANS_MAX)
    return [(root, id) for root, id in rows if root != trace]


def traces_of_key(tx: Tx, *, account: str, region: str, value: str, rows_max: int = 100) -> list[str]:
    """The traces that are found by that value, the latest first."""
    rows = tx.all(
        """select trace, max(at_ms) from trace_keys
           where account = ? and region = ? and value = ?
           group by trace order by 2 desc, 1 limit ?""",
        *(account, region, value, rows_max),
    )
    return [trace for trace, _ in rows]


def latest_of(tx: Tx, *, kind: str, arn: str, looked_at_max: int, rows_max: int) -> list[Span]:
    """The latest spans of that kind at the node, or at a version of it, the newest traces first.

    Only among the spans of so many of the latest hops anywhere: there is no index by node.
    """
    rows = tx.all(
        f"""select {_COLUMNS} from (select * from spans order by trace desc limit ?) as latest
            where kind = ? and (arn = ? or arn like ?) order by trace desc, started_at_ms desc limit ?""",
        *(looked_at_max, kind, arn, f"{arn}:%", rows_max),
    )
    return [_span(row) for row in rows]


def linking_to(tx: Tx, trace: str) -> list[Span]:
    """The spans of other traces that link to spans of this one."""
    columns = ", ".join(f"s.{name}" for name in _COLUMNS.split(", "))
    rows = tx.all(
        f"""select {columns} from span_links l join spans s on s.trace = l.trace and s.id = l.id
            where l.to_trace = ? and l.trace <> ? order by s.started_at_ms limit ?""",
        *(trace, trace, SPANS_MAX),
    )
    return [_span(row) for row in rows]


def keys_of_trace(tx: Tx, trace: str, *, at_ms: int) -> list[str]:
    """The values under which events that were accepted in the course of the trace at that instant are found."""
    rows = tx.all("select distinct value from trace_keys where at_ms = ? and trace = ? order by value", at_ms, trace)
    return [value for (value,) in rows]


def forget(tx: Tx, *, before_s: int, rows_max: int) -> int:
    """Delete the oldest spans of traces from before that second, with links and keys; gives back how many spans.

    Traces with W3C's ids, which may seem to be of any time, go when their spans are old.
    """
    end, before_ms = f"1-{before_s:08x}", before_s * 1000
    last = tx.one(
        "select trace from spans where trace < ? and started_at_ms < ? order by trace limit 1 offset ?",
        *(end, before_ms, rows_max),
    )
    end = end if last is None else last[0]
    deleted = tx.run("delete from spans where trace < ? and started_at_ms < ?", end, before_ms)
    tx.run("delete from spans where trace > ? and started_at_ms < ?", f"1-{before_s + NO_TIME_S:08x}", before_ms)
    tx.run("delete from span_links where to_trace < ?", end)
    tx.run("delete from failed_traces where trace < ?", end)
    tx.run("delete from trace_keys where at_ms < ?", before_s * 1000)
    return deleted


def spans_count(tx: Tx) -> int:
    """How many spans there are; of millions it takes a tenth of a second."""
    row = tx.one("select count(*) from spans")
    return 0 if row is None else int(row[0])


def oldest_at_s(tx: Tx) -> int | None:
    """The second in which the oldest trace that is kept began; `None` where there is none."""
    row = tx.one("select min(trace) from spans")
    return None if row is None or row[0] is None else int(row[0][2:10], 16)


def _parents_first(spans: list[Span]) -> list[Span]:
    """In the order of their beginning; of those that began together, each after its parent."""
    by_id = {span.id: span for span in spans}

    def depth(span: Span) -> int:
        seen = {span.id}
        while (parent := by_id.get(span.parent)) is not None and parent.id not in seen:
            seen.add(parent.id)
            span = parent
        return len(seen)

    return sorted(spans, key=lambda span: (span.started_at_ms, depth(span)))


def _span(row: Row) -> Span:
    return Span(*row)
