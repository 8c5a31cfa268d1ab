"""GetMetricData: many metrics at once, labels, expressions, order and pages."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def put(cloudwatch, name, *values, **more):
    """One value a minute from an hour ago on."""
    for minute, value in enumerate(values):
        at = NOW - timedelta(minutes=60 - minute)
        datum = {"MetricName": name, "Value": value, "Timestamp": at, **more}
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=[datum])


def stat(id, name="orders", *, period=60, statistic="Sum", unit=None, dimensions=(), **more):
    metric = {"Namespace": "Shop", "MetricName": name, "Dimensions": list(dimensions)}
    unit_given = {} if unit is None else {"Unit": unit}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic, **unit_given}, **more}


def ask(cloudwatch, *queries, **more):
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=list(queries), **{"StartTime": NOW - timedelta(hours=2), "EndTime": NOW, **more}
    )
    answer.pop("ResponseMetadata")
    return answer


def refusal(*args, **options):
    with pytest.raises(ClientError) as caught:
        ask(*args, **options)
    error = caught.value.response["Error"]
    return error["Code"], error.get("Message", "")


def test_results_come_newest_first_and_empty_ones_too(cloudwatch):
    put(cloudwatch, "orders", 1, 2, 3)
    answer = ask(cloudwatch, stat("a"), stat("b", "nothing"), stat("c", ReturnData=False))
    instants = [NOW - timedelta(minutes=minutes) for minutes in (58, 59, 60)]
    empty = {"Id": "b", "Label": "nothing", "Timestamps": [], "Values": [], "StatusCode": "Complete"}
    assert answer == {
        "MetricDataResults": [
            {"Id": "a", "Label": "orders", "Timestamps": instants, "Values": [3, 2, 1], "StatusCode": "Complete"},
            empty,
        ],
        "Messages": [],
    }
    (turned,) = ask(cloudwatch, stat("a"), ScanBy="TimestampAscending")["MetricDataResults"]
    assert (turned["Timestamps"], turned["Values"]) == (instants[::-1], [1, 2, 3])


def test_a_metric_of_several_units_is_read_in_the_first_and_says_so(cloudwatch):
    put(cloudwatch, "took", 60_000, Unit="Milliseconds")
    put(cloudwatch, "took", 60, Unit="Seconds")
    (result,) = ask(cloudwatch, stat("a", "took"))["MetricDataResults"]
    assert result["Values"] == [60_000]
    assert result["Messages"] == [
        {"Code": "MultipleUnits", "Value": "Multiple units returned: '[Milliseconds, Seconds]'"}
    ]
    (result,) = ask(cloudwatch, stat("a", "took", unit="Seconds"))["MetricDataResults"]
    assert (result["Values"], "Messages" in result) == ([60], False)


@pytest.mark.parametrize(
    ("queries", "labels"),
    [
        ((("Sum", 60), ("Minimum", 30)), ["orders Sum 60", "orders Minimum 30"]),
        ((("Sum", 60), ("Minimum", 60)), ["orders Sum", "orders Minimum"]),
        ((("Sum", 60), ("Sum", 300)), ["orders 60", "orders 300"]),
        ((("Sum", 60), ("Sum", 60)), ["orders", "orders"]),
    ],
)
def test_labels_tell_what_differs(cloudwatch, queries, labels):
    asked = [stat(f"q{place}", statistic=name, period=period) for place, (name, period) in enumerate(queries)]
    assert [one["Label"] for one in ask(cloudwatch, *asked)["MetricDataResults"]] == labels


def test_expressions_come_after_metrics_with_labels_of_their_own(cloudwatch):
    put(cloudwatch, "orders", 10, 20, 30)
    put(cloudwatch, "failed", 1, 2, 3)
    answer = ask(
        cloudwatch,
        {"Id": "rate", "Expression": "100 * m2 / m1", "Label": "${LABEL}: ${LAST} %"},
        stat("m1"),
        stat("m2", "failed", ReturnData=False),
    )
    orders, rate = answer["MetricDataResults"]
    assert (orders["Id"], orders["Label"], orders["Values"]) == ("m1", "orders", [30, 20, 10])
    assert (rate["Id"], rate["Values"]) == ("rate", [10, 10, 10])
    assert rate["Label"].startswith("rate: 10")


def test_a_search_finds_what_was_measured_lately(cloudwatch):
    for shop in ("a", "b"):
        put(cloudwatch, "orders", 1, Dimensions=[{"Name": "Shop", "Value": shop}])
    put(cloudwatch, "failed", 5)
    found = ask(cloudwatch, {"Id": "all", "Expression": "SEARCH('{Shop,Shop} orders', 'Sum', 60)"})
    assert [(one["Label"], one["Values"]) for one in found["MetricDataResults"]] == [("a", [1]), ("b", [1])]
    (summed,) = ask(cloudwatch, {"Id": "all", "Expression": "SUM(SEARCH('{Shop,Shop} orders', 'Sum', 60))"})[
        "MetricDataResults"
    ]
    assert summed["Values"] == [2]


def test_insights_group_what_was_measured(cloudwatch):
    for shop, value in (("a", 3), ("b", 4)):
        put(cloudwatch, "orders", value, Dimensions=[{"Name": "Shop", "Value": shop}])
    expression = 'SELECT SUM(orders) FROM SCHEMA("Shop", Shop) GROUP BY Shop ORDER BY SUM() DESC'
    found = ask(cloudwatch, {"Id": "q", "Expression": expression, "Period": 60})["MetricDataResults"]
    assert [(one["Label"], one["Values"]) for one in found] == [("1 - b", [4]), ("2 - a", [3])]


def test_pages_tell_every_datapoint_once(cloudwatch):
    put(cloudwatch, "orders", *range(20))
    put(cloudwatch, "failed", *range(5))
    told, token, pages = {"a": [], "b": []}, {}, 0
    while True:
        answer = ask(cloudwatch, stat("a"), stat("b", "failed"), MaxDatapoints=8, **token)
        pages += 1
        for result in answer["MetricDataResults"]:
            told[result["Id"]] += result["Values"]
        if "NextToken" not in answer:
            break
        assert answer["MetricDataResults"][0]["StatusCode"] == "PartialData"
        token = {"NextToken": answer["NextToken"]}
    assert told == {"a": list(range(19, -1, -1)), "b": [4, 3, 2, 1, 0]}
    assert pages == 4
    assert refusal(cloudwatch, stat("a"), MaxDatapoints=8, **token)[0] == "InvalidNextToken"
    assert refusal(cloudwatch, stat("a"), NextToken="none")[0] == "InvalidNextToken"


def test_metrics_of_other_accounts_are_out_of_reach(cloudwatch):
    put(cloudwatch, "orders", 1)
    (result,) = ask(cloudwatch, stat("a", AccountId="111111111111"))["MetricDataResults"]
    assert (result["StatusCode"], result["Values"]) == ("Forbidden", [])
    assert result["Messages"][0]["Code"] == "Forbidden"


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        ([{"Id": "a"}], "The parameter MetricDataQueries.member.1.MetricStat is required.\n"),
        (
            [stat("1a")],
            "The value for parameter MetricDataQueries.member.1.Id is not matching the expected pattern "
            "^[a-z][a-zA-Z0-9_]*$.",
        ),
        ([stat("a"), stat("a")], "The values for parameter id in MetricDataQueries are not unique."),
        (
            [stat("a", Period=60)],
            "The parameters MetricDataQueries.member.1.Period and MetricDataQueries.member.1.MetricStat are mutually "
            "exclusive and you have specified both.",
        ),
        ([stat("a", statistic="p101")], None),
        ([stat("a", period=61)], None),
        ([{"Id": "a", "Expression": "b + 1"}], None),
        ([{"Id": "a", "Expression": "1 +"}], None),
        ([], None),
    ],
)
def test_queries_that_are_wrong_are_refused(cloudwatch, queries, message):
    code, told = refusal(cloudwatch, *queries)
    assert code == "ValidationError"
    assert told == message or message is None
    assert told


def test_times_that_are_wrong_are_refused(cloudwatch):
    assert refusal(cloudwatch, stat("a"), StartTime=NOW) == (
        "ValidationError",
        "The parameter StartTime must not equal parameter EndTime.",
    )
    assert refusal(cloudwatch, stat("a"), StartTime=NOW + timedelta(1)) == (
        "ValidationError",
        "The parameter EndTime must be greater than StartTime.",
    )
    assert refusal(cloudwatch, stat("a"), LabelOptions={"Timezone": "UTC"})[0] == "ValidationError"
