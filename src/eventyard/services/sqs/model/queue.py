"""A queue: where it is, its settings as AWS's texts, and what those texts mean as values.

A queue's messages lie in its *bin*: purging gives the queue a new, empty bin, and the old one is cleared out in the
background. That is why a purge costs the same for ten messages as for ten million.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from eventyard.languages.arns import parse_arn

DELETED_RECENTLY_MS = 60_000
PURGE_PAUSE_MS = 60_000
IN_FLIGHT_MAX = 120_000
VISIBILITY_TIMEOUT_MAX_S = 43_200
SCOPE_DELAY_MS = 60_000
"""For how long a changed `DeduplicationScope` is shown but not in effect.

AWS says that changed attributes take up to a minute; as recorded on 19 August 2025 the old scope goes on, for new ids
too.
"""


@dataclass(frozen=True, slots=True)
class Redrive:
    """Where a message goes that was received `receives_max` times without being deleted."""

    dead_letter_arn: str
    receives_max: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue.

    Shapes: `settings` AWS's attribute names to their texts, complete (the computed ones, such as counts, are not in
    it); `tags` key to value. The fields below `tags` are the settings' meaning.
    """

    id: int
    bin_id: int
    account: str
    region: str
    name: str
    created_at_ms: int
    modified_at_ms: int
    purged_at_ms: int
    settings: Mapping[str, str]
    tags: Mapping[str, str]
    arn: str
    is_fifo: bool
    is_content_deduplicated: bool
    earlier_scope: str | None
    scope_since_ms: int
    delay_ms: int
    visibility_timeout_s: int
    retention_ms: int
    message_bytes_max: int
    wait_s: int
    redrive: Redrive | None

    def url(self, base_url: str) -> str:
        """The queue's address for a client that reaches us at `base_url`."""
        return f"{base_url}/{self.account}/{self.name}"

    def scope_at(self, now_ms: int) -> str | None:
        """The `DeduplicationScope` in effect, which is the earlier one for a minute after a change."""
        return self.earlier_scope if now_ms < self.scope_since_ms else self.settings.get("DeduplicationScope")


def make_queue(
    *,
    queue_id: int,
    bin_id: int,
    account: str,
    region: str,
    name: str,
    created_at_ms: int,
    modified_at_ms: int,
    purged_at_ms: int,
    settings: Mapping[str, str],
    tags: Mapping[str, str],
    earlier_scope: str | None,
    scope_since_ms: int,
) -> Queue:
    """A queue with its settings understood; they are complete and valid."""
    return Queue(
        id=queue_id,
        bin_id=bin_id,
        account=account,
        region=region,
        name=name,
        created_at_ms=created_at_ms,
        modified_at_ms=modified_at_ms,
        purged_at_ms=purged_at_ms,
        settings=settings,
        tags=tags,
        arn=queue_arn(account, region, name),
        is_fifo=settings.get("FifoQueue") == "true",
        is_content_deduplicated=settings.get("ContentBasedDeduplication") == "true",
        earlier_scope=earlier_scope,
        scope_since_ms=scope_since_ms,
        delay_ms=int(settings["DelaySeconds"]) * 1000,
        visibility_timeout_s=int(settings["VisibilityTimeout"]),
        retention_ms=int(settings["MessageRetentionPeriod"]) * 1000,
        message_bytes_max=int(settings["MaximumMessageSize"]),
        wait_s=int(settings["ReceiveMessageWaitTimeSeconds"]),
        redrive=_redrive(settings.get("RedrivePolicy")),
    )


def queue_arn(account: str, region: str, name: str) -> str:
    """The queue's ARN, in the partition of its region."""
    return f"arn:{_partition(region)}:sqs:{region}:{account}:{name}"


def place_of_arn(arn: str) -> tuple[str, str, str] | None:
    """(account, region, name) of a queue's ARN, or `None` when it is not one."""
    parts = parse_arn(arn)
    if parts is None or parts.service != "sqs":
        return None
    return parts.account, parts.region, parts.resource


def place_of_url(url: str, caller_account: str) -> tuple[str, str]:
    """(account, name) of a queue's address; whatever host it names. A bare name is the caller's own queue.

    Source: AWS takes a bare name as QueueUrl as well (LocalStack's recorded tests, 2023).
    """
    path = url.partition("://")[2].partition("/")[2] if "://" in url else url
    parts = path.strip("/").split("/")
    return (parts[-2], parts[-1]) if len(parts) > 1 else (caller_account, parts[0])


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _redrive(text: str | None) -> Redrive | None:
    if text is None:
        return None
    policy = json.loads(text)
    return Redrive(policy["deadLetterTargetArn"], int(policy["maxReceiveCount"]))
