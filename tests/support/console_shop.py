"""A small shop with everything that a console shows, and with things that go wrong in it: for browsers and screenshots.

shop ─► bus orders ─► rule to-warehouse ─► queue warehouse ─► (dead letters) warehouse-dlq
                   ├► rule to-letters   ─► topic letters ─► queue mails (and one subscription that filters)
                   ├► rule to-stock     ─► function check-stock, which fails for every third order
                   ├► rule to-fulfil    ─► machine fulfil, whose orders above 900 fail
                   └► rule to-nowhere   ─► a queue that is gone, so its events are dead-lettered
"""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
Client = Callable[[str], Any]

_CHECK_STOCK = """
def handler(event, context):
    detail = event["detail"]
    print("checking", detail["orderId"])
    if detail["number"] % 3 == 0:
        raise ValueError(f"{detail['orderId']}: item {detail['item']} is not in stock")
    return {"orderId": detail["orderId"], "inStock": True}
"""

_FULFIL = {
    "StartAt": "IsLarge",
    "States": {
        "IsLarge": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.detail.total", "NumericGreaterThan": 900, "Next": "Refuse"}],
            "Default": "Pick",
        },
        "Refuse": {"Type": "Fail", "Error": "TooLarge", "Cause": "Somebody has to look at orders above 900."},
        "Pick": {"Type": "Pass", "Result": {"picked": True}, "ResultPath": "$.pick", "Next": "Tell"},
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "@warehouse", "MessageBody.$": "$.detail.orderId"},
            "End": True,
        },
    },
}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def build(client: Client) -> None:
    """Make everything."""
    sqs, sns, events = client("sqs"), client("sns"), client("events")
    for name in ("warehouse-dlq", "mails", "nowhere-dlq"):
        sqs.create_queue(QueueName=name)
    redrive = {"deadLetterTargetArn": arn("sqs", "warehouse-dlq"), "maxReceiveCount": 1}
    attributes = {"RedrivePolicy": json.dumps(redrive), "VisibilityTimeout": "0"}
    warehouse = sqs.create_queue(QueueName="warehouse", Attributes=attributes)["QueueUrl"]
    topic = sns.create_topic(Name="letters")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "mails"))
    only_gold = {"FilterPolicy": json.dumps({"tier": ["gold"]})}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "nowhere-dlq"), Attributes=only_gold)
    _make_function(client("lambda"))
    definition = json.dumps(_FULFIL).replace("@warehouse", warehouse)
    machine = client("stepfunctions").create_state_machine(name="fulfil", definition=definition, roleArn=ROLE)
    bus = events.create_event_bus(Name="orders")["EventBusArn"]
    events.create_archive(ArchiveName="all-orders", EventSourceArn=bus)
    targets: dict[str, dict[str, Any]] = {
        "to-warehouse": {"Arn": arn("sqs", "warehouse")},
        "to-letters": {"Arn": topic},
        "to-stock": {"Arn": arn("lambda", "function:check-stock")},
        "to-fulfil": {"Arn": machine["stateMachineArn"], "RoleArn": ROLE},
        "to-nowhere": {"Arn": arn("sqs", "gone"), "DeadLetterConfig": {"Arn": arn("sqs", "nowhere-dlq")}},
    }
    for name, target in targets.items():
        wanted: dict[str, Any] = {"detail-type": ["order placed"]}
        if name == "to-nowhere":
            wanted["detail"] = {"total": [{"numeric": [">", 500]}]}
        events.put_rule(Name=name, EventBusName="orders", EventPattern=json.dumps(wanted))
        events.put_targets(Rule=name, EventBusName="orders", Targets=[{"Id": "1", **target}])


def furnish(client: Client) -> None:
    """Make everything, with all that the console has pages of."""
    build(client)
    write_letters(client)
    watch(client)


