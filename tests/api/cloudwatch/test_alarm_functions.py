"""An alarm's function is invoked with AWS's payload."""

import io
import json
import zipfile

ACCOUNT = "000000000000"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:pager"
ALARM = {
    "MetricName": "errors",
    "Namespace": "Shop",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


def zipped(source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", source)
    return buffer.getvalue()


def test_a_function_hears_of_the_alarm(timed_platform, cloudwatch):
    functions, sqs = timed_platform.client("lambda"), timed_platform.client("sqs")
    functions.create_function(
        FunctionName="pager",
        Runtime="python3.12",
        Role=f"arn:aws:iam::{ACCOUNT}:role/any",
        Handler="app.handler",
        Code={"ZipFile": zipped("def handler(event, context):\n    return event\n")},
    )
    url = sqs.create_queue(QueueName="done")["QueueUrl"]
    destination = {"OnSuccess": {"Destination": f"arn:aws:sqs:us-east-1:{ACCOUNT}:done"}}
    functions.put_function_event_invoke_config(FunctionName="pager", DestinationConfig=destination)
    cloudwatch.put_metric_alarm(AlarmName="a", AlarmActions=[FUNCTION], **ALARM)

    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="testing alarm")
    timed_platform.advance(1_000)

    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)["Messages"]
    event = json.loads(message["Body"])["responsePayload"]
    assert (event["source"], event["alarmArn"]) == (
        "aws.cloudwatch",
        f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:a",
    )
    states = {name: event["alarmData"][name]["value"] for name in ("state", "previousState")}
    assert states == {"state": "ALARM", "previousState": "INSUFFICIENT_DATA"}
    (action,) = cloudwatch.describe_alarm_history(AlarmName="a", HistoryItemType="Action")["AlarmHistoryItems"]
    assert action["HistorySummary"] == f"Successfully executed action {FUNCTION}"
