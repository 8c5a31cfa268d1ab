"""Groups, streams and events; which events are taken, which a filter finds, and the tokens of pages. Pure.

Events of a stream are ordered by their timestamp, then by arrival. A page's token names a place in that order, so a
token stays good while events are added.
"""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventyard.services.logs import errors

EVENT_BYTES_MAX = 1_048_576
BATCH_BYTES_MAX = 1_048_576
EVENT_OVERHEAD_BYTES = 26
BATCH_SPAN_MS = 24 * 3_600_000
TOO_OLD_MS = 14 * 24 * 3_600_000
TOO_NEW_MS = 2 * 3_600_000
DAY_MS = 24 * 3_600_000
PAGE_EVENTS_MAX = 10_000
PAGE_BYTES_MAX = 1_048_576
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A log group; `retention_days` is `None` when events never expire."""

    id: int
    account: str
    region: str
    name: str
    created_at_ms: int
    retention_days: int | None
    stored_bytes: int

    @property
    def arn(self) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.name}"

    def shown(self) -> dict[str, Any]:
        """As DescribeLogGroups shows it."""
        retention = {} if self.retention_days is None else {"retentionInDays": self.retention_days}
        return {
            "logGroupName": self.name,
            "creationTime": self.created_at_ms,
            **retention,
            "metricFilterCount": 0,
            "arn": f"{self.arn}:*",
            "storedBytes": self.stored_bytes,
            "logGroupClass": "STANDARD",
            "logGroupArn": self.arn,
        }


@dataclass(frozen=True, slots=True)
class Stream:
    """A log stream; the three instants of its events are `None` while it has none."""

    id: int
    name: str
    created_at_ms: int
    first_at_ms: int | None
    last_at_ms: int | None
    ingested_at_ms: int | None

    def shown(self, group: Group) -> dict[str, Any]:
        """As DescribeLogStreams shows it."""
        instants = {
            "firstEventTimestamp": self.first_at_ms,
            "lastEventTimestamp": self.last_at_ms,
            "lastIngestionTime": self.ingested_at_ms,
        }
        return {
            "logStreamName": self.name,
            "creationTime": self.created_at_ms,
            **{name: at_ms for name, at_ms in instants.items() if at_ms is not None},
            "uploadSequenceToken": f"{self.id:056d}",
            "arn": f"{group.arn}:log-stream:{self.name}",
            "storedBytes": 0,
        }


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


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the order of events."""

    at_ms: int
    id: int

    def token(self, direction: str) -> str:
        """`f/…/s` to go on forward from here, `b/…/s` backward."""
        return f"{direction}/{self.at_ms:020d}{self.id:036d}/s"


BEGINNING = Place(0, 0)
END = Place((1 << 53), (1 << 53))


def place_of(token: str) -> tuple[str, Place]:
    """(`f` or `b`, the place). Raises InvalidParameterException."""
    parts = token.split("/")
    if len(parts) != 3 or parts[0] not in ("f", "b") or len(parts[1]) != 56 or not parts[1].isdigit():
        raise errors.invalid("The specified nextToken is invalid.")
    return parts[0], Place(int(parts[1][:20]), int(parts[1][20:]))


@dataclass(frozen=True, slots=True)
class Taken:
    """What PutLogEvents takes of a batch, and the indexes of what it rejects in AWS's form."""

    events: Sequence[Mapping[str, Any]]
    rejected: Mapping[str, int]


def take(events: Sequence[Mapping[str, Any]], *, now_ms: int, retention_days: int | None) -> Taken:
    """Judge a batch. Raises InvalidParameterException for one that is out of order, too long or too large."""
    instants = [event["timestamp"] for event in events]
    if instants != sorted(instants):
        raise errors.invalid("Log events in a single PutLogEvents request must be in chronological order.")
    if instants and instants[-1] - instants[0] > BATCH_SPAN_MS:
        raise errors.invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
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
        size += len(event.message.encode()) + EVENT_OVERHEAD_BYTES
        if size > PAGE_BYTES_MAX and index:
            return events[:index]
    return events


def event_filter(pattern: str) -> Callable[[str], bool]:
    """Whether a message has the pattern's terms. Raises InvalidParameterException for other kinds of pattern.

    `a b` wants both, `"a phrase"` the phrase, `-a` its absence, `?a ?b` one of them. Case counts.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html (terms)
    """
    text = pattern.strip()
    if text.startswith(("{", "[")) or text.startswith("%"):
        raise errors.not_served("A filter pattern other than of terms")
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.quotes, lexer.commenters = True, '"', ""
    try:
        terms = list(lexer)
    except ValueError:
        raise errors.invalid("Invalid filter pattern") from None
    absent = [term[1:] for term in terms if term.startswith("-") and len(term) > 1]
    either = [term[1:] for term in terms if term.startswith("?") and len(term) > 1]
    wanted = [term for term in terms if not term.startswith(("-", "?"))]

    def passes(message: str) -> bool:
        if either and not wanted and not any(term in message for term in either):
            return False
        return all(term in message for term in wanted) and not any(term in message for term in absent)

    return passes
