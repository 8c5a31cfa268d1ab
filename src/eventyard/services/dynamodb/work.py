"""What happens later: items expire, new indexes are filled, and what deleted tables and indexes held is purged.

Expiry is watched by alarms, one for each ten seconds in which something of a table expires: the write of an item sets
the alarm of its ten seconds unless it is set. So a write costs one look, and an idle table costs nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.engine.registry import Timer
from eventyard.services.dynamodb.model.changes import Change, change_of
from eventyard.services.dynamodb.model.stored import TTL_PAST_MAX_S, entry_of, place_of, ttl_of
from eventyard.services.dynamodb.model.tables import Table
from eventyard.services.dynamodb.operations import counting
from eventyard.services.dynamodb.queries import items, portions, tables
from eventyard.store.tx import Tx

EXPIRY = "dynamodb.ttl"
SURVEY = "dynamodb.ttl-survey"
FILLING = "dynamodb.index"
PURGE = "dynamodb.purge"

ALARM_S = 10
PORTION_ROWS = 500
"""Rows that one run of a timer works on, so that no other call waits long for it."""

Request = Call[Mapping[str, Any]]


def watch_expiry(tx: Tx, call: Request, change: Change) -> None:
    """See to it that a written item expires."""
    if change.new is None or change.table.ttl_attribute is None:
        return
    expires_at_s = ttl_of(change.new.item, change.table.ttl_attribute)
    if expires_at_s is not None:
        _set_alarm(tx, call, change.table, expires_at_s)


def survey_expiry(tx: Tx, call: Request, table: Table) -> None:
    """Begin to look through a table whose time to live was just enabled."""
    call.later(tx, kind=SURVEY, key=str(table.id), at_ms=call.now_ms, payload={"after": None})


def fill_index(tx: Tx, call: Request, table: Table, index_name: str) -> None:
    """Begin to fill a new index with the items that are there."""
    payload = {"index": index_name, "after": None}
    call.later(tx, kind=FILLING, key=f"{table.id}/{index_name}", at_ms=call.now_ms, payload=payload)


def purge(tx: Tx, call: Request, table: Table, index_number: int | None) -> None:
    """Begin to delete what an index, or with `None` the whole table, holds."""
    key = str(table.id) if index_number is None else f"{table.id}/{index_number}"
    call.later(tx, kind=PURGE, key=key, at_ms=call.now_ms, payload={"table": table.id, "index": index_number})


def _set_alarm(tx: Tx, call: Request, table: Table, expires_at_s: int) -> None:
    now_s = call.now_ms // 1000
    if expires_at_s < now_s - TTL_PAST_MAX_S:
        return
    at_s = (max(expires_at_s, now_s) // ALARM_S + 1) * ALARM_S
    if portions.add_alarm(tx, table_id=table.id, at_s=at_s):
        call.later(
            tx, kind=EXPIRY, key=f"{table.id}/{at_s}", at_ms=at_s * 1000, payload={"table": table.id, "at_s": at_s}
        )


def _expire(tx: Tx, call: Request, due: DueRow) -> None:
    """Delete what has expired. An item is judged by what it says now: the attribute may be another."""
    table = tables.by_id(tx, due.payload["table"])
    now_s = call.now_ms // 1000
    if table is None or table.ttl_attribute is None:
        portions.end_alarm(tx, table_id=due.payload["table"], at_s=due.payload["at_s"])
        return
    expired = portions.expired(
        tx, table_id=table.id, since_s=now_s - TTL_PAST_MAX_S, until_s=now_s, rows_max=PORTION_ROWS
    )
    for item in expired:
        place = place_of(item.item, table.key)
        expires_at_s = ttl_of(item.item, table.ttl_attribute)
        if expires_at_s is not None and expires_at_s <= now_s:
            items.perform(tx, change_of(table, place, item, None))
            counting.expire(tx, call, table.name)
        else:
            portions.set_expiry(tx, table_id=table.id, place=place, expires_at_s=expires_at_s)
    if len(expired) == PORTION_ROWS:
        call.later(tx, kind=EXPIRY, key=due.key, at_ms=call.now_ms, payload=due.payload)
        return
    portions.end_alarm(tx, table_id=table.id, at_s=due.payload["at_s"])


def _survey(tx: Tx, call: Request, due: DueRow) -> None:
    table = tables.by_id(tx, int(due.key))
    if table is None or table.ttl_attribute is None:
        return
    rows = portions.next_items(tx, table_id=table.id, after=due.payload["after"], rows_max=PORTION_ROWS)
    for row in rows:
        expires_at_s = ttl_of(row.stored.item, table.ttl_attribute)
        portions.set_expiry(tx, table_id=table.id, place=row.place, expires_at_s=expires_at_s)
        if expires_at_s is not None:
            _set_alarm(tx, call, table, expires_at_s)
    if len(rows) == PORTION_ROWS:
        call.later(tx, kind=SURVEY, key=due.key, at_ms=call.now_ms, payload={"after": rows[-1].mark})


def _fill(tx: Tx, call: Request, due: DueRow) -> None:
    """Fill a portion of an index; writes in between keep their own entries, which are left alone."""
    table = tables.by_id(tx, int(due.key.partition("/")[0]))
    index = None if table is None else table.index(due.payload["index"])
    if table is None or index is None or index.status != "CREATING":
        return
    rows = portions.next_items(tx, table_id=table.id, after=due.payload["after"], rows_max=PORTION_ROWS)
    for row in rows:
        fits = all(attribute.type in row.stored.item.get(attribute.name, {}) for attribute in index.key.attributes)
        entry = entry_of(row.stored.item, table, index) if fits else None
        if entry is not None and not portions.has_entry(tx, table_id=table.id, place=row.place, entry=entry):
            items.put_entry(tx, table, row.place, entry)
    if len(rows) == PORTION_ROWS:
        call.later(tx, kind=FILLING, key=due.key, at_ms=call.now_ms, payload={**due.payload, "after": rows[-1].mark})
        return
    described = [
        {**entry, "IndexStatus": "ACTIVE"} if entry["Number"] == index.number else entry
        for entry in table.definition["GlobalSecondaryIndexes"]
    ]
    tables.redefine(tx, table, {**table.definition, "GlobalSecondaryIndexes": described})


def _purge(tx: Tx, call: Request, due: DueRow) -> None:
    payload = due.payload
    purged = portions.purge(tx, table_id=payload["table"], index_number=payload["index"], rows_max=PORTION_ROWS)
    if purged == PORTION_ROWS:
        call.later(tx, kind=PURGE, key=due.key, at_ms=call.now_ms, payload=payload)


TIMERS: Mapping[str, Timer] = MappingProxyType({EXPIRY: _expire, SURVEY: _survey, FILLING: _fill, PURGE: _purge})
