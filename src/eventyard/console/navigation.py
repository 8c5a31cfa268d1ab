"""The pages that the console's menu leads to, each with the key that follows `g`."""

from collections.abc import Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """A place in the menu; `key` leads there after `g`."""

    label: str
    address: str
    key: str


MENU: Sequence[Entry] = (
    Entry("Overview", "/_eventyard/", "h"),
    Entry("Map", "/_eventyard/map", "m"),
    Entry("Stream", "/_eventyard/stream", "s"),
    Entry("Traces", "/_eventyard/traces", "t"),
    Entry("Queues", "/_eventyard/queues", "q"),
    Entry("Executions", "/_eventyard/executions", "x"),
    Entry("Functions", "/_eventyard/functions", "f"),
    Entry("Alarms", "/_eventyard/alarms", "a"),
    Entry("Metrics", "/_eventyard/metrics", "i"),
    Entry("Dashboards", "/_eventyard/dashboards", "d"),
    Entry("Archives", "/_eventyard/archives", "r"),
    Entry("Schedules", "/_eventyard/schedules", "c"),
    Entry("Mail", "/_eventyard/mail", "l"),
    Entry("Send an event", "/_eventyard/send", "n"),
)
