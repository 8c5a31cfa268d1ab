"""How documents become a trace.

    segments ──► subsegments that came by themselves go below their parents ──► for each call to something that sent no
    segment of its own, an inferred one ──► who called whom

Documents of clients and of the engine's spans are the same here. A subsegment whose parent is not there stands by
itself, and what has no parent in the trace is an entry: a client called it.
Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.languages.trace_filters.trace import Node
from eventyard.services.xray.model.nodes import CLIENT, called
from eventyard.services.xray.model.segments import DEPTH_MAX, Document, steps

KIND = "eventyard_kind"
"""The key of a document under which the kind of an engine's span stands; it is never shown."""

_HANDLED = frozenset({"request", "state", "invocation", "init", "enrichment"})
"""Kinds whose failure somebody upstream sees and may handle; any other failure of the engine's is the trace's own."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a trace. Instants in seconds; `ended_s` is `None` while it is in progress.

    `caller` is the node that called it; a client's at an entry.
    """

    id: str
    parent: str
    node: Node
    caller: Node
    started_s: float
    ended_s: float | None
    document: Document
    is_inferred: bool = False
    is_root: bool = False

    @property
    def kind(self) -> str:
        """The kind of the engine's span; empty for a client's segment."""
        return str(self.document.get(KIND, ""))

    @property
    def response_s(self) -> float | None:
        return None if self.ended_s is None else max(0.0, round(self.ended_s - self.started_s, 3))

    @property
    def counts_for_trace(self) -> bool:
        """Whether its outcome is the trace's: it is an entry, or a hop whose failure nobody waits for."""
        return self.is_root or bool(self.kind and self.kind not in _HANDLED)

    def flag(self, name: str) -> bool:
        """Whether the document says `error`, `fault` or `throttle`."""
        return self.document.get(name) is True


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole trace; the segments by their beginning. It has one segment at least."""

    id: str
    segments: tuple[Segment, ...]

    @property
    def entry(self) -> Segment:
        """The segment in which it began."""
        return next((segment for segment in self.segments if segment.is_root), self.segments[0])

    @property
    def started_s(self) -> float:
        return min(segment.started_s for segment in self.segments)

    @property
    def ended_s(self) -> float:
        return max(segment.ended_s or segment.started_s for segment in self.segments)

    @property
    def duration_s(self) -> float:
        """From the first beginning to the last end that is known."""
        return max(0.0, round(self.ended_s - self.started_s, 3))

    @property
    def is_partial(self) -> bool:
        return any(is_open(segment.document) for segment in self.segments)


def assemble(trace: str, documents: Iterable[Document]) -> Trace | None:
    """The trace that these documents make, `None` when there are none. They are changed where parts go together."""
    kept = _attached(list(documents))
    if not kept:
        return None
    _lifted(kept)
    owners = {part["id"]: document for document in kept for part in (document, *steps(document))}
    _named_by_callers(kept)
    kept += _inferred(kept)
    made = [_segment(document, owners) for document in kept]
    made.sort(key=lambda segment: (segment.started_s, not segment.is_root, segment.is_inferred))
    return Trace(trace, tuple(made))


def shown(document: Mapping[str, Any]) -> Document:
    """The document as BatchGetTraces shows it."""
    return {key: value for key, value in document.items() if key != KIND}


def is_open(document: Mapping[str, Any]) -> bool:
    """Whether the segment or a part of it is in progress."""
    return "end_time" not in document or any("end_time" not in step for step in steps(document))


def node_of(document: Mapping[str, Any]) -> Node:
    """The node that sent the segment. Inferred ones and the engine's carry theirs in `name` and `origin`."""
    aws = document.get("aws")
    account = aws.get("account_id") if isinstance(aws, dict) else None
    return Node(str(document["name"]), str(document.get("origin") or ""), str(account or ""))


def _attached(documents: list[Document]) -> list[Document]:
    """The segments, with each subsegment that came by itself below its parent; a later word on a part is the last."""
    parts: dict[str, Document] = {}
    loose: list[Document] = []
    kept: list[Document] = []
    for document in documents:
        if document.get("type") == "subsegment":
            loose.append(document)
        else:
            kept.append(document)
        for part in (document, *steps(document)):
            parts.setdefault(part["id"], part)
    for document in loose:
        parent = parts.get(str(document.get("parent_id", "")))
        if parent is None or parent is document or _is_within(parent, document):
            kept.append(document)
            continue
        attached = {key: document[key] for key in document if key not in ("type", "trace_id", "parent_id")}
        parts[document["id"]] = attached
        siblings = [step for step in parent.get("subsegments") or () if step["id"] != attached["id"]]
        parent["subsegments"] = [*siblings, attached]
    return kept


def _lifted(kept: list[Document]) -> None:
    """Have what came in pieces stand no deeper than one document may: what is deeper becomes a segment of its own."""
    for document in kept:  # which grows meanwhile
        waiting = [(document, 0)]
        while waiting:
            part, depth = waiting.pop()
            inner = part.get("subsegments") or ()
            if depth < DEPTH_MAX or not inner:
                waiting += [(step, depth + 1) for step in inner]
                continue
            about = {"type": "subsegment", "trace_id": document["trace_id"], "parent_id": part["id"]}
            kept += [{**step, **about} for step in part.pop("subsegments")]


def _is_within(part: Document, document: Document) -> bool:
    return any(step is part for step in steps(document))


def _named_by_callers(documents: list[Document]) -> None:
    """The engine knows a request's service; what of it was called, its caller has told, where there is one."""
    requests = {document.get("parent_id"): document for document in documents if document.get(KIND) == "request"}
    for document in documents if requests else ():
        for step in (document, *steps(document)):
            request, node = requests.get(step["id"]), called(step)
            if request is not None and node is not None:
                request["name"], request["origin"] = node.name, node.type


def _inferred(documents: list[Document]) -> list[Document]:
    """A segment for each call of which its other side has told nothing."""
    answered = {document.get("parent_id") for document in documents}
    made: list[Document] = []
    for document in documents:
        own = (document,) if document.get("type") == "subsegment" else ()
        for step in (*own, *steps(document)):
            node = called(step)
            if node is not None and step["id"] not in answered and not _is_traced(step):
                made.append(_infer(document, step, node))
    return made


def _is_traced(step: Mapping[str, Any]) -> bool:
    """The other side was told of the trace, so its own segment is still to come."""
    http = step.get("http")
    request = http.get("request") if isinstance(http, dict) else None
    return isinstance(request, dict) and request.get("traced") is True


_HANDED_DOWN = ("start_time", "end_time", "in_progress", "error", "fault", "throttle", "http", "aws", "sql")


def _infer(document: Document, step: Document, node: Node) -> Document:
    digest = hashlib.blake2b(f"inferred {step['id']}".encode(), digest_size=8).hexdigest()
    return {
        "id": digest,
        "name": node.name,
        **{key: step[key] for key in _HANDED_DOWN if key in step},
        "trace_id": document["trace_id"],
        "parent_id": step["id"],
        "inferred": True,
        "origin": node.type,
    }


def _segment(document: Document, owners: Mapping[str, Document]) -> Segment:
    parent = str(document.get("parent_id", ""))
    owner = owners.get(parent)
    is_root = owner is None or owner is document
    return Segment(
        id=document["id"],
        parent=parent,
        node=node_of(document),
        caller=Node(str(document["name"]), CLIENT) if owner is None or is_root else node_of(owner),
        started_s=document["start_time"],
        ended_s=document.get("end_time"),
        document=document,
        is_inferred=document.get("inferred") is True,
        is_root=is_root,
    )
