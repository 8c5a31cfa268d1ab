"""Whether a trace satisfies a parsed expression.

Each tree node becomes a predicate over what its scope looks at: the trace, a segment (`Hop`), or an element of a root
cause. What a trace does not have is equal to nothing: `http.status != 200` is false where there is no status.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.languages.trace_filters.syntax import (
    All,
    AnnotationTest,
    CauseJsonTest,
    CauseTest,
    EdgeTest,
    Expression,
    Identity,
    Not,
    ServiceTest,
    Some,
    Test,
    Value,
)
from eventyard.languages.trace_filters.trace import CauseEntity, CauseService, Edge, Hop, Node, RootCause, Traced


@dataclass(frozen=True, slots=True)
class Element:
    """One service, step or exception of a root cause, at its place in the list."""

    name: str
    type: str
    index: int
    count: int
    is_inferred: bool = False
    is_remote: bool = False
    coverage: float | None = None
    message: str | None = None


Subject = Traced | Hop | Element
Predicate = Callable[[Any], bool]


def predicate(expression: Expression) -> Predicate:
    """The function that says whether its subject satisfies the expression."""
    return _MAKERS[type(expression)](expression)


def _not(expression: Not) -> Predicate:
    inner = predicate(expression.inner)
    return lambda subject: not inner(subject)


def _all(expression: All) -> Predicate:
    inner = [predicate(part) for part in expression.inner]
    return lambda subject: all(part(subject) for part in inner)


def _some(expression: Some) -> Predicate:
    inner = [predicate(part) for part in expression.inner]
    return lambda subject: any(part(subject) for part in inner)


def _simple(test: Test) -> Predicate:
    read, compare, wanted = _READERS[test.keyword], _comparison(test.operator), test.value
    return lambda subject: any(compare(value, wanted) for value in read(subject))


def _annotation(test: AnnotationTest) -> Predicate:
    compare, key, wanted = _comparison(test.operator), test.key, test.value
    return lambda traced: any(compare(value, wanted) for value in traced.annotations.get(key, ()))


def _service(test: ServiceTest) -> Predicate:
    inner, identity = _maybe(test.inner), test.identity
    return lambda traced: any(_is_meant(identity, hop.node) and inner(hop) for hop in traced.hops)


def _edge(test: EdgeTest) -> Predicate:
    inner, source, destination = _maybe(test.inner), test.source, test.destination

    def holds(edge: Edge) -> bool:
        return _is_meant(source, edge.source) and _is_meant(destination, edge.destination) and inner(edge.hop)

    return lambda traced: any(holds(edge) for edge in traced.edges)


def _cause(test: CauseTest) -> Predicate:
    inner, kind, elements = _maybe(test.inner), test.kind, _ELEMENTS[test.element]
    return lambda traced: any(
        inner(element) for cause in traced.causes if cause.kind == kind for element in elements(cause)
    )


def _cause_json(test: CauseJsonTest) -> Predicate:
    wanted = test.wanted if isinstance(test.wanted, list) else [test.wanted]

    def holds(traced: Traced) -> bool:
        shown = [cause.shown for cause in traced.causes if test.kind in ("", cause.kind)]
        found = all(any(_holds_json(one, part) for one in shown) for part in wanted)
        return found is not test.is_negated

    return holds


def _maybe(inner: Expression | None) -> Predicate:
    return (lambda _: True) if inner is None else predicate(inner)


def _is_meant(identity: Identity, node: Node) -> bool:
    return (
        identity.name in ("", node.name) and identity.type in ("", node.type) and identity.account in ("", node.account)
    )


def _holds_json(shown: Any, wanted: Any) -> bool:
    """Whether all that is wanted is there: what an object leaves out is any, lists are exact in length and order."""
    if isinstance(wanted, Mapping):
        return isinstance(shown, Mapping) and all(
            key in shown and _holds_json(shown[key], value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(shown, list | tuple)
            and len(shown) == len(wanted)
            and all(_holds_json(one, part) for one, part in zip(shown, wanted, strict=True))
        )
    return bool(shown == wanted)


def _comparison(operator: str) -> Callable[[Value, Value], bool]:
    return _COMPARISONS[operator]


def _is_true_or_there(value: Value, _: Value) -> bool:
    return value if isinstance(value, bool) else True


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    def holds(value: Value, wanted: Value) -> bool:
        return _is_number(value) and _is_number(wanted) and compare(float(value), float(wanted))

    return holds


def _worded(compare: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    def holds(value: Value, wanted: Value) -> bool:
        return isinstance(value, str) and isinstance(wanted, str) and compare(value, wanted)

    return holds


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_equal(value: Value, wanted: Value) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() == str(wanted).lower()
    if _is_number(value) is not _is_number(wanted):
        return False
    return value == wanted


_COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "": _is_true_or_there,
    "=": _is_equal,
    "!=": lambda value, wanted: not _is_equal(value, wanted),
    "<": _ordered(lambda value, wanted: value < wanted),
    "<=": _ordered(lambda value, wanted: value <= wanted),
    ">": _ordered(lambda value, wanted: value > wanted),
    ">=": _ordered(lambda value, wanted: value >= wanted),
    "contains": _worded(lambda value, wanted: wanted in value),
    "beginswith": _worded(str.startswith),
    "endswith": _worded(str.endswith),
}


def _entry(subject: Subject) -> Hop:
    assert not isinstance(subject, Element), "the parser keeps the scopes apart"
    return subject.entry if isinstance(subject, Traced) else subject


def _known(value: float | None) -> tuple[float, ...]:
    return () if value is None else (value,)


def _inferred(subject: Subject) -> tuple[bool, ...]:
    if isinstance(subject, Traced):
        return (any(hop.is_inferred for hop in subject.hops),)
    return (subject.is_inferred,)


def _partial(subject: Subject) -> tuple[bool, ...]:
    hops = subject.hops if isinstance(subject, Traced) else (_entry(subject),)
    return (any(hop.is_partial for hop in hops),)


def _duration(subject: Subject) -> tuple[float, ...]:
    return (subject.duration_s,) if isinstance(subject, Traced) else _known(_entry(subject).response_s)


def _names(subject: Subject) -> Iterable[str]:
    if isinstance(subject, Traced):
        return tuple(hop.node.name for hop in subject.hops)
    return (subject.name,) if isinstance(subject, Element) else (subject.node.name,)


def _types(subject: Subject) -> Iterable[str]:
    if isinstance(subject, Traced):
        return tuple(hop.node.type for hop in subject.hops)
    return (subject.type,) if isinstance(subject, Element) else (subject.node.type,)


def _messages(subject: Subject) -> Iterable[Value]:
    if isinstance(subject, Element):
        return () if subject.message is None else (subject.message,)
    return _strings("message")(subject)


def _strings(keyword: str) -> Callable[[Subject], Iterable[Value]]:
    """What the trace's entry says of the request; other strings are those of any segment of the trace."""

    def read(subject: Subject) -> Iterable[Value]:
        if isinstance(subject, Traced) and not keyword.startswith("http."):
            return tuple(value for hop in subject.hops for value in hop.strings.get(keyword, ()))
        return _entry(subject).strings.get(keyword, ())

    return read


