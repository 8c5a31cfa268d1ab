"""A change of an alarm's state, as each of those who are told of it gets it.

| who | gets |
|---|---|
| a topic | a text for each protocol: JSON (`default`), a sentence for phones (`sms`), a letter (`email`) |
| a function | `alarmData` with both states and the configuration |
| the default bus | `CloudWatch Alarm State Change` |
| the history | both states |

Sources: recorded by localstack/localstack, 2023-09 to 2024-01 (topics, functions, history of metric alarms);
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html (events); messages that
users published, 2019 to 2025 (the order of members, nulls, composite alarms, texts by protocol in the history);
captures of AWS of 2026-09 (radkawar/stackd, alarm_controls.json: the history of states).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from eventyard.services.cloudwatch.model.alarms import Alarm, State
from eventyard.services.cloudwatch.model.alarms_configurations import described_configuration
from eventyard.services.cloudwatch.model.alarms_letters import letter
from eventyard.services.cloudwatch.model.alarms_queries import period_of
from eventyard.services.cloudwatch.model.alarms_regions import region_name
from eventyard.services.cloudwatch.model.alarms_texts import in_capitals, iso_text

EVENT_SOURCE: Final = "aws.cloudwatch"
STATE_CHANGE: Final = "CloudWatch Alarm State Change"
_HISTORY_BYTES_MAX: Final = 4_095
_SUBJECT_MAX: Final = 100


def subject(alarm: Alarm) -> str:
    """The subject of the notification of the state that the alarm is in; what is too long for SNS is cut."""
    return _sentence(alarm)[:_SUBJECT_MAX]


def topic_message(alarm: Alarm, previous: State) -> str:
    """What a topic is told: JSON with a text for each protocol."""
    texts = {"default": _dumped(_notification(alarm, previous)), "sms": _sentence(alarm)}
    return _dumped({**texts, "email": letter(alarm, previous)})


def function_payload(alarm: Alarm, previous: State) -> str:
    """What a function is invoked with."""
    told = {
        "source": EVENT_SOURCE,
        "alarmArn": alarm.arn,
        "accountId": alarm.account,
        "time": iso_text(alarm.state.updated_at_ms),
        "region": alarm.region,
        "alarmData": event_detail(alarm, previous),
    }
    return _dumped(told)


def event_detail(alarm: Alarm, previous: State) -> dict[str, Any]:
    """The detail of the state change's event."""
    return {
        "alarmName": alarm.name,
        "state": described_state(alarm.state),
        "previousState": described_state(previous),
        "configuration": described_configuration(alarm),
    }


def described_state(state: State) -> dict[str, Any]:
    """A state as events and functions have it."""
    told: dict[str, Any] = {"value": state.value, "reason": state.reason}
    if state.data is not None:
        told["reasonData"] = state.data
    told["timestamp"] = iso_text(state.updated_at_ms)
    if state.suppressed_by:
        told["actionsSuppressedBy"] = state.suppressed_by
        told["actionsSuppressedReason"] = state.suppressed_reason
    return told


def state_history(previous: State, state: State) -> str:
    """What the history keeps of a change; data that are too long for a row are left out, the older ones first."""
    for with_old, with_new in ((True, True), (False, True), (False, False)):
        old, new = _kept_state(previous, with_data=with_old), _kept_state(state, with_data=with_new)
        text = f'{{"version":"1.0","oldState":{old},"newState":{new}}}'
        if len(text) <= _HISTORY_BYTES_MAX:
            break
    return text


def action_history(state: State, *, arn: str, message: str, error: str | None) -> str:
    """What the history keeps of an action; of a message that is too long for a row the `default` text, or nothing."""
    texts = _read(message)
    shorter = [message, _dumped({"default": texts["default"]})] if "default" in texts else [message]
    for kept in (*shorter, None):
        told = {
            "actionState": "Failed" if error else "Succeeded",
            "stateUpdateTimestamp": state.updated_at_ms,
            "notificationResource": arn,
            "publishedMessage": kept,
            "error": error,
        }
        if len(text := _dumped(told)) <= _HISTORY_BYTES_MAX:
            break
    return text


