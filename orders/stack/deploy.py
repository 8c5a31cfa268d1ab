"""Creates everything, in the order in which one thing needs another."""

from collections.abc import Callable
from dataclasses import dataclass, field

from orders.packaging import package
from orders.stack import alarms, buses, dashboard, functions, machine, mail, queues, schemas, tables, topic
from orders.stack.clients import Clients
from orders.stack.topology import CONSUMERS, COPIES_QUEUE, PAYMENT_TIMEOUT_S, REPORT

Told = Callable[[str], None]


@dataclass(frozen=True)
class Deployed:
    """Where things are: the queues by their names, and the dead-letter queues by their consumers' names."""

    urls: dict[str, str] = field(default_factory=dict)

    def queue_url(self, consumer: str) -> str:
        return self.urls[_queue_of(consumer)]

    def letters_url(self, consumer: str) -> str:
        return self.urls[queues.letters_of(_queue_of(consumer))]


def deploy(
    clients: Clients,
    second: Clients,
    told: Told = lambda step: None,
    *,
    payment_timeout_s: int = PAYMENT_TIMEOUT_S,
) -> Deployed:
    """Create the order system in the first account and what takes its copies in the second.

    An order that is not paid within `payment_timeout_s` is cancelled.
    """
    told("schemas and bus")
    schemas.register(clients)
    buses.create_bus(clients)
    told("tables and mail")
    tables.create(clients)
    tables.stock_up(clients)
    mail.create(clients)
    told("topic and queues")
    topic.create(clients)
    deployed = Deployed()
    for consumer in CONSUMERS:
        deployed.urls.update(queues.create(clients, consumer))
    deployed.urls.update(queues.create_intake(clients))
    told("copies to the second account")
    deployed.urls.update(buses.copy_to(clients, second))
    told("functions")
    code = package()
    for consumer in CONSUMERS:
        functions.create_consumer(clients, consumer, deployed.urls, code)
    functions.create_tasks(clients, code)
    functions.create_report(clients, code)
    told("state machine, rules, subscriptions, pipe and schedule")
    deployed.urls.update(machine.create(clients, payment_timeout_s=payment_timeout_s))
    buses.route(clients)
    for consumer in CONSUMERS:
        if consumer.feed == "topic":
            topic.subscribe(clients, consumer)
    functions.create_pipe(clients)
    functions.create_schedule(clients, deployed.urls, name=REPORT)
    told("alarms and dashboard")
    alarms.create_topic(clients)
    alarms.create(clients, deployed.urls)
    alarms.create_topic(second)
    alarms.create(second, [queues.undelivered_of(COPIES_QUEUE)])
    dashboard.create(clients, deployed.urls)
    return deployed


def _queue_of(consumer: str) -> str:
    return next(one.queue for one in CONSUMERS if one.name == consumer)
