"""Alarms are put, deleted, switched, and set to a state by hand."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.cloudwatch.model import alarms_errors as errors
from eventyard.services.cloudwatch.model.alarms import (
    COMPOSITE,
    INITIAL_REASON,
    METRIC,
    Alarm,
    alarm_arn,
    alarm_name,
    initial_state,
)
from eventyard.services.cloudwatch.model.alarms_configurations import CREATE, DELETE, UPDATE
from eventyard.services.cloudwatch.model.alarms_requests import (
    PARENTS_MAX,
    composite_alarm_settings,
    metric_alarm_settings,
)
from eventyard.services.cloudwatch.queries import alarms as stored
from eventyard.services.cloudwatch.queries.tags import TAGS
from eventyard.services.cloudwatch.work import alarms_changing as changing
from eventyard.services.cloudwatch.work import alarms_evaluating as evaluating
from eventyard.services.cloudwatch.work.alarms_telling import tell_change
from eventyard.services.cloudwatch.work.minutes import look_each_minute
from eventyard.store.tx import Tx

Asked = Call[Mapping[str, Any]]


def put_metric_alarm(tx: Tx, call: Asked) -> dict[str, Any]:
    """Make a metric alarm, or give it other settings; its state stays and is looked at soon."""
    settings = metric_alarm_settings(call.params, account=call.account, region=call.region)
    alarm = _put(tx, call, METRIC, settings)
    if alarm is None:
        return {}
    stored.put_watched(tx, alarm, evaluating.watched_by(alarm))
    evaluating.evaluate_soon(tx, call, alarm)
    look_each_minute(tx, call)
    return {}


def put_composite_alarm(tx: Tx, call: Asked) -> dict[str, Any]:
    """Make a composite alarm, or give it other settings; its rule is evaluated at once.

    What keeps its actions back is forgotten.
    """
    settings, rule = composite_alarm_settings(call.params, account=call.account, region=call.region)
    children = [alarm_name(child) for child in rule.children]
    suppressors = [alarm_name(settings["ActionsSuppressor"])] if "ActionsSuppressor" in settings else []
    _refuse_missing(tx, call, children, suppressors)
    alarm = _put(tx, call, COMPOSITE, settings)
    if alarm is None:
        return {}
    stored.put_links(tx, alarm, stored.CHILD, children)
    stored.put_links(tx, alarm, stored.SUPPRESSOR, suppressors)
    changing.forget_plans(tx, alarm)
    changing.evaluate_rule(tx, call, alarm, is_new=alarm.state.reason == INITIAL_REASON)
    return {}


def delete_alarms(tx: Tx, call: Asked) -> dict[str, Any]:
    """Delete alarms, all of them or none; names of none do no harm.

    An alarm that another one needs stays, also where that one is to go as well (captured).
    """
    place = {"account": call.account, "region": call.region}
    doomed = stored.alarms_named(tx, call.params["AlarmNames"], **place)
    if sum(not alarm.is_metric for alarm in doomed) > 1:
        raise errors.two_composites()
    needed = [alarm.name for alarm in doomed if _dependents(tx, alarm)]
    if needed:
        raise errors.others_depend_on(needed)
    for alarm in doomed:
        stored.delete_alarm(tx, alarm)
        evaluating.forget_plans(tx, alarm)
        changing.forget_plans(tx, alarm)
        TAGS.take_off_all(tx, alarm.arn)
        tell_change(tx, call, alarm, DELETE)
    return {}


def enable_alarm_actions(tx: Tx, call: Asked) -> dict[str, Any]:
    """Have alarms act again; names of none do no harm."""
    return _switch(tx, call, is_on=True)


def disable_alarm_actions(tx: Tx, call: Asked) -> dict[str, Any]:
    """Have alarms act no more; names of none do no harm."""
    return _switch(tx, call, is_on=False)


def set_alarm_state(tx: Tx, call: Asked) -> dict[str, Any]:
    """Bring an alarm into a state, with all that follows from it; one that is in it already is left as it is.

    A metric alarm's data bring it back at the next evaluation. A composite alarm stays until one of its children
    changes or it is put anew, as the API's documentation says.
    """
    params = call.params
    alarm = stored.alarm(tx, params["AlarmName"], account=call.account, region=call.region)
    if alarm is None:
        raise errors.no_such_alarm()
    data = params.get("StateReasonData")
    if data is not None and not _is_json(data):
        raise errors.reason_data_invalid()
    if params["StateValue"] == alarm.state.value:
        return {}
    changing.change(tx, call, alarm, params["StateValue"], reason=params["StateReason"], data=data)
    if alarm.is_metric:
        evaluating.evaluate_soon(tx, call, alarm)
    look_each_minute(tx, call)
    return {}


def _put(tx: Tx, call: Asked, kind: str, settings: Mapping[str, Any]) -> Alarm | None:
    """Write the alarm that is asked for, and tell of it; `None` where it is so already. Only a new one takes tags.

    That the same request once more changes nothing, not even an instant, was captured (radkawar/stackd, 2026-09).
    """
    name = call.params["AlarmName"]
    before = stored.alarm(tx, name, account=call.account, region=call.region)
    if before is not None and before.kind != kind:
        raise errors.name_taken(name)
    if before is not None and before.settings == settings:
        return None
    state = initial_state(call.now_ms) if before is None else replace(before.state, suppressed_by="")
    alarm = Alarm(call.account, call.region, name, kind, settings, call.now_ms, state)
    stored.put_alarm(tx, alarm)
    if before is None:
        TAGS.put(tx, alarm.arn, [(tag["Key"], tag["Value"]) for tag in call.params.get("Tags", ())])
    tell_change(tx, call, alarm, CREATE if before is None else UPDATE, previous=before)
    return alarm


def _refuse_missing(tx: Tx, call: Asked, children: list[str], suppressors: list[str]) -> None:
    place = {"account": call.account, "region": call.region}
    there = {alarm.name for alarm in stored.alarms_named(tx, [*children, *suppressors], **place)}
    if missing := [name for name in children if name not in there]:
        raise errors.children_missing([alarm_arn(name, **place) for name in missing])
    if missing := [name for name in suppressors if name not in there]:
        raise errors.suppressor_missing(missing[0])
    for name in children:
        parents = stored.parents(tx, name, role=stored.CHILD, **place)
        if sum(parent.name != call.params["AlarmName"] for parent in parents) >= PARENTS_MAX:
            raise errors.too_many_parents(name)


def _dependents(tx: Tx, alarm: Alarm) -> set[str]:
    """The names of the composite alarms that need this one."""
    return {
        parent.name
        for role in (stored.CHILD, stored.SUPPRESSOR)
        for parent in stored.parents(tx, alarm.name, role=role, account=alarm.account, region=alarm.region)
    }


def _switch(tx: Tx, call: Asked, *, is_on: bool) -> dict[str, Any]:
    for alarm in stored.alarms_named(tx, call.params["AlarmNames"], account=call.account, region=call.region):
        if alarm.acts is not is_on:
            settings = {**alarm.settings, "ActionsEnabled": is_on}
            switched = replace(alarm, settings=settings, configured_at_ms=call.now_ms)
            stored.put_settings(tx, switched)
            tell_change(tx, call, switched, UPDATE, previous=alarm)
    return {}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
