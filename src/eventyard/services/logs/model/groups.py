"""Log groups and streams: what they show, how they are listed. Pure.

Sources: answers recorded by localstack/localstack (test_logs_groups, test_logs_streams, 2026-02-03); the service model.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.services.logs import errors

DAY_MS = 24 * 3_600_000
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
TAGS_MAX = 50
STANDARD = "STANDARD"
INFREQUENT_ACCESS = "INFREQUENT_ACCESS"
CLASSES = (STANDARD, INFREQUENT_ACCESS)
"""The classes that groups may have here."""
FIRST_EVENT_BACKWARD_MS = 1_704_067_200_000
"""2024-01-01: FilterLogEvents goes backward from the newest event on only where it need not go further than that."""


@dataclass(frozen=True, slots=True)
class Group:
    """A log group; `retention_days` is `None` when events never expire.

    `metric_filters` and `subscriptions` count what listens to its lines, so that a group without them costs nothing.
    """

    id: int
    account: str
    region: str
    name: str
    created_at_ms: int
    retention_days: int | None
    stored_bytes: int
    log_class: str = STANDARD
    is_protected: bool = False
    metric_filters: int = 0
    subscriptions: int = 0

    @property
    def arn(self) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.name}"

    @property
    def scope(self) -> str:
        """What is kept in memory of its filters, by the name that a change drops it by."""
        return f"logs.filters:{self.id}"

    @property
    def is_standard(self) -> bool:
        return self.log_class == STANDARD

    def shown(self, *, by_pattern: bool = False) -> dict[str, Any]:
        """As DescribeLogGroups shows it; `by_pattern` where a pattern of names found it, of which AWS tells less."""
        shown = {
            "logGroupName": self.name,
            "creationTime": self.created_at_ms,
            **({} if self.retention_days is None else {"retentionInDays": self.retention_days}),
            "metricFilterCount": self.metric_filters,
            "arn": f"{self.arn}:*",
            "logGroupClass": self.log_class,
            "logGroupArn": self.arn,
        }
        if by_pattern:
            return shown
        return {**shown, "storedBytes": self.stored_bytes, "deletionProtectionEnabled": self.is_protected}

    def listed(self) -> dict[str, Any]:
        """As ListLogGroups shows it."""
        return {"logGroupName": self.name, "logGroupArn": self.arn, "logGroupClass": self.log_class}


@dataclass(frozen=True, slots=True)
class Stream:
    """A log stream; the three instants of its events are `None` while it has none."""

    id: int
    name: str
    created_at_ms: int
    first_at_ms: int | None
    last_at_ms: int | None
    ingested_at_ms: int | None

    @property
    def ordered_by_ms(self) -> int:
        """Where it stands by the instant of its last event; without events it counts as made."""
        return self.created_at_ms if self.last_at_ms is None else self.last_at_ms

    def shown(self, group: Group) -> dict[str, Any]:
        """As DescribeLogStreams shows it. One without events has no upload token (recorded 2026-02-03)."""
        instants = {
            "firstEventTimestamp": self.first_at_ms,
            "lastEventTimestamp": self.last_at_ms,
            "lastIngestionTime": self.ingested_at_ms,
        }
        token = {} if self.ingested_at_ms is None else {"uploadSequenceToken": f"{self.id:056d}"}
        return {
            "logStreamName": self.name,
            "creationTime": self.created_at_ms,
            **{name: at_ms for name, at_ms in instants.items() if at_ms is not None},
            **token,
            "arn": f"{group.arn}:log-stream:{self.name}",
            "storedBytes": 0,
        }


def class_given(params: Mapping[str, Any]) -> str:
    """The class of a group to be made. Raises InvalidParameterException for one that is not served."""
    given: str = params.get("logGroupClass", STANDARD)
    if given not in CLASSES:
        raise errors.not_served(f"logGroupClass {given}")
    return given


def retention_given(days: int) -> int:
    """The days of a retention. Raises InvalidParameterException for a number that AWS does not take."""
    if days not in RETENTION_DAYS:
        raise errors.invalid(
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member "
            f"must satisfy enum value set: [{', '.join(map(str, RETENTION_DAYS))}]"
        )
    return days


def with_tags(tags: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The tags with those added. Raises TooManyTagsException beyond 50."""
    whole = {**tags, **added}
    if len(whole) > TAGS_MAX:
        raise errors.too_many_tags()
    return whole


def name_pattern(pattern: str) -> re.Pattern[str]:
    """ListLogGroups' pattern: up to five pieces of names between `|`, one with `^` at the name's beginning."""
    pieces = pattern.split("|")
    return re.compile("|".join("^" * piece.startswith("^") + re.escape(piece.removeprefix("^")) for piece in pieces))
