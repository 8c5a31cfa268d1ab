"""Alarms, metrics and dashboards in the console."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.conftest import Pages
from tests.support import console_shop
from tests.support.platform import RunningPlatform

DEEP = {"Namespace": "Shop", "MetricName": "Depth", "Dimensions": [{"Name": "Yard", "Value": "north"}]}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    platform = RunningPlatform(Path(tmp_path_factory.mktemp("shop")))
    cloudwatch = platform.client("cloudwatch")
    for value in (3, 9):
        datum = {name: DEEP[name] for name in ("MetricName", "Dimensions")}
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=[{**datum, "Value": value}])
    console_shop.watch(platform.client)
    pages = Pages(platform)
    yield pages
    pages.http.close()
    platform.close()


def test_alarms_are_listed_those_in_alarm_first_and_drawn_with_their_threshold(shop: Pages) -> None:
    shop.post("/alarms/dead-letters/state", state="ALARM", reason="to see it")
    told = shop.json("/alarms")["alarms"]
    assert ("dead-letters", "ALARM") in [(one["name"], one["state"]) for one in told[:2]]
    assert {one["kind"] for one in told} == {"MetricAlarm", "CompositeAlarm"}
    one = shop.json("/alarms/dead-letters")
    assert one["alarm"]["reason"] == "to see it"
    assert one["alarm"]["watches"] == "ApproximateNumberOfMessagesVisible of nowhere-dlq > 0"
    assert {line["label"]: line["values"][0] for line in one["chart"]["series"]}["threshold"] == 0
    assert one["history"][0]["type"] in ("StateUpdate", "Action")
    assert "to see it" in shop.html("/alarms?state=ALARM")
    assert "any-trouble" in shop.html("/alarms/any-trouble")
    shop.html("/alarms/nobody", 404)


def test_the_actions_of_an_alarm_are_silenced_and_enabled(shop: Pages) -> None:
    shop.post("/alarms/dead-letters/disable")
    assert shop.json("/alarms/dead-letters")["alarm"]["acts"] is False
    assert "Have it act again" in shop.html("/alarms/dead-letters")
    shop.post("/alarms/dead-letters/enable")
    assert shop.json("/alarms/dead-letters")["alarm"]["acts"] is True
    shop.post("/alarms/dead-letters/state", state="WELL")
    assert 'class="said refused"' in shop.html("/alarms")


def test_a_metric_is_chosen_and_charted_by_statistic_and_period(shop: Pages) -> None:
    assert {"namespace": "Shop", "metrics": 1} in shop.json("/metrics")["namespaces"]
    [one] = shop.json("/metrics?namespace=Shop")["metrics"]
    path = f"/metrics?namespace=Shop&name=Depth&dimensions={one['written']}"
    assert [value for value in charted(shop, f"{path}&stat=Maximum") if value is not None] == [9]
    assert sum(value or 0 for value in charted(shop, f"{path}&stat=Sum&period=300&span=3h")) == 12
    assert "Depth" in shop.html(path)
    assert [one["name"] for one in shop.json("/metrics?text=north")["metrics"]] == ["Depth"]
    shop.html(f"{path}&span=forever", 400)
    shop.html("/metrics?name=Depth&namespace=Shop&dimensions=[", 400)


def charted(shop: Pages, path: str) -> list[float | None]:
    [line] = shop.json(path)["chosen"]["chart"]["series"]
    values: list[float | None] = line["values"]
    return values


def test_a_dashboard_is_drawn_widget_by_widget(shop: Pages) -> None:
    assert [one["name"] for one in shop.json("/dashboards")["dashboards"]] == ["shop"]
    metrics = [
        ["Shop", "Depth", "Yard", "north", {"id": "m1", "stat": "Sum"}],
        ["...", "south"],
        [".", "Height", ".", "."],
        [{"expression": "m1 * 2", "label": "twice"}],
    ]
    widgets = [
        {"type": "metric", "properties": {"metrics": metrics, "region": "us-east-1", "title": "Depths"}},
        {
            "type": "metric",
            "properties": {"metrics": metrics[:1], "region": "us-east-1", "view": "singleValue", "stat": "Sum"},
        },
        {"type": "log", "properties": {"query": "SOURCE 'x' | fields @message", "region": "us-east-1"}},
    ]
    body = json.dumps({"widgets": widgets})
    shop.platform.client("cloudwatch").put_dashboard(DashboardName="depths", DashboardBody=body)
    drawn, single, log = shop.json("/dashboards/depths")["widgets"]
    lines = {
        line["label"]: [value for value in line["values"] if value is not None] for line in drawn["chart"]["series"]
    }
    assert lines["twice"] == [24]
    assert single["values"][0]["value"] == 12
    assert "not drawn here" in log["text"]
    assert "Depths" in shop.html("/dashboards/depths")
    [alarm] = [widget for widget in shop.json("/dashboards/shop")["widgets"] if widget["type"] == "alarm"]
    assert alarm["alarms"][0]["name"] == "dead-letters"
    shop.html("/dashboards/nobody", 404)
