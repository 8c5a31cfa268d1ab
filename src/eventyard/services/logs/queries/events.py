"""The SQL of events."""

from collections.abc import Sequence

from eventyard.services.logs.model.events import EVENT_OVERHEAD_BYTES, Event, Place
from eventyard.services.logs.model.groups import Group, Stream
from eventyard.store.tx import Row, Tx


def insert_events(tx: Tx, group: Group, stream: Stream, events: Sequence[tuple[int, str]], *, now_ms: int) -> None:
    """Add (instant, message) pairs, which are in order, and note the stream's first and last instants."""
    rows = [(group.id, stream.id, at_ms, now_ms, message) for at_ms, message in events]
    tx.many(
        "insert into logs_events (group_id, stream_id, at_ms, ingested_at_ms, message) values (?, ?, ?, ?, ?)", rows
    )
    first_ms, last_ms = rows[0][2], rows[-1][2]
    tx.run(
        """update logs_streams
           set first_at_ms = case when first_at_ms is null or first_at_ms > ? then ? else first_at_ms end,
               last_at_ms = case when last_at_ms is null or last_at_ms < ? then ? else last_at_ms end,
               ingested_at_ms = ?
           where id = ?""",
        first_ms,
        first_ms,
        last_ms,
        last_ms,
        now_ms,
        stream.id,
    )
    tx.run(
        "update logs_groups set stored_bytes = stored_bytes + ? where id = ?",
        sum(len(row[4].encode()) + EVENT_OVERHEAD_BYTES for row in rows),
        group.id,
    )


def newest_ids(tx: Tx, stream_id: int, count: int) -> list[int]:
    """The ids of the events that came last to the stream, in the order of their arrival."""
    rows = tx.all("select id from logs_events where stream_id = ? order by id desc limit ?", stream_id, count)
    return [int(row[0]) for row in reversed(rows)]


def newest_id(tx: Tx) -> int:
    """The id of the event that came last of all, 0 where there is none."""
    row = tx.one("select max(id) from logs_events")
    return 0 if row is None or row[0] is None else int(row[0])


def events_after(tx: Tx, stream_id: int, place: Place, *, from_ms: int, until_ms: int, rows_max: int) -> list[Event]:
    """Events behind the place, in order; those of `until_ms` and later are left out."""
    rows = tx.all(
        """select id, at_ms, ingested_at_ms, message from logs_events
           where stream_id = ? and at_ms >= ? and at_ms < ? and (at_ms > ? or (at_ms = ? and id > ?))
           order by at_ms, id limit ?""",
        stream_id,
        max(from_ms, place.at_ms),
        until_ms,
        place.at_ms,
        place.at_ms,
        place.id,
        rows_max,
    )
    return [Event(*row) for row in rows]


def events_before(tx: Tx, stream_id: int, place: Place, *, from_ms: int, until_ms: int, rows_max: int) -> list[Event]:
    """The last events before the place, in order."""
    rows = tx.all(
        """select id, at_ms, ingested_at_ms, message from logs_events
           where stream_id = ? and at_ms >= ? and at_ms < ? and (at_ms < ? or (at_ms = ? and id < ?))
           order by at_ms desc, id desc limit ?""",
        stream_id,
        from_ms,
        until_ms,
        place.at_ms,
        place.at_ms,
        place.id,
        rows_max,
    )
    return [Event(*row) for row in reversed(rows)]


def group_events(
    tx: Tx,
    group_id: int,
    place: Place,
    *,
    stream_ids: Sequence[int],
    from_ms: int,
    until_ms: int,
    descending: bool,
    rows_max: int,
) -> list[Event]:
    """Events of all streams, or of those, behind the place, each with its stream's name; backward if `descending`."""
    sign, order = ("<", "desc") if descending else (">", "asc")
    of_streams = f"and e.stream_id in ({', '.join('?' * len(stream_ids))})" if stream_ids else ""
    rows = tx.all(
        f"""select e.id, e.at_ms, e.ingested_at_ms, e.message, s.name
            from logs_events e join logs_streams s on s.id = e.stream_id
            where e.group_id = ? {of_streams} and e.at_ms >= ? and e.at_ms < ?
              and (e.at_ms {sign} ? or (e.at_ms = ? and e.id {sign} ?))
            order by e.at_ms {order}, e.id {order} limit ?""",
        group_id,
        *stream_ids,
        from_ms if descending else max(from_ms, place.at_ms),
        min(until_ms, place.at_ms + 1) if descending else until_ms,
        place.at_ms,
        place.at_ms,
        place.id,
        rows_max,
    )
    return [Event(*row) for row in rows]


def events_arrived(tx: Tx, group_ids: Sequence[int], *, after_id: int, rows_max: int) -> list[tuple[int, Event]]:
    """(group id, event) of what came to these groups behind that id, in the order of arrival."""
    rows = tx.all(
        f"""select e.group_id, e.id, e.at_ms, e.ingested_at_ms, e.message, s.name
            from logs_events e join logs_streams s on s.id = e.stream_id
            where e.id > ? and e.group_id in ({", ".join("?" * len(group_ids))})
            order by e.id limit ?""",
        after_id,
        *group_ids,
        rows_max,
    )
    return [(row[0], Event(*row[1:])) for row in rows]


def delete_events_before(tx: Tx, group_id: int, *, before_ms: int, rows_max: int) -> int:
    """Delete the oldest events from before that instant; gives back how many."""
    rows: Sequence[Row] = tx.all(
        """delete from logs_events where id in (
             select id from logs_events where group_id = ? and at_ms < ? order by at_ms, id limit ?)
           returning message""",
        group_id,
        before_ms,
        rows_max,
    )
    freed = sum(len(row[0].encode()) + EVENT_OVERHEAD_BYTES for row in rows)
    tx.run("update logs_groups set stored_bytes = stored_bytes - ? where id = ?", freed, group_id)
    return len(rows)


def delete_events_of_group(tx: Tx, group_id: int, *, rows_max: int) -> int:
    """Delete some events of a group that is gone; gives back how many."""
    return tx.run(
        "delete from logs_events where id in (select id from logs_events where group_id = ? limit ?)",
        group_id,
        rows_max,
    )


def delete_events_of_stream(tx: Tx, group_id: int, stream_id: int, *, rows_max: int) -> int:
    """Delete some events of a stream that is gone, from its group's bytes, too; gives back how many."""
    rows: Sequence[Row] = tx.all(
        """delete from logs_events where id in (select id from logs_events where stream_id = ? limit ?)
           returning message""",
        stream_id,
        rows_max,
    )
    freed = sum(len(row[0].encode()) + EVENT_OVERHEAD_BYTES for row in rows)
    tx.run("update logs_groups set stored_bytes = stored_bytes - ? where id = ?", freed, group_id)
    return len(rows)


def oldest_at_ms(tx: Tx, group_id: int) -> int | None:
    """The instant of the group's oldest event."""
    row = tx.one("select min(at_ms) from logs_events where group_id = ?", group_id)
    return None if row is None or row[0] is None else int(row[0])