def _notification(alarm: Alarm, previous: State) -> dict[str, Any]:
    state, settings = alarm.state, alarm.settings
    told = {
        "AlarmName": alarm.name,
        "AlarmDescription": settings.get("AlarmDescription"),
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": iso_text(alarm.configured_at_ms),
        "NewStateValue": state.value,
        "NewStateReason": state.reason,
        "StateChangeTime": iso_text(state.updated_at_ms),
        "Region": region_name(alarm.region),
        "AlarmArn": alarm.arn,
        "OldStateValue": previous.value,
        "OKActions": settings["OKActions"],
        "AlarmActions": settings["AlarmActions"],
        "InsufficientDataActions": settings["InsufficientDataActions"],
    }
    if alarm.is_metric:
        return {**told, "Trigger": _trigger(settings)}
    return {**told, "AlarmRule": settings["AlarmRule"], "TriggeringChildren": _triggering(state)}


def _trigger(settings: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {} if "Metrics" in settings else _triggering_metric(settings)
    told["Period"] = period_of(settings)
    told["EvaluationPeriods"] = settings["EvaluationPeriods"]
    if "DatapointsToAlarm" in settings:
        told["DatapointsToAlarm"] = settings["DatapointsToAlarm"]
    told["ComparisonOperator"] = settings["ComparisonOperator"]
    told["Threshold"] = settings["Threshold"]
    told["TreatMissingData"] = settings.get("TreatMissingData", "")
    told["EvaluateLowSampleCountPercentile"] = settings.get("EvaluateLowSampleCountPercentile", "")
    if "Metrics" in settings:
        told["Metrics"] = [_triggering_query(query) for query in settings["Metrics"]]
    return told


def _triggering_metric(settings: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"MetricName": settings["MetricName"], "Namespace": settings["Namespace"]}
    if "Statistic" in settings:
        told |= {"StatisticType": "Statistic", "Statistic": in_capitals(settings["Statistic"])}
    else:
        told |= {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": settings["ExtendedStatistic"]}
    return {**told, "Unit": settings.get("Unit"), "Dimensions": _dimensions(settings["Dimensions"])}


def _triggering_query(query: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if "Expression" in query:
        told["Expression"] = query["Expression"]
    told["Id"] = query["Id"]
    if "Label" in query:
        told["Label"] = query["Label"]
    if "MetricStat" in query:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        named = {"MetricName": metric["MetricName"], "Namespace": metric["Namespace"]}
        shown = {"Dimensions": _dimensions(metric.get("Dimensions", ())), **named}
        told["MetricStat"] = {"Metric": shown, "Period": stat["Period"], "Stat": stat["Stat"]}
        if "Unit" in stat:
            told["MetricStat"]["Unit"] = stat["Unit"]
    return {**told, "ReturnData": query["ReturnData"]}


def _triggering(state: State) -> list[dict[str, Any]]:
    """The children behind a composite alarm's state; a state that was set by hand has none."""
    children = _read(state.data).get("triggeringAlarms", ())
    return [
        {"Arn": child["arn"], "State": {"Value": child["state"]["value"], "Timestamp": child["state"]["timestamp"]}}
        for child in children
    ]


def _kept_state(state: State, *, with_data: bool) -> str:
    """A state as JSON text; its data stand there to the letter as they were given."""
    told = _dumped({"stateValue": state.value, "stateReason": state.reason})
    if state.data is None or not with_data:
        return told
    return f'{told[:-1]},"stateReasonData":{state.data}}}'


def _read(data: str | None) -> dict[str, Any]:
    found = {} if data is None else json.loads(data)
    return found if isinstance(found, dict) else {}


def _dimensions(dimensions: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{"value": one["Value"], "name": one["Name"]} for one in dimensions]


def _sentence(alarm: Alarm) -> str:
    return f'{alarm.state.value}: "{alarm.name}" in {region_name(alarm.region)}'


def _dumped(told: Mapping[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)
