"""Whether what nobody could handle has been heard: each dead-letter queue that holds something has raised its alarm."""

import time
from collections.abc import Callable

from orders.account import Check
from orders.stack.alarms import PERIOD_S, alarm_of
from orders.stack.clients import Clients
from orders.stack.deploy import Deployed
from orders.stack.queues import is_for_dead_letters
from orders.steps import messages_in

ALARM_TIMEOUT_S = PERIOD_S + 15
"""A letter counts at its minute's end, and the alarm is decided just after that."""
POLL_S = 1


def queues_with_letters(clients: Clients, deployed: Deployed) -> set[str]:
    """The dead-letter queues that are not empty."""
    watched = {name: url for name, url in deployed.urls.items() if is_for_dead_letters(name)}
    return {name for name, url in watched.items() if clients.account in url and messages_in(clients, url)}


def raised(clients: Clients, queues: set[str]) -> set[str]:
    """Those of the queues whose alarm is raised."""
    pages = clients.metrics.get_paginator("describe_alarms").paginate(StateValue="ALARM", AlarmTypes=["MetricAlarm"])
    names = {alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]}
    return {queue for queue in queues if alarm_of(queue) in names}


def await_alarms(clients: Clients, deployed: Deployed, told: Callable[[int, int], None]) -> Check:
    """Wait until each of these queues has raised its alarm; `told` hears how many have, and how many are to."""
    queues = queues_with_letters(clients, deployed)
    deadline = time.monotonic() + ALARM_TIMEOUT_S
    while True:
        loud = raised(clients, queues)
        told(len(loud), len(queues))
        if loud == queues or time.monotonic() > deadline:
            return Check("alarms of dead letters", _listed(queues), _listed(loud))
        time.sleep(POLL_S)


def _listed(queues: set[str]) -> str:
    return ", ".join(sorted(queues)) or "none"
