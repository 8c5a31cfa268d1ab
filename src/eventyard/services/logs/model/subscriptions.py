"""Subscription filters: which are taken, and what a function gets of the lines that fit. Pure.

A function is invoked with `{"awslogs": {"data": …}}`, the data being JSON, compressed by gzip, in Base64. One
invocation has lines of one stream, and no more of them than an asynchronous invocation carries.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html; answers recorded by
localstack/localstack (test_logs_subscription_filters, 2026-02-06), also that functions get no control message.
"""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from eventyard.languages.arns import parse_arn
from eventyard.languages.log_patterns.lines import Line
from eventyard.languages.log_patterns.pattern import LogPattern
from eventyard.services.logs import errors
from eventyard.services.logs.model.events import event_id
from eventyard.services.logs.model.groups import Group

SUBSCRIPTIONS_MAX = 2
"""Of a group."""
PAYLOAD_BYTES_MAX = 200_000
"""Of the data: an asynchronous invocation carries 256 KB."""
RETRY_AGE_MAX_MS = 24 * 3_600_000
"""How long AWS tries to deliver. Source: the guide named above."""

_STREAMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"kinesis": ("Kinesis", "kinesis"), "firehose": ("Firehose", "Firehose")}
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription filter of a group; its destination is a function."""

    name: str
    pattern: str
    destination_arn: str
    distribution: str
    created_at_ms: int

    def shown(self, group: Group) -> dict[str, Any]:
        """As DescribeSubscriptionFilters shows it."""
        return {
            "filterName": self.name,
            "logGroupName": group.name,
            "filterPattern": self.pattern,
            "destinationArn": self.destination_arn,
            "distribution": self.distribution,
            "applyOnTransformedLogs": False,
            "creationTime": self.created_at_ms,
        }


def destination_given(params: Mapping[str, Any], *, account: str) -> str:
    """The ARN of the function that a PutSubscriptionFilter names. Raises the refusal of any other destination."""
    given: str = params["destinationArn"]
    arn = parse_arn(given)
    if arn is None:
        raise errors.invalid(f"Invalid destinationArn {given}")
    has_role = bool(params.get("roleArn"))
    if arn.service in _STREAMS:
        if not has_role:
            raise errors.role_needed(arn.service)
        raise errors.stream_not_active(*_STREAMS[arn.service])
    if arn.service == "logs":
        raise errors.not_served("A subscription to a destination of streams")
    if arn.service != "lambda":
        raise errors.vendor_unknown(arn.service)
    if has_role:
        raise errors.role_unwanted(arn.service)
    if arn.account != account:
        raise errors.function_of_another_account()
    return given


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event with its id, as it came."""

    id: int
    at_ms: int
    message: str


def payloads(
    subscription: Subscription, pattern: LogPattern, group: Group, stream: str, events: Sequence[Arrived]
) -> Iterator[str]:
    """What the function gets of the events that fit, an invocation each."""
    fitting = [shown for event in events if (shown := _shown(pattern, event)) is not None]
    if fitting:
        yield from _portions(subscription, group, stream, fitting)


def _shown(pattern: LogPattern, event: Arrived) -> dict[str, Any] | None:
    match = pattern.match(Line(event.message))
    if match is None:
        return None
    fields = {name.removeprefix("$"): text for name, text in match.fields.items()}
    shown = {"id": event_id(event.at_ms, event.id), "timestamp": event.at_ms, "message": event.message}
    return {**shown, **({"extractedFields": fields} if fields else {})}


def _portions(subscription: Subscription, group: Group, stream: str, events: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Halves of what is too large; a single event is delivered however large."""
    message = {
        "messageType": "DATA_MESSAGE",
        "owner": group.account,
        "logGroup": group.name,
        "logStream": stream,
        "subscriptionFilters": [subscription.name],
        "logEvents": events,
    }
    text = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
    data = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    if len(data) <= PAYLOAD_BYTES_MAX or len(events) == 1:
        yield json.dumps({"awslogs": {"data": data}}, separators=(",", ":"))
        return
    half = len(events) // 2
    yield from _portions(subscription, group, stream, events[:half])
    yield from _portions(subscription, group, stream, events[half:])
