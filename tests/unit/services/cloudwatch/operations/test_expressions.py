"""What the queries of one GetMetricData come to, with metrics that are given rather than stored."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from eventyard.base.errors import AwsError
from eventyard.languages.metric_math.insights.results import Observed
from eventyard.languages.metric_math.values import Frame, Metric
from eventyard.services.cloudwatch.operations.expressions import Read, Result, Sources, results

NAMESPACE = "Shop"
ORDERS_A = Metric(NAMESPACE, "Orders", (("Queue", "a"),))
ORDERS_B = Metric(NAMESPACE, "Orders", (("Queue", "b"),))
FAILED = Metric(NAMESPACE, "Failed")
POINTS: Mapping[Metric, tuple[tuple[int, float], ...]] = {
    ORDERS_A: ((0, 10.0), (60, 20.0)),
    ORDERS_B: ((0, 4.0), (120, 8.0)),
    FAILED: ((60, 5.0),),
}


def _read(metric: Metric, stat: str, period_s: int, unit: str | None) -> Read:
    messages = ({"Code": "MultipleUnits", "Value": stat},) if unit == "None" else ()
    return Read(tuple((at_s, value) for at_s, value in POINTS.get(metric, ()) if at_s % period_s == 0), messages)


def _observe(metric: Metric, _: int) -> Sequence[Observed]:
    return [Observed(at_s, 2, value, 0, value) for at_s, value in POINTS[metric]]


def _known(namespace: str | None, name: str | None) -> Sequence[Metric]:
    return [m for m in POINTS if namespace in (None, m.namespace) and name in (None, m.name)]


SOURCES = Sources(
    read=_read,
    observe=_observe,
    known=_known,
    frame=lambda period_s: Frame(0, 180, period_s),
    account="111111111111",
    region="eu-west-1",
    now_s=240,
)


def stat(id: str, metric: Metric, **more: Any) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    period_s, unit = more.pop("Period", 60), more.pop("Unit", None)
    return {"Id": id, "MetricStat": {"Metric": named, "Period": period_s, "Stat": "Sum", "Unit": unit}, **more}


def math(id: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"Id": id, "Expression": expression, **more}


def answered(*queries: Mapping[str, Any]) -> list[Result]:
    return results(queries, SOURCES)[0]


def labels(*queries: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(result.id, result.label) for result in answered(*queries)]


def test_results_stand_in_the_order_of_the_request_and_only_those_that_are_to_be_returned():
    hidden = stat("m2", ORDERS_B, ReturnData=False)
    found = answered(math("e2", "e1 * 2"), math("e1", "m1 + m2"), hidden, stat("m1", ORDERS_A))
    assert found == [
        Result("e2", "e2", ((0, 28.0), (60, 40.0), (120, 16.0))),
        Result("e1", "e1", ((0, 14.0), (60, 20.0), (120, 8.0))),
        Result("m1", "a", ((0, 10.0), (60, 20.0))),
    ]


def test_metrics_means_the_metrics_of_the_request_and_no_expression():
    found = answered(stat("m1", ORDERS_A), math("e1", "SUM(METRICS())"), stat("m2", ORDERS_B), math("e2", "e1"))
    assert found[1].points == ((0, 14.0), (60, 20.0), (120, 8.0))
    assert found[3].points == found[1].points


def test_an_array_gives_a_result_for_each_series_with_the_id_of_the_expression():
    metrics = stat("m1", ORDERS_A, ReturnData=False), stat("m2", ORDERS_B, ReturnData=False)
    assert labels(*metrics, math("e1", "FILL(METRICS(), 0)")) == [("e1", "a"), ("e1", "b")]
    assert labels(*metrics, math("e1", "METRICS()", Label="Filled")) == [("e1", "Filled a"), ("e1", "Filled b")]
    dynamic = math("e1", "METRICS()", Label="${PROP('Dim.Queue')}: ${MAX} ${LABEL}")
    assert labels(*metrics, dynamic) == [("e1", "a: 20 a"), ("e1", "b: 8 b")]
    assert labels(*metrics, math("e1", "[m1 + m2]")) == [("e1", "e1")]


def test_labels_that_were_given_are_kept_and_rendered():
    assert labels(stat("m1", FAILED, Label="f: ${SUM}"), math("e1", "m1", Label="l: ${LAST}")) == [
        ("m1", "f: 5"),
        ("e1", "l: 5"),
    ]
    array = labels(stat("m1", FAILED, Label="f: ${SUM}", ReturnData=False), math("e1", "METRICS() * 2"))
    assert array == [("e1", "f: 5")]


def test_messages_of_a_metric_stay_with_its_result():
    assert answered(stat("m1", FAILED, Unit="None"))[0].messages == ({"Code": "MultipleUnits", "Value": "Sum"},)


def test_a_search_gives_the_metrics_that_it_finds_under_what_tells_them_apart():
    search = """SEARCH('{Shop, Queue} MetricName="Orders"', 'Sum', 60)"""
    assert answered(math("s", search)) == [
        Result("s", "a", POINTS[ORDERS_A]),
        Result("s", "b", POINTS[ORDERS_B]),
    ]
    assert labels(math("s", search, Label="${PROP('Stat')} of ${LABEL}")) == [("s", "Sum of a"), ("s", "Sum of b")]
    assert answered(math("s", f"MAX({search})"))[0].points == ((0, 10.0), (60, 20.0), (120, 8.0))
    assert answered(math("s", "SEARCH('nothing like it', 'Sum', 60)")) == []


def test_a_search_without_a_period_has_that_of_its_query():
    coarse = answered(math("s", "SEARCH('Queue=a', 'Sum')", Period=120))
    assert coarse == [Result("s", "Orders", ((0, 10.0),))]


def test_a_select_gives_one_series_or_one_for_each_group():
    one = answered(math("q", "SELECT SUM(Orders) FROM Shop", Period=60))
    assert one == [Result("q", "q", ((0, 14.0), (60, 20.0), (120, 8.0)))]
    grouped = math("q", "SELECT AVG(Orders) FROM Shop GROUP BY Queue ORDER BY MAX() DESC", Period=60)
    assert [(result.label, result.points[0]) for result in answered(grouped)] == [
        ("1 - a", (0, 5.0)),
        ("2 - b", (0, 2.0)),
    ]
    assert answered(grouped, math("e1", "SUM(q)"))[0].points == ((0, 7.0), (60, 10.0), (120, 4.0))
    assert answered(math("q", "SELECT SUM(Nothing) FROM Shop", Period=60)) == [Result("q", "q", ())]


def test_a_constant_series_has_the_period_of_its_query_or_the_shortest_of_the_request():
    assert answered(math("e", "TIME_SERIES(1)", Period=90))[0].points == ((0, 1.0), (90, 1.0))
    coarse = stat("m", FAILED, Period=120), stat("n", FAILED, Period=180)
    assert [at_s for at_s, _ in answered(math("e", "TIME_SERIES(1)"))[0].points] == [0, 60, 120]
    assert answered(*coarse, math("e", "TIME_SERIES(1)"))[2].points == ((0, 1.0), (120, 1.0))


REFUSED = [
    ([math("e1", "m1 +")], "Error in expression 'e1': Invalid syntax"),
    ([math("e1", "NOTHING(1)")], "Error in expression 'e1': Function 'NOTHING' not found"),
    ([math("e1", "m9")], "Error in expression 'e1': ID 'm9' not found"),
    ([math("e1", "SELECT")], "Error in expression 'e1': Invalid syntax"),
    (
        [stat("m1", FAILED), math("e1", "MAX([m1, 1])", ReturnData=False)],
        "Error in expression 'e1': Unsupported operand type(s) for MAX: '[Array[TimeSeries, Scalar]]'",
    ),
    ([math("e1", "e2"), math("e2", "e1")], "Circular dependency involving 'e1'."),
    ([math("e1", "e1 + 1")], "Circular dependency involving 'e1'."),
    (
        [stat("m1", FAILED), math("e1", "AVG(m1)")],
        "The expression 'e1' must return a time series or array of time series.",
    ),
    (
        [math("q1", "SELECT SUM(x) FROM N")],
        "Error in expression 'q1': Period is a required field when using query within an expression",
    ),
    (
        [math("s1", "SEARCH('x', 'Sum')")],
        "Error in expression 's1': Period is a required field when using search within an expression",
    ),
    (
        [math("q1", "SELECT SUM(x) FROM N", Period=60), math("q2", "SELECT SUM(x) FROM N", Period=60)],
        "Maximum number of queries (1) exceeded",
    ),
    ([stat("m1", FAILED, Label="${LABEL} ${LABEL}")], "A label can contain ${LABEL} only once"),
]


@pytest.mark.parametrize(("queries", "message"), REFUSED)
def test_what_cannot_be_evaluated_is_refused(queries: list[Mapping[str, Any]], message: str):
    with pytest.raises(AwsError) as refusal:
        answered(*queries)
    assert (refusal.value.code, refusal.value.message) == ("ValidationError", message)


def test_a_scalar_that_is_not_returned_can_be_referred_to():
    mean = math("mean", "AVG(m1)", ReturnData=False)
    found = answered(stat("m1", ORDERS_A, ReturnData=False), mean, math("e1", "m1 - mean"))
    assert found == [Result("e1", "e1", ((0, 0.0), (60, 10.0)))]


def test_more_series_than_aws_gives_are_cut_and_said_so():
    many = [Metric(NAMESPACE, "Many", (("Number", str(number)),)) for number in range(501)]
    sources = Sources(
        read=_read,
        observe=_observe,
        known=lambda _namespace, _name: many,
        frame=SOURCES.frame,
        account=SOURCES.account,
        region=SOURCES.region,
        now_s=0,
    )
    found, messages = results([math("s", "SEARCH('Many', 'Sum', 60)")], sources)
    assert len(found) == 500
    assert messages == ({"Code": "MaxMetricsExceeded", "Value": "Maximum number of allowed metrics exceeded"},)


def test_metrics_of_another_account_are_not_looked_for_in_this_one():
    foreign = stat("m1", ORDERS_A, AccountId="222222222222", ReturnData=False)
    assert answered(foreign, math("e1", "FILL(m1, 0)"))[0].points == ((0, 0.0), (60, 0.0), (120, 0.0))
