"""Why a trace failed or was slow: the way from its entry to the hop that began it.

A *fault* (or error) has its cause at a segment that says so while nothing that it called does. A response time has its
cause where one call after another covers nearly all of it.
Sources: GetTraceSummaries as recorded by users (a cold start: `AWS::Lambda` 1.0, the function 0.863, `Initialization`
0.863; causes of 0.37 s and 1.2 s were left out) and the page "Retrieving and refining root cause analytics". Which
response times AWS explains is not published; here it is those of which 80 % lie in one path.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from eventyard.languages.trace_filters.trace import CauseEntity, CauseService, RootCause
from eventyard.services.xray.model.assembling import Segment, Trace
from eventyard.services.xray.model.segments import Document, steps

COVERAGE_MIN = 0.8
CAUSES_MAX = 20
"""Causes of one kind that a trace shows; ours."""


def causes_of(trace: Trace) -> tuple[RootCause, ...]:
    """Every root cause: faults, errors, response times."""
    family = _Family(trace)
    return (
        *_failures(trace, family, "fault"),
        *_failures(trace, family, "error"),
        *_slowness(trace, family),
    )


class _Family:
    """Who called whom, by ids."""

    def __init__(self, trace: Trace) -> None:
        self.owner: dict[str, Segment] = {}
        for segment in trace.segments:
            for part in (segment.document, *steps(segment.document)):
                self.owner.setdefault(part["id"], segment)
        self.children: dict[str, list[Segment]] = defaultdict(list)
        for segment in trace.segments:
            if not segment.is_root:
                self.children[self.owner[segment.parent].id].append(segment)

    def way_to(self, segment: Segment) -> list[Segment]:
        """From the entry to the segment."""
        way, seen = [segment], {segment.id}
        while not way[-1].is_root:
            before = self.owner[way[-1].parent]
            if before.id in seen:
                break
            seen.add(before.id)
            way.append(before)
        return way[::-1]


def _failures(trace: Trace, family: _Family, flag: str) -> list[RootCause]:
    causes = []
    for segment in trace.segments:
        if segment.flag(flag) and not any(child.flag(flag) for child in family.children[segment.id]):
            causes.append(_failure(trace, family.way_to(segment), flag))
    return causes[:CAUSES_MAX]


def _failure(trace: Trace, way: list[Segment], flag: str) -> RootCause:
    services, shown = [], []
    for place, segment in enumerate(way):
        onward = way[place + 1].parent if place + 1 < len(way) else ""
        entities, exceptions, path = [], [], []
        for part in _path(segment.document, onward, flag):
            is_remote = part.get("namespace") in ("aws", "remote")
            told = _exceptions(part)
            entities.append(CauseEntity(str(part["name"]), is_remote))
            exceptions += [CauseEntity(one["Name"], is_remote, message=one.get("Message")) for one in told]
            path.append({"Name": part["name"], "Exceptions": told, "Remote": is_remote})
        services.append(CauseService(segment.node, segment.is_inferred, tuple(entities), tuple(exceptions)))
        shown.append(_service_shown(segment, path))
    impact = trace.entry.flag(flag)
    return RootCause(flag, tuple(services), {"Services": shown, "ClientImpacting": impact})


def _path(document: Document, onward: str, flag: str) -> list[Document]:
    """The segment, and the parts of it that lead onward; at the end of the way those that say the flag."""
    path, here = [document], document
    while True:
        inner = here.get("subsegments") or ()
        if onward:
            further = next((part for part in inner if part["id"] == onward or _leads(part, onward)), None)
        else:
            further = next((part for part in inner if part.get(flag) is True), None)
        if further is None:
            return path
        path.append(further)
        here = further


def _leads(part: Document, onward: str) -> bool:
    return any(step["id"] == onward for step in steps(part))


def _exceptions(part: Mapping[str, Any]) -> list[dict[str, str]]:
    cause = part.get("cause")
    found = cause.get("exceptions") if isinstance(cause, dict) else None
    told = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [
        {"Name": str(one.get("type", "")), **({"Message": str(one["message"])} if one.get("message") else {})}
        for one in told
    ]


def _service_shown(segment: Segment, path: list[dict[str, Any]]) -> dict[str, Any]:
    node = segment.node
    return {
        "Name": node.name,
        "Names": [node.name],
        **({"Type": node.type} if node.type else {}),
        **({"AccountId": node.account} if node.account else {}),
        "EntityPath": path,
        "Inferred": segment.is_inferred,
    }


def _slowness(trace: Trace, family: _Family) -> list[RootCause]:
    entry = trace.entry
    whole_s = entry.response_s
    if not whole_s:
        return []
    way = [(entry, 1.0)]
    while (further := _longest(family.children[way[-1][0].id], whole_s)) is not None and len(way) < CAUSES_MAX:
        way.append(further)
    services, shown = [], []
    for segment, coverage in way:
        parts = [(segment.document, coverage), *_slow_parts(segment.document, whole_s)]
        entities = [CauseEntity(str(part["name"]), _is_remote(part), covered) for part, covered in parts]
        path = [{"Name": part["name"], "Coverage": covered, "Remote": _is_remote(part)} for part, covered in parts]
        services.append(CauseService(segment.node, segment.is_inferred, tuple(entities)))
        shown.append(_service_shown(segment, path))
    if len(way) == 1 and len(services[0].entities) == 1:
        return []
    return [RootCause("responsetime", tuple(services), {"Services": shown, "ClientImpacting": True})]


def _longest(segments: list[Segment], whole_s: float) -> tuple[Segment, float] | None:
    """Of the called ones the one that covers most, when that is enough."""
    timed = [(segment, min(1.0, round((segment.response_s or 0) / whole_s, 3))) for segment in segments]
    best = max(timed, key=lambda pair: pair[1], default=None)
    return best if best is not None and best[1] >= COVERAGE_MIN else None


def _slow_parts(document: Document, whole_s: float) -> list[tuple[Document, float]]:
    parts: list[tuple[Document, float]] = []
    here = document
    while True:
        timed = [(part, _coverage(part, whole_s)) for part in here.get("subsegments") or ()]
        best = max(timed, key=lambda pair: pair[1], default=None)
        if best is None or best[1] < COVERAGE_MIN:
            return parts
        parts.append(best)
        here = best[0]


def _coverage(part: Mapping[str, Any], whole_s: float) -> float:
    took_s = float(part.get("end_time", part["start_time"]) - part["start_time"])
    return min(1.0, round(max(0.0, took_s) / whole_s, 3))


def _is_remote(part: Mapping[str, Any]) -> bool:
    return part.get("namespace") in ("aws", "remote")
