"""GetMetricData with expressions: metric math, searches, dynamic labels and SELECT over what was really put."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START = NOW - timedelta(minutes=4)


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


@pytest.fixture
def shop(cloudwatch: Any) -> Any:
    """Orders of two queues in four minutes, b's with gaps, and a metric without dimensions."""
    for name, queue, values in (("Orders", "a", (10, 20, 30, 40)), ("Orders", "b", (4, None, 8, None))):
        dimensions = [{"Name": "Queue", "Value": queue}]
        cloudwatch.put_metric_data(
            Namespace="Shop",
            MetricData=[
                {"MetricName": name, "Dimensions": dimensions, "Timestamp": minute(place), "Value": value}
                for place, value in enumerate(values)
                if value is not None
            ],
        )
    failed = [{"MetricName": "Failed", "Timestamp": minute(1), "Value": value} for value in (1, 4)]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=failed)
    return cloudwatch


def stat(id: str, name: str, *, queue: str = "", stat: str = "Sum", period: int = 60, **more: Any) -> dict[str, Any]:
    dimensions = [{"Name": "Queue", "Value": queue}] if queue else []
    metric = {"Namespace": "Shop", "MetricName": name, "Dimensions": dimensions}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **more}


def math(id: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"Id": id, "Expression": expression, **more}


def data(client: Any, *queries: dict[str, Any], **more: Any) -> dict[str, Any]:
    asked = {"StartTime": START, "EndTime": NOW, "ScanBy": "TimestampAscending", **more}
    answer: dict[str, Any] = client.get_metric_data(MetricDataQueries=list(queries), **asked)
    return answer


def results(client: Any, *queries: dict[str, Any], **more: Any) -> list[tuple[str, str, list[float]]]:
    found = data(client, *queries, **more)["MetricDataResults"]
    return [(result["Id"], result["Label"], result["Values"]) for result in found]


A = stat("a", "Orders", queue="a", ReturnData=False)
B = stat("b", "Orders", queue="b", ReturnData=False)


def test_expressions_refer_to_metrics_and_to_each_other(shop: Any):
    found = data(
        shop,
        math("rate", "100 * failed / total", Label="Failures"),
        math("total", "a + b"),
        A,
        B,
        stat("failed", "Failed"),
    )
    assert found["MetricDataResults"] == [
        {"Id": "failed", "Label": "Failed", "Timestamps": [minute(1)], "Values": [5.0], "StatusCode": "Complete"},
        {
            "Id": "rate",
            "Label": "Failures",
            "Timestamps": [minute(0), minute(1), minute(2), minute(3)],
            "Values": [0.0, 25.0, 0.0, 0.0],
            "StatusCode": "Complete",
        },
        {
            "Id": "total",
            "Label": "total",
            "Timestamps": [minute(0), minute(1), minute(2), minute(3)],
            "Values": [14.0, 20.0, 38.0, 40.0],
            "StatusCode": "Complete",
        },
    ]
    assert found["Messages"] == []


def test_an_array_is_given_page_by_page(shop: Any):
    queries = A, B, math("e", "FILL(METRICS(), 0)")
    first = data(shop, *queries, MaxDatapoints=6)
    second = data(shop, *queries, MaxDatapoints=6, NextToken=first["NextToken"])
    assert "NextToken" not in second
    assert {found["StatusCode"] for found in first["MetricDataResults"]} == {"PartialData"}
    assert {found["StatusCode"] for found in second["MetricDataResults"]} == {"Complete"}
    told: dict[str, list[float]] = {"a": [], "b": []}
    for found in first["MetricDataResults"] + second["MetricDataResults"]:
        told[found["Label"]] += found["Values"]
    assert told == {"a": [10.0, 20.0, 30.0, 40.0], "b": [4.0, 0.0, 8.0, 0.0]}


def test_results_are_newest_first_unless_asked_otherwise(shop: Any):
    assert results(shop, A, math("e", "a * 1"), ScanBy="TimestampDescending") == [("e", "e", [40.0, 30.0, 20.0, 10.0])]


def test_gaps_are_filled_over_the_time_of_the_request(shop: Any):
    assert results(shop, A, B, math("e", "FILL(METRICS(), REPEAT)", Label="filled")) == [
        ("e", "filled a", [10.0, 20.0, 30.0, 40.0]),
        ("e", "filled b", [4.0, 4.0, 8.0, 8.0]),
    ]
    assert results(shop, B, math("e", "FILL(b, 0)")) == [("e", "e", [4.0, 0.0, 8.0, 0.0])]
    assert results(shop, B, math("e", "TIME_SERIES(AVG(b))")) == [("e", "e", [3.0, 3.0, 3.0, 3.0])]
    assert results(shop, B, math("e", "MINUTE(b)")) == [("e", "e", [56.0, 57.0, 58.0, 59.0])]


