"""The time that a request asks about, and tokens of pages within it."""

from collections.abc import Mapping
from typing import Any

from eventyard.services.xray import errors

HOUR_MS = 3_600_000


def asked_time(params: Mapping[str, Any], *, hours_max: int) -> tuple[int, int]:
    """(from, until) in milliseconds. Raises InvalidRequestException."""
    start_ms, end_ms = params["StartTime"], params["EndTime"]
    if start_ms > end_ms:
        raise errors.times_invalid()
    if end_ms - start_ms > hours_max * HOUR_MS:
        raise errors.times_too_long(hours_max)
    return start_ms, end_ms


def seconds_around(start_ms: int, end_ms: int) -> tuple[int, int]:
    """The whole seconds that cover the time."""
    return start_ms // 1000, -(-end_ms // 1000)
