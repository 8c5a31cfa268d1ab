"""A span: one hop of one cause, with when it began and ended and how.

A span has one parent in its trace, and any number of links: a batch of ten links the ten spans that its messages came
from, a replay links what it plays again.
"""

import hashlib
from collections.abc import Iterable
from typing import Literal, NamedTuple

from eventyard.engine.observing.edges import Status

Kind = Literal[
    "request",  # a client's call; its node is what it acts on
    "bus",
    "rule",
    "topic",
    "subscription",
    "queue",  # a message's wait, from when it was sent to when it was received
    "mapping",
    "function",  # an invocation as it was asked for, with all of its attempts
    "init",
    "invocation",  # one attempt
    "machine",
    "state",
    "schedule",
    "pipe",
    "enrichment",
    "destination",  # an HTTP endpoint, or whatever else is outside
    "mail",
    "replay",
]

Link = tuple[str, str]
"""A span elsewhere: the root of its trace, and its id."""

_UUID_LENGTH = 36


class Span(NamedTuple):
    """One hop. `id` and `parent` are 16 hexadecimal digits, `parent` empty at the root of the trace.

    It happened at `arn`, called from `source` (an ARN, empty where that is a client; a queue's waits are called from
    the queue itself). `detail` is the text of a JSON object with what its kind tells beside that, or empty; `links` is
    how links are kept (`linked` reads them).
    """

    trace: str
    id: str
    parent: str
    account: str
    region: str
    kind: str
    arn: str
    source: str
    started_at_ms: int
    ended_at_ms: int
    status: Status = "ok"
    detail: str = ""
    links: str = ""

    @property
    def linked(self) -> tuple[Link, ...]:
        """The spans elsewhere that it links to."""
        return tuple((trace, id) for trace, _, id in (link.partition(":") for link in self.links.split()))


class Later(NamedTuple):
    """A note: have the span written a moment after the commit, by whose transaction nothing else would be written."""

    span: Span


def links_text(links: Iterable[Link]) -> str:
    """Links as they are kept."""
    return " ".join(f"{trace}:{id}" for trace, id in links)


def span_id(text: str) -> str:
    """The id of the span of something that has an id already: an event, a message of a topic."""
    if len(text) == _UUID_LENGTH:
        return text[:8] + text[28:]
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def hop_id(service: str, event_id: str) -> str:
    """What the span of a hop that the ledger keeps has its id from (`span_id`).

    A pipe keeps its records by their messages, whose waits in the queue have spans of their own.
    """
    return f"{event_id} pipe" if service == "pipes" else event_id
