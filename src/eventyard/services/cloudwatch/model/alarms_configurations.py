"""What an alarm is told to do, as events, functions and the history have it, and how they tell that it was changed.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html (events);
captures of AWS of 2026-09 (radkawar/stackd, alarm_controls.json, alarm_idempotence.json, alarm_query_admission.json)
for the history, where every statistic is an `extendedStatistic` in capitals. Unverified there: `childStates` of a rule
with alarms, suppressors, a percentile's name and `label`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from eventyard.services.cloudwatch.model.alarms import Alarm
from eventyard.services.cloudwatch.model.alarms_texts import in_capitals, iso_text

CONFIGURATION_CHANGE: Final = "CloudWatch Alarm Configuration Change"
CREATE: Final = "create"
UPDATE: Final = "update"
DELETE: Final = "delete"

_HISTORY_BYTES_MAX: Final = 4_095
_HISTORY_OF: Final[Mapping[str, str]] = {CREATE: "createdAlarm", UPDATE: "updatedAlarm", DELETE: "deletedAlarm"}
_DONE: Final[Mapping[str, str]] = {CREATE: "created", UPDATE: "updated", DELETE: "deleted"}
_COMPOSITION: Final[Mapping[str, str]] = {
    "alarmRule": "AlarmRule",
    "actionsSuppressor": "ActionsSuppressor",
    "actionsSuppressorWaitPeriod": "ActionsSuppressorWaitPeriod",
    "actionsSuppressorExtensionPeriod": "ActionsSuppressorExtensionPeriod",
}
_KEPT_METRIC: Final[Mapping[str, str]] = {
    "namespace": "Namespace",
    "metricName": "MetricName",
    "extendedStatistic": "ExtendedStatistic",
    "period": "Period",
    "unit": "Unit",
}
_COMPARISON: Final[Mapping[str, str]] = {
    "threshold": "Threshold",
    "comparisonOperator": "ComparisonOperator",
    "evaluationPeriods": "EvaluationPeriods",
    "datapointsToAlarm": "DatapointsToAlarm",
    "treatMissingData": "TreatMissingData",
    "evaluateLowSampleCountPercentile": "EvaluateLowSampleCountPercentile",
}


def described_configuration(alarm: Alarm) -> dict[str, Any]:
    """The configuration in the event of a state change, and for functions."""
    told: dict[str, Any] = {}
    if "AlarmDescription" in alarm.settings:
        told["description"] = alarm.settings["AlarmDescription"]
    if alarm.is_metric:
        return {**told, "metrics": _metrics(alarm)}
    return {**told, **_picked(alarm.settings, _COMPOSITION)}


def change_detail(alarm: Alarm, operation: str, *, previous: Alarm | None) -> dict[str, Any]:
    """The detail of the event of a change; `previous` is the alarm before an update."""
    state = alarm.state
    told: dict[str, Any] = {
        "alarmName": alarm.name,
        "operation": operation,
        "state": {"value": state.value, "timestamp": iso_text(state.updated_at_ms)},
        "configuration": _configuration(alarm),
    }
    if state.suppressed_by:
        told["state"] = {"actionsSuppressedBy": state.suppressed_by, **told["state"]}
    if previous is not None:
        told["previousConfiguration"] = _configuration(previous)
    return told


def change_summary(alarm: Alarm, operation: str) -> str:
    """One line for the history, as long as the model lets it be."""
    return f'Alarm "{alarm.name[:230]}" {_DONE[operation]}'


def change_history(alarm: Alarm, operation: str, *, previous: Alarm | None) -> str:
    """What the history keeps of a change; what is too long for a row is only named."""
    told: dict[str, Any] = {"version": "1.0", "type": operation.capitalize()}
    told[_HISTORY_OF[operation]] = _kept(alarm)
    if previous is not None:
        told["originalUpdatedFields"] = _differing(_kept(previous), _kept(alarm))
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    if len(text) <= _HISTORY_BYTES_MAX:
        return text
    named = {"version": "1.0", "type": operation.capitalize(), _HISTORY_OF[operation]: {"alarmName": alarm.name}}
    return json.dumps(named, separators=(",", ":"), ensure_ascii=False)


def _configuration(alarm: Alarm) -> dict[str, Any]:
    settings = alarm.settings
    own: dict[str, Any] = {**_picked(settings, _COMPARISON), "metrics": _metrics(alarm)} if alarm.is_metric else {}
    told = {**own, **_picked(settings, _COMPOSITION), "alarmName": alarm.name}
    if "AlarmDescription" in settings:
        told["description"] = settings["AlarmDescription"]
    return {
        **told,
        "actionsEnabled": alarm.acts,
        "timestamp": iso_text(alarm.configured_at_ms),
        "okActions": settings["OKActions"],
        "alarmActions": settings["AlarmActions"],
        "insufficientDataActions": settings["InsufficientDataActions"],
    }


def _metrics(alarm: Alarm) -> list[dict[str, Any]]:
    settings = alarm.settings
    if "Metrics" in settings:
        return [_query(query) for query in settings["Metrics"]]
    stat = {
        "Metric": {name: settings[name] for name in ("Namespace", "MetricName", "Dimensions")},
        "Period": settings["Period"],
        "Stat": settings.get("Statistic") or settings["ExtendedStatistic"],
    }
    if "Unit" in settings:
        stat["Unit"] = settings["Unit"]
    digest = hashlib.sha256(f"{alarm.arn} {alarm.configured_at_ms}".encode()).digest()
    return [{"id": str(UUID(bytes=digest[:16], version=4)), "metricStat": _stat(stat), "returnData": True}]


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": query["Id"]}
    if "Expression" in query:
        told["expression"] = query["Expression"]
    if "MetricStat" in query:
        told["metricStat"] = _stat(query["MetricStat"])
    if "Label" in query:
        told["label"] = query["Label"]
    if "Period" in query:
        told["period"] = query["Period"]
    return {**told, "returnData": query["ReturnData"]}


def _stat(stat: Mapping[str, Any]) -> dict[str, Any]:
    metric = stat["Metric"]
    told = {
        "metric": {
            "namespace": metric["Namespace"],
            "name": metric["MetricName"],
            "dimensions": {one["Name"]: one["Value"] for one in metric.get("Dimensions", ())},
        },
        "period": stat["Period"],
        "stat": stat["Stat"],
    }
    if "Unit" in stat:
        told["unit"] = stat["Unit"]
    return told


def _kept(alarm: Alarm) -> dict[str, Any]:
    settings, state = alarm.settings, alarm.state
    told: dict[str, Any] = {"alarmName": alarm.name}
    if "AlarmDescription" in settings:
        told["alarmDescription"] = settings["AlarmDescription"]
    told |= {"alarmArn": alarm.arn, "alarmConfigurationUpdatedTimestamp": iso_text(alarm.configured_at_ms)}
    if "MetricName" in settings:
        named = {"ExtendedStatistic": in_capitals(settings.get("Statistic", "")), **settings}
        told |= {**_picked(named, _KEPT_METRIC), "dimensions": _dimensions(settings["Dimensions"])}
    elif "Metrics" in settings:
        told |= {"dimensions": [], "metrics": [_kept_query(query) for query in settings["Metrics"]]}
    children: dict[str, Any] = {} if alarm.is_metric else {"childStates": []}
    return {
        **told,
        **_picked(settings, _COMPARISON),
        **_picked(settings, _COMPOSITION),
        "stateValue": state.value,
        "stateUpdatedTimestamp": iso_text(state.updated_at_ms),
        "actionsEnabled": alarm.acts,
        "alarmActions": settings["AlarmActions"],
        "insufficientDataActions": settings["InsufficientDataActions"],
        **children,
        "okactions": settings["OKActions"],
    }


def _kept_query(query: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"expression": query["Expression"]} if "Expression" in query else {}
    told["id"] = query["Id"]
    if "Label" in query:
        told["label"] = query["Label"]
    if "MetricStat" in query:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        named = {"metricName": metric["MetricName"], "namespace": metric["Namespace"]}
        shown = {"dimensions": _dimensions(metric.get("Dimensions", ())), **named}
        told["metricStat"] = {"metric": shown, "period": stat["Period"], "stat": stat["Stat"]}
        if "Unit" in stat:
            told["metricStat"]["unit"] = stat["Unit"]
    told["returnData"] = query["ReturnData"]
    return {**told, "period": query["Period"]} if "Period" in query else told


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What was otherwise before."""
    return {name: value for name, value in before.items() if after.get(name) != value}


def _picked(settings: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {shown: settings[name] for shown, name in names.items() if name in settings}


def _dimensions(dimensions: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{"value": one["Value"], "name": one["Name"]} for one in dimensions]
