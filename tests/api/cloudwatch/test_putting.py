"""What a client measures can be read at once, and what is wrong is refused in AWS's words."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.support.platform import REGION

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def put(cloudwatch, *data, namespace="Shop", **more):
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": "m", **datum} for datum in data], **more)


def read(cloudwatch, name="m", *, minutes=5, period=60, statistics=("Sum", "SampleCount"), **more):
    answer = cloudwatch.get_metric_statistics(
        Namespace="Shop",
        MetricName=name,
        StartTime=NOW - timedelta(minutes=minutes),
        EndTime=NOW + timedelta(minutes=minutes),
        Period=period,
        **({"Statistics": list(statistics)} if statistics else {}),
        **more,
    )
    assert answer["Label"] == name
    return answer["Datapoints"]


def refusal(work, *args, **options):
    with pytest.raises(ClientError) as caught:
        work(*args, **options)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_values_of_every_form_become_one_datapoint(cloudwatch):
    put(
        cloudwatch,
        {"Value": 4},
        {"Values": [1.0, 10.0], "Counts": [2, 4]},
        {"StatisticValues": {"SampleCount": 2, "Sum": 5, "Minimum": 0.5, "Maximum": 4.5}},
    )
    put(cloudwatch, {"Value": 20, "Timestamp": NOW + timedelta(seconds=30)})

    assert read(cloudwatch, statistics=("Sum", "SampleCount", "Minimum", "Maximum", "Average")) == [
        {
            "Timestamp": NOW,
            "Unit": "None",
            "Sum": 71.0,
            "SampleCount": 10.0,
            "Minimum": 0.5,
            "Maximum": 20.0,
            "Average": 7.1,
        }
    ]


def test_dimensions_and_units_keep_series_apart(cloudwatch):
    put(cloudwatch, {"Value": 1}, {"Value": 2, "Unit": "Count"}, {"Value": 3, "Unit": "Seconds"})
    put(cloudwatch, {"Value": 4, "Dimensions": [{"Name": "b", "Value": "1"}, {"Name": "a", "Value": "2"}]})

    assert [(one["Unit"], one["Sum"]) for one in read(cloudwatch)] == [("Count", 2), ("None", 1), ("Seconds", 3)]
    assert [one["Sum"] for one in read(cloudwatch, Unit="Seconds")] == [3]
    assert read(cloudwatch, Unit="Bytes") == []
    turned = [{"Name": "a", "Value": "2"}, {"Name": "b", "Value": "1"}]
    assert [one["Sum"] for one in read(cloudwatch, Dimensions=turned)] == [4]
    assert read(cloudwatch, Dimensions=turned[:1]) == []


def test_accounts_and_regions_keep_metrics_apart(cloudwatch, timed_platform):
    put(cloudwatch, {"Value": 1})
    put(timed_platform.client("cloudwatch", region="eu-west-1"), {"Value": 2})
    put(timed_platform.client("cloudwatch", account="111111111111"), {"Value": 3})
    assert [one["Sum"] for one in read(cloudwatch)] == [1]


def test_a_metric_of_high_resolution_is_read_by_the_second(cloudwatch, timed_platform):
    for second in range(12):
        timed_platform.advance(1_000)
        put(cloudwatch, {"Value": second, "StorageResolution": 1})

    assert [one["Sum"] for one in read(cloudwatch, minutes=1, period=1)] == list(range(12))
    assert [(one["Timestamp"].second, one["Sum"]) for one in read(cloudwatch, minutes=1, period=10)] == [
        (0, 36),
        (10, 30),
    ]
    assert [one["Sum"] for one in read(cloudwatch)] == [66]


def test_percentiles_are_told_where_they_are_known(cloudwatch):
    put(cloudwatch, {"Values": [float(number) for number in range(1, 101)]})
    (point,) = read(cloudwatch, statistics=(), ExtendedStatistics=["p50", "p99.9", "tm90", "PR(:50)"])
    assert point["ExtendedStatistics"] == pytest.approx({"p50": 50, "p99.9": 100, "tm90": 45.5, "PR(:50)": 50}, rel=0.1)
    put(cloudwatch, {"StatisticValues": {"SampleCount": 2, "Sum": 3, "Minimum": 1, "Maximum": 2}})
    assert read(cloudwatch, statistics=(), ExtendedStatistics=["p50"]) == []
    (point,) = read(cloudwatch, ExtendedStatistics=["p50"])
    assert "ExtendedStatistics" not in point


@pytest.mark.parametrize(
    ("datum", "code", "message"),
    [
        ({}, "InvalidParameterCombination", "At least one of the parameters must be specified."),
        ({"Value": float("nan")}, "InvalidParameterValue", "The value NaN for parameter {}.Value is invalid."),
        ({"Value": float("-inf")}, "InvalidParameterValue", "The value -Infinity for parameter {}.Value is invalid."),
        (
            {"Value": 1, "Values": [1]},
            "InvalidParameterCombination",
            "The parameters {0}.Value and {0}.Values are mutually exclusive and you have specified both.",
        ),
        (
            {"Value": 1, "StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 1, "Maximum": 1}},
            "InvalidParameterCombination",
            "The parameters {0}.Value and {0}.StatisticValues are mutually exclusive and you have specified both.",
        ),
        (
            {"Values": [1.0, 10.0], "Counts": [2, 4, 5]},
            "InvalidParameterValue",
            "The parameters {0}.Values and {0}.Counts must be of the same size.",
        ),
        (
            {"Value": 1, "Timestamp": NOW - timedelta(days=14, seconds=1)},
            "InvalidParameterValue",
            "The parameter {}.Timestamp must specify a time within the past two weeks.",
        ),
        (
            {"Value": 1, "Timestamp": NOW + timedelta(hours=2, seconds=1)},
            "InvalidParameterValue",
            "The parameter {}.Timestamp must specify a time no more than two hours in the future.",
        ),
        (
            {"Value": 1, "StorageResolution": 5},
            "InvalidParameterValue",
            "The parameter {}.StorageResolution must be a value in the set [ 1, 60 ].",
        ),
        (
            {"Values": [1.0] * 151},
            "InvalidParameterValue",
            "The collection {}.Values must not have a size greater than 150.",
        ),
        (
            {"Value": 1, "Dimensions": [{"Name": f"n{n}", "Value": "v"} for n in range(31)]},
            "InvalidParameterValue",
            "The collection {}.Dimensions must not have a size greater than 30.",
        ),
        (
            {"Value": 1, "Dimensions": [{"Name": "n", "Value": "1"}, {"Name": "n", "Value": "2"}]},
            "InvalidParameterValue",
            "No metric may specify the same dimension name twice.",
        ),
    ],
)
def test_a_datum_that_is_wrong_is_refused_with_all_others(cloudwatch, datum, code, message):
    expected = message.format("MetricData.member.2")
    assert refusal(put, cloudwatch, {"Value": 1}, datum) == (code, expected)
    assert read(cloudwatch) == []


def test_requests_that_are_wrong_as_a_whole_are_refused(cloudwatch):
    code, message = refusal(put, cloudwatch, {"Value": 1, "Unit": "Furlongs"})
    assert code == "InvalidParameterValue"
    assert message.startswith("The parameter MetricData.member.1.Unit must be a value in the set [ Megabits, Terabits,")
    assert message.endswith("Terabytes/Second, None ].")
    assert refusal(put, cloudwatch, {"Value": 1}, namespace="AWS/Shop") == (
        "InvalidParameterValue",
        "The value AWS/ for parameter Namespace is invalid.",
    )
    assert refusal(put, cloudwatch, {"Value": 1}, namespace="s" * 256) == (
        "InvalidParameterValue",
        "The parameter Namespace must be shorter than 256 characters.",
    )
    assert refusal(put, cloudwatch) == (
        "MissingParameter",
        "At least one MetricDatum object must be present in the request.",
    )
    assert refusal(put, cloudwatch, *[{"Value": 1}] * 1001) == (
        "InvalidParameterValue",
        "The collection MetricData must not have a size greater than 1000.",
    )


def test_entities_are_judged_where_the_client_is_strict_and_their_metrics_taken(cloudwatch):
    def put_of(value, strict, **attributes):
        given = [{"Entity": {"KeyAttributes": attributes}, "MetricData": [{"MetricName": "m", "Value": value}]}]
        strictness = {} if strict is None else {"StrictEntityValidation": strict}
        cloudwatch.put_metric_data(Namespace="Shop", EntityMetricData=given, **strictness)

    put_of(1, True, Type="Service", Name="shop", Environment="test")
    put_of(2, False, Type="Spaceship", Name="shop")
    assert refusal(put_of, 4, True, Type="Spaceship", Name="shop") == (
        "InvalidParameterValue",
        "InvalidTypeValue: Unknown entity type",
    )
    assert refusal(put_of, 8, True, Type="Service", Name="shop")[0] == "InvalidParameterValue"
    assert refusal(put_of, 16, None, Type="Service", Name="shop") == (
        "InvalidParameterCombination",
        "Field StrictEntityValidation is required when setting EntityMetricData",
    )
    assert [one["Sum"] for one in read(cloudwatch)] == [3]


def test_a_large_request_comes_compressed_by_itself(cloudwatch):
    """The SDK compresses what is larger than 10,240 bytes."""
    data = [{"MetricName": "m", "Value": 1, "Dimensions": [{"Name": "n", "Value": f"{n:04}" * 20}]} for n in range(200)]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)
    assert len(cloudwatch.list_metrics(Namespace="Shop")["Metrics"]) == 200


def test_a_form_may_come_compressed(cloudwatch, timed_platform):
    import urllib.request

    form = b"Action=PutMetricData&Version=2010-08-01&Namespace=Shop&MetricData.member.1.MetricName=m"
    request = urllib.request.Request(
        timed_platform.endpoint,
        gzip.compress(form + b"&MetricData.member.1.Value=3"),
        {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Content-Encoding": "GZIP",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/monitoring/aws4_request, "
            "SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    assert [one["Sum"] for one in read(cloudwatch)] == [3]


def test_what_cannot_be_asked_is_refused(cloudwatch):
    assert refusal(read, cloudwatch, statistics=()) == (
        "InvalidParameterCombination",
        "Must specify either Statistics or ExtendedStatistics",
    )
    assert refusal(read, cloudwatch, minutes=0)[1] == "The parameter StartTime must be less than the parameter EndTime."
    assert refusal(read, cloudwatch, minutes=1000) == (
        "InvalidParameterCombination",
        "You have requested up to 2000 datapoints, which exceeds the limit of 1440. You may reduce the datapoints "
        "requested by increasing Period, or decreasing the time range.",
    )
    assert refusal(read, cloudwatch, period=90)[1] == "The parameter Period must be a multiple of 60."
    assert refusal(read, cloudwatch, period=7)[1] == (
        "The parameter Period must be a value in the set [1, 5, 10, 20, 30]."
    )
    assert refusal(read, cloudwatch, statistics=(), ExtendedStatistics=["p101"])[1] == (
        "The value p101 for parameter ExtendedStatistics.member.1.<list element> is not supported."
    )
