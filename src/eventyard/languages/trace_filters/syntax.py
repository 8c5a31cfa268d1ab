"""The tree of a filter expression, and which keywords mean something where.

A keyword is looked up in the *scope* it stands in: the trace, a service's segment, an edge's segment, or an element of
a root cause.
Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

TRACE, SERVICE, EDGE, CAUSE = "trace", "service", "edge", "rootcause"

BOOLEAN, NUMBER, STRING = "boolean", "number", "string"

_EVERYWHERE = frozenset({TRACE, SERVICE, EDGE})
_SEGMENTS = frozenset({SERVICE, EDGE})

KEYWORDS: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "ok": (BOOLEAN, _EVERYWHERE),
        "error": (BOOLEAN, _EVERYWHERE),
        "throttle": (BOOLEAN, _EVERYWHERE),
        "fault": (BOOLEAN, _EVERYWHERE),
        "partial": (BOOLEAN, _EVERYWHERE),
        "inferred": (BOOLEAN, _EVERYWHERE | {CAUSE}),
        "root": (BOOLEAN, _SEGMENTS),
        "first": (BOOLEAN, frozenset({CAUSE})),
        "last": (BOOLEAN, frozenset({CAUSE})),
        "remote": (BOOLEAN, frozenset({CAUSE})),
        "responsetime": (NUMBER, _EVERYWHERE),
        "duration": (NUMBER, _EVERYWHERE),
        "http.status": (NUMBER, _EVERYWHERE),
        "index": (NUMBER, frozenset({CAUSE})),
        "coverage": (NUMBER, frozenset({CAUSE})),
        "http.url": (STRING, _EVERYWHERE),
        "http.method": (STRING, _EVERYWHERE),
        "http.useragent": (STRING, _EVERYWHERE),
        "http.clientip": (STRING, _EVERYWHERE),
        "user": (STRING, _EVERYWHERE),
        "availabilityzone": (STRING, _EVERYWHERE),
        "instance.id": (STRING, _EVERYWHERE),
        "resource.arn": (STRING, _EVERYWHERE),
        "name": (STRING, _EVERYWHERE | {CAUSE}),
        "type": (STRING, _EVERYWHERE | {CAUSE}),
        "message": (STRING, _EVERYWHERE | {CAUSE}),
    }
)
"""Each simple keyword with what its values are and where it may stand."""

CAUSE_KINDS = ("fault", "error", "responsetime")
CAUSE_ELEMENTS = ("service", "entity", "exception")

ORDERINGS = frozenset({"<", "<=", ">", ">="})
EQUALITIES = frozenset({"=", "!="})
TEXT_TESTS = frozenset({"contains", "beginswith", "endswith"})
OPERATORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {BOOLEAN: EQUALITIES, NUMBER: EQUALITIES | ORDERINGS, STRING: EQUALITIES | TEXT_TESTS}
)
"""Which operators a keyword of each kind takes."""

Value = str | float | bool


@dataclass(frozen=True, slots=True)
class Test:
    """A simple keyword, compared with a value, or alone (`operator` empty): then it has to be true, or to be there."""

    keyword: str
    operator: str = ""
    value: Value = ""


@dataclass(frozen=True, slots=True)
class AnnotationTest:
    """An annotation by its key, compared, or alone: then it has to be there, or to be true where it is a boolean."""

    key: str
    operator: str = ""
    value: Value = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which nodes are meant; what is empty is any."""

    name: str = ""
    type: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ServiceTest:
    """Some segment at such a node has to satisfy what stands in the braces."""

    identity: Identity
    inner: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class EdgeTest:
    """Some call between such nodes has to satisfy what stands in the braces."""

    source: Identity
    destination: Identity
    inner: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class CauseTest:
    """Some element of a root cause of that kind has to satisfy what stands in the braces."""

    kind: str
    element: str
    inner: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class CauseJsonTest:
    """Some root cause has to hold everything that the JSON says."""

    kind: str
    wanted: Any
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: "Expression"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them."""

    inner: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of them."""

    inner: tuple["Expression", ...]


Expression = Test | AnnotationTest | ServiceTest | EdgeTest | CauseTest | CauseJsonTest | Not | All | Some
