"""The functions with their roles, what feeds them, the audit trail's pipe, and the schedule of the report."""

import json
from typing import Any

from orders.stack.clients import Clients
from orders.stack.queues import create_undelivered, letters_of, undelivered_of
from orders.stack.topology import (
    ANALYTICS_TABLE,
    AUDIT_INTAKE,
    AUDIT_PIPE,
    AUDIT_QUEUE,
    AUDIT_TABLE,
    BUS,
    CLAIMS_TABLE,
    CUSTOMERS_DOMAIN,
    INVENTORY_TABLE,
    MAIL_FROM,
    MAIL_TEMPLATE,
    MAIL_TO,
    METRICS,
    ORDERS_TABLE,
    PAYMENTS_TABLE,
    REPORT,
    REPORT_EXPRESSION,
    REPORT_SCHEDULE,
    REPORT_ZONE,
    REPORTS_TABLE,
    RESERVATIONS_TABLE,
    SHIPMENTS_TABLE,
    TASKS,
    Consumer,
)

BATCH_SIZE = 10
CONSUMERS_MAX = 2
FUNCTION_TIMEOUT_S = 10


def create_consumer(clients: Clients, consumer: Consumer, urls: dict[str, str], code: bytes) -> None:
    """Create the consumer's function and let its queue feed it."""
    variables = {
        "QUEUE_URL": urls[consumer.queue],
        "DEAD_LETTER_QUEUE_URL": urls[letters_of(consumer.queue)],
        "STATE_FIELD": consumer.state_field,
    }
    _create(clients, consumer.name, consumer.handler, code, variables)
    clients.functions.create_event_source_mapping(
        FunctionName=consumer.name,
        EventSourceArn=clients.queue_arn(consumer.queue),
        BatchSize=BATCH_SIZE,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": CONSUMERS_MAX},
    )


def create_tasks(clients: Clients, code: bytes) -> None:
    """Create the functions that the state machine calls."""
    for name in TASKS.values():
        _create(clients, name, f"{name.replace('-', '_')}.handler", code, {})


def create_report(clients: Clients, code: bytes) -> None:
    """Create the function of the daily report."""
    _create(clients, REPORT, "daily_report.handler", code, {})


def create_pipe(clients: Clients) -> None:
    """Group the audit events by order: from one ordered lane into a group for each order.

    A rule's target has one group for all events, so the bus fills an intake queue in one lane, and the pipe gives each
    event its order's group. Both queues are FIFO, so an order's events keep their order all the way.
    """
    clients.pipes.create_pipe(
        Name=AUDIT_PIPE,
        RoleArn=clients.role("group-audit-events"),
        Source=clients.queue_arn(AUDIT_INTAKE),
        SourceParameters={"SqsQueueParameters": {"BatchSize": BATCH_SIZE}},
        Target=clients.queue_arn(AUDIT_QUEUE),
        TargetParameters={
            "InputTemplate": "<$.body>",
            "SqsQueueParameters": {
                "MessageGroupId": "$.body.detail.orderId",
                "MessageDeduplicationId": "$.messageId",
            },
        },
    )


def create_schedule(clients: Clients, urls: dict[str, str], *, name: str) -> None:
    """Have the report of the day before made every morning."""
    arn = clients.arn("scheduler", f"schedule/default/{REPORT_SCHEDULE}")
    urls |= create_undelivered(clients, name, source_arn=arn, service="scheduler")
    clients.scheduler.create_schedule(
        Name=REPORT_SCHEDULE,
        ScheduleExpression=REPORT_EXPRESSION,
        ScheduleExpressionTimezone=REPORT_ZONE,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=report_target(clients, {}),
    )


def report_target(clients: Clients, more: dict[str, str]) -> dict[str, Any]:
    """The report's function as a schedule's target; `more` goes into its event."""
    given = {"executionId": "<aws.scheduler.execution-id>", "scheduledTime": "<aws.scheduler.scheduled-time>"}
    return {
        "Arn": clients.arn("lambda", f"function:{REPORT}"),
        "RoleArn": clients.role("start-daily-report"),
        "Input": json.dumps({**given, **more}),
        "RetryPolicy": {"MaximumRetryAttempts": 10, "MaximumEventAgeInSeconds": 6 * 3600},
        "DeadLetterConfig": {"Arn": clients.queue_arn(undelivered_of(REPORT))},
    }


def _create(clients: Clients, name: str, handler: str, code: bytes, variables: dict[str, str]) -> None:
    clients.functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=clients.role(name),
        Handler=handler,
        Code={"ZipFile": code},
        Timeout=FUNCTION_TIMEOUT_S,
        MemorySize=256,
        Environment={"Variables": {**_shared(name), **variables}},
        TracingConfig={"Mode": "Active"},
    )
    clients.functions.get_waiter("function_active_v2").wait(
        FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def _shared(name: str) -> dict[str, str]:
    return {
        "BUS": BUS,
        "ORDERS_TABLE": ORDERS_TABLE,
        "CLAIMS_TABLE": CLAIMS_TABLE,
        "ANALYTICS_TABLE": ANALYTICS_TABLE,
        "PAYMENTS_TABLE": PAYMENTS_TABLE,
        "INVENTORY_TABLE": INVENTORY_TABLE,
        "RESERVATIONS_TABLE": RESERVATIONS_TABLE,
        "SHIPMENTS_TABLE": SHIPMENTS_TABLE,
        "AUDIT_TABLE": AUDIT_TABLE,
        "REPORTS_TABLE": REPORTS_TABLE,
        "MAIL_FROM": MAIL_FROM,
        "MAIL_TO": MAIL_TO,
        "MAIL_TEMPLATE": MAIL_TEMPLATE,
        "CUSTOMERS_DOMAIN": CUSTOMERS_DOMAIN,
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
