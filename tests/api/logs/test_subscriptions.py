"""A function that subscribed to a group, from PutLogEvents to its own log."""

from tests.api.lambda_.conftest import ROLE, zipped

READER = """
    import base64, gzip, json

    def handler(event, context):
        for line in json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))["logEvents"]:
            print("read", line["message"])
"""


def test_a_function_reads_the_lines_of_a_group(platform, eventually):
    logs, functions = platform.client("logs"), platform.client("lambda")
    function = functions.create_function(
        FunctionName="reader", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": zipped(READER)}
    )
    logs.create_log_group(logGroupName="shop")
    logs.create_log_stream(logGroupName="shop", logStreamName="one")
    logs.put_subscription_filter(
        logGroupName="shop", filterName="errors", filterPattern="ERROR", destinationArn=function["FunctionArn"]
    )
    now_ms = platform.platform.engine.clock.now_ms()
    events = [{"timestamp": now_ms, "message": "ERROR lost"}, {"timestamp": now_ms, "message": "INFO found"}]
    logs.put_log_events(logGroupName="shop", logStreamName="one", logEvents=events)

    def read():
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        if "/aws/lambda/reader" not in groups:
            return []
        found = logs.filter_log_events(logGroupName="/aws/lambda/reader", filterPattern="read")["events"]
        return [event["message"].strip() for event in found]

    assert eventually(read) == ["read ERROR lost"]


def test_metric_filters_are_described_and_deleted(platform):
    logs = platform.client("logs")
    for group in ("a", "b"):
        logs.create_log_group(logGroupName=group)
        for name in ("errors", "warnings"):
            made = {"metricName": name, "metricNamespace": group, "metricValue": "1", "unit": "Count"}
            logs.put_metric_filter(
                logGroupName=group, filterName=name, filterPattern=name.upper(), metricTransformations=[made]
            )
    pages = logs.get_paginator("describe_metric_filters").paginate(PaginationConfig={"PageSize": 1})
    named = [(one["filterName"], one["logGroupName"]) for page in pages for one in page["metricFilters"]]
    assert named == [("errors", "a"), ("errors", "b"), ("warnings", "a"), ("warnings", "b")]
    logs.delete_metric_filter(logGroupName="a", filterName="errors")
    shown = logs.describe_metric_filters(logGroupName="a")["metricFilters"]
    assert [(one["filterName"], one["metricTransformations"][0]["unit"]) for one in shown] == [("warnings", "Count")]
    assert logs.describe_log_groups(logGroupNamePrefix="a")["logGroups"][0]["metricFilterCount"] == 1
