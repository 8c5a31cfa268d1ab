"""When a failed attempt is tried again, and when it is given up: pure arithmetic.

The backoff doubles from one second up to five minutes, with jitter between half and all of it. AWS documents that
EventBridge retries with exponential backoff and jitter for up to 24 hours and 185 times, not the curve itself.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html (curve: Unverified)
"""

from dataclasses import dataclass
from enum import Enum

BACKOFF_FIRST_MS = 1_000
BACKOFF_MAX_MS = 300_000


@dataclass(frozen=True, slots=True)
class Policy:
    """`attempts_max` tries in all, the first included; none begins later than `age_max_ms` after the beginning.

    `age_max_ms` `None` is without end.
    """

    attempts_max: int = 1_000_000
    age_max_ms: int | None = None


class Exhausted(Enum):
    """Why no attempt is left, in the words of AWS's `EXHAUSTED_RETRY_CONDITION`."""

    ATTEMPTS = "MaximumRetryAttempts"
    AGE = "MaximumEventAgeInSeconds"
    NOT_RETRYABLE = "NotRetryable"


def backoff_ms(attempt: int, fraction: float) -> int:
    """How long to wait after the failed try number `attempt` (from 1); `fraction` in 0..1 is the chance in it."""
    whole_ms = min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS << min(attempt - 1, 20))
    return int(whole_ms * (0.5 + fraction / 2))


def next_attempt(
    policy: Policy, *, attempt: int, created_at_ms: int, now_ms: int, fraction: float, retry_after_ms: int | None = None
) -> int | Exhausted:
    """The instant of the next try after the failed one, or why there is none."""
    if attempt >= policy.attempts_max:
        return Exhausted.ATTEMPTS
    at_ms = now_ms + max(backoff_ms(attempt, fraction), retry_after_ms or 0)
    if policy.age_max_ms is not None and at_ms > created_at_ms + policy.age_max_ms:
        return Exhausted.AGE
    return at_ms
