"""A trace as filter expressions see it: who took part, who called whom, what was annotated, why it failed or was slow.

Whoever has segments makes one of these (`services/xray`); everything is a plain value. Durations are in seconds, as in
the expressions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AnnotationValue = str | float | bool


@dataclass(frozen=True, slots=True)
class Node:
    """A service of the graph: its name and its type (`AWS::Lambda::Function`, `client`, or empty)."""

    name: str
    type: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One segment: at which node, with which outcome; what a segment does not say is `None`.

    `strings` are by keyword: `http.url`, `http.method`, `http.useragent`, `http.clientip`, `user`, `availabilityzone`,
    `instance.id`, `resource.arn`, `message`, each with the values that the segment has for it.
    """

    node: Node
    is_error: bool = False
    is_fault: bool = False
    is_throttle: bool = False
    is_partial: bool = False
    is_inferred: bool = False
    is_root: bool = False
    response_s: float | None = None
    status: int | None = None
    strings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        return not (self.is_error or self.is_fault or self.is_throttle)


@dataclass(frozen=True, slots=True)
class Edge:
    """A call from one node to another, with the hop that it led to."""

    source: Node
    destination: Node
    hop: Hop


@dataclass(frozen=True, slots=True)
class CauseEntity:
    """A step within a service that belongs to a root cause; exceptions are entities with a message.

    `coverage` is the part of the root's response time, for causes of response times.
    """

    name: str
    is_remote: bool = False
    coverage: float | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class CauseService:
    """A service on the way to a root cause, with the steps and the exceptions within."""

    node: Node
    is_inferred: bool = False
    entities: tuple[CauseEntity, ...] = ()
    exceptions: tuple[CauseEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class RootCause:
    """Why: `kind` is `fault`, `error` or `responsetime`; `shown` is the cause as GetTraceSummaries shows it."""

    kind: str
    services: tuple[CauseService, ...]
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traced:
    """A whole trace. Its own outcome is that of its entry points, whatever happened behind them."""

    entry: Hop
    duration_s: float
    hops: tuple[Hop, ...] = ()
    edges: tuple[Edge, ...] = ()
    annotations: Mapping[str, tuple[AnnotationValue, ...]] = field(default_factory=dict)
    causes: tuple[RootCause, ...] = ()
