"""The buses: the shop's with its rules and archive, Stripe's, and the second account's that receives copies.

The shop's bus holds events against their schemas where the platform does that, and traces are found there by the ids
of order and correlation; the tags say so, and mean nothing elsewhere.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from orders.stack.clients import Clients
from orders.stack.queues import AUDIT_RULE, create_undelivered, undelivered_of
from orders.stack.topic import RULE as TOPIC_RULE
from orders.stack.topology import (
    ARCHIVE,
    ARCHIVE_DAYS,
    AUDIT_INTAKE,
    BUS,
    CONSUMERS,
    COPIES_BUS,
    COPIES_QUEUE,
    OWN_EVENTS,
    PLACED,
    REGISTRY,
    STRIPE_BUS,
    TOPIC,
)

RETRY_POLICY: Mapping[str, int] = MappingProxyType({"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400})
COPIES_RULE = "copy-placed-orders"
COUNT_RULE = "count-copies"
STRIPE_KEYS = "detail.data.object.metadata.orderId detail.data.object.metadata.correlationId"
TAGS = (
    {"Key": "eventyard:schema-registry", "Value": REGISTRY},
    {"Key": "eventyard:schema-validation", "Value": "reject"},
    {"Key": "eventyard:trace-keys", "Value": "detail.orderId detail.metadata.correlationId"},
)

STRIPE_TAGS = ({"Key": "eventyard:trace-keys", "Value": STRIPE_KEYS},)


def create_bus(clients: Clients) -> None:
    """Create the shop's bus with its archive, and Stripe's bus, whose source Stripe has offered."""
    bus_arn = clients.events.create_event_bus(Name=BUS, Tags=list(TAGS))["EventBusArn"]
    clients.events.create_archive(
        ArchiveName=ARCHIVE,
        EventSourceArn=bus_arn,
        EventPattern=json.dumps(dict(OWN_EVENTS)),
        RetentionDays=ARCHIVE_DAYS,
    )
    clients.events.create_event_bus(Name=STRIPE_BUS, EventSourceName=STRIPE_BUS, Tags=list(STRIPE_TAGS))


def route(clients: Clients) -> None:
    """Make the rules that bring events to the consumers' queues, the topic and the audit trail."""
    for consumer in CONSUMERS:
        if consumer.feed == "rule":
            put_rule(clients, consumer.bus, consumer.rule, consumer.filter)
            put_target(clients, consumer.bus, consumer.rule, consumer.queue, Arn=clients.queue_arn(consumer.queue))
    put_rule(clients, BUS, TOPIC_RULE, OWN_EVENTS)
    put_target(clients, BUS, TOPIC_RULE, TOPIC, Arn=clients.arn("sns", TOPIC))
    put_rule(clients, BUS, AUDIT_RULE, OWN_EVENTS)
    group = {"MessageGroupId": "order-audit"}
    put_target(clients, BUS, AUDIT_RULE, AUDIT_INTAKE, Arn=clients.queue_arn(AUDIT_INTAKE), SqsParameters=group)


def copy_to(clients: Clients, second: Clients) -> dict[str, str]:
    """Copy each placed order to the second account's bus, replayed ones not; gives back its queue's address by name."""
    copies_arn = second.events.create_event_bus(Name=COPIES_BUS)["EventBusArn"]
    second.events.put_permission(
        EventBusName=COPIES_BUS, StatementId="shop", Action="events:PutEvents", Principal=clients.account
    )
    arn = second.queue_arn(COPIES_QUEUE)
    url = second.sqs.create_queue(QueueName=COPIES_QUEUE)["QueueUrl"]
    rule_arn = second.rule_arn(COPIES_BUS, COUNT_RULE)
    create_undelivered(second, COPIES_QUEUE, source_arn=rule_arn, service="events")
    put_rule(second, COPIES_BUS, COUNT_RULE, {"account": [clients.account]})
    put_target(second, COPIES_BUS, COUNT_RULE, COPIES_QUEUE, Arn=arn)
    undelivered = create_undelivered(
        clients, COPIES_BUS, source_arn=clients.rule_arn(BUS, COPIES_RULE), service="events"
    )
    put_rule(clients, BUS, COPIES_RULE, {**PLACED, "replay-name": [{"exists": False}]})
    role = clients.role("copy-orders-to-second-account")
    put_target(clients, BUS, COPIES_RULE, COPIES_BUS, Arn=copies_arn, RoleArn=role)
    return {COPIES_QUEUE: url} | undelivered


def put_rule(clients: Clients, bus: str, rule: str, pattern: Mapping[str, Any]) -> None:
    """Make a rule for the events that the pattern matches."""
    clients.events.put_rule(Name=rule, EventBusName=bus, EventPattern=json.dumps(dict(pattern)))


def put_target(clients: Clients, bus: str, rule: str, name: str, **target: Any) -> None:
    """Give the rule a target with its own retries and its own queue for what cannot be brought."""
    whole = {
        "Id": name.removesuffix(".fifo"),
        "RetryPolicy": dict(RETRY_POLICY),
        "DeadLetterConfig": {"Arn": clients.queue_arn(undelivered_of(name))},
        **target,
    }
    answer = clients.events.put_targets(Rule=rule, EventBusName=bus, Targets=[whole])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the rule {rule} has no target: {answer['FailedEntries']}")
