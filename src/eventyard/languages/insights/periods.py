"""Instants cut to a period: `bin`, `datefloor`, `dateceil`, in milliseconds since the epoch.

Periods of a fixed length count from the epoch, months and longer from January. Unverified: where AWS's weeks begin.
"""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.languages.insights.plan import Period

_LENGTHS_MS: Mapping[str, int] = MappingProxyType(
    {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
)
_MONTHS: Mapping[str, int] = MappingProxyType({"mo": 1, "q": 3, "y": 12})


def floor_of(moment: str, period: Period) -> str:
    """SQL of the beginning of the period in which the moment is."""
    if (length_ms := _LENGTHS_MS.get(period.unit)) is not None:
        width_ms = length_ms * period.count
        return f"(cast(floor(({moment}) / {width_ms}.0) as bigint) * {width_ms})"
    months = _MONTHS[period.unit] * period.count
    whole = f"datediff('month', date '1970-01-01', make_timestamp_ms({moment}))"
    return f"epoch_ms(date '1970-01-01' + to_months(cast(floor({whole} / {months}.0) as integer) * {months}))"


def ceil_of(moment: str, period: Period) -> str:
    """SQL of the beginning of the next period, or of the moment where one begins there."""
    if (length_ms := _LENGTHS_MS.get(period.unit)) is not None:
        width_ms = length_ms * period.count
        return f"(cast(ceil(({moment}) / {width_ms}.0) as bigint) * {width_ms})"
    months = _MONTHS[period.unit] * period.count
    before = f"datediff('month', date '1970-01-01', make_timestamp_ms(({moment}) - 1))"
    return f"epoch_ms(date '1970-01-01' + to_months((cast(floor({before} / {months}.0) as integer) + 1) * {months}))"
