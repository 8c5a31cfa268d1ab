"""Dashboards and their tags."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.support.platform import ACCOUNT

WIDGET = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "Hello"}}
BODY = json.dumps({"widgets": [WIDGET]}, separators=(",", ":"))
ARN = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop"


def refusal(work, **options):
    with pytest.raises(ClientError) as caught:
        work(**options)
    told = caught.value.response
    return told["Error"]["Code"], told["Error"].get("Message", ""), told["ResponseMetadata"]["HTTPStatusCode"]


def names(cloudwatch, **asked):
    return [one["DashboardName"] for one in cloudwatch.list_dashboards(**asked)["DashboardEntries"]]


def test_a_dashboard_is_shown_as_it_was_put(cloudwatch):
    assert cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=BODY)["DashboardValidationMessages"] == []
    shown = cloudwatch.get_dashboard(DashboardName="shop")
    shown.pop("ResponseMetadata")
    assert shown == {"DashboardArn": ARN, "DashboardBody": BODY, "DashboardName": "shop"}
    (listed,) = cloudwatch.list_dashboards()["DashboardEntries"]
    assert (listed["DashboardArn"], listed["Size"]) == (ARN, len(BODY) + 37)


def test_dashboards_are_listed_by_prefix_and_deleted_together(cloudwatch, timed_platform):
    for name in ("shop-a", "shop-b", "other"):
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=BODY)
    assert names(cloudwatch) == ["other", "shop-a", "shop-b"]
    assert names(cloudwatch, DashboardNamePrefix="shop") == ["shop-a", "shop-b"]
    assert names(timed_platform.client("cloudwatch", region="eu-west-1")) == ["other", "shop-a", "shop-b"]
    assert names(timed_platform.client("cloudwatch", account="111111111111")) == []
    cloudwatch.delete_dashboards(DashboardNames=["shop-a", "other", "none"])
    assert names(cloudwatch) == ["shop-b"]


def test_what_is_not_expected_is_told_and_kept(cloudwatch):
    body = json.dumps({"widgets": [{**WIDGET, "colour": "red"}], "theme": "dark"}, separators=(",", ":"))
    messages = cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=body)["DashboardValidationMessages"]
    assert messages == [
        {"DataPath": "", "Message": 'The "theme" property is not expected, will be ignored'},
        {
            "DataPath": "/widgets/0",
            "Message": 'The "colour" property is not expected to be part of a widget definition, will be ignored',
        },
    ]
    assert cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"] == body


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({}, "", "Should have required property 'widgets'"),
        ({"widgets": {}}, "/widgets", "Should be array"),
        ({"widgets": [{"properties": {}}]}, "/widgets/0", "Should have required property 'type'"),
        ({"widgets": [{**WIDGET, "width": 25}]}, "/widgets/0/width", "Should be <= 24"),
        ({"widgets": [{**WIDGET, "x": "0"}]}, "/widgets/0/x", "Should be integer"),
        (
            {"widgets": [{**WIDGET, "properties": {}}]},
            "/widgets/0/properties",
            "Should have required property 'markdown'",
        ),
        (
            {"widgets": [{"type": "metric", "properties": {"region": "r", "metrics": [["N", "M", {}, "v"]]}}]},
            "/widgets/0/properties/metrics/0/2",
            "Invalid metric field type, only 'String' type is allowed",
        ),
    ],
)
def test_a_body_that_is_wrong_is_refused_with_the_place(cloudwatch, body, path, message):
    code, told, status = refusal(cloudwatch.put_dashboard, DashboardName="shop", DashboardBody=json.dumps(body))
    assert (code, status) == ("InvalidParameterInput", 400)
    head, _, remarks = told.partition("\n")
    assert head == "The dashboard body is invalid, there are 1 validation errors:"
    assert json.loads(remarks) == [{"dataPath": path, "message": message}]


def test_names_and_bodies_that_are_none_are_refused(cloudwatch):
    code, told, _ = refusal(cloudwatch.put_dashboard, DashboardName="a:b", DashboardBody=BODY)
    assert (code, told) == (
        "InvalidParameterValue",
        "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) "
        "and underscore (_).\n",
    )
    for body in ("not json", "[]"):
        code, told, _ = refusal(cloudwatch.put_dashboard, DashboardName="a", DashboardBody=body)
        assert (code, told) == ("InvalidParameterInput", "The field DashboardBody must be a valid JSON object")
    assert refusal(cloudwatch.get_dashboard, DashboardName="none") == (
        "ResourceNotFound",
        "Dashboard none does not exist",
        404,
    )
    assert refusal(cloudwatch.delete_dashboards, DashboardNames=[])[0] == "InvalidParameterValue"


def test_tags_come_with_the_dashboard_and_go_with_it(cloudwatch):
    def tags():
        return {tag["Key"]: tag["Value"] for tag in cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"]}

    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=BODY, Tags=[{"Key": "team", "Value": "a"}])
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": "team", "Value": "b"}, {"Key": "cost", "Value": "1"}])
    assert tags() == {"cost": "1", "team": "b"}
    cloudwatch.untag_resource(ResourceARN=ARN, TagKeys=["cost", "none"])
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=BODY, Tags=[{"Key": "late", "Value": "c"}])
    assert tags() == {"team": "b"}
    cloudwatch.delete_dashboards(DashboardNames=["shop"])
    code, message, status = refusal(cloudwatch.list_tags_for_resource, ResourceARN=ARN)
    assert (code, message, status) == ("ResourceNotFoundException", "", 404)


def test_an_alarm_has_tags_as_a_dashboard_has(cloudwatch, timed_platform):
    cloudwatch.put_metric_alarm(
        AlarmName="late",
        Namespace="Shop",
        MetricName="orders",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        Tags=[{"Key": "team", "Value": "a"}],
    )
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    arn = alarm["AlarmArn"]
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "cost", "Value": "1"}])
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "cost", "Value": "1"}]
    elsewhere = timed_platform.client("cloudwatch", region="eu-west-1")
    assert refusal(elsewhere.list_tags_for_resource, ResourceARN=arn)[0] == "ResourceNotFoundException"


def test_tags_that_are_wrong_are_refused(cloudwatch):
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=BODY)
    reserved = [{"Key": "AWS:x", "Value": ""}]
    assert refusal(cloudwatch.tag_resource, ResourceARN=ARN, Tags=reserved)[0] == "AccessDenied"
    many = [{"Key": str(number), "Value": ""} for number in range(51)]
    assert refusal(cloudwatch.tag_resource, ResourceARN=ARN, Tags=many)[0] == "InvalidParameterValue"
    assert refusal(cloudwatch.tag_resource, ResourceARN=ARN, Tags=[])[1] == "tags cannot be empty."
    assert refusal(cloudwatch.list_tags_for_resource, ResourceARN="shop")[0] == "InvalidParameterValue"


def test_what_is_not_served_says_so(cloudwatch):
    for work in (
        cloudwatch.describe_insight_rules,
        cloudwatch.list_metric_streams,
        cloudwatch.describe_anomaly_detectors,
    ):
        code, message, status = refusal(work)
        assert (code, status) == ("NotImplemented", 501)
        assert "does not serve" in message
