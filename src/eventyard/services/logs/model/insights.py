"""Insights queries: what one is asked, how far it is, what it found, and pointers to the events that it shows.

    Scheduled ──► Running ──► Complete | Failed | Timeout
        └─────────────┴──(StopQuery)──► Cancelled

A query that was running when the server died is run again from its beginning.
Source: botocore's service model; for what DescribeQueries shows, localstack/localstack's
tests/aws/services/logs/test_logs_queries.snapshot.json (recorded from AWS, 2026-02-06).
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.services.logs import errors

SCHEDULED, RUNNING, COMPLETE, FAILED = "Scheduled", "Running", "Complete", "Failed"
CANCELLED, TIMEOUT = "Cancelled", "Timeout"
UNFINISHED = (SCHEDULED, RUNNING)

GROUPS_MAX = 50
CONCURRENT_MAX = 100
RUNTIME_MAX_MS = 60 * 60_000
KEPT_MS = 7 * 24 * 3_600_000
PAGE_ROWS = 1_000
"""Rows of a result that are stored together."""
ANSWER_ROWS_MAX = 10_000
_MILLISECONDS_FROM = 100_000_000_000
"""From here on an instant is one of milliseconds: clients send those, too, and AWS takes them."""


@dataclass(frozen=True, slots=True)
class Found:
    """How much a query has read and found."""

    records_matched: int = 0
    records_scanned: int = 0
    bytes_scanned: int = 0
    result_count: int = 0


class QueryFailed(Exception):
    """The query's database could not run it; the message is its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: its rows as JSON, `PAGE_ROWS` of them a text, each row a list of [field, value]."""

    found: Found = Found()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """A span of time in milliseconds, both ends included."""

    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class QueryRun:
    """One query: `text` as it was given, `shown` as AWS shows it, with its groups and times before it."""

    id: str
    account: str
    region: str
    text: str
    shown: str
    range: Range
    rows_max: int | None
    group_ids: tuple[int, ...]
    group_names: tuple[str, ...]
    status: str
    created_at_ms: int
    found: Found

    def described(self) -> dict[str, Any]:
        """As DescribeQueries shows it."""
        return {
            "queryLanguage": "CWLI",
            "queryId": self.id,
            "queryString": self.shown,
            "status": self.status,
            "createTime": self.created_at_ms,
            "logGroupName": self.group_names[0] if self.group_names else "",
        }

    def statistics(self) -> dict[str, float]:
        """As GetQueryResults shows them. No index ever lets it skip an event."""
        is_over = self.status not in UNFINISHED
        return {
            "recordsMatched": float(self.found.records_matched),
            "recordsScanned": float(self.found.records_scanned),
            "estimatedRecordsSkipped": 0.0,
            "bytesScanned": float(self.found.bytes_scanned),
            "estimatedBytesSkipped": 0.0,
            "logGroupsScanned": float(len(self.group_ids)) if is_over else 0.0,
            "resultCount": float(self.found.result_count),
        }


def range_of(params: Mapping[str, Any]) -> Range:
    """The span that StartQuery is asked for: whole seconds, or milliseconds. Raises InvalidParameterException."""
    start, end = params["startTime"], params["endTime"]
    from_ms = start if start >= _MILLISECONDS_FROM else start * 1000
    until_ms = end if end >= _MILLISECONDS_FROM else end * 1000 + 999
    if from_ms > until_ms:
        raise errors.invalid("Query's start date and time is after its end date and time")
    return Range(from_ms, until_ms)


def source_of(names: Sequence[str], span: Range) -> str:
    """What AWS puts before a query: its groups and its span."""
    groups = ", ".join(f'"{name}"' for name in names)
    return f"SOURCE {groups} START={span.from_ms} END={span.until_ms}"


def pointer(group_id: int, event_id: int) -> str:
    """The `@ptr` of an event."""
    return base64.b64encode(f"event:{group_id}:{event_id}".encode()).decode()


def pointed(text: str) -> tuple[int, int]:
    """The numbers of the group and the event that a `@ptr` names. Raises InvalidParameterException."""
    try:
        word, group, event = base64.b64decode(text, validate=True).decode("ascii").split(":")
        if word == "event" and group.isdecimal() and event.isdecimal() and len(group) < 19 and len(event) < 19:
            return int(group), int(event)
    except (binascii.Error, ValueError):
        pass
    raise errors.invalid("Invalid log record pointer")
