"""What lines bring about as they arrive: metrics, and invocations of functions that subscribed."""

import base64
import gzip
import json

import pytest

from eventyard.base.errors import AwsError
from tests.store.logs.conftest import FUNCTION


def put_filter(platform, name, pattern, **transformation):
    made = {"metricName": name, "metricNamespace": "shop", "metricValue": "1", **transformation}
    platform.call(
        "logs",
        "PutMetricFilter",
        logGroupName="shop",
        filterName=name,
        filterPattern=pattern,
        metricTransformations=[made],
    )


def subscribe(platform, name="reader", pattern="", **params):
    platform.call(
        "logs",
        "PutSubscriptionFilter",
        logGroupName="shop",
        filterName=name,
        filterPattern=pattern,
        destinationArn=FUNCTION,
        **params,
    )


def counted(around):
    """(metric, dimensions, values with their counts) of what came."""
    return [
        (datum["MetricName"], tuple(one["Value"] for one in datum["Dimensions"]), datum["Values"], datum["Counts"])
        for _, data in around.metrics
        for datum in data
    ]


def read(payload):
    return json.loads(gzip.decompress(base64.b64decode(json.loads(payload)["awslogs"]["data"])))


def test_a_metric_filter_counts_the_lines_that_fit(platform, put, around):
    put_filter(platform, "errors", "ERROR", unit="Count", defaultValue=0)
    put("ERROR a", "fine", "ERROR b")
    [(namespace, [datum])] = around.metrics
    assert namespace == "shop"
    assert datum == {
        "MetricName": "errors",
        "Dimensions": [],
        "Timestamp": platform.clock.now_ms(),
        "Values": [0.0, 1.0],
        "Counts": [1.0, 2.0],
        "Unit": "Count",
        "StorageResolution": 60,
    }


def test_a_metric_filter_measures_a_value_of_the_line_by_its_dimensions(platform, put, around):
    put_filter(
        platform, "latency", "{ $.latency = * }", metricValue="$.latency", dimensions={"path": "$.path", "to": "$.to"}
    )
    put(
        '{"latency": 12.5, "path": "/a", "to": "x"}',
        '{"latency": 7, "path": "/a"}',
        '{"latency": "many", "path": "/a", "to": "x"}',
        '{"path": "/a", "to": "x"}',
    )
    assert sorted(counted(around)) == [("latency", (), [7.0], [1.0]), ("latency", ("/a", "x"), [12.5], [1.0])]


def test_a_filter_that_is_deleted_or_changed_counts_no_longer_as_before(platform, put, around):
    put_filter(platform, "errors", "ERROR")
    put_filter(platform, "sizes", "[level, size]", metricValue="$size")
    put("ERROR 3")
    platform.call("logs", "DeleteMetricFilter", logGroupName="shop", filterName="errors")
    put_filter(platform, "sizes", "[level=WARN, size]", metricValue="$size")
    put("ERROR 4", "WARN 5")
    assert [(name, values) for name, _, values, _ in counted(around)] == [
        ("errors", [1.0]),
        ("sizes", [3.0]),
        ("sizes", [5.0]),
    ]
    group = platform.call("logs", "DescribeLogGroups")["logGroups"][0]
    assert group["metricFilterCount"] == 1


def test_a_metric_that_is_refused_keeps_neither_the_line_nor_other_metrics_back(platform, put, around):
    put_filter(platform, "odd", "")
    put_filter(platform, "even", "")
    put("a", "b")
    assert counted(around) == [("even", (), [1.0], [2.0])]
    shown = platform.call("logs", "GetLogEvents", logGroupName="shop", logStreamName="one")["events"]
    assert [event["message"] for event in shown] == ["a", "b"]


def test_embedded_metrics_are_taken_out_of_lines(platform, put, around):
    now_ms = platform.clock.now_ms()
    document = {
        "_aws": {
            "Timestamp": now_ms - 60_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "orders",
                    "Dimensions": [["service"], []],
                    "Metrics": [{"Name": "placed", "Unit": "Count", "StorageResolution": 1}],
                }
            ],
        },
        "service": "checkout",
        "placed": [1, 1, 2],
    }
    put(json.dumps(document), "plain")
    [(namespace, data)] = around.metrics
    assert namespace == "orders"
    assert [(datum["Dimensions"], datum["Values"], datum["Counts"]) for datum in data] == [
        ([{"Name": "service", "Value": "checkout"}], [1.0, 2.0], [2.0, 1.0]),
        ([], [1.0, 2.0], [2.0, 1.0]),
    ]
    assert {(datum["Timestamp"], datum["StorageResolution"], datum["Unit"]) for datum in data} == {
        (now_ms - 60_000, 1, "Count")
    }


def test_a_group_of_infrequent_access_only_keeps_its_lines(platform, put, around):
    platform.call("logs", "CreateLogGroup", logGroupName="cheap", logGroupClass="INFREQUENT_ACCESS")
    platform.call("logs", "CreateLogStream", logGroupName="cheap", logStreamName="one")
    for operation, params in (
        (
            "PutMetricFilter",
            {"metricTransformations": [{"metricName": "n", "metricNamespace": "n", "metricValue": "1"}]},
        ),
        ("PutSubscriptionFilter", {"destinationArn": FUNCTION}),
        ("DescribeSubscriptionFilters", {}),
    ):
        with pytest.raises(AwsError) as refused:
            platform.call("logs", operation, logGroupName="cheap", filterName="f", filterPattern="", **params)
        assert (refused.value.code, refused.value.message) == (
            "ValidationException",
            "This operation is only supported on the Standard log class.",
        )
    put(
        '{"_aws": {"CloudWatchMetrics": [{"Namespace": "n", "Metrics": [{"Name": "n"}]}]}, "n": 1}',
        group="cheap",
    )
    assert around.metrics == []
    for operation, params in (("FilterLogEvents", {}), ("GetLogEvents", {"logStreamName": "one"})):
        with pytest.raises(AwsError) as refused:
            platform.call("logs", operation, logGroupName="cheap", **params)
        assert (refused.value.code, refused.value.message) == (
            "InvalidOperationException",
            "The log group cheap is of log-group-class INFREQUENT_ACCESS. "
            f"{operation} is not supported for this log class.",
        )


