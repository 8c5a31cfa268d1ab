"""What a client may send: one segment document, or an array of subsegments, read and judged.

A document is kept as it came, less what AWS's schema has no room for. A refusal is told per document.
Sources: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html; `MissingId`, `InvalidTraceId`,
`InvalidName` and `MissingEndTime` and their messages were seen by users (humanmade/aws-xray#29, Napp/xray-laravel#16,
aws/aws-xray-daemon#184, the page on sending data); the other codes are unverified.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

DOCUMENT_BYTES_MAX = 64 * 1024
NAME_MAX = 200
AGE_MAX_MS = 30 * 24 * 3_600_000
AHEAD_MAX_MS = 10 * 60_000
"""How far in the future a segment may have begun: clocks differ. Unverified."""
DEPTH_MAX = 64
"""How deep subsegments may stand in each other; ours, for a reader's sake."""
NESTED_MAX = 100
"""How deep anything may stand in a document, less its subsegments' own depth; ours: what is kept can be written."""
END_OF_TIME_S = 253_402_300_800
"""The year 10000, which no client can read."""

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{16}")
_TRACE = re.compile(r"1-([0-9a-fA-F]{8})-[0-9a-fA-F]{24}")
_NAME = re.compile(r"[\w\s.:/%&#=+\\\-@]+")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A document that is kept. Instants in milliseconds; `ended_at_ms` is `None` while it is in progress."""

    trace: str
    id: str
    parent: str
    is_subsegment: bool
    started_at_ms: int
    ended_at_ms: int | None
    document: Document


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that is not; `id` where it could be read."""

    code: str
    id: str = ""
    is_subsegment: bool = False

    def shown(self) -> dict[str, str]:
        """As PutTraceSegments answers it."""
        what = "subsegment" if self.is_subsegment else "segment"
        cause = ", Cause: null" if self.is_subsegment else ""
        shown = {"ErrorCode": self.code, "Message": f"Invalid {what}. ErrorCode: {self.code}{cause}"}
        return {"Id": self.id, **shown} if self.id else shown


def read(text: str, now_ms: int) -> list[Accepted] | Refused:
    """What one entry of PutTraceSegments holds; refused as a whole when a part of it cannot be kept."""
    if len(text.encode("utf-8", "surrogatepass")) > DOCUMENT_BYTES_MAX:
        return Refused("DocumentTooLarge")
    try:
        parsed = orjson.loads(text)
    except ValueError:
        return Refused("ParseError")
    if text.count("[") + text.count("{") > NESTED_MAX and _is_too_deep(parsed):
        return Refused("ParseError")
    return read_document(parsed, now_ms)


