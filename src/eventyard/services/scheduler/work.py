"""What happens when a schedule falls due, and what its universal targets do.

    due row "scheduler.fire" ──► fire ──► delivery to the target, outcome in the ledger, due row of the next invocation

All three are written in the one transaction that ends the due row: a firing happens once, whatever dies when. Retries
and the dead letter are the engine's, by the target's policy; a universal target is a delivery to an ARN of this
service, so that they are the same for it.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.due import row
from eventyard.engine.due.policy import Policy
from eventyard.engine.due.row import DueRow
from eventyard.engine.ledger import Accepted, Outcome
from eventyard.engine.registry import Check, Deliver, Service, Timer
from eventyard.engine.trace.context import new_trace
from eventyard.languages.schedules.errors import ScheduleError
from eventyard.languages.schedules.schedule import Schedule as Compiled
from eventyard.services.scheduler import errors, queries
from eventyard.services.scheduler.model import inputs, plans
from eventyard.services.scheduler.model.plans import Plan
from eventyard.services.scheduler.model.schedules import DISABLED, Schedule
from eventyard.services.scheduler.model.targets import UNIVERSAL_PREFIX, parameters_of, request_text, universal_target
from eventyard.services.scheduler.operations import metrics
from eventyard.services.scheduler.operations.firings import view_firings
from eventyard.store.tx import Tx

FIRE_TIMER = "scheduler.fire"
GROUP_TIMER = "scheduler.group"
UNIVERSAL_CHECK = "universal-target"
_ROWS_MAX = 500
"""Schedules of a group that one run of the timer deletes; more follow in the next transaction."""

ReadRequest = Callable[[str, str, str], Mapping[str, Any] | None]
"""(service, operation, JSON text) to the operation's parameters; `None` where it is not served. Raises AwsError."""


def put_plan(tx: Tx, call: Call[Any], schedule: Schedule, plan: Plan | None) -> None:
    """Have the schedule fire as planned; one that was planned before is moved."""
    if plan is None:
        return
    call.later(
        tx,
        kind=FIRE_TIMER,
        key=schedule.arn,
        at_ms=plan.fires_at_ms,
        payload={"group": schedule.group, "name": schedule.name, "scheduled_at_ms": plan.scheduled_at_ms},
    )


def cancel(tx: Tx, schedule: Schedule) -> None:
    """Have the schedule fire no more."""
    row.cancel(tx, kind=FIRE_TIMER, key=schedule.arn)


