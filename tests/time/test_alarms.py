"""Alarms over time: they change when their data say so, tell who wants to know, and sleep while nothing happens."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.endpoint import Endpoint
from tests.support.web_subscriber import make_topic, subscribed
from tests.time.conftest import Story

START = datetime(2026, 1, 1, tzinfo=UTC)
ALARM = {
    "MetricName": "errors",
    "Namespace": "Shop",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


def put(story: Story, name: str = "a", **more: Any) -> None:
    story.client("cloudwatch").put_metric_alarm(AlarmName=name, **{**ALARM, **more})


def measure(story: Story, value: float, name: str = "errors", **more: Any) -> None:
    story.client("cloudwatch").put_metric_data(
        Namespace="Shop", MetricData=[{"MetricName": name, "Value": value, **more}]
    )


def state(story: Story, name: str = "a") -> str:
    types = ["MetricAlarm", "CompositeAlarm"]
    answer = story.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=types)
    (alarm,) = [*answer["MetricAlarms"], *answer["CompositeAlarms"]]
    return alarm["StateValue"]


def hand(story: Story, name: str, value: str) -> None:
    story.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=value, StateReason="by hand")


def told_queue(story: Story, topic: str) -> str:
    """The URL of a queue that gets what the topic is told."""
    url = story.queue("told")
    arn = "arn:aws:sqs:us-east-1:000000000000:told"
    story.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def told(story: Story, url: str) -> list[tuple[str, str]]:
    """(alarm, state) of each notification since the last time."""
    sqs = story.client("sqs")
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            notification = json.loads(json.loads(message["Body"])["Message"])
            found.append((notification["AlarmName"], notification["NewStateValue"]))
    return found


def plans(story: Story) -> list[int]:
    """When alarms are to be evaluated, in seconds from the beginning."""
    sql = "select due_at_ms from due where kind = 'cloudwatch.alarm' order by due_at_ms"
    engine = story.platform.engine
    call = engine.new_call(service="cloudwatch", operation="", account="000000000000", region="us-east-1")
    rows = story.run(engine.run(lambda tx, call: tx.all(sql), call))
    return [round(row[0] / 1000 - START.timestamp()) for row in rows]


def dead_letter_alarm(story: Story, topic: str) -> str:
    """An alarm on a dead-letter queue; gives back the URL of the queue before it."""
    story.queue("dlq")
    redrive = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dlq", "maxReceiveCount": 1}
    put(
        story,
        "dlq",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "dlq"}],
        TreatMissingData="notBreaching",
        DatapointsToAlarm=1,
        AlarmActions=[topic],
        AlarmDescription="A letter is dead.",
    )
    return story.queue("work", RedrivePolicy=json.dumps(redrive), VisibilityTimeout="1")


def die(story: Story, work: str) -> None:
    """A message of the queue becomes a dead letter."""
    story.client("sqs").send_message(QueueUrl=work, MessageBody="broken")
    story.received(work)
    story.after(seconds=10)
    story.received(work)


def test_the_first_dead_letter_alarms_within_a_period_and_pages_somebody(story: Story, endpoint: Endpoint):
    topic = make_topic(story, "pager")
    subscribed(story, topic, endpoint)
    work = dead_letter_alarm(story, topic)
    story.after(minutes=5)
    assert state(story, "dlq") == "OK"

    die(story, work)
    story.after(seconds=51)

    assert state(story, "dlq") == "ALARM"
    (request,) = endpoint.wait_for(1)
    envelope = json.loads(request.body)
    assert (envelope["Type"], envelope["TopicArn"]) == ("Notification", topic)
    assert envelope["Subject"] == 'ALARM: "dlq" in US East (N. Virginia)'
    assert json.loads(envelope["Message"]) == {
        "AlarmName": "dlq",
        "AlarmDescription": "A letter is dead.",
        "AWSAccountId": "000000000000",
        "AlarmConfigurationUpdatedTimestamp": "2026-01-01T00:00:00.000+0000",
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (01/01/26 00:05:00)] was greater "
        "than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
        "StateChangeTime": "2026-01-01T00:06:01.000+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:dlq",
        "OldStateValue": "OK",
        "OKActions": [],
        "AlarmActions": [topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Namespace": "AWS/SQS",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [{"value": "dlq", "name": "QueueName"}],
            "Period": 60,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": 1.0,
            "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


def test_an_alarm_stays_as_long_as_the_letter_and_ends_with_it(story: Story):
    work = dead_letter_alarm(story, make_topic(story))
    die(story, work)
    story.after(hours=7)
    assert state(story, "dlq") == "ALARM", "gauges go on where SQS would have stopped after six hours"
    story.client("sqs").purge_queue(QueueUrl=story.queue("dlq"))
    story.after(minutes=4)
    assert state(story, "dlq") == "OK"


@pytest.mark.parametrize(
    ("treatment", "states"),
    [
        ("missing", ["INSUFFICIENT_DATA", "ALARM", "ALARM", "INSUFFICIENT_DATA"]),
        ("ignore", ["INSUFFICIENT_DATA", "ALARM", "ALARM", "ALARM"]),
        ("breaching", ["ALARM", "ALARM", "ALARM", "ALARM"]),
        ("notBreaching", ["OK", "ALARM", "ALARM", "OK"]),
    ],
)
def test_silence_is_what_the_alarm_takes_it_for(story: Story, treatment: str, states: list[str]):
    put(story, TreatMissingData=treatment)
    story.after(seconds=61)
    found = [state(story)]
    measure(story, 5)
    for minutes in (1, 2, 1):
        story.after(minutes=minutes)
        found.append(state(story))
    assert found == states, "the last one when the point has left the range of three periods"


def test_an_alarm_sleeps_while_nothing_can_change_and_wakes_with_its_data(story: Story):
    put(story)
    assert plans(story) == [61]
    story.after(minutes=2)
    assert plans(story) == []

    measure(story, 5, name="sales")
    assert plans(story) == []
    story.after(days=1)
    measure(story, 5)
    assert plans(story) == [86_400 + 181]
    story.after(minutes=2)
    assert state(story) == "ALARM"
    story.after(hours=1)
    assert (state(story), plans(story)) == ("INSUFFICIENT_DATA", [])


def test_a_datapoint_of_the_future_is_seen_when_its_time_has_come(story: Story):
    put(story)
    measure(story, 5, Timestamp=START + timedelta(minutes=90))
    story.after(minutes=90)
    assert (state(story), plans(story)) == ("INSUFFICIENT_DATA", [91 * 60 + 1])
    story.after(seconds=61)
    assert state(story) == "ALARM"


def test_a_datapoint_that_comes_late_is_seen_within_the_range(story: Story):
    put(story, TreatMissingData="notBreaching")
    story.after(minutes=3)
    measure(story, 5, Timestamp=START + timedelta(minutes=2))
    story.after(seconds=61)
    assert state(story) == "ALARM"


def test_two_of_three_datapoints_make_an_alarm_and_two_end_it(story: Story):
    put(story, EvaluationPeriods=3, DatapointsToAlarm=2)
    found = []
    story.after(seconds=5)
    for value in (0, 0, 1, 0, 1, 0, 0):
        measure(story, value)
        story.after(minutes=1)
        found.append(state(story))
    assert found == ["OK", "OK", "OK", "OK", "ALARM", "OK", "OK"]


def test_a_long_period_slides_by_the_minute(story: Story):
    put(story, Period=300)
    story.after(minutes=7)
    measure(story, 5)
    story.after(seconds=61)
    assert state(story) == "ALARM", "not only at the end of the fifth minute"


def test_a_high_resolution_alarm_looks_every_ten_seconds(story: Story):
    put(story, Period=10)
    story.after(seconds=3)
    measure(story, 5, StorageResolution=1)
    story.after(seconds=8)
    assert state(story) == "ALARM"


def test_a_percentile_of_few_values_changes_nothing(story: Story):
    settings = {name: value for name, value in ALARM.items() if name != "Statistic"}
    story.client("cloudwatch").put_metric_alarm(
        AlarmName="a", **settings, ExtendedStatistic="p50", EvaluateLowSampleCountPercentile="ignore"
    )
    measure(story, 5)
    story.after(seconds=61)
    assert state(story) == "INSUFFICIENT_DATA"
    story.client("cloudwatch").put_metric_data(
        Namespace="Shop", MetricData=[{"MetricName": "errors", "Values": [5.0], "Counts": [20]}]
    )
    story.after(minutes=1)
    assert state(story) == "ALARM"


def test_an_alarm_on_metric_math_compares_what_the_expression_gives(story: Story):
    def stat(name: str) -> dict[str, Any]:
        return {"Metric": {"Namespace": "Shop", "MetricName": name}, "Period": 300, "Stat": "Sum"}

    story.client("cloudwatch").put_metric_alarm(
        AlarmName="rate",
        Metrics=[
            {"Id": "rate", "Expression": "100 * failed / all", "Label": "Rate"},
            {"Id": "failed", "MetricStat": stat("failed"), "ReturnData": False},
            {"Id": "all", "MetricStat": stat("all"), "ReturnData": False},
        ],
        EvaluationPeriods=1,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )
    story.after(minutes=7)
    assert state(story, "rate") == "OK"
    measure(story, 30, name="failed")
    measure(story, 100, name="all")
    story.after(seconds=61)
    assert state(story, "rate") == "ALARM"
    answer = story.client("cloudwatch").describe_alarms(AlarmNames=["rate"])["MetricAlarms"][0]
    assert answer["StateReason"] == (
        "Threshold Crossed: 1 datapoint [30.0 (01/01/26 00:03:00)] was greater than the threshold (10.0)."
    )
    story.after(hours=1)
    assert state(story, "rate") == "OK"
    assert plans(story) == []


def test_an_alarm_on_dynamodb_ignores_missing_data_unless_told_otherwise(story: Story):
    put(story, "default", Namespace="AWS/DynamoDB")
    put(story, "told", Namespace="AWS/DynamoDB", TreatMissingData="missing")
    for name in ("default", "told"):
        hand(story, name, "OK")
    story.after(minutes=5)
    assert (state(story, "default"), state(story, "told")) == ("OK", "INSUFFICIENT_DATA")


def test_a_state_set_by_hand_lasts_until_the_data_are_looked_at(story: Story):
    put(story, TreatMissingData="notBreaching")
    story.after(hours=1)
    hand(story, "a", "ALARM")
    assert state(story) == "ALARM"
    story.after(seconds=61)
    assert state(story) == "OK"


def test_a_composite_alarm_follows_its_children_at_once_and_its_parents_follow_it(story: Story):
    topic = make_topic(story)
    url = told_queue(story, topic)
    for name in ("a", "b"):
        put(story, name, MetricName=name, TreatMissingData="ignore")
    cloudwatch = story.client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(a) AND ALARM(b)", AlarmActions=[topic])
    cloudwatch.put_composite_alarm(AlarmName="top", AlarmRule="ALARM(both)", AlarmActions=[topic], OKActions=[topic])
    story.after(seconds=1)
    assert told(story, url) == [("top", "OK")]

    hand(story, "a", "ALARM")
    assert (state(story, "both"), told(story, url)) == ("OK", [])
    hand(story, "b", "ALARM")
    assert sorted(told(story, url)) == [("both", "ALARM"), ("top", "ALARM")]
    hand(story, "a", "OK")
    assert told(story, url) == [("top", "OK")]


def test_an_alarm_that_is_reached_in_two_ways_changes_once(story: Story):
    topic = make_topic(story)
    url = told_queue(story, topic)
    put(story, "a", TreatMissingData="ignore")
    cloudwatch = story.client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="x", AlarmRule="ALARM(a)")
    cloudwatch.put_composite_alarm(AlarmName="y", AlarmRule="ALARM(a) OR ALARM(x)", AlarmActions=[topic])
    story.after(seconds=1)
    hand(story, "a", "ALARM")
    assert told(story, url) == [("y", "ALARM")]


def test_rules_that_go_in_circles_end(story: Story):
    put(story, "a", TreatMissingData="ignore")
    cloudwatch = story.client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="x", AlarmRule="ALARM(a)")
    cloudwatch.put_composite_alarm(AlarmName="y", AlarmRule="ALARM(x)")
    cloudwatch.put_composite_alarm(AlarmName="x", AlarmRule="ALARM(a) AND NOT ALARM(y)")
    story.after(seconds=1)
    hand(story, "a", "ALARM")
    assert state(story, "y") == "ALARM"


def test_actions_wait_for_the_suppressor_and_then_for_its_end(story: Story):
    topic = make_topic(story)
    url = told_queue(story, topic)
    for name in ("a", "maintenance"):
        put(story, name, MetricName=name, TreatMissingData="ignore")
    cloudwatch = story.client("cloudwatch")
    cloudwatch.put_composite_alarm(
        AlarmName="c",
        AlarmRule="ALARM(a)",
        AlarmActions=[topic],
        OKActions=[topic],
        ActionsSuppressor="maintenance",
        ActionsSuppressorWaitPeriod=60,
        ActionsSuppressorExtensionPeriod=90,
    )

    def suppressed() -> str | None:
        answer = cloudwatch.describe_alarms(AlarmNames=["c"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
        return answer.get("ActionsSuppressedBy")

    story.after(seconds=61)
    assert told(story, url) == [("c", "OK")], "after the wait for a suppressor that stays quiet"
    hand(story, "a", "ALARM")
    story.after(seconds=30)
    assert (state(story, "c"), suppressed(), told(story, url)) == ("ALARM", "WaitPeriod", [])
    hand(story, "maintenance", "ALARM")
    story.after(hours=1)
    assert (suppressed(), told(story, url)) == ("Alarm", [])
    hand(story, "maintenance", "OK")
    story.after(seconds=89)
    assert (suppressed(), told(story, url)) == ("ExtensionPeriod", [])
    story.after(seconds=2)
    assert (suppressed(), told(story, url)) == (None, [("c", "ALARM")])


def test_a_transition_back_begins_a_new_wait(story: Story):
    topic = make_topic(story)
    url = told_queue(story, topic)
    for name in ("a", "s"):
        put(story, name, MetricName=name, TreatMissingData="ignore")
    periods = {"ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 60}
    story.client("cloudwatch").put_composite_alarm(
        AlarmName="c", AlarmRule="ALARM(a)", AlarmActions=[topic], OKActions=[topic], ActionsSuppressor="s", **periods
    )
    story.after(minutes=2)
    told(story, url)
    hand(story, "a", "ALARM")
    story.after(seconds=40)
    hand(story, "a", "OK")
    story.after(seconds=40)
    assert told(story, url) == []
    story.after(seconds=21)
    assert told(story, url) == [("c", "OK")]


def test_the_default_bus_hears_of_every_change(story: Story):
    events = story.client("events")
    url = story.queue("heard")
    events.put_rule(Name="alarms", EventPattern=json.dumps({"source": ["aws.cloudwatch"]}))
    events.put_targets(Rule="alarms", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:000000000000:heard"}])
    dimensions = [{"Name": "Shop", "Value": "1"}]
    put(story, Dimensions=dimensions, AlarmDescription="errors")
    put(story, Threshold=2, Dimensions=dimensions, AlarmDescription="errors")
    hand(story, "a", "ALARM")
    story.client("cloudwatch").delete_alarms(AlarmNames=["a"])

    heard = [json.loads(body) for body in story.received(url)]
    arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a"
    assert {(event["source"], *event["resources"]) for event in heard} == {("aws.cloudwatch", arn)}
    by_type = {(event["detail-type"], event["detail"].get("operation")): event["detail"] for event in heard}
    change, configured = "CloudWatch Alarm State Change", "CloudWatch Alarm Configuration Change"
    assert set(by_type) == {(change, None), *((configured, done) for done in ("create", "update", "delete"))}
    instant = "2026-01-01T00:00:00.000+0000"
    metric = {"namespace": "Shop", "name": "errors", "dimensions": {"Shop": "1"}}
    stat = {"metricStat": {"metric": metric, "period": 60, "stat": "Sum"}, "returnData": True}
    detail = by_type[change, None]
    assert {name: value for name, value in detail["configuration"]["metrics"].pop().items() if name != "id"} == stat
    assert detail == {
        "alarmName": "a",
        "state": {"value": "ALARM", "reason": "by hand", "timestamp": instant},
        "previousState": {
            "value": "INSUFFICIENT_DATA",
            "reason": "Unchecked: Initial alarm creation",
            "timestamp": instant,
        },
        "configuration": {"description": "errors", "metrics": []},
    }
    updated = by_type[configured, "update"]
    assert (updated["configuration"]["threshold"], updated["previousConfiguration"]["threshold"]) == (2.0, 1.0)
    assert updated["state"] == {"value": "INSUFFICIENT_DATA", "timestamp": instant}
    assert updated["configuration"].keys() == {
        *("evaluationPeriods", "threshold", "comparisonOperator", "metrics", "alarmName", "description"),
        *("actionsEnabled", "timestamp", "okActions", "alarmActions", "insufficientDataActions"),
    }


def test_an_action_that_fails_is_in_the_history_and_history_ends_after_thirty_days(story: Story):
    gone = "arn:aws:sns:us-east-1:000000000000:gone"
    put(story, AlarmActions=[gone])
    hand(story, "a", "ALARM")
    cloudwatch = story.client("cloudwatch")
    (item,) = cloudwatch.describe_alarm_history(AlarmName="a", HistoryItemType="Action")["AlarmHistoryItems"]
    assert item["HistorySummary"] == f"Failed to execute action {gone}"
    data = json.loads(item["HistoryData"])
    assert (data["actionState"], data["notificationResource"]) == ("Failed", gone)
    assert "NotFound" in data["error"]
    story.after(days=30)
    assert len(cloudwatch.describe_alarm_history()["AlarmHistoryItems"]) == 4
    cloudwatch.delete_alarms(AlarmNames=["a"])
    story.after(days=2)
    left = cloudwatch.describe_alarm_history()["AlarmHistoryItems"]
    assert [one["HistorySummary"] for one in left] == ['Alarm "a" deleted']
