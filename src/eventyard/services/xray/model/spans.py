"""Engine spans as segment documents: what AWS would have recorded at the hop, and what it would not.

A state of a machine, the start of a function's process and an enrichment are subsegments of what they belong to; every
other hop is a segment. What a span tells beside its outcome stands in the metadata, in the namespace `eventyard`.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson

from eventyard.engine.trace.span import Span
from eventyard.services.xray.model.assembling import KIND
from eventyard.services.xray.model.nodes import arn_node
from eventyard.services.xray.model.segments import Document

_STEPS: Mapping[str, str] = MappingProxyType({"init": "Initialization", "state": "", "enrichment": ""})
"""Kinds that are part of another segment, with their name where that is always the same."""

_STATUSES: Mapping[str, int] = MappingProxyType({"ok": 200, "error": 400, "throttle": 429, "fault": 500})


def segments_of(spans: Sequence[Span]) -> list[Document]:
    """The documents of these spans, in their order; first those of machines whose execution has not ended yet."""
    documents = [*_running(spans), *(_document(span) for span in spans)]
    fed = {span.parent: arn_node(span.arn).name for span in spans if span.kind == "function"}
    for document in documents:
        if document[KIND] == "mapping":  # its own name is a UUID that nobody knows
            document["name"] = fed.get(document["id"], document["name"])
    return documents


def _running(spans: Sequence[Span]) -> Iterator[Document]:
    """A segment in progress for each execution of which only states have told: its own span comes at its end."""
    known = {span.id for span in spans}
    for span in spans:
        if span.kind == "state" and span.parent not in known:
            known.add(span.parent)
            yield _open(_document(span._replace(id=span.parent, parent="", kind="machine", status="ok", detail="")))


def _open(document: Document) -> Document:
    del document["end_time"]
    return {**document, "in_progress": True}


def _document(span: Span) -> Document:
    detail = _detail(span)
    node = arn_node(span.arn, span.kind)
    document: Document = {
        "id": span.id,
        "name": _name(span, detail, node.name),
        "start_time": span.started_at_ms / 1000,
        "end_time": span.ended_at_ms / 1000,
        "trace_id": span.trace,
        **({"parent_id": span.parent} if span.parent else {}),
        **({"type": "subsegment"} if span.kind in _STEPS else {}),
        **_outcome(span, detail),
        **_of_kind(span),
        **({"origin": node.type} if node.type and span.kind not in _STEPS else {}),
        **({"resource_arn": span.arn} if span.arn.startswith("arn:") and span.kind not in _STEPS else {}),
    }
    if annotations := detail.pop("annotations", None):
        document["annotations"] = annotations
    document["metadata"] = {"eventyard": {"kind": span.kind, **detail}}
    if span.links:
        document["links"] = [{"trace_id": trace, "id": id} for trace, id in span.linked]
    return {**document, KIND: span.kind}


def _name(span: Span, detail: Mapping[str, Any], arn_name: str) -> str:
    told = detail.get("name") or detail.get("state")
    if span.kind in _STEPS:
        return _STEPS[span.kind] or str(told or arn_name or span.kind)
    return arn_name or str(detail.get("operation") or span.kind)


def _outcome(span: Span, detail: Mapping[str, Any]) -> Document:
    """X-Ray counts a throttle as an error, too."""
    if span.status == "ok":
        return {}
    flags: Document = {"error": True, "throttle": True} if span.status == "throttle" else {str(span.status): True}
    message, kind = _why(detail)
    if not (message or kind):
        return flags
    exception = {"id": span.id, **({"message": message} if message else {}), **({"type": kind} if kind else {})}
    return {**flags, "cause": {"exceptions": [exception]}}


def _why(detail: Mapping[str, Any]) -> tuple[str, str]:
    """(message, type) of what went wrong, each empty where the span does not say."""
    told = detail.get("error")
    error: Mapping[str, Any] = told if isinstance(told, dict) else {"code": told or detail.get("outcome")}
    message = next((one for one in (error.get("message"), detail.get("reason"), detail.get("cause")) if one), "")
    return str(message), str(error.get("code") or error.get("type") or "")


def _of_kind(span: Span) -> Document:
    """What segments of functions have on AWS, and the account of any other."""
    if span.kind == "function":
        return {"http": {"response": {"status": _STATUSES[span.status] if span.status != "error" else 200}}}
    if span.kind == "invocation":
        names = [arn_node(span.arn).name]
        return {"aws": {"account_id": span.account, "function_arn": span.arn, "resource_names": names}}
    if span.kind in _STEPS:
        return {}
    return {"aws": {"account_id": span.account, "region": span.region}}


def _detail(span: Span) -> dict[str, Any]:
    detail = orjson.loads(span.detail) if span.detail else {}
    return detail if isinstance(detail, dict) else {}