def test_arrays_are_sorted_and_sliced(shop: Any):
    top = math("top", "SORT(METRICS('a'), MAX, DESC, 1)")
    assert results(shop, B, A, stat("failed", "Failed", ReturnData=False), top) == [
        ("top", "a Orders", [10.0, 20.0, 30.0, 40.0])
    ]


def test_periods_may_differ_between_queries(shop: Any):
    coarse = stat("coarse", "Orders", queue="a", period=120, ReturnData=False)
    assert results(shop, A, coarse, math("e", "coarse - a")) == [("e", "e", [20.0, -20.0, 40.0, -40.0])]
    assert results(shop, coarse, math("e", "coarse / PERIOD(coarse) * 60")) == [("e", "e", [15.0, 35.0])]


def test_a_search_finds_metrics_and_can_be_part_of_an_expression(shop: Any):
    search = """SEARCH('{Shop, Queue} MetricName="Orders"', 'Sum', 60)"""
    assert results(shop, math("s", search)) == [
        ("s", "a", [10.0, 20.0, 30.0, 40.0]),
        ("s", "b", [4.0, 8.0]),
    ]
    assert results(shop, math("s", f"SUM({search})", Label="all")) == [("s", "all", [14.0, 20.0, 38.0, 40.0])]
    assert results(shop, math("s", "SEARCH('Shop NOT Orders', 'Average', 240)")) == [("s", "Failed", [2.5])]
    assert data(shop, math("s", "SEARCH('{Nowhere}', 'Sum', 60)"))["MetricDataResults"] == []


def test_labels_show_what_they_are_asked_to(shop: Any):
    label = "${PROP('Dim.Queue')} of ${PROP('Namespace')}: ${MAX} at ${MAX_TIME}, ${DATAPOINT_COUNT} points"
    assert [found[1] for found in results(shop, {**A, "ReturnData": True, "Label": label})] == [
        "a of Shop: 40 at 2025-12-31T23:59:00Z, 4 points"
    ]
    timed = results(shop, {**A, "ReturnData": True, "Label": "${LAST_TIME}"}, LabelOptions={"Timezone": "+0130"})
    assert timed[0][1] == "2026-01-01T01:29:00+01:30"
    assert results(shop, math("s", "SEARCH('Queue', 'Sum', 240)", Label="<${LABEL}: ${LAST}>")) == [
        ("s", "<a: 100>", [100.0]),
        ("s", "<b: 12>", [12.0]),
    ]


def test_a_select_aggregates_observations(shop: Any):
    assert results(shop, math("q", 'SELECT AVG(Orders) FROM "Shop"', Period=240)) == [("q", "q", [112 / 6])]
    top = "SELECT SUM(Orders) FROM SCHEMA(Shop, Queue) WHERE Queue != 'c' GROUP BY Queue ORDER BY SUM() DESC LIMIT 1"
    assert results(shop, math("q", top, Period=240), math("e", "MAX(q)")) == [
        ("e", "e", [100.0]),
        ("q", "1 - a", [100.0]),
    ]
    assert results(shop, math("q", "SELECT COUNT(Failed) FROM Shop", Period=60)) == [("q", "q", [2.0])]


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        ([math("e1", "a +")], "Error in expression 'e1': Invalid syntax"),
        (
            [A, math("e1", "MAX([a, 1])")],
            "Error in expression 'e1': Unsupported operand type(s) for MAX: '[Array[TimeSeries, Scalar]]'",
        ),
        ([math("e1", "e2"), math("e2", "e1")], "Circular dependency involving 'e1'."),
        (
            [A, math("e1", "LAMBDA('x', a)")],
            "Error in expression 'e1': Function 'LAMBDA' is not supported on this platform",
        ),
        ([A, math("a", "1")], "The values for parameter id in MetricDataQueries are not unique."),
        ([{"Id": "e1", "Label": "x"}], "The parameter MetricDataQueries.member.1.MetricStat is required.\n"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(shop: Any, queries: list[dict[str, Any]], message: str):
    with pytest.raises(ClientError) as refusal:
        data(shop, *queries)
    error = refusal.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationError", message)
