"""What is seen of one account or region is not seen of another, and what is old is seen by nobody."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform

OTHER = "111122223333"
HOUR_MS = 3_600_000
SEEN_TABLES = (
    *("spans", "span_links", "failed_traces", "trace_keys", "edges", "ledger"),
    *("xray_trace", "xray_segment", "xray_edge", "xray_sampling_statistic", "xray_telemetry"),
    *("logs_queries", "logs_query_results"),
)
"""What observing writes that is kept for hours or days; metrics and the history of alarms have tests of their own."""


def now_s(platform: RunningPlatform) -> float:
    return float(platform.platform.engine.clock.now_ms() / 1000)


def see(platform: RunningPlatform) -> tuple[str, str]:
    """Something of every kind, of the first account; gives back a trace and a query."""
    at_s = now_s(platform)
    trace = f"1-{int(at_s):08x}-{os.urandom(12).hex()}"
    logs, xray, cloudwatch = (platform.client(name) for name in ("logs", "xray", "cloudwatch"))
    logs.create_log_group(logGroupName="shop")
    logs.create_log_stream(logGroupName="shop", logStreamName="s")
    logs.put_log_events(
        logGroupName="shop", logStreamName="s", logEvents=[{"timestamp": int(at_s * 1000), "message": "hello"}]
    )
    asked = {"startTime": int(at_s) - 600, "endTime": int(at_s) + 600, "queryString": "fields @message"}
    query = logs.start_query(logGroupName="shop", **asked)["queryId"]
    segment = {"trace_id": trace, "id": os.urandom(8).hex(), "name": "shop", "start_time": at_s, "end_time": at_s + 1}
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps({**segment, "fault": True})])
    xray.put_telemetry_records(TelemetryRecords=[{"Timestamp": at_s}])
    cloudwatch.put_metric_data(Namespace="shop", MetricData=[{"MetricName": "orders", "Value": 1}])
    cloudwatch.put_metric_alarm(
        AlarmName="late",
        Namespace="shop",
        MetricName="orders",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Sum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    events = platform.client("events")
    events.put_rule(Name="all", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:gone"}])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "d", "Detail": "{}"}])
    sqs = platform.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="order")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return trace, query


@pytest.mark.parametrize("place", [{"account": OTHER}, {"region": "eu-west-1"}])
def test_nobody_sees_what_is_anothers(timed_platform: RunningPlatform, place: dict[str, str]):
    trace, query = see(timed_platform)
    timed_platform.advance(120_000)
    logs, xray, cloudwatch = (timed_platform.client(name, **place) for name in ("logs", "xray", "cloudwatch"))
    own = timed_platform.client("xray")
    window = {"StartTime": now_s(timed_platform) - 3_000, "EndTime": now_s(timed_platform) + 60}
    assert own.batch_get_traces(TraceIds=[trace])["Traces"]
    assert own.get_trace_summaries(**window)["TraceSummaries"]
    assert timed_platform.client("cloudwatch").list_metrics(Namespace="shop")["Metrics"]

    assert xray.batch_get_traces(TraceIds=[trace])["UnprocessedTraceIds"] == [trace]
    empty: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
        (xray.get_trace_summaries, window, "TraceSummaries"),
        (xray.get_service_graph, window, "Services"),
        (xray.get_trace_graph, {"TraceIds": [trace]}, "Services"),
        (xray.get_time_series_service_statistics, window, "TimeSeriesServiceStatistics"),
        (cloudwatch.list_metrics, {}, "Metrics"),
        (cloudwatch.describe_alarms, {}, "MetricAlarms"),
        (cloudwatch.describe_alarm_history, {}, "AlarmHistoryItems"),
        (
            cloudwatch.get_metric_statistics,
            {"Namespace": "shop", "MetricName": "orders", "Period": 60, "Statistics": ["Sum"], **window},
            "Datapoints",
        ),
        (logs.describe_log_groups, {}, "logGroups"),
        (logs.describe_queries, {}, "queries"),
    ]
    assert [(work.__name__, work(**params)[member]) for work, params, member in empty if work(**params)[member]] == []
    for work, params in ((logs.get_query_results, {"queryId": query}), (logs.stop_query, {"queryId": query})):
        with pytest.raises(ClientError, match="ResourceNotFound"):
            work(**params)


@pytest.fixture
def brief_platform(tmp_path: Path, platform_store: dict[str, Any]) -> Iterator[RunningPlatform]:
    """A platform that keeps traces for an hour."""
    running = RunningPlatform(tmp_path, clock=VirtualClock(), observed_kept_h=1, **platform_store)
    yield running
    running.close()


def test_what_is_old_is_forgotten_by_itself(brief_platform: RunningPlatform):
    see(brief_platform)
    brief_platform.advance(60_000)
    before = rows(brief_platform)
    assert {name for name, count in before.items() if not count} <= {
        *("span_links", "trace_keys", "xray_sampling_statistic", "logs_query_results", "failed_traces"),
    }
    brief_platform.advance(4 * HOUR_MS)
    traces = [name for name in SEEN_TABLES if not name.startswith(("logs_", "xray_telemetry"))]
    assert {name: count for name, count in rows(brief_platform).items() if count and name in traces} == {}
    brief_platform.advance(8 * 24 * HOUR_MS)
    assert {name: count for name, count in rows(brief_platform).items() if count} == {}


def rows(platform: RunningPlatform) -> dict[str, int]:
    """How many rows each of the tables has."""

    def count(tx: Any, call: Any) -> dict[str, int]:
        return {name: tx.one(f"select count(*) from {name}")[0] for name in SEEN_TABLES}

    engine = platform.platform.engine
    call = engine.new_call(service="xray", operation="test", account="", region="")
    counts: dict[str, int] = platform.run(engine.run(count, call))
    return counts