def _is_too_deep(parsed: Any) -> bool:
    """Whether anything stands deeper than documents may be nested; a row of subsegments counts as one level."""
    waiting = [(parsed, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > NESTED_MAX:
            return True
        if isinstance(value, dict):
            for name, inner in value.items():
                is_row = name == "subsegments" and isinstance(inner, list)
                waiting.append((inner, depth if is_row else depth + 1))
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]
    return False


def read_document(parsed: Any, now_ms: int) -> list[Accepted] | Refused:
    """As `read`, of a document that is parsed."""
    documents = parsed if isinstance(parsed, list) and parsed else [parsed]
    accepted: list[Accepted] = []
    for document in documents:
        if not isinstance(document, dict):
            return Refused("MissingId")
        one = _read(document, now_ms)
        if isinstance(one, Refused):
            return one
        accepted.append(one)
    return accepted


def _read(document: Document, now_ms: int) -> Accepted | Refused:
    is_subsegment = document.get("type") == "subsegment"
    shown_id = document.get("id") if isinstance(document.get("id"), str) else ""
    code = _fault(document, is_subsegment=is_subsegment, now_ms=now_ms)
    if code:
        return Refused(code, shown_id or "", is_subsegment)
    code = _fault_within(document, 0)
    if code:
        return Refused(code, shown_id or "", is_subsegment=True)
    ended = document.get("end_time")
    return Accepted(
        trace=document["trace_id"].lower(),
        id=document["id"].lower(),
        parent=str(document.get("parent_id", "")).lower(),
        is_subsegment=is_subsegment,
        started_at_ms=milliseconds(document["start_time"]),
        ended_at_ms=None if ended is None else milliseconds(ended),
        document=_kept(document),
    )


def _fault(document: Mapping[str, Any], *, is_subsegment: bool, now_ms: int) -> str:
    """The code of what is wrong with the document itself, or nothing."""
    code = _fault_of_id(document.get("id"), "Id") or _fault_of_trace(document, now_ms) or _fault_of_step(document)
    if code:
        return code
    if is_subsegment or "parent_id" in document:
        code = _fault_of_id(document.get("parent_id"), "ParentId")
    started_at_ms = milliseconds(document["start_time"])
    if not code and started_at_ms > now_ms + AHEAD_MAX_MS:
        return "InvalidStartTime"
    return code


def _fault_of_id(value: Any, what: str) -> str:
    if value in (None, ""):
        return f"Missing{what}"
    return "" if isinstance(value, str) and _HEXADECIMAL.fullmatch(value) else f"Invalid{what}"


def _fault_of_trace(document: Mapping[str, Any], now_ms: int) -> str:
    """An id that is no id, or one of a time that is forgotten, unless the segment itself is recent.

    W3C's ids have no time; AWS takes them in its own form, and they look as if they were of any year.
    """
    value = document.get("trace_id")
    if value in (None, ""):
        return "MissingTraceId"
    match = _TRACE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return "InvalidTraceId"
    begun = document.get("start_time")
    begun_at_ms = 0 if begun is None or not _is_number(begun) else milliseconds(begun)
    times_ms = (int(match.group(1), 16) * 1000, begun_at_ms)
    return "InvalidTraceId" if max(times_ms) < now_ms - AGE_MAX_MS else ""


def _fault_of_step(document: Mapping[str, Any]) -> str:
    """What segments and subsegments need alike: a name, a start, an end or `in_progress`."""
    name, started, ended = document.get("name"), document.get("start_time"), document.get("end_time")
    if name in (None, ""):
        return "MissingName"
    if not isinstance(name, str) or len(name) > NAME_MAX or not _NAME.fullmatch(name):
        return "InvalidName"
    if started is None:
        return "MissingStartTime"
    if not _is_number(started):
        return "InvalidStartTime"
    if ended is None:
        return "" if document.get("in_progress") is True else "MissingEndTime"
    if not _is_number(ended) or ended < started:
        return "InvalidEndTime"
    return ""


def _fault_within(document: Mapping[str, Any], depth: int) -> str:
    inner = document.get("subsegments")
    if inner is None:
        return ""
    if not isinstance(inner, list) or depth > DEPTH_MAX:
        return "InvalidSubsegments"
    for step in inner:
        if not isinstance(step, dict):
            return "InvalidSubsegments"
        code = _fault_of_id(step.get("id"), "Id") or _fault_of_step(step) or _fault_within(step, depth + 1)
        if code:
            return code
    return ""


def _kept(document: Document) -> Document:
    """The document less annotations that are no single value: AWS removes what its schema has no room for."""
    kept = dict(document)
    if "annotations" in kept:
        given = kept["annotations"] if isinstance(kept["annotations"], dict) else {}
        kept["annotations"] = {key: value for key, value in given.items() if isinstance(value, str | int | float)}
    if isinstance(kept.get("subsegments"), list):
        kept["subsegments"] = [_kept(step) for step in kept["subsegments"]]
    if "end_time" in kept:
        kept.pop("in_progress", None)
    return kept


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < END_OF_TIME_S


def milliseconds(seconds: float) -> int:
    """An instant of a document, in milliseconds."""
    return round(seconds * 1000)


def has_failed(document: Mapping[str, Any]) -> bool:
    """Whether the document, or a part of it, says that something went wrong."""
    flags = ("error", "fault", "throttle")
    return any(part.get(flag) is True for part in (document, *steps(document)) for flag in flags)


def steps(document: Mapping[str, Any]) -> Iterator[Document]:
    """Every subsegment within the document, however deep, each before those within it."""
    waiting = [*reversed(document.get("subsegments") or ())]
    while waiting:
        step = waiting.pop()
        yield step
        waiting += reversed(step.get("subsegments") or ())
