"""Creates the order system wherever the clients point: bus, rules, queues with dead letters, tables, functions.

    bus ecommerce-events ─┬ rule payment   ─► payment-processing-queue ─► process-payment
                          └ rule inventory ─► inventory-reservation-queue ─► reserve-inventory

Every queue has a dead-letter queue (14 days), every rule target one of its own, and each queue's policy lets just its
rule in.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3

from orders.packaging import package

BUS = "ecommerce-events"
SOURCE = "com.myapp.orders"
ORDERS_TABLE = "orders"
CLAIMS_TABLE = "order-claims"

BATCH_SIZE = 10
CONSUMERS_MAX = 4
FUNCTION_TIMEOUT_S = 10
VISIBILITY_TIMEOUT_S = 60
"""Six times the function's time-out, as AWS advises for a mapping."""

RECEIVES_MAX = 5
DEAD_LETTER_RETENTION_S = 14 * 24 * 3600
ROLE = "order-consumer"


@dataclass(frozen=True)
class Consumer:
    """One of the two consumers; `state_field` is the field it writes on an order."""

    name: str
    queue: str
    handler: str
    state_field: str


CONSUMERS = (
    Consumer("process-payment", "payment-processing-queue", "process_payment.handler", "payment"),
    Consumer("reserve-inventory", "inventory-reservation-queue", "reserve_inventory.handler", "inventory"),
)

Told = Callable[[str], None]


@dataclass(frozen=True)
class Clients:
    """The AWS clients in use; the endpoint comes from the environment or is given."""

    events: Any
    sqs: Any
    functions: Any
    dynamodb: Any
    account: str
    region: str

    @classmethod
    def make(cls, *, account: str, region: str, **options: Any) -> "Clients":
        session = boto3.session.Session(region_name=region)

        def client(name: str) -> Any:
            return session.client(name, **options)

        return cls(client("events"), client("sqs"), client("lambda"), client("dynamodb"), account, region)


@dataclass(frozen=True)
class Deployed:
    """Where things are."""

    queue_urls: dict[str, str]
    dead_letter_urls: dict[str, str]
    undelivered_urls: dict[str, str]


def deploy(clients: Clients, told: Told = lambda step: None) -> Deployed:
    """Create everything; safe to run again."""
    told("tables")
    for table, key in ((ORDERS_TABLE, "orderId"), (CLAIMS_TABLE, "id")):
        _create_table(clients, table, key)
    clients.dynamodb.update_time_to_live(
        TableName=CLAIMS_TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiration"}
    )
    told("event bus")
    clients.events.create_event_bus(Name=BUS)
    code = package()
    deployed = Deployed({}, {}, {})
    for consumer in CONSUMERS:
        told(f"queue, rule and function of {consumer.name}")
        _create_queues(clients, consumer, deployed)
        _route(clients, consumer)
        _create_function(clients, consumer, deployed, code)
    return deployed


def _create_table(clients: Clients, name: str, key: str) -> None:
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    clients.dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def _create_queues(clients: Clients, consumer: Consumer, deployed: Deployed) -> None:
    retention = {"MessageRetentionPeriod": str(DEAD_LETTER_RETENTION_S)}
    dlq = clients.sqs.create_queue(QueueName=f"{consumer.queue}-dlq", Attributes=retention)["QueueUrl"]
    undelivered = clients.sqs.create_queue(
        QueueName=f"{consumer.queue}-undelivered",
        Attributes={**retention, "Policy": _policy(clients, consumer, f"{consumer.queue}-undelivered")},
    )["QueueUrl"]
    redrive = {"deadLetterTargetArn": _queue_arn(clients, f"{consumer.queue}-dlq"), "maxReceiveCount": RECEIVES_MAX}
    deployed.dead_letter_urls[consumer.name] = dlq
    deployed.undelivered_urls[consumer.name] = undelivered
    deployed.queue_urls[consumer.name] = clients.sqs.create_queue(
        QueueName=consumer.queue,
        Attributes={
            "VisibilityTimeout": str(VISIBILITY_TIMEOUT_S),
            "RedrivePolicy": json.dumps(redrive),
            "Policy": _policy(clients, consumer, consumer.queue),
        },
    )["QueueUrl"]


def _route(clients: Clients, consumer: Consumer) -> None:
    rule = f"{consumer.name}-on-order-placed"
    pattern = {"source": [SOURCE], "detail-type": ["order.placed"]}
    clients.events.put_rule(Name=rule, EventBusName=BUS, EventPattern=json.dumps(pattern))
    target = {
        "Id": consumer.queue,
        "Arn": _queue_arn(clients, consumer.queue),
        "RetryPolicy": {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400},
        "DeadLetterConfig": {"Arn": _queue_arn(clients, f"{consumer.queue}-undelivered")},
    }
    answer = clients.events.put_targets(Rule=rule, EventBusName=BUS, Targets=[target])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the rule {rule} has no target: {answer['FailedEntries']}")


def _create_function(clients: Clients, consumer: Consumer, deployed: Deployed, code: bytes) -> None:
    variables = {
        "ORDERS_TABLE": ORDERS_TABLE,
        "CLAIMS_TABLE": CLAIMS_TABLE,
        "QUEUE_URL": deployed.queue_urls[consumer.name],
        "DEAD_LETTER_QUEUE_URL": deployed.dead_letter_urls[consumer.name],
        "STATE_FIELD": consumer.state_field,
        "POWERTOOLS_SERVICE_NAME": consumer.name,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    clients.functions.create_function(
        FunctionName=consumer.name,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{clients.account}:role/{ROLE}",
        Handler=consumer.handler,
        Code={"ZipFile": code},
        Timeout=FUNCTION_TIMEOUT_S,
        MemorySize=256,
        Environment={"Variables": variables},
        TracingConfig={"Mode": "Active"},
    )
    clients.functions.get_waiter("function_active_v2").wait(
        FunctionName=consumer.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    clients.functions.create_event_source_mapping(
        FunctionName=consumer.name,
        EventSourceArn=_queue_arn(clients, consumer.queue),
        BatchSize=BATCH_SIZE,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": CONSUMERS_MAX},
    )


def _policy(clients: Clients, consumer: Consumer, queue: str) -> str:
    rule_arn = f"arn:aws:events:{clients.region}:{clients.account}:rule/{BUS}/{consumer.name}-on-order-placed"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": _queue_arn(clients, queue),
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _queue_arn(clients: Clients, queue: str) -> str:
    return f"arn:aws:sqs:{clients.region}:{clients.account}:{queue}"


def batches(entries: list[Any], size: int) -> Iterator[list[Any]]:
    """The entries in groups of at most `size`, in order."""
    for start in range(0, len(entries), size):
        yield entries[start : start + size]
