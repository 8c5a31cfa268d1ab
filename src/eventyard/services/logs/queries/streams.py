"""The SQL of streams."""

from collections.abc import Sequence

from eventyard.services.logs.model.groups import Stream
from eventyard.store.tx import Tx

_COLUMNS = "id, name, created_at_ms, first_at_ms, last_at_ms, ingested_at_ms"


def find_stream(tx: Tx, group_id: int, name: str) -> Stream | None:
    """The stream of that name, or `None`."""
    row = tx.one(f"select {_COLUMNS} from logs_streams where group_id = ? and name = ?", group_id, name)
    return None if row is None else Stream(*row)


def insert_stream(tx: Tx, group_id: int, name: str, now_ms: int) -> None:
    """Add a stream without events."""
    tx.run("insert into logs_streams (group_id, name, created_at_ms) values (?, ?, ?)", group_id, name, now_ms)


def streams_by_name(
    tx: Tx, group_id: int, *, prefix: str, after: str | None, descending: bool, rows_max: int
) -> list[Stream]:
    """Streams in the order of their names, behind `after` where that is given."""
    beyond = "" if after is None else f"and name {'<' if descending else '>'} ?"
    rows = tx.all(
        f"""select {_COLUMNS} from logs_streams
            where group_id = ? and substr(name, 1, ?) = ? {beyond}
            order by name {"desc" if descending else "asc"} limit ?""",
        *(group_id, len(prefix), prefix),
        *(() if after is None else (after,)),
        rows_max,
    )
    return [Stream(*row) for row in rows]


def streams_by_last_event(
    tx: Tx, group_id: int, *, after: tuple[int, str] | None, descending: bool, rows_max: int
) -> list[Stream]:
    """Streams by the instant of their last event (or of their making), then by name, behind (instant, name)."""
    sign, order = ("<", "desc") if descending else (">", "asc")
    instant = "coalesce(last_at_ms, created_at_ms)"
    beyond = "" if after is None else f"and ({instant} {sign} ? or ({instant} = ? and name {sign} ?))"
    rows = tx.all(
        f"""select {_COLUMNS} from logs_streams where group_id = ? {beyond}
            order by {instant} {order}, name {order} limit ?""",
        group_id,
        *(() if after is None else (after[0], after[0], after[1])),
        rows_max,
    )
    return [Stream(*row) for row in rows]


def streams_named(tx: Tx, group_id: int, names: Sequence[str]) -> list[Stream]:
    """Those of the streams that there are."""
    marks = ", ".join("?" * len(names))
    rows = tx.all(f"select {_COLUMNS} from logs_streams where group_id = ? and name in ({marks})", group_id, *names)
    return [Stream(*row) for row in rows]


def delete_stream(tx: Tx, stream_id: int) -> None:
    """Delete the stream; its events are nobody's then."""
    tx.run("delete from logs_streams where id = ?", stream_id)
