"""Alarms as they are: by name, kind, state and action, by the metric that they watch, by whose rule they stand in."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.languages import page_tokens
from eventyard.services.cloudwatch.model import alarms_errors as errors
from eventyard.services.cloudwatch.model.alarms import (
    METRIC,
    Alarm,
    shown,
    shown_as_child,
    shown_as_parent,
)
from eventyard.services.cloudwatch.model.series import dimensions_of
from eventyard.services.cloudwatch.queries import alarms as stored
from eventyard.store.tx import Tx

Asked = Call[Mapping[str, Any]]

_PAGE: Final = 50
_READ_AT_ONCE: Final = 200
_BY_RELATION: Final = ("ChildrenOfAlarmName", "ParentsOfAlarmName")
_BESIDE_RELATIONS: Final = frozenset({"MaxRecords", "NextToken"})


def describe_alarms(tx: Tx, call: Asked) -> dict[str, Any]:
    """The alarms that are asked for, by name; without AlarmTypes metric alarms only."""
    for name in _BY_RELATION:
        if name in call.params:
            return _related(tx, call, name)
    if "AlarmNames" in call.params and "AlarmNamePrefix" in call.params:
        raise errors.names_and_prefix()
    rows_max = call.params.get("MaxRecords", _PAGE)
    found = _page(tx, call, after=_after(call.params), rows_max=rows_max + 1)
    return _answer(found, rows_max=rows_max, show=shown)


def describe_alarms_for_metric(tx: Tx, call: Asked) -> dict[str, Any]:
    """The alarms on that very metric; those with metric math are not among them."""
    params = call.params
    metric = (params["Namespace"], params["MetricName"], dimensions_of(params.get("Dimensions", ())))
    found = stored.alarms_watching(tx, metric, account=call.account, region=call.region)
    names = [name for name in ("Statistic", "ExtendedStatistic", "Period", "Unit") if name in params]
    told = [
        shown(alarm)
        for alarm in found
        if "Metrics" not in alarm.settings and all(alarm.settings.get(name) == params[name] for name in names)
    ]
    return {"MetricAlarms": told}


def describe_alarm_contributors(tx: Tx, call: Asked) -> dict[str, Any]:
    """Only alarms on Metrics Insights queries have contributors, and those are not served."""
    name = call.params["AlarmName"]
    if stored.alarm(tx, name, account=call.account, region=call.region) is None:
        raise errors.no_alarm_named(name)
    raise errors.no_contributors(name)


def _related(tx: Tx, call: Asked, relation: str) -> dict[str, Any]:
    if call.params.keys() - _BESIDE_RELATIONS - {relation}:
        raise errors.filters_exclusive(relation)
    place = {"account": call.account, "region": call.region}
    name = call.params[relation]
    if relation == "ParentsOfAlarmName":
        found, show = stored.parents(tx, name, role=stored.CHILD, **place), shown_as_parent
    else:
        parent = stored.alarm(tx, name, **place)
        found, show = ([] if parent is None else stored.children(tx, parent)), shown_as_child
    after = _after(call.params)
    later = [alarm for alarm in found if alarm.name > after]
    return _answer(later, rows_max=call.params.get("MaxRecords", _PAGE), show=show)


def _page(tx: Tx, call: Asked, *, after: str, rows_max: int) -> list[Alarm]:
    """So many alarms behind `after` that pass all the filters."""
    params, place = call.params, {"account": call.account, "region": call.region}
    kinds = params.get("AlarmTypes") or [METRIC]
    if "AlarmNames" in params:
        found = stored.alarms_named(tx, params["AlarmNames"], **place)
        state = params.get("StateValue")
        named = (one for one in found if one.kind in kinds and state in (None, one.state.value) and one.name > after)
        return [alarm for alarm in named if _acts(alarm, params)][:rows_max]
    passed: list[Alarm] = []
    while len(passed) < rows_max:
        some = stored.alarms_after(
            tx,
            **place,
            after=after,
            rows_max=_READ_AT_ONCE,
            prefix=params.get("AlarmNamePrefix", ""),
            kinds=kinds,
            state=params.get("StateValue"),
        )
        passed += [alarm for alarm in some if _acts(alarm, params)]
        if len(some) < _READ_AT_ONCE:
            break
        after = some[-1].name
    return passed[:rows_max]


def _acts(alarm: Alarm, params: Mapping[str, Any]) -> bool:
    prefix = params.get("ActionPrefix")
    return prefix is None or any(arn.startswith(prefix) for arn in alarm.all_actions())


def _answer(found: list[Alarm], *, rows_max: int, show: Callable[[Alarm], dict[str, Any]]) -> dict[str, Any]:
    page, token = page_tokens.cut(found, rows_max, lambda alarm: alarm.name)
    answer: dict[str, Any] = {
        "CompositeAlarms": [show(alarm) for alarm in page if not alarm.is_metric],
        "MetricAlarms": [show(alarm) for alarm in page if alarm.is_metric],
        "LogAlarms": [],
    }
    return {**answer, "NextToken": token} if token else answer


def _after(params: Mapping[str, Any]) -> str:
    token = params.get("NextToken")
    name = page_tokens.name_of(token)
    if name is None:
        raise errors.next_token_invalid(token or "")
    return name
