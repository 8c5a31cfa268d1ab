"""SQL of client segments and of the traces they belong to.

A trace's *place* sorts as trace ids do, by the second in which it began: it is the id itself, unless that is one of
W3C's, in which there is no time; then the second stands in its place.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from eventyard.services.xray.model.segments import Accepted, Document, has_failed
from eventyard.store.tx import Tx

DAY_MS = 24 * 3_600_000


def place_of(trace: str, started_at_ms: int) -> str:
    """Where the trace stands among others: its id, with the second of its beginning when the id's is no day near."""
    second = int(trace[2:10], 16)
    if abs(second * 1000 - started_at_ms) <= DAY_MS:
        return trace
    return f"1-{started_at_ms // 1000:08x}-{trace[11:]}"


def keep(tx: Tx, accepted: Accepted, *, account: str, region: str, now_ms: int) -> None:
    """Write a segment; one that is complete replaces one in progress, never the other way round."""
    tx.run(
        """insert into xray_segment
             (account, region, trace, id, is_subsegment, is_open, is_folded, started_at_ms, received_at_ms, document)
           values (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)
           on conflict (account, region, trace, id) do update
             set is_subsegment = excluded.is_subsegment, is_open = excluded.is_open, document = excluded.document,
               started_at_ms = excluded.started_at_ms, received_at_ms = excluded.received_at_ms
             where xray_segment.is_open >= excluded.is_open""",
        *(account, region, accepted.trace, accepted.id, int(accepted.is_subsegment)),
        *(int(accepted.ended_at_ms is None), accepted.started_at_ms, now_ms),
        orjson.dumps(accepted.document).decode(),
    )


def note_trace(tx: Tx, accepted: Sequence[Accepted], *, account: str, region: str, now_ms: int) -> None:
    """Say that segments of a trace have come; all are of one trace."""
    trace = accepted[0].trace
    started = min(one.started_at_ms for one in accepted)
    ended = max(one.ended_at_ms or one.started_at_ms for one in accepted)
    tx.run(
        """insert into xray_trace
             (account, region, trace, place, started_at_ms, ended_at_ms, received_at_ms, revision, has_failed)
           values (?, ?, ?, ?, ?, ?, ?, 1, ?)
           on conflict (account, region, trace) do update
             set started_at_ms = case when excluded.started_at_ms < xray_trace.started_at_ms
                   then excluded.started_at_ms else xray_trace.started_at_ms end,
               ended_at_ms = case when excluded.ended_at_ms > xray_trace.ended_at_ms
                   then excluded.ended_at_ms else xray_trace.ended_at_ms end,
               received_at_ms = excluded.received_at_ms, revision = xray_trace.revision + 1,
               has_failed = case when excluded.has_failed > xray_trace.has_failed
                   then excluded.has_failed else xray_trace.has_failed end""",
        *(account, region, trace, place_of(trace, started), started, ended, now_ms),
        int(any(has_failed(one.document) for one in accepted)),
    )


def documents(tx: Tx, trace: str, *, account: str, region: str) -> list[Document]:
    """The trace's documents as they came, by their beginning."""
    rows = tx.all(
        """select document from xray_segment
           where account = ? and region = ? and trace = ? order by started_at_ms, id""",
        *(account, region, trace),
    )
    return [orjson.loads(text) for (text,) in rows]


def place_of_trace(tx: Tx, trace: str) -> tuple[str, str] | None:
    """(account, region) in which clients have told of the trace, `None` where none has."""
    row = tx.one("select account, region from xray_trace where trace = ? order by received_at_ms limit 1", trace)
    return None if row is None else (row[0], row[1])


def arrived_since(tx: Tx, *, since_ms: int) -> list[str]:
    """The traces of which clients have told since then, the latest last."""
    rows = tx.all("select trace from xray_trace where received_at_ms >= ? order by received_at_ms", since_ms)
    return [trace for (trace,) in rows]


def revision(tx: Tx, trace: str, *, account: str, region: str) -> int:
    """How often the trace has changed; 0 where no client has told of it."""
    row = tx.one(
        "select revision from xray_trace where account = ? and region = ? and trace = ?", account, region, trace
    )
    return 0 if row is None else int(row[0])


def traces_between(
    tx: Tx, *, account: str, region: str, first: str, end: str, is_failed: bool, rows_max: int
) -> list[tuple[str, str]]:
    """(place, trace) of those whose place is from the one up to before the other; with `is_failed`, that failed."""
    only = "and has_failed = 1" if is_failed else ""
    rows = tx.all(
        f"""select place, trace from xray_trace
            where account = ? and region = ? and place >= ? and place < ? {only} order by place limit ?""",
        *(account, region, first, end, rows_max),
    )
    return [(place, trace) for place, trace in rows]


def traces_to_fold(tx: Tx, *, account: str, region: str, rows_max: int) -> list[str]:
    """Traces with segments that the map does not have yet, those that came first."""
    rows = tx.all(
        """select trace, min(received_at_ms) from xray_segment
           where account = ? and region = ? and is_folded = 0 and is_open = 0
           group by trace order by 2, 1 limit ?""",
        *(account, region, rows_max),
    )
    return [trace for trace, _ in rows]


def folded_now(tx: Tx, trace: str, *, account: str, region: str) -> set[str]:
    """Have the complete segments of the trace count as folded; gives back the ids of those that did not yet."""
    rows = tx.all(
        """update xray_segment set is_folded = 1
           where account = ? and region = ? and trace = ? and is_folded = 0 and is_open = 0 returning id""",
        *(account, region, trace),
    )
    return {id for (id,) in rows}


def documents_with(tx: Tx, *, account: str, region: str, text: str, traces_max: int) -> list[tuple[str, Document]]:
    """(trace, document) of those that hold the text, of the latest `traces_max` traces; the latest first."""
    rows = tx.all(
        """select latest.trace, s.document
           from (select trace, place from xray_trace
                 where account = ? and region = ? order by place desc limit ?) latest
             join xray_segment s on s.account = ? and s.region = ? and s.trace = latest.trace
           where s.document like ? escape '~' order by latest.place desc""",
        *(account, region, traces_max, account, region, f"%{_as_pattern(text)}%"),
    )
    return [(trace, orjson.loads(document)) for trace, document in rows]


def _as_pattern(text: str) -> str:
    return text.replace("~", "~~").replace("%", "~%").replace("_", "~_")


def forget(tx: Tx, *, before_ms: int, rows_max: int) -> int:
    """Delete the traces that have been still for longest, with their segments; gives back how many."""
    rows: list[tuple[Any, ...]] = tx.all(
        """select account, region, trace from xray_trace
           where received_at_ms < ? order by received_at_ms limit ?""",
        *(before_ms, rows_max),
    )
    tx.many("delete from xray_segment where account = ? and region = ? and trace = ?", rows)
    tx.many("delete from xray_trace where account = ? and region = ? and trace = ?", rows)
    return len(rows)


def oldest_at_ms(tx: Tx) -> int | None:
    """When the trace that has been still for longest was last heard of."""
    row = tx.one("select min(received_at_ms) from xray_trace")
    return None if row is None else row[0]
