"""The queues: each with a dead-letter queue of its own type, and with a policy that lets just its own feed in."""

import json

from orders.stack.clients import Clients, allow
from orders.stack.topology import AUDIT_INTAKE, BUS, FAILURES_QUEUE, RECEIVES_MAX, TOPIC, Consumer

VISIBILITY_TIMEOUT_S = 60
"""Six times the functions' time-out, as AWS advises for a mapping."""

DEAD_LETTER_RETENTION_S = 14 * 24 * 3600
AUDIT_RULE = "order-events-to-audit"


def letters_of(queue: str) -> str:
    """The name of a queue's dead-letter queue, which is FIFO when the queue is."""
    return f"{queue.removesuffix('.fifo')}-dlq.fifo" if queue.endswith(".fifo") else f"{queue}-dlq"


def undelivered_of(queue: str) -> str:
    """The name of the queue for what a rule or subscription could not bring; a standard queue, as AWS asks for."""
    return f"{queue.removesuffix('.fifo')}-undelivered"


def is_for_dead_letters(queue: str) -> bool:
    """Whether the queue is to remain empty: what is in it, somebody has to look at."""
    return queue.removesuffix(".fifo").endswith(("-dlq", "-undelivered")) or queue == FAILURES_QUEUE


def create(clients: Clients, consumer: Consumer) -> dict[str, str]:
    """The consumer's queues; gives back their addresses by name."""
    if consumer.feed == "pipe":
        return _create(clients, consumer.queue)
    feed = clients.rule_arn(consumer.bus, consumer.rule), "events"
    if consumer.feed == "topic":
        feed = clients.arn("sns", TOPIC), "sns"
    return _create(clients, consumer.queue, source_arn=feed[0], service=feed[1])


def create_intake(clients: Clients) -> dict[str, str]:
    """The audit trail's first queue and what cannot be brought to the topic; gives back addresses by name."""
    urls = _create(clients, AUDIT_INTAKE, source_arn=clients.rule_arn(BUS, AUDIT_RULE), service="events")
    return urls | create_undelivered(
        clients, TOPIC, source_arn=clients.rule_arn(BUS, "order-events-to-topic"), service="events"
    )


def create_undelivered(clients: Clients, of: str, *, source_arn: str, service: str) -> dict[str, str]:
    """The queue for what cannot be brought to a target; gives back its address by name."""
    name = undelivered_of(of)
    policy = allow(service=service, action="sqs:SendMessage", resource=clients.queue_arn(name), source_arn=source_arn)
    attributes = {"MessageRetentionPeriod": str(DEAD_LETTER_RETENTION_S), "Policy": policy}
    return {name: clients.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]}


def _create(clients: Clients, queue: str, *, source_arn: str = "", service: str = "") -> dict[str, str]:
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if queue.endswith(".fifo") else {}
    letters = letters_of(queue)
    redrive = {"deadLetterTargetArn": clients.queue_arn(letters), "maxReceiveCount": RECEIVES_MAX}
    attributes = {
        **fifo,
        "VisibilityTimeout": str(VISIBILITY_TIMEOUT_S),
        "RedrivePolicy": json.dumps(redrive),
    }
    kept = {**fifo, "MessageRetentionPeriod": str(DEAD_LETTER_RETENTION_S)}
    urls = {letters: clients.sqs.create_queue(QueueName=letters, Attributes=kept)["QueueUrl"]}
    if source_arn:
        arn = clients.queue_arn(queue)
        attributes["Policy"] = allow(service=service, action="sqs:SendMessage", resource=arn, source_arn=source_arn)
        urls |= create_undelivered(clients, queue, source_arn=source_arn, service=service)
    urls[queue] = clients.sqs.create_queue(QueueName=queue, Attributes=attributes)["QueueUrl"]
    return urls