def write_letters(client: Client) -> None:
    """Have a schema of orders, schedules, and a mail that a customer got."""
    client("schemas").create_registry(RegistryName="shop")
    line = {"type": "object", "properties": {"sku": {"type": "string", "enum": ["A1", "B2"]}}}
    properties = {
        "orderId": {"type": "string"},
        "number": {"type": "integer", "minimum": 1},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
    }
    detail = {"type": "object", "required": ["orderId"], "properties": properties}
    event = {
        "type": "object",
        "x-amazon-events-source": "shop",
        "x-amazon-events-detail-type": "order placed",
        "properties": {"detail": {"$ref": "#/components/schemas/OrderPlaced"}},
    }
    content = {
        "openapi": "3.0.0",
        "info": {"title": "OrderPlaced", "version": "1.0.0"},
        "paths": {},
        "components": {"schemas": {"AWSEvent": event, "OrderPlaced": detail, "Line": line}},
    }
    client("schemas").create_schema(
        RegistryName="shop", SchemaName="shop@OrderPlaced", Type="OpenApi3", Content=json.dumps(content)
    )
    for name, expression, state in (
        ("nightly", "cron(0 3 * * ? *)", "ENABLED"),
        ("often", "rate(10 minutes)", "ENABLED"),
        ("switched-off", "rate(1 hour)", "DISABLED"),
    ):
        client("scheduler").create_schedule(
            Name=name,
            ScheduleExpression=expression,
            State=state,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn("sqs", "mails"), "RoleArn": ROLE},
        )
    ses = client("ses")
    ses.verify_email_identity(EmailAddress="shop@example.com")
    html = "<h1>Thank you</h1><p>Your order is on its way.</p><script>alert('never')</script>"
    ses.send_email(
        Source="shop@example.com",
        Destination={"ToAddresses": ["ada@example.com"]},
        Message={
            "Subject": {"Data": "Thank you for your order"},
            "Body": {"Text": {"Data": "Thank you. Your order is on its way."}, "Html": {"Data": html}},
        },
    )


def watch(client: Client) -> None:
    """Have alarms and a dashboard look after the shop, whether it is there yet or not."""
    cloudwatch = client("cloudwatch")
    queue = {"Namespace": "AWS/SQS", "Dimensions": [{"Name": "QueueName", "Value": "nowhere-dlq"}]}
    common = {"Statistic": "Maximum", "Period": 60, "EvaluationPeriods": 1, "TreatMissingData": "notBreaching"}
    visible = {**queue, "MetricName": "ApproximateNumberOfMessagesVisible"}
    above = {**common, "ComparisonOperator": "GreaterThanThreshold"}
    cloudwatch.put_metric_alarm(AlarmName="dead-letters", **visible, **above, Threshold=0)
    failing = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    cloudwatch.put_metric_alarm(AlarmName="failing-functions", **failing, **{**above, "Statistic": "Sum"}, Threshold=5)
    rule = "ALARM(dead-letters) OR ALARM(failing-functions)"
    cloudwatch.put_composite_alarm(AlarmName="any-trouble", AlarmRule=rule)
    region = {"region": REGION}
    widgets = [
        {"type": "text", "width": 24, "properties": {"markdown": "The shop, as its operators see it."}},
        {
            "type": "metric",
            "properties": {
                **region,
                "title": "Events",
                "stat": "Sum",
                "period": 60,
                "metrics": [["AWS/Events", "Invocations"], [".", "FailedInvocations"]],
            },
        },
        {
            "type": "metric",
            "properties": {
                **region,
                "title": "check-stock",
                "stat": "Sum",
                "period": 60,
                "metrics": [["AWS/Lambda", "Invocations", "FunctionName", "check-stock"], [".", "Errors", ".", "."]],
            },
        },
        {"type": "alarm", "properties": {"title": "Alarms", "alarms": [arn("cloudwatch", "alarm:dead-letters")]}},
    ]
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=json.dumps({"widgets": widgets}))


def place_orders(client: Client, count: int, *, first: int = 1) -> list[str]:
    """Place that many orders; their event ids."""
    placed: list[str] = []
    for number in range(first, first + count):
        detail = {
            "orderId": f"order-{number:04d}",
            "number": number,
            "item": f"item-{number % 7}",
            "total": number * 137 % 1000,
        }
        entry = {"EventBusName": "orders", "Source": "shop", "DetailType": "order placed", "Detail": json.dumps(detail)}
        placed.append(client("events").put_events(Entries=[entry])["Entries"][0]["EventId"])
    return placed


def lose_some(client: Client) -> None:
    """Have messages of the warehouse become dead letters: received once, never deleted, and looked for again."""
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName="warehouse")["QueueUrl"]
    while sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        pass


def _make_function(client: Any) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("stock.py", _CHECK_STOCK)
    client.create_function(
        FunctionName="check-stock",
        Runtime="python3.12",
        Role=ROLE,
        Handler="stock.handler",
        Code={"ZipFile": code.getvalue()},
    )
