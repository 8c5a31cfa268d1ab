"""What topics, functions, the bus and the history are told of a change, as AWS's own examples have it."""

import json
from typing import Any

import pytest

from eventyard.services.cloudwatch.model import alarms_changes as changes
from eventyard.services.cloudwatch.model import alarms_configurations as configurations
from eventyard.services.cloudwatch.model.alarms import COMPOSITE, METRIC, Alarm, State

AT_MS = 1_659_153_406_138
INSTANT = "2022-07-30T03:56:46.138+0000"
BEFORE = State("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", None, AT_MS, AT_MS)
ACTIONS: dict[str, Any] = {"ActionsEnabled": True, "OKActions": [], "AlarmActions": [], "InsufficientDataActions": []}
COMPARISON = {"EvaluationPeriods": 1, "Threshold": 2.0, "ComparisonOperator": "GreaterThanThreshold"}
ONE_METRIC = {**ACTIONS, "MetricName": "m", "Namespace": "Shop", "Dimensions": [], "Period": 10, **COMPARISON}


def alarm(settings: dict[str, Any], *, kind: str = METRIC, data: str | None = None, held: str = "") -> Alarm:
    state = State("ALARM", "testing alarm", data, AT_MS, AT_MS, held)
    return Alarm("111122223333", "eu-west-1", "a", kind, settings, AT_MS, state)


def default_text(told: Alarm) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.loads(changes.topic_message(told, BEFORE))["default"])
    return found


def test_a_function_gets_both_states_and_the_configuration():
    told = alarm({**ONE_METRIC, "Statistic": "Average", "AlarmDescription": "testing lambda alarm action"})
    payload = json.loads(changes.function_payload(told, BEFORE))
    metric = payload["alarmData"]["configuration"]["metrics"][0]
    assert len(metric.pop("id")) == 36
    assert payload == {
        "source": "aws.cloudwatch",
        "alarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a",
        "accountId": "111122223333",
        "time": INSTANT,
        "region": "eu-west-1",
        "alarmData": {
            "alarmName": "a",
            "state": {"value": "ALARM", "reason": "testing alarm", "timestamp": INSTANT},
            "previousState": {
                "value": "INSUFFICIENT_DATA",
                "reason": "Unchecked: Initial alarm creation",
                "timestamp": INSTANT,
            },
            "configuration": {
                "description": "testing lambda alarm action",
                "metrics": [
                    {
                        "metricStat": {
                            "metric": {"namespace": "Shop", "name": "m", "dimensions": {}},
                            "period": 10,
                            "stat": "Average",
                        },
                        "returnData": True,
                    }
                ],
            },
        },
    }


def test_each_protocol_of_a_topic_has_its_text():
    texts = json.loads(changes.topic_message(alarm({**ONE_METRIC, "Statistic": "Sum"}), BEFORE))
    assert texts.keys() == {"default", "sms", "email"}
    assert texts["sms"] == changes.subject(alarm(ONE_METRIC)) == 'ALARM: "a" in EU (Ireland)'
    assert texts["email"].splitlines()[0] == (
        'You are receiving this email because your Amazon CloudWatch Alarm "a" in the EU (Ireland) region has entered '
        'the ALARM state, because "testing alarm" at "Saturday 30 July, 2022 03:56:46 UTC".'
    )
    assert "- State Change:               INSUFFICIENT_DATA -> ALARM" in texts["email"].splitlines()


def test_a_percentile_is_told_as_an_extended_statistic():
    trigger = default_text(alarm({**ONE_METRIC, "ExtendedStatistic": "p99"}))["Trigger"]
    assert (trigger["StatisticType"], trigger["ExtendedStatistic"]) == ("ExtendedStatistic", "p99")
    assert "Statistic" not in trigger
    assert (trigger["TreatMissingData"], trigger["Unit"]) == ("", None)


