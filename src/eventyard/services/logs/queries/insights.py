"""The SQL of Insights queries, of their results, and of the events that they read."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eventyard.services.logs.model.insights import RUNNING, SCHEDULED, Found, QueryRun, Range
from eventyard.store.tx import Row, Tx

_COLUMNS = (
    "id, account, region, query, shown, from_ms, until_ms, rows_max, group_ids, group_names, status, created_at_ms, "
    "records_matched, records_scanned, bytes_scanned, result_count"
)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a query has to know of a group; `retention_days` is `None` where events never expire."""

    id: int
    name: str
    created_at_ms: int
    retention_days: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a query reads it."""

    id: int
    at_ms: int
    ingested_at_ms: int
    message: str
    stream: str


def groups_named(tx: Tx, account: str, region: str, names: Sequence[str]) -> list[Searched]:
    """Those of the groups that are there, in the order of their names."""
    marks = ", ".join("?" for _ in names)
    rows = tx.all(
        f"""select id, name, created_at_ms, retention_days from logs_groups
            where account = ? and region = ? and name in ({marks}) order by name""",
        account,
        region,
        *names,
    )
    return [Searched(*row) for row in rows]


def all_groups(tx: Tx, account: str, region: str, *, rows_max: int) -> list[Searched]:
    """The groups of the account's standard class, in the order of their names."""
    rows = tx.all(
        """select id, name, created_at_ms, retention_days from logs_groups
           where account = ? and region = ? and log_class = 'STANDARD' order by name limit ?""",
        account,
        region,
        rows_max,
    )
    return [Searched(*row) for row in rows]


def group_name(tx: Tx, account: str, region: str, group_id: int) -> str | None:
    """The name of a group of the account, or `None`."""
    row = tx.one("select name from logs_groups where account = ? and region = ? and id = ?", account, region, group_id)
    return None if row is None else str(row[0])


def lines_after(tx: Tx, group_id: int, *, place: tuple[int, int], until_ms: int, rows_max: int) -> list[Row]:
    """Events of the group behind the place (instant, number), until that instant (included), in order.

    They are rows as a `Line` has them, since queries read many: (id, at_ms, ingested_at_ms, message, stream).
    """
    at_ms, event_id = place
    return tx.all(
        """select e.id, e.at_ms, e.ingested_at_ms, e.message, s.name
           from logs_events e join logs_streams s on s.id = e.stream_id
           where e.group_id = ? and e.at_ms >= ? and e.at_ms <= ? and (e.at_ms > ? or (e.at_ms = ? and e.id > ?))
           order by e.at_ms, e.id limit ?""",
        group_id,
        at_ms,
        until_ms,
        at_ms,
        at_ms,
        event_id,
        rows_max,
    )


def find_line(tx: Tx, group_id: int, event_id: int) -> Line | None:
    """One event of the group, or `None`."""
    row = tx.one(
        """select e.id, e.at_ms, e.ingested_at_ms, e.message, s.name
           from logs_events e join logs_streams s on s.id = e.stream_id where e.id = ? and e.group_id = ?""",
        event_id,
        group_id,
    )
    return None if row is None else Line(*row)


def insert_run(tx: Tx, run: QueryRun) -> None:
    """Add a query that nobody has begun yet."""
    tx.run(
        f"insert into logs_queries ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)",
        run.id,
        run.account,
        run.region,
        run.text,
        run.shown,
        run.range.from_ms,
        run.range.until_ms,
        run.rows_max,
        json.dumps(run.group_ids),
        json.dumps(run.group_names),
        run.status,
        run.created_at_ms,
    )


def find_run(tx: Tx, account: str, region: str, query_id: str) -> QueryRun | None:
    """The account's query, or `None`."""
    row = tx.one(
        f"select {_COLUMNS} from logs_queries where id = ? and account = ? and region = ?", query_id, account, region
    )
    return None if row is None else _run(row)


def runs(tx: Tx, account: str, region: str, *, rows_max: int) -> list[QueryRun]:
    """The account's queries, the newest first."""
    rows = tx.all(
        f"""select {_COLUMNS} from logs_queries where account = ? and region = ?
            order by created_at_ms desc, id limit ?""",
        account,
        region,
        rows_max,
    )
    return [_run(row) for row in rows]


def unfinished_count(tx: Tx, account: str, region: str) -> int:
    """How many of the account's queries have not ended."""
    row = tx.one(
        "select count(*) from logs_queries where account = ? and region = ? and status in (?, ?)",
        account,
        region,
        SCHEDULED,
        RUNNING,
    )
    return 0 if row is None else int(row[0])


def begin_run(tx: Tx, query_id: str) -> QueryRun | None:
    """Have the query run, and give it back; `None` where it has ended or is not there any more."""
    row = tx.one(
        f"update logs_queries set status = ? where id = ? and status in (?, ?) returning {_COLUMNS}",
        RUNNING,
        query_id,
        SCHEDULED,
        RUNNING,
    )
    return None if row is None else _run(row)


def end_run(tx: Tx, query_id: str, *, status: str, found: Found, pages: Iterable[str] = ()) -> bool:
    """The query has ended, with these pages of results. Gives back false, and keeps nothing, where it had before."""
    ended = tx.run(
        """update logs_queries
           set status = ?, records_matched = ?, records_scanned = ?, bytes_scanned = ?, result_count = ?
           where id = ? and status in (?, ?)""",
        status,
        found.records_matched,
        found.records_scanned,
        found.bytes_scanned,
        found.result_count,
        query_id,
        SCHEDULED,
        RUNNING,
    )
    if not ended:
        return False
    tx.many(
        "insert into logs_query_results (query_id, page, rows) values (?, ?, ?)",
        [(query_id, number, page) for number, page in enumerate(pages)],
    )
    return True


def is_unfinished(tx: Tx, query_id: str) -> bool:
    """Whether the query is there and has not ended."""
    row = tx.one("select status from logs_queries where id = ?", query_id)
    return row is not None and row[0] in (SCHEDULED, RUNNING)


def result_pages(tx: Tx, query_id: str, *, first: int, last: int) -> list[str]:
    """Pages of a result, by their numbers."""
    rows = tx.all(
        "select rows from logs_query_results where query_id = ? and page >= ? and page <= ? order by page",
        query_id,
        first,
        last,
    )
    return [str(row[0]) for row in rows]


def delete_run(tx: Tx, query_id: str) -> None:
    """Forget a query and what it found."""
    tx.run("delete from logs_query_results where query_id = ?", query_id)
    tx.run("delete from logs_queries where id = ?", query_id)


def _run(row: Row) -> QueryRun:
    return QueryRun(
        id=row[0],
        account=row[1],
        region=row[2],
        text=row[3],
        shown=row[4],
        range=Range(row[5], row[6]),
        rows_max=row[7],
        group_ids=tuple(json.loads(row[8])),
        group_names=tuple(json.loads(row[9])),
        status=row[10],
        created_at_ms=row[11],
        found=Found(*row[12:16]),
    )
