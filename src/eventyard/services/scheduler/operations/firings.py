"""When a schedule fires next: a view for the console, which AWS has no operation for."""

from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.services.scheduler import queries
from eventyard.services.scheduler.model.plans import next_plan
from eventyard.store.tx import Tx

FIRINGS_MAX = 10


def view_firings(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """The next instants for which the schedule `Name` of `GroupName` is planned; within its window it fires by
    chance."""
    group, name = call.params["GroupName"], call.params["Name"]
    schedule = queries.schedule(tx, account=call.account, region=call.region, group=group, name=name)
    if schedule is None:
        raise AwsError("NotFound", f"There is no schedule {name} in group {group}.", status=404)
    compiled = schedule.compiled()
    found: list[int] = []
    after_ms = call.now_ms
    while len(found) < FIRINGS_MAX:
        plan = next_plan(schedule, compiled, after_ms=after_ms, fraction=0)
        if plan is None:
            break
        found.append(plan.scheduled_at_ms)
        after_ms = plan.scheduled_at_ms
    return {"firings_at_ms": found, "window_ms": schedule.window_ms}
