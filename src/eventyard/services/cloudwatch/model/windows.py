"""Which stretch of time a request is about: instants are rounded down, and old data is there in coarse periods only.

| the request begins | its beginning is rounded to | its period has to be a multiple of |
|---|---|---|
| at most 3 hours ago | a minute, or a period below it | |
| at most 15 days ago | a minute | 60 |
| at most 63 days ago | 5 minutes | 300 |
| longer ago | an hour | 3600 |

Its end is rounded down to a multiple of the period. A period that does not fit is no mistake; there is just no data.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html (StartTime); the end:
radkawar/stackd.
"""

from typing import Final, NamedTuple

from eventyard.services.cloudwatch.model.tiers import DAY_S, HOUR_S

SHORT_PERIODS: Final = (1, 5, 10, 20, 30)


class Window(NamedTuple):
    """From `from_s` to before `until_s`, in epoch seconds; `has_data` says whether the period fits data of that age."""

    from_s: int
    until_s: int
    period_s: int
    has_data: bool

    @property
    def periods(self) -> int:
        """How many periods begin in it."""
        return max(0, -((self.from_s - self.until_s) // self.period_s))


def is_period(period_s: int) -> bool:
    """Whether there are periods of that length."""
    return period_s in SHORT_PERIODS or (period_s >= 60 and period_s % 60 == 0)


def window_of(*, start_ms: int, end_ms: int, period_s: int, now_ms: int) -> Window:
    """The window of a request."""
    start_s, age_s = start_ms // 1000, (now_ms - start_ms) / 1000
    step_s, fits = _steps(age_s, period_s)
    end_s = end_ms // 1000
    return Window(start_s - start_s % step_s, end_s - end_s % period_s, period_s, period_s % fits == 0)


def _steps(age_s: float, period_s: int) -> tuple[int, int]:
    """(what the beginning is rounded to, of what the period is a multiple)."""
    if age_s > 63 * DAY_S:
        return 3600, 3600
    if age_s > 15 * DAY_S:
        return 300, 300
    if age_s > 3 * HOUR_S:
        return 60, 60
    return min(period_s, 60), 1
