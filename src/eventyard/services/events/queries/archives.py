"""Archives and the events in them.

Events lie in `archived_events` by archive and their own time, those of one call and one second together in a row, a
line each. What is counted stands beside it, so that counting reads the index alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.services.events import errors
from eventyard.services.events.model.archives import Archive, Stored, archive_rule
from eventyard.services.events.model.names import BusKey
from eventyard.services.events.queries import buses
from eventyard.store.tx import Row, Tx

_ARCHIVE = """a.id, a.account, a.region, a.bus, a.name, a.uuid, a.description, a.pattern, a.retention_days, a.kms_key,
              a.created_at_ms,
              exists (select 1 from event_rule r
                      where r.account = a.account and r.region = a.region and r.bus = a.bus
                        and r.name = 'Events-Archive-' || a.name and r.state <> 'DISABLED')"""
_BY_NAME = f"select {_ARCHIVE} from event_archive a where a.account = ? and a.region = ? and a.name = ?"
_BY_ID = f"select {_ARCHIVE} from event_archive a where a.id = ?"


def archive(tx: Tx, *, account: str, region: str, name: str) -> Archive | None:
    """The archive, or `None`."""
    row = tx.one(_BY_NAME, account, region, name)
    return None if row is None else _archive(row)


def archive_by_id(tx: Tx, archive_id: int) -> Archive | None:
    """The archive, or `None` once it was deleted."""
    row = tx.one(_BY_ID, archive_id)
    return None if row is None else _archive(row)


def existing_archive(tx: Tx, *, account: str, region: str, name: str) -> Archive:
    """The archive. Raises ResourceNotFoundException."""
    found = archive(tx, account=account, region=region, name=name)
    if found is None:
        raise errors.no_such_archive(name)
    return found


def archives(
    tx: Tx, *, account: str, region: str, bus: str | None, prefix: str, after: str, rows_max: int
) -> list[Archive]:
    """The archives (of one bus) whose names begin with `prefix` and come after `after`, by name."""
    of_bus, its_name = ("and a.bus = ?", (bus,)) if bus is not None else ("", ())
    rows = tx.all(
        f"""select {_ARCHIVE} from event_archive a
            where a.account = ? and a.region = ? and a.name > ? and substr(a.name, 1, ?) = ? {of_bus}
            order by a.name limit ?""",
        account,
        region,
        after,
        len(prefix),
        prefix,
        *its_name,
        rows_max,
    )
    return [_archive(row) for row in rows]


def insert_archive(tx: Tx, bus: BusKey, values: Mapping[str, Any]) -> Archive | None:
    """Make an archive, not fed yet; `values` are its columns by name. `None` where the name is taken."""
    row = tx.one(
        """insert into event_archive
             (account, region, bus, name, uuid, description, pattern, retention_days, kms_key, created_at_ms)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (account, region, name) do nothing
           returning id""",
        bus.account,
        bus.region,
        bus.name,
        values["name"],
        values["uuid"],
        values["description"],
        values["pattern"],
        values["retention_days"],
        values["kms_key"],
        values["created_at_ms"],
    )
    return None if row is None else Archive(id=row[0], bus=bus, **values)


def update_archive(tx: Tx, archive: Archive) -> None:
    """Replace what the archive says of itself."""
    tx.changed(archive.bus.scope)
    tx.run(
        "update event_archive set description = ?, pattern = ?, retention_days = ?, kms_key = ? where id = ?",
        archive.description,
        archive.pattern,
        archive.retention_days,
        archive.kms_key,
        archive.id,
    )


def feed(tx: Tx, archive: Archive) -> None:
    """Put the rule that feeds the archive, with its target, anew."""
    rule = archive.rule()
    buses.put_rule(tx, rule)
    buses.put_targets(tx, archive.bus, rule.name, [archive.target()])


def delete_archive(tx: Tx, archive: Archive) -> None:
    """Delete the archive and its rule; its events are left to `delete_some`."""
    rule = archive_rule(archive.name)
    for target in buses.targets(tx, archive.bus, rule):
        buses.delete_target(tx, archive.bus, rule, target.id)
    buses.delete_rule(tx, archive.bus, rule)
    tx.run("delete from event_archive where id = ?", archive.id)


def store_events(tx: Tx, rows: Sequence[Stored]) -> None:
    """Store what a call has for archives."""
    tx.many(
        """insert into archived_events (archive_id, event_at_ms, stored_at_ms, events, size_bytes, bodies)
           values (?, ?, ?, ?, ?, ?)""",
        [
            (row.archive_id, row.event_at_ms, row.stored_at_ms, len(row.texts), row.size_bytes, _lines(row.texts))
            for row in rows
        ],
    )


def count(tx: Tx, archive_id: int) -> tuple[int, int]:
    """How many events are in the archive, and their size."""
    row = tx.one(
        "select coalesce(sum(events), 0), coalesce(sum(size_bytes), 0) from archived_events where archive_id = ?",
        archive_id,
    )
    assert row is not None
    return int(row[0]), int(row[1])


def span_of(tx: Tx, archive_id: int) -> tuple[int | None, int | None]:
    """The times of the first and the last event; `None` where there is none."""
    row = tx.one("select min(event_at_ms), max(event_at_ms) from archived_events where archive_id = ?", archive_id)
    return (None, None) if row is None else (row[0], row[1])


def counts_by_time(tx: Tx, archive_id: int, *, step_ms: int) -> list[tuple[int, int]]:
    """(the first second of a step of time, how many events), by the index alone; steps without any are left out."""
    rows = tx.all(
        f"""select event_at_ms / {int(step_ms)}, sum(events) from archived_events
            where archive_id = ? group by 1 order by 1""",
        archive_id,
    )
    return [(int(step) * step_ms // 1000, int(count)) for step, count in rows]


def events_between(
    tx: Tx, archive_id: int, *, after: tuple[int, int], before_ms: int, rows_max: int
) -> list[tuple[tuple[int, int], list[str]]]:
    """Rows after the cursor (the events' time, the row's number) and before an instant: their cursors and events."""
    rows = tx.all(
        """select event_at_ms, id, bodies from archived_events
           where archive_id = ? and (event_at_ms, id) > (?, ?) and event_at_ms < ?
           order by event_at_ms, id limit ?""",
        archive_id,
        *after,
        before_ms,
        rows_max,
    )
    return [((at_ms, number), bodies.split("\n")) for at_ms, number, bodies in rows]


def forget_before(tx: Tx, archive_id: int, *, before_ms: int, rows_max: int) -> int:
    """Delete rows that are older and were stored before that instant; gives back how many."""
    return tx.run(
        """delete from archived_events where id in (
             select id from archived_events
             where archive_id = ? and event_at_ms < ? and stored_at_ms < ?
             order by event_at_ms, id limit ?)""",
        archive_id,
        before_ms,
        before_ms,
        rows_max,
    )


def delete_some(tx: Tx, archive_id: int, *, rows_max: int) -> int:
    """Delete rows of the archive, whichever; gives back how many."""
    return tx.run(
        "delete from archived_events where id in (select id from archived_events where archive_id = ? limit ?)",
        archive_id,
        rows_max,
    )


def oldest_at_ms(tx: Tx, archive_id: int) -> int | None:
    """The time of the oldest event in the archive, or `None`."""
    row = tx.one("select min(event_at_ms) from archived_events where archive_id = ?", archive_id)
    return None if row is None or row[0] is None else int(row[0])


def _lines(texts: Sequence[str]) -> str:
    """An event a line; a line break in an event's text is a blank between its parts."""
    return "\n".join(text.replace("\n", " ") for text in texts)


def _archive(row: Row) -> Archive:
    archive_id, account, region, bus, name, uuid, description, pattern, retention, kms_key, created_at_ms, is_fed = row
    return Archive(
        id=archive_id,
        bus=BusKey(account, region, bus),
        name=name,
        uuid=uuid,
        description=description,
        pattern=pattern,
        retention_days=retention,
        kms_key=kms_key,
        created_at_ms=created_at_ms,
        is_fed=bool(is_fed),
    )
