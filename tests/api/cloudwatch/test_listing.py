"""ListMetrics: which metrics there are, filtered, and five hundred a page."""

import pytest
from botocore.exceptions import ClientError


def put(cloudwatch, name, namespace="Shop", **dimensions):
    given = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": name, "Value": 1, "Dimensions": given}])


def listed(cloudwatch, **asked):
    return [
        (one["Namespace"], one["MetricName"], {pair["Name"]: pair["Value"] for pair in one["Dimensions"]})
        for one in cloudwatch.list_metrics(**asked)["Metrics"]
    ]


def test_metrics_are_found_by_namespace_name_and_dimensions(cloudwatch):
    put(cloudwatch, "orders")
    put(cloudwatch, "orders", shop="a", region="x")
    put(cloudwatch, "orders", shop="b")
    put(cloudwatch, "failed", shop="a")
    put(cloudwatch, "orders", namespace="Other")
    a, b = {"region": "x", "shop": "a"}, {"shop": "b"}
    assert listed(cloudwatch, Namespace="Shop", MetricName="orders") == [
        ("Shop", "orders", a),
        ("Shop", "orders", b),
        ("Shop", "orders", {}),
    ]
    assert [name for _, name, _ in listed(cloudwatch)] == ["orders", "failed", "orders", "orders", "orders"]
    assert listed(cloudwatch, Dimensions=[{"Name": "shop"}], MetricName="orders") == [
        ("Shop", "orders", a),
        ("Shop", "orders", b),
    ]
    assert listed(cloudwatch, Dimensions=[{"Name": "shop", "Value": "a"}]) == [
        ("Shop", "failed", {"shop": "a"}),
        ("Shop", "orders", a),
    ]
    assert listed(cloudwatch, Dimensions=[{"Name": "Shop"}]) == []


def test_a_metric_of_several_units_is_listed_once(cloudwatch):
    data = [{"MetricName": "m", "Value": 1, "Unit": unit} for unit in ("Count", "Seconds")]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)
    assert listed(cloudwatch) == [("Shop", "m", {})]


def test_pages_have_five_hundred_and_show_each_metric_once(cloudwatch):
    for first in (0, 600):
        names = [f"m{number:04}" for number in range(first, first + 600)]
        data = [{"MetricName": name, "Value": 1, "Dimensions": [{"Name": "n", "Value": "v"}]} for name in names]
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)
    first = cloudwatch.list_metrics(Namespace="Shop")
    assert len(first["Metrics"]) == 500
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Dimensions=[{"Name": "n"}]))
    names = [one["MetricName"] for page in pages for one in page["Metrics"]]
    assert names == sorted(set(names))
    assert [len(page["Metrics"]) for page in pages] == [500, 500, 200]
    with pytest.raises(ClientError) as caught:
        cloudwatch.list_metrics(NextToken="none")
    assert caught.value.response["Error"]["Message"] == "Request parameter NextToken is invalid"


def test_there_are_no_linked_accounts(cloudwatch):
    put(cloudwatch, "orders")
    answer = cloudwatch.list_metrics(IncludeLinkedAccounts=True)
    assert len(answer["OwningAccounts"]) == len(answer["Metrics"]) == 1
    assert "OwningAccounts" not in cloudwatch.list_metrics()
    assert cloudwatch.list_metrics(OwningAccount="111111111111")["Metrics"] == []
