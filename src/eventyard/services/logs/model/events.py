"""Log events: which are taken, and the tokens of their pages. Pure.

Events of a stream are ordered by their timestamp, then by arrival. A page's token names a place in that order, so a
token stays good while events are added.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventyard.services.logs import errors
from eventyard.services.logs.model.groups import DAY_MS

EVENT_BYTES_MAX = 1_048_576
BATCH_BYTES_MAX = 1_048_576
EVENT_OVERHEAD_BYTES = 26
BATCH_SPAN_MS = 24 * 3_600_000
TOO_OLD_MS = 14 * 24 * 3_600_000
TOO_NEW_MS = 2 * 3_600_000
PAGE_EVENTS_MAX = 10_000
PAGE_BYTES_MAX = 1_048_576

_TOKEN = re.compile(r"([fb])/([0-9]{20})([0-9]{36})/s")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a log, where it stands (`id` in the order of arrival) and whose it is."""

    id: int
    at_ms: int
    ingested_at_ms: int
    message: str
    stream: str = ""

    @property
    def place(self) -> "Place":
        return Place(self.at_ms, self.id)

    @property
    def event_id(self) -> str:
        return event_id(self.at_ms, self.id)

    @property
    def size_bytes(self) -> int:
        return len(self.message.encode()) + EVENT_OVERHEAD_BYTES

    def shown(self) -> dict[str, Any]:
        """As GetLogEvents shows it."""
        return {"timestamp": self.at_ms, "message": self.message, "ingestionTime": self.ingested_at_ms}

    def found(self) -> dict[str, Any]:
        """As FilterLogEvents shows it."""
        return {"logStreamName": self.stream, **self.shown(), "eventId": self.event_id}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the order of events."""

    at_ms: int
    id: int

    def token(self, direction: str) -> str:
        """`f/…/s` to go on forward from here, `b/…/s` backward."""
        return f"{direction}/{event_id(self.at_ms, self.id)}/s"


def event_id(at_ms: int, id: int) -> str:
    """56 digits: the instant, then the place in the order of arrival."""
    return f"{at_ms:020d}{id:036d}"


BEGINNING = Place(0, 0)
END = Place((1 << 53), (1 << 53))


def place_of(token: str) -> tuple[str, Place]:
    """(`f` or `b`, the place). Raises InvalidParameterException."""
    found = _TOKEN.fullmatch(token)
    if found is None or (place := Place(int(found[2]), int(found[3]))) > END or place.id > END.id:
        raise errors.next_token_invalid()
    return found[1], place


@dataclass(frozen=True, slots=True)
class Taken:
    """What PutLogEvents takes of a batch, and the indexes of what it rejects in AWS's form."""

    events: Sequence[Mapping[str, Any]]
    rejected: Mapping[str, int]


def take(events: Sequence[Mapping[str, Any]], *, now_ms: int, retention_days: int | None) -> Taken:
    """Judge a batch. Raises InvalidParameterException for one that is out of order, too long or too large.

    Events that are rejected do not count for its length in time (recorded by radkawar/stackd, 2026-09).
    """
    instants = [event["timestamp"] for event in events]
    if instants != sorted(instants):
        raise errors.invalid("Log events in a single PutLogEvents request must be in chronological order.")
    sizes = [len(event["message"].encode()) + EVENT_OVERHEAD_BYTES for event in events]
    if any(size > EVENT_BYTES_MAX for size in sizes):
        raise errors.invalid(f"Log event too large: {max(sizes)} bytes exceeds limit of {EVENT_BYTES_MAX}")
    if sum(sizes) > BATCH_BYTES_MAX:
        raise errors.invalid(f"Upload too large: {sum(sizes)} bytes exceeds limit of {BATCH_BYTES_MAX}")
    oldest_ms = now_ms - TOO_OLD_MS
    expired_ms = now_ms - (retention_days or 0) * DAY_MS if retention_days else 0
    old = sum(at_ms < oldest_ms for at_ms in instants)
    expired = sum(at_ms < expired_ms for at_ms in instants)
    new = sum(at_ms > now_ms + TOO_NEW_MS for at_ms in instants)
    kept = instants[max(old, expired) : len(instants) - new]
    if kept and kept[-1] - kept[0] > BATCH_SPAN_MS:
        raise errors.invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    rejected: dict[str, int] = {}
    if new:
        rejected["tooNewLogEventStartIndex"] = len(events) - new
    if expired > old:
        rejected["expiredLogEventEndIndex"] = expired
    if old:
        rejected["tooOldLogEventEndIndex"] = old
    return Taken(events[max(old, expired) : len(events) - new], rejected)


def line_of(body: str, event_body: str, *, at: object = None, now_ms: int) -> tuple[int, str]:
    """Instant and message of a delivery: `event_body` is the event it brings, `body` what was made of it.

    `at` is the instant that the delivery's parameters name. One that PutLogEvents would not take is replaced by now.
    """
    given = _members(body) if body != event_body else {}
    if given.keys() == {"timestamp", "message"}:
        message = given["message"]
        at_ms = _instant_ms(given["timestamp"])
        text = message if isinstance(message, str) else json.dumps(message, separators=(",", ":"), ensure_ascii=False)
    else:
        at_ms, text = _instant_ms(_members(event_body).get("time")), body
    if at is not None:
        at_ms = _instant_ms(at)
    is_taken = at_ms is not None and now_ms - TOO_OLD_MS <= at_ms <= now_ms + TOO_NEW_MS
    return (at_ms if at_ms is not None and is_taken else now_ms), text


def _members(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _instant_ms(given: Any) -> int | None:
    """The instant in milliseconds or as ISO text, as it stands in an event; `None` for anything else."""
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    text = given if isinstance(given, str) else ""
    if text.isdecimal():
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(at.timestamp() * 1000) if at.tzinfo is not None else None


def fitting(events: Sequence[Event]) -> Sequence[Event]:
    """The first events, as many as one answer carries."""
    size = 0
    for index, event in enumerate(events):
        size += event.size_bytes
        if size > PAGE_BYTES_MAX and index:
            return events[:index]
    return events
