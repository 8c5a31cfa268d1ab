"""The SQL of groups, streams and events."""

import json
from collections.abc import Iterable, Mapping, Sequence

from eventyard.services.logs.model.events import Event, Group, Place, Stream
from eventyard.store.tx import Row, Tx

_GROUP = "id, account, region, name, created_at_ms, retention_days, stored_bytes"
_STREAM = "id, name, created_at_ms, first_at_ms, last_at_ms, ingested_at_ms"


def find_group(tx: Tx, account: str, region: str, name: str) -> Group | None:
    """The group of that name, or `None`."""
    row = tx.one(
        f"select {_GROUP} from logs_groups where account = ? and region = ? and name = ?", account, region, name
    )
    return None if row is None else Group(*row)


def find_group_by_id(tx: Tx, group_id: int) -> Group | None:
    """The group, or `None` when it was deleted."""
    row = tx.one(f"select {_GROUP} from logs_groups where id = ?", group_id)
    return None if row is None else Group(*row)


def insert_group(tx: Tx, *, account: str, region: str, name: str, now_ms: int, tags: Mapping[str, str]) -> None:
    """Add a group without streams."""
    tx.run(
        """insert into logs_groups (account, region, name, created_at_ms, retention_days, stored_bytes, tags)
           values (?, ?, ?, ?, null, 0, ?)""",
        account,
        region,
        name,
        now_ms,
        json.dumps(dict(tags)),
    )


def groups(tx: Tx, account: str, region: str, *, after: str, rows_max: int) -> list[Group]:
    """Groups in the order of their names."""
    rows = tx.all(
        f"select {_GROUP} from logs_groups where account = ? and region = ? and name > ? order by name limit ?",
        account,
        region,
        after,
        rows_max,
    )
    return [Group(*row) for row in rows]


def delete_group(tx: Tx, group_id: int) -> None:
    """Delete the group with its streams and events."""
    tx.run("delete from logs_events where group_id = ?", group_id)
    tx.run("delete from logs_streams where group_id = ?", group_id)
    tx.run("delete from logs_groups where id = ?", group_id)


def set_retention(tx: Tx, group_id: int, days: int | None) -> None:
    """Keep events for that many days; `None` keeps them for good."""
    tx.run("update logs_groups set retention_days = ? where id = ?", days, group_id)


def tags(tx: Tx, group_id: int) -> dict[str, str]:
    """The group's tags."""
    row = tx.one("select tags from logs_groups where id = ?", group_id)
    found: dict[str, str] = {} if row is None else json.loads(row[0])
    return found


def put_tags(tx: Tx, group_id: int, tags: Mapping[str, str]) -> None:
    """Replace the group's tags."""
    tx.run("update logs_groups set tags = ? where id = ?", json.dumps(dict(tags)), group_id)


def find_stream(tx: Tx, group_id: int, name: str) -> Stream | None:
    """The stream of that name, or `None`."""
    row = tx.one(f"select {_STREAM} from logs_streams where group_id = ? and name = ?", group_id, name)
    return None if row is None else Stream(*row)


def insert_stream(tx: Tx, group_id: int, name: str, now_ms: int) -> None:
    """Add a stream without events."""
    tx.run("insert into logs_streams (group_id, name, created_at_ms) values (?, ?, ?)", group_id, name, now_ms)


def streams(tx: Tx, group_id: int) -> list[Stream]:
    """All streams of the group, by name."""
    return [
        Stream(*row) for row in tx.all(f"select {_STREAM} from logs_streams where group_id = ? order by name", group_id)
    ]


def delete_stream(tx: Tx, stream_id: int) -> None:
    """Delete the stream with its events."""
    tx.run("delete from logs_events where stream_id = ?", stream_id)
    tx.run("delete from logs_streams where id = ?", stream_id)


def insert_events(tx: Tx, group: Group, stream: Stream, events: Iterable[tuple[int, str]], *, now_ms: int) -> None:
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
        sum(len(row[4].encode()) + 26 for row in rows),
        group.id,
    )


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


def group_events_after(
    tx: Tx, group_id: int, place: Place, *, from_ms: int, until_ms: int, rows_max: int
) -> list[Event]:
    """Events of all streams behind the place, in order, each with its stream's name."""
    rows = tx.all(
        """select e.id, e.at_ms, e.ingested_at_ms, e.message, s.name
           from logs_events e join logs_streams s on s.id = e.stream_id
           where e.group_id = ? and e.at_ms >= ? and e.at_ms < ? and (e.at_ms > ? or (e.at_ms = ? and e.id > ?))
           order by e.at_ms, e.id limit ?""",
        group_id,
        max(from_ms, place.at_ms),
        until_ms,
        place.at_ms,
        place.at_ms,
        place.id,
        rows_max,
    )
    return [Event(*row) for row in rows]


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
    freed = sum(len(row[0].encode()) + 26 for row in rows)
    tx.run("update logs_groups set stored_bytes = stored_bytes - ? where id = ?", freed, group_id)
    return len(rows)


def oldest_at_ms(tx: Tx, group_id: int) -> int | None:
    """The instant of the group's oldest event."""
    row = tx.one("select min(at_ms) from logs_events where group_id = ?", group_id)
    return None if row is None or row[0] is None else int(row[0])
