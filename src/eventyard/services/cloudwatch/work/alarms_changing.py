"""An alarm changes its state, and with it, in the same transaction, every composite alarm that looks at it.

    change ──► row, history, event ──► actions, unless something keeps them back
       └──► the composite alarms whose rule names it: evaluated, and changed as well where the rule says so
       └──► the composite alarms whose actions it suppresses: kept back, or let go

A rule that leads back to an alarm that is being changed is left alone there: AWS stops evaluating such cycles, too. An
alarm is read when its turn has come, since the one before it may have changed it already.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from eventyard.engine.call import Call
from eventyard.engine.due import row as due_rows
from eventyard.engine.due.row import DueRow
from eventyard.engine.trace.context import new_trace
from eventyard.services.cloudwatch.model import alarms_suppression as suppression
from eventyard.services.cloudwatch.model.alarms import ALARM, OK, Alarm, State, alarm_name
from eventyard.services.cloudwatch.model.alarms_requests import compiled_rule
from eventyard.services.cloudwatch.model.alarms_suppression import Hold
from eventyard.services.cloudwatch.model.alarms_texts import iso_text, long_text
from eventyard.services.cloudwatch.queries import alarms as stored
from eventyard.services.cloudwatch.work.alarms_telling import act, publish_state, tell_state
from eventyard.store.tx import Tx

SUPPRESSION_TIMER: Final = "cloudwatch.alarm-suppression"


class _Changed(NamedTuple):
    """An alarm that has just been changed, and the names of those above it that have not heard of it yet."""

    alarm: Alarm
    above: Iterator[str]


def change(tx: Tx, call: Call[Any], alarm: Alarm, value: str, *, reason: str, data: str | None) -> None:
    """Bring the alarm into the state `value`, which is another than its own, and those above it where that leads.

    Rules can stand on each other without end, so the way up is a list and no recursion.
    """
    way = [_changed(tx, call, alarm, value, reason=reason, data=data)]
    on_the_way = {alarm.name}
    while way:
        below = way[-1].alarm
        name = next(way[-1].above, None)
        if name is None:
            way.pop()
            on_the_way.discard(below.name)
        elif name not in on_the_way:
            above = stored.alarm(tx, name, account=alarm.account, region=alarm.region)
            assert above is not None, "what a change changes, it does not delete"
            if (value := _value(tx, above)) != above.state.value:
                moment = long_text(below.state.updated_at_ms)
                why = f"{below.arn} transitioned to {below.state.value} at {moment}"
                way.append(_changed(tx, call, above, value, reason=why, data=_data([below])))
                on_the_way.add(name)


def _changed(tx: Tx, call: Call[Any], alarm: Alarm, value: str, *, reason: str, data: str | None) -> _Changed:
    hold = suppression.on_transition(alarm.settings, suppresses=_suppresses(tx, alarm))
    state = State(value, reason, data, call.now_ms, call.now_ms, hold.by)
    changed = replace(alarm, state=state)
    stored.put_alarm(tx, changed)
    _plan(tx, call, changed, hold)
    tell_state(tx, call, changed, alarm.state)
    if not hold.by:
        act(tx, call, changed, alarm.state)
    place = {"account": alarm.account, "region": alarm.region}
    for parent in stored.parents(tx, alarm.name, role=stored.SUPPRESSOR, **place):
        _hear_suppressor(tx, call, parent, suppresses=value == ALARM)
    return _Changed(changed, iter([one.name for one in stored.parents(tx, alarm.name, role=stored.CHILD, **place)]))


def evaluate_rule(tx: Tx, call: Call[Any], alarm: Alarm, *, is_new: bool) -> None:
    """Bring a composite alarm that was created or updated where its rule leads."""
    value = _value(tx, alarm)
    if value != alarm.state.value:
        was = "created and its" if is_new else "updated and its new"
        reason = f"{alarm.arn} was {was} alarm rule evaluates to {value}"
        change(tx, call, alarm, value, reason=reason, data=_data(_decisive(tx, alarm)))


def let_go_when_due(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """What kept an alarm's actions back for a time is over: it acts on the state that it is in."""
    alarm = stored.alarm(tx, due.payload["name"], account=due.account, region=due.region)
    if alarm is not None and alarm.state.suppressed_by in (suppression.WAIT, suppression.EXTENSION):
        trace = new_trace(call.now_ms, call.ids)
        _let_go(tx, call.within(service="cloudwatch", operation="", params={}, trace=trace), alarm)


def forget_plans(tx: Tx, alarm: Alarm) -> None:
    """Nothing more is to come of the alarm."""
    due_rows.cancel(tx, kind=SUPPRESSION_TIMER, key=alarm.arn)


def _value(tx: Tx, alarm: Alarm) -> str:
    states = {child.name: child.state.value for child in stored.children(tx, alarm)}
    rule = compiled_rule(alarm.settings["AlarmRule"])
    return ALARM if rule.holds(lambda child: states.get(alarm_name(child))) else OK


def _decisive(tx: Tx, alarm: Alarm) -> list[Alarm]:
    """The children that make the rule what it is. Source: captures of AWS of 2026-09 (radkawar/stackd)."""
    children = stored.children(tx, alarm)
    states = {child.name: child.state.value for child in children}
    rule = compiled_rule(alarm.settings["AlarmRule"])
    names = {alarm_name(child) for child in rule.because_of(lambda child: states.get(alarm_name(child)))}
    return [child for child in children if child.name in names]


def _data(triggering: Iterable[Alarm]) -> str:
    told = [
        {"arn": one.arn, "state": {"value": one.state.value, "timestamp": iso_text(one.state.transitioned_at_ms)}}
        for one in triggering
    ]
    return json.dumps({"triggeringAlarms": told}, separators=(",", ":"))


def _suppresses(tx: Tx, alarm: Alarm) -> bool:
    """Whether the alarm's suppressor is in ALARM."""
    if "ActionsSuppressor" not in alarm.settings:
        return False
    name = alarm_name(alarm.settings["ActionsSuppressor"])
    suppressor = stored.alarm(tx, name, account=alarm.account, region=alarm.region)
    return suppressor is not None and suppressor.state.value == ALARM


def _hear_suppressor(tx: Tx, call: Call[Any], alarm: Alarm, *, suppresses: bool) -> None:
    hold = suppression.on_suppressor(alarm.settings, alarm.state.suppressed_by, suppresses=suppresses)
    if hold is None:
        return
    _plan(tx, call, alarm, hold)
    if hold.by:
        stored.put_alarm(tx, replace(alarm, state=replace(alarm.state, suppressed_by=hold.by)))
    else:
        _let_go(tx, call, alarm)


def _let_go(tx: Tx, call: Call[Any], alarm: Alarm) -> None:
    free = replace(alarm, state=replace(alarm.state, suppressed_by="", updated_at_ms=call.now_ms))
    stored.put_alarm(tx, free)
    publish_state(tx, call, free, alarm.state)
    act(tx, call, free, alarm.state)


def _plan(tx: Tx, call: Call[Any], alarm: Alarm, hold: Hold) -> None:
    """Have what keeps actions back end in time; what was planned before is forgotten."""
    if hold.for_s is None:
        due_rows.cancel(tx, kind=SUPPRESSION_TIMER, key=alarm.arn)
    else:
        at_ms = call.now_ms + hold.for_s * 1000
        call.later(tx, kind=SUPPRESSION_TIMER, key=alarm.arn, at_ms=at_ms, payload={"name": alarm.name})