def test_a_function_gets_the_lines_that_fit_its_subscription(platform, put, around):
    subscribe(platform, pattern="[level=ERROR, rest]")
    put("ERROR no such order", "INFO fine")
    [payload] = map(read, around.payloads)
    found = platform.call("logs", "FilterLogEvents", logGroupName="shop", filterPattern="ERROR")["events"]
    assert payload == {
        "messageType": "DATA_MESSAGE",
        "owner": "000000000000",
        "logGroup": "shop",
        "logStream": "one",
        "subscriptionFilters": ["reader"],
        "logEvents": [
            {
                "id": found[0]["eventId"],
                "timestamp": platform.clock.now_ms(),
                "message": "ERROR no such order",
                "extractedFields": {"level": "ERROR", "rest": "no such order"},
            }
        ],
    }


def test_what_is_too_large_for_one_invocation_becomes_several(platform, put, around):
    subscribe(platform)
    messages = [f"{number} {platform.engine.ids.hexadecimal(200_000)}" for number in range(4)]
    put(*messages)
    assert len(around.payloads) > 1
    assert [event["message"] for payload in around.payloads for event in read(payload)["logEvents"]] == messages


def test_a_function_that_is_down_gets_its_lines_later(platform, put, around):
    subscribe(platform)
    around.is_down = True
    put("a")
    assert around.payloads == []
    around.is_down = False
    platform.advance(60_000)
    assert [event["message"] for payload in around.payloads for event in read(payload)["logEvents"]] == ["a"]


def test_a_group_has_two_subscriptions_at_most(platform, put, around):
    subscribe(platform, "a")
    subscribe(platform, "b", pattern="[]")
    with pytest.raises(AwsError) as refused:
        subscribe(platform, "c")
    assert (refused.value.code, refused.value.message) == ("LimitExceededException", "Resource limit exceeded.")
    subscribe(platform, "b", pattern="nothing", distribution="Random")
    put("a line")
    assert [read(payload)["subscriptionFilters"] for payload in around.payloads] == [["a"]]
    shown = platform.call("logs", "DescribeSubscriptionFilters", logGroupName="shop")["subscriptionFilters"]
    assert shown[1] == {
        "filterName": "b",
        "logGroupName": "shop",
        "filterPattern": "nothing",
        "destinationArn": FUNCTION,
        "distribution": "Random",
        "applyOnTransformedLogs": False,
        "creationTime": platform.clock.now_ms(),
    }
    platform.call("logs", "DeleteSubscriptionFilter", logGroupName="shop", filterName="a")
    put("nothing more")
    assert [read(payload)["subscriptionFilters"] for payload in around.payloads] == [["a"], ["b"]]


def test_a_group_has_a_hundred_metric_filters_and_five_regular_expressions_at_most(platform):
    for number in range(5):
        put_filter(platform, f"r{number}", "%a+%")
    with pytest.raises(AwsError) as refused:
        put_filter(platform, "r5", "%a+%")
    assert refused.value.code == "LimitExceededException"
    for number in range(95):
        put_filter(platform, f"f{number}", "a")
    with pytest.raises(AwsError) as refused:
        put_filter(platform, "f95", "a")
    assert refused.value.code == "LimitExceededException"
    put_filter(platform, "f94", "b")


def test_a_deleted_group_takes_its_filters_along(platform, put, around):
    put_filter(platform, "errors", "")
    subscribe(platform)
    platform.call("logs", "DeleteLogGroup", logGroupName="shop")
    platform.call("logs", "CreateLogGroup", logGroupName="shop")
    platform.call("logs", "CreateLogStream", logGroupName="shop", logStreamName="one")
    put("a")
    assert (around.metrics, around.payloads) == ([], [])
    assert platform.call("logs", "DescribeMetricFilters")["metricFilters"] == []


def test_settings_that_nothing_would_act_on_are_refused(platform):
    for name, value in (
        ("applyOnTransformedLogs", True),
        ("fieldSelectionCriteria", '@aws.region = "us-east-1"'),
        ("emitSystemFields", ["@aws.region"]),
    ):
        with pytest.raises(AwsError) as refused:
            subscribe(platform, **{name: value})
        assert refused.value.message == f"{name} is not served by Eventyard."


@pytest.mark.parametrize(
    ("operation", "params"), [("DeleteLogGroup", {}), ("DeleteLogStream", {"logStreamName": "one"})]
)
def test_many_lines_are_deleted_piece_by_piece(platform, put, operation, params):
    for _ in range(2):
        put(*(["a"] * 6_000))
    platform.call("logs", operation, logGroupName="shop", **params)
    platform.settle()
    assert platform.transact(lambda tx, call: tx.one("select count(*) from logs_events")) == (0,)
    left = platform.call("logs", "DescribeLogGroups")["logGroups"]
    assert [group["storedBytes"] for group in left] == ([0] if params else [])