def fire(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Invoke the target, record it, and plan the next invocation."""
    group, name = due.payload["group"], due.payload["name"]
    schedule = queries.schedule(tx, account=due.account, region=due.region, group=group, name=name)
    if schedule is None or schedule.state == DISABLED:
        return
    compiled = _compiled(schedule)
    scheduled_at_ms = due.payload["scheduled_at_ms"]
    caused = call.within(service="scheduler", operation="", params={}, trace=new_trace(call.now_ms, call.ids))
    if plans.is_expired(schedule, compiled, scheduled_at_ms=scheduled_at_ms, now_ms=call.now_ms):
        after_ms = _skip(tx, caused, schedule, first_ms=scheduled_at_ms)
    else:
        after_ms = scheduled_at_ms
        _invoke(tx, caused, schedule, scheduled_at_ms=scheduled_at_ms, fires_at_ms=due.due_at_ms)
    _go_on(tx, call, schedule, compiled, after_ms=after_ms)


def _invoke(tx: Tx, call: Call[Any], schedule: Schedule, *, scheduled_at_ms: int, fires_at_ms: int) -> None:
    execution_id = call.ids.hexadecimal(16)
    target = schedule.target
    body = _body(call, schedule, scheduled_at_ms=scheduled_at_ms, execution_id=execution_id)
    dead_letter_arn = target.get("DeadLetterConfig", {}).get("Arn")
    age_ms = plans.age_left_ms(schedule, scheduled_at_ms=scheduled_at_ms, fires_at_ms=fires_at_ms, now_ms=call.now_ms)
    delivery = Delivery(
        arn=target["Arn"],
        body=body,
        event_body=body if dead_letter_arn is None else request_text(target, body),
        sender="scheduler",
        event_id=execution_id,
        rule_arn=schedule.arn,
        policy=Policy(1 + target["RetryPolicy"]["MaximumRetryAttempts"], age_ms),
        dead_letter_arn=dead_letter_arn,
        parameters=parameters_of(target, schedule_arn=schedule.arn, scheduled_at_ms=scheduled_at_ms),
        letter_attributes={
            "EXECUTION_ID": execution_id,
            "IS_PAYLOAD_TRUNCATED": "false",
            "SCHEDULED_TIME": inputs.time_text(scheduled_at_ms),
            "SCHEDULE_ARN": schedule.arn,
        },
    )
    outcome = call.deliver(tx, delivery)
    metrics.heard(tx, call, delivery, outcome, 0)
    _record(tx, call, execution_id, body, outcome)


def _body(call: Call[Any], schedule: Schedule, *, scheduled_at_ms: int, execution_id: str) -> str:
    target = schedule.target
    if "Input" not in target:
        return inputs.notification(schedule, scheduled_at_ms=scheduled_at_ms, event_id=call.ids.uuid())
    return inputs.filled(
        target["Input"],
        schedule,
        scheduled_at_ms=scheduled_at_ms,
        execution_id=execution_id,
        is_attempt_open=target["Arn"].startswith(UNIVERSAL_PREFIX),
    )


def _compiled(schedule: Schedule) -> Compiled:
    """Raises AwsError where the time zone is gone since the schedule was made: the timer is then tried again."""
    try:
        return schedule.compiled()
    except ScheduleError as refused:
        raise errors.zone_invalid(schedule.zone) from refused


def _skip(tx: Tx, call: Call[Any], schedule: Schedule, *, first_ms: int) -> int:
    """Record that invocations have expired; gives back the instant up to which they have."""
    until_ms = plans.expired_until_ms(schedule, now_ms=call.now_ms)
    reason = (
        f"MaximumEventAgeInSeconds: invocations from {inputs.time_text(first_ms)} to {inputs.time_text(until_ms)} were "
        "missed and are too old"
    )
    outcome = Outcome(
        rule_arn=schedule.arn,
        target_arn=schedule.target["Arn"],
        target_id="",
        outcome="expired",
        attempts=0,
        at_ms=call.now_ms,
        reason=reason,
    )
    _record(tx, call, call.ids.hexadecimal(16), "", outcome)
    return until_ms


def _record(tx: Tx, call: Call[Any], execution_id: str, body: str, outcome: Outcome) -> None:
    trace = call.trace.header()
    ledger.accept(tx, call, [Accepted(execution_id, call.now_ms, outcome.rule_arn, body, [outcome], trace)])


def _go_on(tx: Tx, call: Call[Any], schedule: Schedule, compiled: Compiled, *, after_ms: int) -> None:
    plan = plans.next_plan(schedule, compiled, after_ms=after_ms, fraction=call.ids.fraction())
    if plan is not None:
        put_plan(tx, call, schedule, plan)
    elif schedule.is_deleted_when_completed:
        queries.delete_schedule(tx, schedule)


def empty_group(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Delete the schedules of a group that is being deleted, a piece at a time, and then the group."""
    name = due.payload["name"]
    group = queries.group(tx, name, account=due.account, region=due.region)
    if group is None:
        return
    found = queries.schedules(
        tx,
        account=due.account,
        region=due.region,
        group=name,
        prefix="",
        state=None,
        after=("", ""),
        rows_max=_ROWS_MAX,
    )
    for schedule in found:
        cancel(tx, schedule)
        queries.delete_schedule(tx, schedule)
    if len(found) == _ROWS_MAX:
        call.later(tx, kind=GROUP_TIMER, key=due.key, at_ms=call.now_ms, payload=due.payload)
    else:
        queries.delete_group(tx, group)


TIMERS: Mapping[str, Timer] = MappingProxyType({FIRE_TIMER: fire, GROUP_TIMER: empty_group})


def universal_targets(read_request: ReadRequest) -> Deliver:
    """What takes deliveries to `arn:aws:scheduler:::aws-sdk:service:operation`: the operation runs in the transaction.

    Whatever it is refused with is tried again, as long as the schedule's policy lets it.
    """

    def deliver(tx: Tx, call: Call[Any], delivery: Delivery) -> None:
        target = universal_target(delivery.arn)
        if target is None:
            raise errors.arn_malformed(delivery.arn)
        try:
            text = delivery.body.replace(inputs.ATTEMPT, str(_attempt(tx, delivery)))
            params = read_request(target.service, target.operation, text)
            if params is None:
                raise errors.not_served(f"{target.service}:{target.operation}")
            call.dispatch(tx, target.service, target.operation, params)
        except AwsError as error:
            raise AwsError(error.code, error.message, is_retryable=True) from error

    return deliver


def universal_check(read_request: ReadRequest) -> Check:
    """Whether a universal target's operation is served and can be asked so."""

    def check(tx: Tx, call: Call[Any], given: Mapping[str, Any]) -> str | None:
        target = given["target"]
        try:
            params = read_request(target.service, target.operation, given["input"])
        except AwsError as error:
            return error.message
        return f"{target.service}:{target.operation} is not supported by Eventyard." if params is None else None

    return check


def _attempt(tx: Tx, delivery: Delivery) -> int:
    """The number of the attempt that is under way: the ledger knows those before it."""
    made: Iterable[int] = (outcome["attempts"] for outcome in ledger.read(tx, delivery.event_id) or ())
    return 1 + sum(made)


def scheduler_service(operations: Mapping[str, Any], read_request: ReadRequest) -> Service:
    """The service; `read_request` is how it asks what operations of other services take."""
    return Service(
        name="scheduler",
        operations=operations,
        targets={"scheduler": universal_targets(read_request)},
        timers=TIMERS,
        heard=metrics.heard,
        checks={UNIVERSAL_CHECK: universal_check(read_request)},
        views={"firings": view_firings},
    )
