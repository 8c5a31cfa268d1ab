"""What the console shows of archives that AWS has no operation for: how many events of which time one holds."""

from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.services.events.queries import archives
from eventyard.store.tx import Tx

BUCKETS_MAX = 120
_STEPS_S = (1, 5, 15, 60, 300, 900, 3_600, 6 * 3_600, 24 * 3_600, 7 * 24 * 3_600)


def view_timeline(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Of the archive `ArchiveName` the events in each step of time, from its first to its last.

    Shapes: `buckets` are (the step's first second, how many), those with none left out. `step_s` is the shortest with
    which there are few enough of them.
    """
    name = call.params["ArchiveName"]
    archive = archives.archive(tx, account=call.account, region=call.region, name=name)
    if archive is None:
        raise AwsError("NotFound", f"There is no archive {name}.", status=404)
    first_ms, last_ms = archives.span_of(tx, archive.id)
    if first_ms is None or last_ms is None:
        return {"first_at_ms": None, "last_at_ms": None, "step_s": 1, "buckets": []}
    whole_s = (last_ms - first_ms) // 1000 + 1
    step_s = next((step for step in _STEPS_S if whole_s // step <= BUCKETS_MAX), _STEPS_S[-1])
    buckets = archives.counts_by_time(tx, archive.id, step_ms=step_s * 1000)
    return {"first_at_ms": first_ms, "last_at_ms": last_ms, "step_s": step_s, "buckets": buckets}