def math() -> dict[str, Any]:
    metric = {"Namespace": "Shop", "MetricName": "in", "Dimensions": [{"Name": "Till", "Value": "1"}]}
    queries = [
        {"Id": "e1", "Expression": "SUM(METRICS())", "Label": "Total", "ReturnData": True},
        {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Maximum"}, "ReturnData": False},
    ]
    return {**ACTIONS, "Dimensions": [], "Metrics": queries, **COMPARISON}


def test_metric_math_is_told_by_its_queries():
    trigger = default_text(alarm(math()))["Trigger"]
    assert trigger["Period"] == 300
    assert "MetricName" not in trigger
    dimensions = [{"value": "1", "name": "Till"}]
    assert trigger["Metrics"] == [
        {"Expression": "SUM(METRICS())", "Id": "e1", "Label": "Total", "ReturnData": True},
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {"Dimensions": dimensions, "MetricName": "in", "Namespace": "Shop"},
                "Period": 300,
                "Stat": "Maximum",
            },
            "ReturnData": False,
        },
    ]
    assert configurations.described_configuration(alarm(math()))["metrics"] == [
        {"id": "e1", "expression": "SUM(METRICS())", "label": "Total", "returnData": True},
        {
            "id": "m1",
            "metricStat": {
                "metric": {"namespace": "Shop", "name": "in", "dimensions": {"Till": "1"}},
                "period": 300,
                "stat": "Maximum",
            },
            "returnData": False,
        },
    ]


SUPPRESSED = {
    **ACTIONS,
    "AlarmRule": "ALARM(x) OR ALARM(y)",
    "ActionsSuppressor": "s",
    "ActionsSuppressorWaitPeriod": 120,
    "ActionsSuppressorExtensionPeriod": 180,
}


def test_suppression_is_told_with_the_state():
    child = {"arn": "arn:x", "state": {"value": "ALARM", "timestamp": INSTANT}}
    told = alarm(SUPPRESSED, kind=COMPOSITE, data=json.dumps({"triggeringAlarms": [child]}), held="WaitPeriod")
    detail = changes.event_detail(told, BEFORE)
    assert detail["state"]["actionsSuppressedBy"] == "WaitPeriod"
    assert detail["state"]["actionsSuppressedReason"] == "Actions suppressed by WaitPeriod"
    assert detail["configuration"] == {
        "alarmRule": "ALARM(x) OR ALARM(y)",
        "actionsSuppressor": "s",
        "actionsSuppressorWaitPeriod": 120,
        "actionsSuppressorExtensionPeriod": 180,
    }
    notification = default_text(told)
    assert notification["TriggeringChildren"] == [{"Arn": "arn:x", "State": {"Value": "ALARM", "Timestamp": INSTANT}}]
    assert "Trigger" not in notification
    created = configurations.change_detail(told, "create", previous=None)
    assert created["state"] == {"actionsSuppressedBy": "WaitPeriod", "value": "ALARM", "timestamp": INSTANT}


def test_a_composite_alarm_set_by_hand_has_no_triggering_children():
    assert default_text(alarm(SUPPRESSED, kind=COMPOSITE, data='["anything"]'))["TriggeringChildren"] == []


def test_what_is_too_long_for_the_history_is_left_out():
    long = State("OK", "x", json.dumps("d" * 3_900), AT_MS, AT_MS)
    kept = json.loads(changes.state_history(long, long))
    assert "stateReasonData" not in kept["oldState"]
    assert "stateReasonData" in kept["newState"]
    huge = alarm(
        {**ONE_METRIC, "Statistic": "Sum", "Dimensions": [{"Name": f"n{i}", "Value": "v" * 900} for i in range(9)]}
    )
    assert len(configurations.change_history(huge, "create", previous=None)) < 4_096


@pytest.mark.parametrize(
    ("letter", "default", "kept"),
    [
        ("short", "told", '{"default":"told","email":"short"}'),
        ("e" * 5_000, "told", '{"default":"told"}'),
        ("short", "d" * 5_000, None),
    ],
)
def test_the_history_keeps_of_a_message_what_fits(letter: str, default: str, kept: str | None):
    message = json.dumps({"default": default, "email": letter}, separators=(",", ":"))
    action = changes.action_history(BEFORE, arn="arn:t", message=message, error=None)
    assert json.loads(action) == {
        "actionState": "Succeeded",
        "stateUpdateTimestamp": AT_MS,
        "notificationResource": "arn:t",
        "publishedMessage": kept,
        "error": None,
    }