_READERS: Mapping[str, Callable[[Any], Iterable[Value]]] = {
    "ok": lambda subject: (_entry(subject).is_ok,),
    "error": lambda subject: (_entry(subject).is_error,),
    "throttle": lambda subject: (_entry(subject).is_throttle,),
    "fault": lambda subject: (_entry(subject).is_fault,),
    "partial": _partial,
    "inferred": _inferred,
    "root": lambda hop: (hop.is_root,),
    "first": lambda element: (element.index == 0,),
    "last": lambda element: (element.index == element.count - 1,),
    "remote": lambda element: (element.is_remote,),
    "responsetime": lambda subject: _known(_entry(subject).response_s),
    "duration": _duration,
    "http.status": lambda subject: _known(_entry(subject).status),
    "index": lambda element: (float(element.index),),
    "coverage": lambda element: _known(element.coverage),
    "name": _names,
    "type": _types,
    "message": _messages,
    **{
        keyword: _strings(keyword)
        for keyword in (
            *("http.url", "http.method", "http.useragent", "http.clientip"),
            *("user", "availabilityzone", "instance.id", "resource.arn"),
        )
    },
}


def _services(cause: RootCause) -> list[Element]:
    count = len(cause.services)
    return [
        Element(one.node.name, one.node.type, index, count, is_inferred=one.is_inferred)
        for index, one in enumerate(cause.services)
    ]


def _within(cause: RootCause, parts: Callable[[CauseService], tuple[CauseEntity, ...]]) -> list[Element]:
    found = [(service, entity) for service in cause.services for entity in parts(service)]
    return [
        Element(
            entity.name,
            service.node.type,
            index,
            len(found),
            is_inferred=service.is_inferred,
            is_remote=entity.is_remote,
            coverage=entity.coverage,
            message=entity.message,
        )
        for index, (service, entity) in enumerate(found)
    ]


_ELEMENTS: Mapping[str, Callable[[RootCause], list[Element]]] = {
    "service": _services,
    "entity": lambda cause: _within(cause, lambda service: service.entities),
    "exception": lambda cause: _within(cause, lambda service: service.exceptions),
}

_MAKERS: Mapping[type, Callable[[Any], Predicate]] = {
    Not: _not,
    All: _all,
    Some: _some,
    Test: _simple,
    AnnotationTest: _annotation,
    ServiceTest: _service,
    EdgeTest: _edge,
    CauseTest: _cause,
    CauseJsonTest: _cause_json,
}
