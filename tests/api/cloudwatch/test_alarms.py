"""Alarms as clients put, describe, switch and delete them."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.support.platform import ACCOUNT, REGION

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
ARN = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:"

BASE = {
    "MetricName": "errors",
    "Namespace": "Shop",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 30,
    "ComparisonOperator": "GreaterThanThreshold",
}


def put(cloudwatch, name="a", **more):
    cloudwatch.put_metric_alarm(AlarmName=name, **{**BASE, **more})


def described(cloudwatch, **filters):
    answer = cloudwatch.describe_alarms(**filters)
    return [alarm["AlarmName"] for alarm in (*answer["MetricAlarms"], *answer["CompositeAlarms"])]


def only(cloudwatch, name="a", *, kind="MetricAlarms"):
    types = ["MetricAlarm", "CompositeAlarm"]
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=types)[kind]
    return alarm


def refusal(work, *args, **options):
    with pytest.raises(ClientError) as caught:
        work(*args, **options)
    error = caught.value.response["Error"]
    return error["Code"], error.get("Message", "")


def history(cloudwatch, name="a", **more):
    items = cloudwatch.describe_alarm_history(AlarmName=name, **more)["AlarmHistoryItems"]
    return [(item["HistoryItemType"], item["HistorySummary"]) for item in items]


def test_a_minimal_alarm_is_described_with_what_aws_shows_and_nothing_else(cloudwatch):
    put(cloudwatch)

    answer = cloudwatch.describe_alarms(AlarmNames=["a"])

    assert {name for name in answer if name != "ResponseMetadata"} == {"CompositeAlarms", "MetricAlarms", "LogAlarms"}
    assert answer["CompositeAlarms"] == []
    assert answer["MetricAlarms"] == [
        {
            "ActionsEnabled": True,
            "AlarmActions": [],
            "AlarmArn": f"{ARN}a",
            "AlarmConfigurationUpdatedTimestamp": NOW,
            "AlarmName": "a",
            "ComparisonOperator": "GreaterThanThreshold",
            "Dimensions": [],
            "EvaluationPeriods": 1,
            "InsufficientDataActions": [],
            "MetricName": "errors",
            "Namespace": "Shop",
            "OKActions": [],
            "Period": 60,
            "StateReason": "Unchecked: Initial alarm creation",
            "StateTransitionedTimestamp": NOW,
            "StateUpdatedTimestamp": NOW,
            "StateValue": "INSUFFICIENT_DATA",
            "Statistic": "Sum",
            "Threshold": 30.0,
        }
    ]


def test_everything_that_was_given_is_shown(cloudwatch):
    given = {
        "AlarmDescription": "too many",
        "ActionsEnabled": False,
        "OKActions": [TOPIC],
        "AlarmActions": [TOPIC],
        "InsufficientDataActions": [TOPIC],
        "Dimensions": [{"Name": "z", "Value": "1"}, {"Name": "a", "Value": "2"}],
        "Unit": "Count",
        "DatapointsToAlarm": 1,
        "TreatMissingData": "notBreaching",
        "EvaluateLowSampleCountPercentile": "ignore",
        "ExtendedStatistic": "p99",
    }
    settings = {name: value for name, value in BASE.items() if name != "Statistic"}
    cloudwatch.put_metric_alarm(AlarmName="a", **settings, **given)
    alarm = only(cloudwatch)
    assert {name: alarm[name] for name in given} == given
    assert "Statistic" not in alarm


def test_an_update_replaces_the_settings_and_leaves_the_state(timed_platform, cloudwatch):
    put(cloudwatch, Dimensions=[{"Name": "x", "Value": "1"}], AlarmDescription="first")
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="OK", StateReason="by hand")
    timed_platform.advance(5_000)

    put(cloudwatch, Threshold=5)

    alarm = only(cloudwatch)
    assert (alarm["Threshold"], alarm["Dimensions"], alarm["StateValue"]) == (5.0, [], "OK")
    assert "AlarmDescription" not in alarm
    assert (alarm["StateUpdatedTimestamp"], alarm["AlarmConfigurationUpdatedTimestamp"].second) == (NOW, 5)


def stat(name, period=60, **more):
    return {"Metric": {"Namespace": "Shop", "MetricName": name}, "Period": period, "Stat": "Sum", **more}


MATH = {
    "EvaluationPeriods": 1,
    "Threshold": 0.5,
    "ComparisonOperator": "GreaterThanThreshold",
}
RATE = [
    {"Id": "rate", "Expression": "failed / all", "Label": "Rate", "ReturnData": True},
    {"Id": "failed", "MetricStat": stat("failed"), "ReturnData": False},
    {"Id": "all", "MetricStat": stat("all"), "ReturnData": False},
]


def test_an_alarm_on_metric_math_is_shown_with_its_queries(cloudwatch):
    cloudwatch.put_metric_alarm(AlarmName="a", Metrics=RATE, **MATH)
    alarm = only(cloudwatch)
    assert alarm["Metrics"] == RATE
    assert alarm["Dimensions"] == []
    assert not {"MetricName", "Namespace", "Period", "Statistic"} & alarm.keys()


def test_alarms_are_found_by_name_prefix_state_action_and_kind(cloudwatch):
    put(cloudwatch, "shop-1", AlarmActions=[TOPIC])
    put(cloudwatch, "shop-2")
    put(cloudwatch, "till-1")
    cloudwatch.put_composite_alarm(AlarmName="shop-all", AlarmRule="ALARM(shop-1) OR ALARM(shop-2)")
    cloudwatch.set_alarm_state(AlarmName="till-1", StateValue="OK", StateReason="fine")

    assert described(cloudwatch) == ["shop-1", "shop-2", "till-1"]
    assert described(cloudwatch, AlarmNames=["till-1", "gone", "shop-2"]) == ["shop-2", "till-1"]
    assert described(cloudwatch, AlarmNamePrefix="shop") == ["shop-1", "shop-2"]
    assert described(cloudwatch, StateValue="OK") == ["till-1"]
    assert described(cloudwatch, ActionPrefix="arn:aws:sns") == ["shop-1"]
    assert described(cloudwatch, AlarmTypes=["CompositeAlarm"]) == ["shop-all"]
    assert described(cloudwatch, AlarmTypes=["MetricAlarm", "CompositeAlarm"], AlarmNamePrefix="shop") == [
        "shop-1",
        "shop-2",
        "shop-all",
    ]
    assert described(cloudwatch, AlarmNames=["shop-all"]) == []


def test_lists_of_alarms_come_in_pages(cloudwatch):
    for index in range(5):
        put(cloudwatch, f"a{index}")
    pages = cloudwatch.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 2})
    found = [[alarm["AlarmName"] for alarm in page["MetricAlarms"]] for page in pages]
    assert found == [["a0", "a1"], ["a2", "a3"], ["a4"]]
    assert refusal(cloudwatch.describe_alarms, NextToken="§") == ("InvalidNextToken", "Invalid NextToken : §")


def test_alarms_of_a_metric_are_those_on_that_very_metric(cloudwatch):
    put(cloudwatch, "plain")
    put(cloudwatch, "with", Dimensions=[{"Name": "b", "Value": "2"}, {"Name": "a", "Value": "1"}])
    put(cloudwatch, "other", MetricName="sales")

    def of(**more):
        answer = cloudwatch.describe_alarms_for_metric(Namespace="Shop", MetricName="errors", **more)
        return [alarm["AlarmName"] for alarm in answer["MetricAlarms"]]

    assert of() == ["plain"]
    assert of(Dimensions=[{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]) == ["with"]
    assert of(Statistic="Sum", Period=60) == ["plain"]
    assert of(Statistic="Average") == of(Period=120) == of(Unit="Count") == []


def test_children_and_parents_are_told_by_name(cloudwatch):
    put(cloudwatch, "a")
    put(cloudwatch, "b")
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule=f'ALARM("a") AND ALARM("{ARN}b")')
    children = cloudwatch.describe_alarms(ChildrenOfAlarmName="both")["MetricAlarms"]
    assert [child["AlarmName"] for child in children] == ["a", "b"]
    assert children[0].keys() == {"AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"}
    answer = cloudwatch.describe_alarms(ParentsOfAlarmName="b")
    assert answer["CompositeAlarms"] == [{"AlarmName": "both", "AlarmArn": f"{ARN}both"}]
    code, _ = refusal(cloudwatch.describe_alarms, ParentsOfAlarmName="b", StateValue="OK")
    assert code == "ValidationError"


def test_a_composite_alarm_is_shown_with_its_rule_and_evaluated_at_once(timed_platform, cloudwatch):
    put(cloudwatch, "a")
    cloudwatch.put_composite_alarm(AlarmName="c", AlarmRule="ALARM(a)", AlarmDescription="all")
    timed_platform.advance(0)
    alarm = only(cloudwatch, "c", kind="CompositeAlarms")
    data = json.loads(alarm.pop("StateReasonData"))
    assert data == {
        "triggeringAlarms": [
            {"arn": f"{ARN}a", "state": {"value": "INSUFFICIENT_DATA", "timestamp": "2026-01-01T00:00:00.000+0000"}}
        ]
    }
    assert alarm == {
        "ActionsEnabled": True,
        "AlarmActions": [],
        "AlarmArn": f"{ARN}c",
        "AlarmConfigurationUpdatedTimestamp": NOW,
        "AlarmDescription": "all",
        "AlarmName": "c",
        "AlarmRule": "ALARM(a)",
        "InsufficientDataActions": [],
        "OKActions": [],
        "StateReason": f"{ARN}c was created and its alarm rule evaluates to OK",
        "StateTransitionedTimestamp": NOW,
        "StateUpdatedTimestamp": NOW,
        "StateValue": "OK",
    }


SUPPRESSION = {"ActionsSuppressor": "a", "ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 60}


def test_a_name_belongs_to_one_kind_of_alarm(cloudwatch):
    cloudwatch.put_composite_alarm(AlarmName="c", AlarmRule="TRUE")
    asked = {"AlarmName": "c", **BASE}
    message = "AlarmName [c] is already used by another alarm of a different type"
    assert refusal(cloudwatch.put_metric_alarm, **asked) == ("ValidationError", message)


def test_an_alarm_that_others_need_is_not_deleted(cloudwatch):
    for name in ("a", "b", "free"):
        put(cloudwatch, name)
    cloudwatch.put_composite_alarm(AlarmName="c", AlarmRule="ALARM(a)", **{**SUPPRESSION, "ActionsSuppressor": "b"})
    depends = "as there are composite alarm(s) depending on"
    assert refusal(cloudwatch.delete_alarms, AlarmNames=["free", "a"]) == (
        "ValidationError",
        f"Cannot delete a {depends} it.",
    )
    assert refusal(cloudwatch.delete_alarms, AlarmNames=["a", "b"])[1] == f"Cannot delete a,b {depends} them."

    assert refusal(cloudwatch.delete_alarms, AlarmNames=["c", "a"])[1] == f"Cannot delete a {depends} it."

    cloudwatch.delete_alarms(AlarmNames=["c"])
    cloudwatch.delete_alarms(AlarmNames=["a", "b", "unknown"])

    assert described(cloudwatch, AlarmTypes=["MetricAlarm", "CompositeAlarm"]) == ["free"]


def test_actions_are_switched_off_and_on(cloudwatch):
    put(cloudwatch)
    cloudwatch.disable_alarm_actions(AlarmNames=["a", "unknown"])
    assert only(cloudwatch)["ActionsEnabled"] is False
    cloudwatch.enable_alarm_actions(AlarmNames=["a"])
    assert only(cloudwatch)["ActionsEnabled"] is True


def test_a_state_is_set_by_hand(cloudwatch):
    put(cloudwatch)
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="test", StateReasonData='{"by": "me"}')
    alarm = only(cloudwatch)
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "test")
    assert alarm["StateReasonData"] == '{"by": "me"}'
    gone = {"AlarmName": "gone", "StateValue": "OK", "StateReason": "x"}
    with pytest.raises(ClientError) as caught:
        cloudwatch.set_alarm_state(**gone)
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    code, _ = refusal(cloudwatch.set_alarm_state, **{**gone, "AlarmName": "a"}, StateReasonData="{")
    assert code in ("InvalidFormat", "InvalidFormatFault")
    assert refusal(cloudwatch.set_alarm_state, **{**gone, "StateValue": "INVALID"}) == (
        "ValidationError",
        "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must "
        "satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
    )


def test_the_history_tells_of_changes_newest_first(timed_platform, cloudwatch):
    put(cloudwatch)
    timed_platform.advance(1_000)
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="test")
    timed_platform.advance(1_000)
    put(cloudwatch, Threshold=5)
    cloudwatch.delete_alarms(AlarmNames=["a"])

    assert history(cloudwatch) == [
        ("ConfigurationUpdate", 'Alarm "a" deleted'),
        ("ConfigurationUpdate", 'Alarm "a" updated'),
        ("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"),
        ("ConfigurationUpdate", 'Alarm "a" created'),
    ]
    assert history(cloudwatch, ScanBy="TimestampAscending", HistoryItemType="ConfigurationUpdate", MaxRecords=1) == [
        ("ConfigurationUpdate", 'Alarm "a" created')
    ]
    assert history(
        cloudwatch,
        StartDate=datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC),
        EndDate=datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC),
    ) == [("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM")]
    assert history(cloudwatch, AlarmTypes=["CompositeAlarm"]) == []
    pages = cloudwatch.get_paginator("describe_alarm_history").paginate(PaginationConfig={"PageSize": 3})
    assert [len(page["AlarmHistoryItems"]) for page in pages] == [3, 1]


def test_the_history_holds_both_states_and_the_whole_alarm(cloudwatch):
    put(cloudwatch, Dimensions=[{"Name": "x", "Value": "1"}])
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="OK", StateReason="fine", StateReasonData='{"n":1}')
    items = cloudwatch.describe_alarm_history(AlarmName="a", ScanBy="TimestampAscending")["AlarmHistoryItems"]
    created, changed = (json.loads(item["HistoryData"]) for item in items)
    assert changed == {
        "version": "1.0",
        "oldState": {"stateValue": "INSUFFICIENT_DATA", "stateReason": "Unchecked: Initial alarm creation"},
        "newState": {"stateValue": "OK", "stateReason": "fine", "stateReasonData": {"n": 1}},
    }
    assert (created["type"], created["version"]) == ("Create", "1.0")
    assert created["createdAlarm"] == {
        "alarmName": "a",
        "alarmArn": f"{ARN}a",
        "alarmConfigurationUpdatedTimestamp": "2026-01-01T00:00:00.000+0000",
        "namespace": "Shop",
        "metricName": "errors",
        "extendedStatistic": "SUM",
        "period": 60,
        "dimensions": [{"value": "1", "name": "x"}],
        "threshold": 30.0,
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "stateValue": "INSUFFICIENT_DATA",
        "stateUpdatedTimestamp": "2026-01-01T00:00:00.000+0000",
        "actionsEnabled": True,
        "alarmActions": [],
        "insufficientDataActions": [],
        "okactions": [],
    }


def test_contributors_belong_to_alarms_that_are_not_served(cloudwatch):
    put(cloudwatch)
    assert refusal(cloudwatch.describe_alarm_contributors, AlarmName="a") == (
        "ValidationError",
        "Alarm a is not a multi time series alarm",
    )
    code, message = refusal(cloudwatch.describe_alarm_contributors, AlarmName="b")
    assert (code, message) == ("ResourceNotFoundException", "No alarm for name b was found")


def test_an_alarm_has_tags_from_its_beginning_until_its_end(cloudwatch):
    def tags():
        return {tag["Key"]: tag["Value"] for tag in cloudwatch.list_tags_for_resource(ResourceARN=f"{ARN}a")["Tags"]}

    put(cloudwatch, Tags=[{"Key": "tag1", "Value": "foo"}, {"Key": "tag2", "Value": "bar"}])
    put(cloudwatch, Tags=[{"Key": "tag3", "Value": "left aside"}])
    assert tags() == {"tag1": "foo", "tag2": "bar"}
    cloudwatch.tag_resource(ResourceARN=f"{ARN}a", Tags=[{"Key": "tag1", "Value": "new"}])
    cloudwatch.untag_resource(ResourceARN=f"{ARN}a", TagKeys=["tag2"])
    assert tags() == {"tag1": "new"}
    cloudwatch.delete_alarms(AlarmNames=["a"])
    code, _ = refusal(cloudwatch.list_tags_for_resource, ResourceARN=f"{ARN}a")
    assert code == "ResourceNotFoundException"
    put(cloudwatch)
    assert tags() == {}
