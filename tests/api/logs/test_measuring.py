"""Lines that become metrics of CloudWatch."""

import json
from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture
def now_ms(timed_platform):
    return timed_platform.platform.engine.clock.now_ms()


@pytest.fixture
def put(timed_platform, now_ms):
    logs = timed_platform.client("logs")
    logs.create_log_group(logGroupName="shop")
    logs.create_log_stream(logGroupName="shop", logStreamName="one")

    def put_lines(*messages):
        events = [{"timestamp": now_ms, "message": message} for message in messages]
        return logs.put_log_events(logGroupName="shop", logStreamName="one", logEvents=events)

    return put_lines


@pytest.fixture
def statistics(timed_platform, now_ms):
    def ask(namespace, name, **dimensions):
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        answer = timed_platform.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": text} for key, text in dimensions.items()],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=5),
            Period=60,
            Statistics=["Sum", "SampleCount", "Maximum"],
        )
        return [(point["Sum"], point["SampleCount"], point["Maximum"], point["Unit"]) for point in answer["Datapoints"]]

    return ask


def test_a_metric_filter_and_an_embedded_metric_can_be_asked_for(timed_platform, put, statistics, now_ms):
    transformation = {
        "metricNamespace": "shop",
        "metricName": "latency",
        "metricValue": "$.latency",
        "unit": "Milliseconds",
        "dimensions": {"path": "$.path"},
    }
    timed_platform.client("logs").put_metric_filter(
        logGroupName="shop",
        filterName="latencies",
        filterPattern="{ $.latency = * }",
        metricTransformations=[transformation],
    )
    embedded = {
        "_aws": {
            "Timestamp": now_ms,
            "CloudWatchMetrics": [
                {"Namespace": "orders", "Dimensions": [["service"]], "Metrics": [{"Name": "placed", "Unit": "Count"}]}
            ],
        },
        "service": "checkout",
        "placed": [2, 3],
    }
    put(
        json.dumps({"latency": 12.5, "path": "/a"}),
        json.dumps({"latency": 7.5, "path": "/a"}),
        json.dumps({"latency": 1, "path": "/b"}),
        json.dumps(embedded),
    )
    assert statistics("shop", "latency", path="/a") == [(20.0, 2.0, 12.5, "Milliseconds")]
    assert statistics("shop", "latency", path="/b") == [(1.0, 1.0, 1.0, "Milliseconds")]
    assert statistics("orders", "placed", service="checkout") == [(5.0, 2.0, 3.0, "Count")]


def test_metrics_that_are_refused_leave_their_lines(timed_platform, put, statistics):
    metrics = [{"Name": "a"}, {"Name": "b"}]
    embedded = {
        "_aws": {"CloudWatchMetrics": [{"Namespace": "n", "Dimensions": [["d"], []], "Metrics": metrics}]},
        "d": "no\u0007name",
        "a": 1,
        "b": 1e300,
    }
    put(json.dumps(embedded))
    assert statistics("n", "a") == [(1.0, 1.0, 1.0, "None")]
    assert statistics("n", "b") == []
    shown = timed_platform.client("logs").get_log_events(logGroupName="shop", logStreamName="one")["events"]
    assert len(shown) == 1


def test_a_filter_that_no_line_fits_counts_its_default_value(timed_platform, put):
    """Recorded by localstack/localstack (test_metric_filters_publish_to_cloudwatch)."""
    logs = timed_platform.client("logs")
    for name, pattern in (("basic", " "), ("json", '{$.message = "test"}')):
        made = {"metricNamespace": "n", "metricName": name, "metricValue": "1", "defaultValue": 0}
        logs.put_metric_filter(
            logGroupName="shop", filterName=name, filterPattern=pattern, metricTransformations=[made]
        )
    put("log message 1", "log message 2")
    listed = timed_platform.client("cloudwatch").list_metrics(Namespace="n")["Metrics"]
    assert sorted(metric["MetricName"] for metric in listed) == ["basic", "json"]
