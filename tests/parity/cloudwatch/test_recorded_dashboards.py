"""What CloudWatch was recorded to say of dashboards' bodies and how it counts them, against ours.

A body is written whole (`body`), as its only `widget` or `variable`, or as the properties of its only `metric` widget.
"""

import json
from pathlib import Path
from typing import Any

import json5
import pytest
from botocore.exceptions import ClientError

from eventyard.base.clock import VirtualClock
from tests.support.platform import ACCOUNT, RunningPlatform

HERE = Path(__file__).parent
BODIES = json5.loads((HERE / "dashboards_bodies.json5").read_text())
SIZES = json5.loads((HERE / "dashboards_sizes.json5").read_text())
METRIC = {"region": "us-east-1", "metrics": [["Shop", "orders"]]}
VARIABLE = {"type": "property", "property": "region", "inputType": "input", "id": "r"}


@pytest.fixture
def cloudwatch(tmp_path):
    running = RunningPlatform(tmp_path, clock=VirtualClock())
    yield running.client("cloudwatch")
    running.close()


def _body(case: dict[str, Any]) -> str:
    if "variable" in case:
        given = {**VARIABLE, **case["variable"]}
        variable = {name: value for name, value in given.items() if value is not None}
        return json.dumps({"widgets": [], "variables": [variable]})
    if "metric" in case:
        return json.dumps({"widgets": [{"type": "metric", "properties": {**METRIC, **case["metric"]}}]})
    return json.dumps({"widgets": [case["widget"]]} if "widget" in case else case["body"])


def _put(cloudwatch: Any, body: str) -> dict[str, Any]:
    try:
        told = cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=body)["DashboardValidationMessages"]
        return {"remarks": [[one["DataPath"], one["Message"]] for one in told]}
    except ClientError as refused:
        error = refused.response["Error"]
        assert error["Code"] == "InvalidParameterInput"
        head, _, told = error["Message"].partition("\n")
        errors = [[one["dataPath"], one["message"]] for one in json.loads(told)]
        assert head == f"The dashboard body is invalid, there are {len(errors)} validation errors:"
        return {"errors": errors}


def test_a_dashboards_body_is_judged_as_recorded(cloudwatch):
    assert BODIES["source"]
    for case in BODIES["bodies"]:
        wanted = {name: case[name] for name in ("remarks", "errors") if name in case}
        assert _put(cloudwatch, _body(case)) == wanted, case


def test_a_dashboard_is_kept_and_counted_as_recorded(cloudwatch):
    assert SIZES["source"]
    arn = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop"
    for step in SIZES["steps"]:
        if "body" in step:
            cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=step["body"])
            kept = cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"]
            assert kept == step.get("kept", step["body"])
        if "tag" in step:
            tags = [{"Key": key, "Value": value} for key, value in step["tag"].items()]
            cloudwatch.tag_resource(ResourceARN=arn, Tags=tags)
        if "untag" in step:
            cloudwatch.untag_resource(ResourceARN=arn, TagKeys=step["untag"])
        (listed,) = cloudwatch.list_dashboards()["DashboardEntries"]
        assert listed["Size"] == step["size"], step


@pytest.mark.parametrize(
    ("call", "given", "message"),
    [
        ("put_dashboard", {"DashboardName": "a", "DashboardBody": ""}, "The parameter DashboardBody is required.\n"),
        (
            "list_dashboards",
            {"DashboardNamePrefix": "a" * 256},
            "The value for field DashboardNamePrefix is too long. It must have length less than or equal to 255.\n",
        ),
        (
            "delete_dashboards",
            {"DashboardNames": []},
            "Field DashboardNames is required and has to contain at least 1 element.\n",
        ),
        (
            "put_dashboard",
            {
                "DashboardName": "a",
                "DashboardBody": '{"widgets":[]}',
                "Tags": [{"Key": f"k{number}", "Value": "v"} for number in range(51)],
            },
            "The collection Tags must not have a size greater than 50.\n",
        ),
    ],
)
def test_what_no_dashboard_can_have_is_refused_as_recorded(cloudwatch, call, given, message):
    with pytest.raises(ClientError) as caught:
        getattr(cloudwatch, call)(**given)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("InvalidParameterValue", message)


@pytest.mark.parametrize("token", ["", "not-a-token"])
def test_a_page_token_that_was_never_given_is_refused(cloudwatch, token):
    with pytest.raises(ClientError) as caught:
        cloudwatch.list_dashboards(NextToken=token)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationError", "Invalid NextToken")


def test_tags_given_to_a_dashboard_that_is_there_are_not_even_counted(cloudwatch):
    many = [{"Key": f"k{number}", "Value": "v"} for number in range(51)]
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody='{"widgets":[]}')
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody='{"widgets":[]}', Tags=many)
    assert cloudwatch.list_tags_for_resource(ResourceARN=f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop")["Tags"] == []
