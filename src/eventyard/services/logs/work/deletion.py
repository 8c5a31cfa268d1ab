"""Events of groups and streams that are gone: deleted a piece at a time, so that nobody waits for millions of rows.

Ids are never used again, and events are only read together with their stream, so what is left of them is not seen.
"""

from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.services.logs.queries import events
from eventyard.store.tx import Tx

KIND = "logs.deletion"
_ROWS_MAX = 5_000


def forget(tx: Tx, call: Call[Any], *, group_id: int, stream_id: int = 0) -> None:
    """Delete a piece of what a group, or a stream of it, has left behind, and see to the rest later."""
    if stream_id:
        deleted = events.delete_events_of_stream(tx, group_id, stream_id, rows_max=_ROWS_MAX)
    else:
        deleted = events.delete_events_of_group(tx, group_id, rows_max=_ROWS_MAX)
    if deleted == _ROWS_MAX:
        payload = {"group": group_id, "stream": stream_id}
        call.later(tx, kind=KIND, key=f"{group_id}:{stream_id}", at_ms=call.now_ms, payload=payload)


def go_on(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """The timer: the next piece."""
    forget(tx, call, group_id=due.payload["group"], stream_id=due.payload["stream"])
