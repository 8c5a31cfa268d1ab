"""The letter that an e-mail subscriber of a topic gets of an alarm.

Source: notifications that users published, 2017 to 2025. **Differs**: the link to AWS's console is left out; it would
lead to an alarm that is not there.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eventyard.services.cloudwatch.model.alarms import ACTIONS_OF, Alarm, State
from eventyard.services.cloudwatch.model.alarms_regions import region_name
from eventyard.services.cloudwatch.model.alarms_texts import long_text, number_text

_DETAIL_WIDTH: Final = 28
_METRIC_WIDTH: Final = 37


def letter(alarm: Alarm, previous: State) -> str:
    """The letter on the state that the alarm is in now."""
    state = alarm.state
    moment = long_text(state.updated_at_ms)
    opening = (
        f'You are receiving this email because your Amazon CloudWatch Alarm "{alarm.name}" in the '
        f"{region_name(alarm.region)} region has entered the {state.value} state, because "
        f'"{state.reason}" at "{moment}".'
    )
    details = {
        "Name": alarm.name,
        "Description": alarm.settings.get("AlarmDescription", ""),
        "State Change": f"{previous.value} -> {state.value}",
        "Reason for State Change": state.reason,
        "Timestamp": moment,
        "AWS Account": alarm.account,
        "Alarm Arn": alarm.arn,
    }
    if not alarm.is_metric:
        details["Alarm Rule"] = alarm.settings["AlarmRule"]
    parts = [opening, _section("Alarm Details", details, _DETAIL_WIDTH)]
    if alarm.is_metric:
        parts += [_threshold(alarm.settings), _watched(alarm.settings)]
    actions = [f"- {value}: {_listed(alarm.settings[name])}" for value, name in ACTIONS_OF.items()]
    return "\n\n".join((*parts, "\n".join(("State Change Actions:", *actions)))) + "\n"


def _threshold(settings: Mapping[str, Any]) -> str:
    periods = settings["EvaluationPeriods"]
    return (
        "Threshold:\n"
        f"- The alarm is in the ALARM state when the metric is {settings['ComparisonOperator']} "
        f"{number_text(settings['Threshold'])} for at least {settings.get('DatapointsToAlarm', periods)} of the last "
        f"{periods} period(s)."
    )


def _watched(settings: Mapping[str, Any]) -> str:
    missing = settings.get("TreatMissingData", "missing")
    if "Metrics" in settings:
        shown = {
            query["Id"]: query.get("Expression") or query["MetricStat"]["Metric"]["MetricName"]
            for query in settings["Metrics"]
        }
        return _section("Monitored Metrics", {**shown, "TreatMissingData": missing}, _METRIC_WIDTH)
    dimensions = ", ".join(f"{one['Name']} = {one['Value']}" for one in settings["Dimensions"])
    shown = {
        "MetricNamespace": settings["Namespace"],
        "MetricName": settings["MetricName"],
        "Dimensions": f"[{dimensions}]",
        "Period": f"{settings['Period']} seconds",
        "Statistic": settings.get("Statistic") or settings["ExtendedStatistic"],
        "Unit": settings.get("Unit", "not specified"),
        "TreatMissingData": missing,
    }
    return _section("Monitored Metric", shown, _METRIC_WIDTH)


def _section(title: str, lines: Mapping[str, str], width: int) -> str:
    return "\n".join((f"{title}:", *(f"- {f'{name}:':<{width}}{value}".rstrip() for name, value in lines.items())))


def _listed(arns: Sequence[str]) -> str:
    return "".join(f"[{arn}] " for arn in arns).rstrip()
