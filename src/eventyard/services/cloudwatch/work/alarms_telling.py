"""Who is told of alarms: topics and functions by their actions, everybody by events, and the history.

All of it is written in the transaction of the change: deliveries are retried by the engine, and the history says what
came of the first try.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery
from eventyard.engine.due.policy import Policy
from eventyard.engine.due.row import DueRow
from eventyard.services.cloudwatch.model import alarms_changes as changes
from eventyard.services.cloudwatch.model import alarms_configurations as configurations
from eventyard.services.cloudwatch.model.alarms import Alarm, State
from eventyard.services.cloudwatch.queries import alarms_history as history
from eventyard.store.tx import Tx

HISTORY_TIMER: Final = "cloudwatch.alarm-history"
_DAY_MS: Final = 86_400_000
_KEPT_MS: Final = 30 * _DAY_MS
_SENDER: Final = "cloudwatch"
_POLICY: Final = Policy(attempts_max=3)
_SUMMARY_MAX: Final = 255


def tell_change(tx: Tx, call: Call[Any], alarm: Alarm, operation: str, *, previous: Alarm | None = None) -> None:
    """An alarm was created, updated or deleted."""
    data = configurations.change_history(alarm, operation, previous=previous)
    summary = configurations.change_summary(alarm, operation)
    _keep(tx, call, alarm, type="ConfigurationUpdate", summary=summary, data=data)
    detail = configurations.change_detail(alarm, operation, previous=previous)
    _publish(tx, call, alarm, configurations.CONFIGURATION_CHANGE, detail)


def tell_state(tx: Tx, call: Call[Any], alarm: Alarm, previous: State) -> None:
    """An alarm has gone from `previous` to the state that it is in."""
    summary = f"Alarm updated from {previous.value} to {alarm.state.value}"
    data = changes.state_history(previous, alarm.state)
    _keep(tx, call, alarm, type="StateUpdate", summary=summary, data=data)
    publish_state(tx, call, alarm, previous)


def publish_state(tx: Tx, call: Call[Any], alarm: Alarm, previous: State) -> None:
    """The event of a change of state, alone: also that actions are no longer kept back."""
    _publish(tx, call, alarm, changes.STATE_CHANGE, changes.event_detail(alarm, previous))


def act(tx: Tx, call: Call[Any], alarm: Alarm, previous: State) -> None:
    """Do what the alarm does in the state that it is in, where its actions are enabled."""
    if not alarm.acts:
        return
    for arn in alarm.actions():
        delivery = _delivery(alarm, arn, previous)
        outcome = call.deliver(tx, delivery)
        is_done = outcome.outcome in ("delivered", "sending")
        error = None if is_done else outcome.reason
        summary = f"Successfully executed action {arn}" if is_done else f"Failed to execute action {arn}"
        data = changes.action_history(alarm.state, arn=arn, message=delivery.body, error=error)
        _keep(tx, call, alarm, type="Action", summary=summary[:_SUMMARY_MAX], data=data)


def forget(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Delete what the history has kept for thirty days."""
    history.forget_happenings(tx, before_ms=call.now_ms - _KEPT_MS)


def _delivery(alarm: Alarm, arn: str, previous: State) -> Delivery:
    if arn.split(":", 3)[2] == "lambda":
        body = changes.function_payload(alarm, previous)
        return Delivery(arn, body, body, sender=_SENDER, rule_arn=alarm.arn, policy=_POLICY)
    body = changes.topic_message(alarm, previous)
    parameters: Mapping[str, Any] = {"Subject": changes.subject(alarm), "MessageStructure": "json"}
    return Delivery(arn, body, body, sender=_SENDER, rule_arn=alarm.arn, policy=_POLICY, parameters=parameters)


def _publish(tx: Tx, call: Call[Any], alarm: Alarm, detail_type: str, detail: Mapping[str, Any]) -> None:
    body = json.dumps(detail, separators=(",", ":"), ensure_ascii=False)
    bus = f"arn:aws:events:{alarm.region}:{alarm.account}:event-bus/default"
    parameters = {
        "Source": changes.EVENT_SOURCE,
        "DetailType": detail_type,
        "Resources": [alarm.arn],
        "Time": call.now_ms,
    }
    call.deliver(tx, Delivery(bus, body, body, sender=_SENDER, parameters=parameters))


def _keep(tx: Tx, call: Call[Any], alarm: Alarm, *, type: str, summary: str, data: str) -> None:
    history.add_happening(tx, alarm, at_ms=call.now_ms, type=type, summary=summary, data=data)
    day = call.now_ms // _DAY_MS
    call.later(tx, kind=HISTORY_TIMER, key=str(day), at_ms=(day + 1) * _DAY_MS + _KEPT_MS)
