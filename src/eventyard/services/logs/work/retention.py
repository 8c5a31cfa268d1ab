"""Events whose retention is over are deleted, a piece at a time, by a timer of their group."""

from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.services.logs.model.groups import DAY_MS
from eventyard.services.logs.queries import events, groups
from eventyard.store.tx import Tx

KIND = "logs.retention"
_ROWS_MAX = 5_000


def expire_events(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Delete a group's expired events, and come back when the next one expires, or in a day: old ones may come late."""
    group = groups.find_group_by_id(tx, int(due.key))
    if group is None or group.retention_days is None:
        return
    retention_ms = group.retention_days * DAY_MS
    deleted = events.delete_events_before(tx, group.id, before_ms=call.now_ms - retention_ms, rows_max=_ROWS_MAX)
    at_ms = call.now_ms
    if deleted < _ROWS_MAX:
        oldest_ms = events.oldest_at_ms(tx, group.id)
        at_ms = call.now_ms + retention_ms if oldest_ms is None else max(call.now_ms, oldest_ms + retention_ms) + 1
    call.later(tx, kind=KIND, key=due.key, at_ms=min(at_ms, call.now_ms + DAY_MS))
