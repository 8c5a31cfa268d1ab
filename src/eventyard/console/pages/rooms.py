"""Every file of pages, in the order in which their addresses are tried."""

from collections.abc import Sequence
from typing import Protocol

from eventyard.console.page import Action, Live, Shown
from eventyard.console.pages import (
    alarms,
    archives,
    dashboards,
    events,
    executions,
    functions,
    mail,
    map,
    metrics,
    overview,
    queues,
    schedules,
    send,
    traffic,
)


class Room(Protocol):
    """What a file of pages has."""

    PAGES: tuple[Shown, ...]
    ACTIONS: tuple[Action, ...]
    LIVES: tuple[Live, ...]


ROOMS: Sequence[Room] = (
    overview,
    map,
    traffic,
    events,
    queues,
    executions,
    functions,
    alarms,
    metrics,
    dashboards,
    archives,
    schedules,
    mail,
    send,
)
