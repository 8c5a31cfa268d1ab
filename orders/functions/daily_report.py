"""The report of a day, when its schedule fires: reads what analytics has added up, keeps and mails it, once a firing.

The event is `{"executionId", "scheduledTime"}`, which the scheduler fills in. The report is about the day before, or
about `day` where the event names one.
"""

import os
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent
from aws_lambda_powertools.utilities.typing import LambdaContext
from boto3.dynamodb.conditions import Key

logger = Logger()
tracer = Tracer()
tables = boto3.resource("dynamodb")
ses = boto3.client("sesv2")
config = IdempotencyConfig(event_key_jmespath="executionId", raise_on_no_idempotency_key=True)
claims = DynamoDBPersistenceLayer(table_name=os.environ["CLAIMS_TABLE"])


@logger.inject_lambda_context(correlation_id_path="executionId")
@tracer.capture_lambda_handler(capture_response=False)
@idempotent(config=config, persistence_store=claims)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Write and mail the report; the same firing again does nothing."""
    day = event.get("day") or day_before(event["scheduledTime"])
    metrics = read_metrics(day)
    tables.Table(os.environ["REPORTS_TABLE"]).put_item(
        Item={"day": day, "executionId": event["executionId"], "metrics": metrics}
    )
    answer = ses.send_email(
        FromEmailAddress=os.environ["MAIL_FROM"],
        Destination={"ToAddresses": [os.environ["MAIL_TO"]]},
        Content={
            "Simple": {
                "Subject": {"Data": f"Orders of {day}"},
                "Body": {"Text": {"Data": as_text(day, metrics)}},
            }
        },
    )
    logger.info("report sent", day=day, mail_id=answer["MessageId"])
    return {"day": day, "mailId": answer["MessageId"]}


def read_metrics(day: str) -> dict[str, dict[str, Decimal]]:
    """Count and amount of each kind of event on that day."""
    answer = tables.Table(os.environ["ANALYTICS_TABLE"]).query(
        KeyConditionExpression=Key("day").eq(day), ConsistentRead=True
    )
    return {item["metric"]: {"count": item["count"], "amount": item["amount"]} for item in answer["Items"]}


def as_text(day: str, metrics: dict[str, dict[str, Decimal]]) -> str:
    """The report for people."""
    lines = [f"{name:<18} {sums['count']:>7} {sums['amount']:>14.2f}" for name, sums in sorted(metrics.items())]
    return "\n".join([f"What happened on {day}", "", *lines])


def day_before(scheduled_time: str) -> str:
    """The day before an instant such as `2026-02-02T06:00:00Z`."""
    return (datetime.fromisoformat(scheduled_time) - timedelta(days=1)).date().isoformat()
