"""Asynchronous invocations: when a failed one is tried again, and what a destination is told of it. Pure.

    accepted ─► try ─► answered ──────────────────────────► OnSuccess
                 ▲      └─► failed, a try left: 1 min, 2 min ┐
                 └───────────────────────────────────────────┘
                        └─► none left, or too old ─────────► OnFailure, and the function's dead-letter queue

A throttled try does not count; it is repeated with backoff from one second to five minutes while the event is young
enough. Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

AGE_S_MAX = 21_600
RETRIES_MAX = 2
RETRY_WAITS_MS = (60_000, 120_000)
THROTTLED_FIRST_MS = 1_000
THROTTLED_MAX_MS = 300_000

RETRIES_EXHAUSTED = "RetriesExhausted"
AGE_EXCEEDED = "EventAgeExceeded"
SUCCESS = "Success"


@dataclass(frozen=True, slots=True)
class InvokeConfig:
    """What PutFunctionEventInvokeConfig gave; `given` are its own members, absent ones have AWS's defaults."""

    qualifier: str
    given: Mapping[str, Any]
    modified_at_ms: int

    @property
    def retries_max(self) -> int:
        return int(self.given.get("MaximumRetryAttempts", RETRIES_MAX))

    @property
    def age_max_ms(self) -> int:
        return 1000 * int(self.given.get("MaximumEventAgeInSeconds", AGE_S_MAX))

    def destination(self, name: str) -> str:
        """The ARN under `OnSuccess` or `OnFailure`; empty when there is none."""
        chosen = self.given.get("DestinationConfig", {}).get(name) or {}
        return str(chosen.get("Destination") or "")

    def shown(self, function_arn: str) -> dict[str, Any]:
        """As AWS shows it; both destinations are there even when empty."""
        destinations = {"OnSuccess": {}, "OnFailure": {}, **self.given.get("DestinationConfig", {})}
        return {
            **self.given,
            "LastModified": self.modified_at_ms,
            "FunctionArn": f"{function_arn}:{self.qualifier}",
            "DestinationConfig": destinations,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """How far an event has come: `number` of this try from 1, `throttles` so far, and when it was accepted."""

    number: int
    throttles: int
    accepted_at_ms: int


@dataclass(frozen=True, slots=True)
class Again:
    """Try again at this instant."""

    at_ms: int
    attempt: Attempt


def after_failure(config: InvokeConfig, attempt: Attempt, *, now_ms: int) -> Again | str:
    """The next try after the function failed, or the condition that ends it."""
    if attempt.number > config.retries_max:
        return RETRIES_EXHAUSTED
    at_ms = now_ms + RETRY_WAITS_MS[min(attempt.number, len(RETRY_WAITS_MS)) - 1]
    following = Attempt(attempt.number + 1, attempt.throttles, attempt.accepted_at_ms)
    return _if_young(config, Again(at_ms, following))


def after_throttle(config: InvokeConfig, attempt: Attempt, *, now_ms: int) -> Again | str:
    """The next try after there was no room for the function, or the condition that ends it."""
    wait_ms = min(THROTTLED_MAX_MS, THROTTLED_FIRST_MS << min(attempt.throttles, 20))
    following = Attempt(attempt.number, attempt.throttles + 1, attempt.accepted_at_ms)
    return _if_young(config, Again(now_ms + wait_ms, following))


def _if_young(config: InvokeConfig, again: Again) -> Again | str:
    too_old_at_ms = again.attempt.accepted_at_ms + config.age_max_ms
    return AGE_EXCEEDED if again.at_ms > too_old_at_ms else again


@dataclass(frozen=True, slots=True)
class Ended:
    """An event's last try. `answer` is the function's JSON value or `None` when it was never invoked."""

    request_id: str
    function_arn: str
    condition: str
    invoke_count: int
    request: Any
    executed_version: str
    function_error: str | None
    answer: Any


def destination_record(ended: Ended, *, now_ms: int) -> dict[str, Any]:
    """What a destination gets.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    moment = datetime.fromtimestamp(now_ms // 1000, UTC)
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.{now_ms % 1000:03d}Z",
        "requestContext": {
            "requestId": ended.request_id,
            "functionArn": ended.function_arn,
            "condition": ended.condition,
            "approximateInvokeCount": ended.invoke_count,
        },
        "requestPayload": ended.request,
    }
    if ended.executed_version:
        context = {"statusCode": 200, "executedVersion": ended.executed_version}
        error = {"functionError": ended.function_error} if ended.function_error else {}
        record["responseContext"] = {**context, **error}
        record["responsePayload"] = ended.answer
    return record
