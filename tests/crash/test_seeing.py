"""Kill the server while it sees: what was acknowledged is there, an alarm changes once, and no count is doubled."""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.crash.aftermath import KILLED, arn, die_at_start, queue, run, taken
from tests.support.server import Deadline, ServerProcess

ROUNDS = 40
ANSWERED_S = 30

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(
    "crash_at",
    [
        pytest.param("store.commit.before:1", marks=pytest.mark.slow),
        "store.commit.after:1",
        *(
            pytest.param(f"store.commit.{side}:{n}", marks=pytest.mark.slow)
            for side in ("before", "after")
            for n in (2,)
        ),
    ],
)
def test_an_alarm_changes_once_and_tells_of_it(server: ServerProcess, crash_at: str):
    alarm_that_is_about_to_ring(server)
    die_at_start(server, crash_at)
    server.start()
    (told,) = taken(server, "heard", 1)
    assert json.loads(json.loads(told)["Message"])["NewStateValue"] == "ALARM"
    cloudwatch = server.client("cloudwatch")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["late"])["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM"
    changes = cloudwatch.describe_alarm_history(AlarmName="late", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    assert [change["HistorySummary"] for change in changes] == ["Alarm updated from INSUFFICIENT_DATA to ALARM"]


def alarm_that_is_about_to_ring(server: ServerProcess) -> None:
    """It is evaluated when the server starts next, and tells a topic, which a queue has subscribed to."""
    queue(server, "heard")
    topics, cloudwatch = server.client("sns"), server.client("cloudwatch")
    topic = topics.create_topic(Name="alarms")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("heard"))
    now_s = time.time()
    cloudwatch.put_metric_data(
        Namespace="shop",
        MetricData=[{"MetricName": "late", "Value": 5, "Timestamp": now_s - 60 * minutes} for minutes in range(4)],
    )
    cloudwatch.put_metric_alarm(
        AlarmName="late",
        Namespace="shop",
        MetricName="late",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Maximum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    server.stop()
    run(server, "update due set due_at_ms = 0 where kind = 'cloudwatch.alarm'")


@pytest.mark.parametrize(
    "crash_at", ["store.commit.after:60", pytest.param("answer.before:70", marks=pytest.mark.slow)]
)
def test_what_was_acknowledged_is_seen_and_no_count_is_doubled(server: ServerProcess, crash_at: str):
    logs, sqs = server.client("logs"), server.client("sqs")
    url = queue(server, "orders")
    logs.create_log_group(logGroupName="shop")
    logs.create_log_stream(logGroupName="shop", logStreamName="s")
    transformation = {"metricNamespace": "shop", "metricName": "errors", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName="shop", filterName="errors", filterPattern="ERROR", metricTransformations=[transformation]
    )
    server.stop()
    server.start(crash_at=crash_at)
    done = seen_until_it_dies(server, url)
    assert server.wait() == KILLED
    server.start()

    lines = logs.filter_log_events(logGroupName="shop")["events"]
    assert done["lines"] <= len(lines) == total(server, "shop", "errors")
    assert done["values"] <= total(server, "shop", "orders") <= done["values"] + 1
    traces = done["traces"]
    found = [server.client("xray").batch_get_traces(TraceIds=[trace])["Traces"] for trace in traces]
    assert all(found)
    assert found
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    there = int(attributes["ApproximateNumberOfMessages"])
    assert done["messages"] <= there
    assert total(server, "AWS/SQS", "NumberOfMessagesSent") <= there


def seen_until_it_dies(server: ServerProcess, url: str) -> dict[str, Any]:
    """What was acknowledged: how many lines, values and messages, and the traces."""
    cloudwatch, logs, traces, sqs = (server.client(name) for name in ("cloudwatch", "logs", "xray", "sqs"))
    done: dict[str, Any] = {"lines": 0, "values": 0, "messages": 0, "traces": []}

    def put_line() -> None:
        line = {"timestamp": int(time.time() * 1000), "message": "ERROR"}
        logs.put_log_events(logGroupName="shop", logStreamName="s", logEvents=[line])
        done["lines"] += 1

    def put_value() -> None:
        cloudwatch.put_metric_data(Namespace="shop", MetricData=[{"MetricName": "orders", "Value": 1}])
        done["values"] += 1

    def put_segment() -> None:
        now_s = time.time()
        trace = f"1-{int(now_s):08x}-{os.urandom(12).hex()}"
        segment = {"trace_id": trace, "id": os.urandom(8).hex(), "name": "shop", "start_time": now_s, "end_time": now_s}
        assert not traces.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])["UnprocessedTraceSegments"]
        done["traces"].append(trace)

    def send() -> None:
        sqs.send_message(QueueUrl=url, MessageBody="order")
        done["messages"] += 1

    works: tuple[Callable[[], None], ...] = (put_line, put_value, put_segment, send)
    with suppress(BotoCoreError, ClientError):
        for _ in range(ROUNDS):
            for work in works:
                work()
    return done


def total(server: ServerProcess, namespace: str, name: str) -> int:
    """The sum of a metric over the last hour, of all its dimensions together."""
    cloudwatch, now_s = server.client("cloudwatch"), time.time()
    found = cloudwatch.list_metrics(Namespace=namespace, MetricName=name)["Metrics"]
    points = [
        point["Sum"]
        for metric in found
        for point in cloudwatch.get_metric_statistics(
            **metric, StartTime=now_s - 3600, EndTime=now_s + 60, Period=60, Statistics=["Sum"]
        )["Datapoints"]
    ]
    return int(sum(points))


def test_a_query_that_ran_is_run_again(server: ServerProcess):
    logs = server.client("logs")
    logs.create_log_group(logGroupName="shop")
    logs.create_log_stream(logGroupName="shop", logStreamName="s")
    line = {"timestamp": int(time.time() * 1000), "message": "hello"}
    logs.put_log_events(logGroupName="shop", logStreamName="s", logEvents=[line])
    server.stop()
    server.start(crash_at="effect.before:1")
    now_s = int(time.time())
    asked = {"logGroupName": "shop", "startTime": now_s - 600, "endTime": now_s + 600, "queryString": "fields @message"}
    query = logs.start_query(**asked)["queryId"]
    assert server.wait() == KILLED
    server.start()
    deadline = Deadline(ANSWERED_S, "the query's end")
    while (answer := logs.get_query_results(queryId=query))["status"] in ("Scheduled", "Running"):
        deadline.check()
    assert answer["status"] == "Complete"
    assert [field["value"] for field in answer["results"][0] if field["field"] == "@message"] == ["hello"]
