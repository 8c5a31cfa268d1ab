"""How finely points are kept and for how long: AWS's four tiers.

    1 s, for 3 hours  ─►  60 s, for 15 days  ─►  300 s, for 63 days  ─►  3600 s, for 455 days  ─►  gone

Fresh points are rows. Once a stretch of time is over (and `LATE_S` with it, for those who report late) its rows become
one block; when all of a block is older than its tier keeps, its points are put together into the next tier's blocks.
Each series does this at instants of its own, spread over half an hour, so that not all of them work at once.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html (metrics retention)
"""

from dataclasses import dataclass
from typing import Final

MINUTE_S: Final = 60
HOUR_S: Final = 3_600
DAY_S: Final = 24 * HOUR_S
LATE_S: Final = 3 * HOUR_S
"""Rows stay rows for so long, also since ListMetrics asks for what came within three hours."""
_SPREAD_S: Final = HOUR_S // 2


@dataclass(frozen=True, slots=True)
class Tier:
    """Points of one resolution, kept for `kept_s` in blocks of `block_s`."""

    resolution_s: int
    kept_s: int
    block_s: int


TIERS: Final = (
    Tier(1, 3 * HOUR_S, HOUR_S),
    Tier(60, 15 * DAY_S, 6 * HOUR_S),
    Tier(300, 63 * DAY_S, DAY_S),
    Tier(3600, 455 * DAY_S, 15 * DAY_S),
)
KEPT_S: Final = TIERS[-1].kept_s


def tier_of(resolution_s: int) -> Tier:
    """The tier of a resolution."""
    return next(tier for tier in TIERS if tier.resolution_s == resolution_s)


def tier_after(tier: Tier) -> Tier | None:
    """The next coarser one, or `None`."""
    place = TIERS.index(tier) + 1
    return TIERS[place] if place < len(TIERS) else None


def block_start(tier: Tier, at_s: int) -> int:
    """The start of the block that an instant belongs to."""
    return at_s - at_s % tier.block_s


def rows_settle_at(tier: Tier, at_s: int, *, series_id: int) -> int:
    """When a fresh row of that instant becomes part of a block."""
    return block_start(tier, at_s) + tier.block_s + LATE_S + _spread(series_id)


def block_ends_at(tier: Tier, from_s: int, *, series_id: int) -> int:
    """When a block is put into the next tier, or deleted."""
    return from_s + tier.block_s + tier.kept_s + _spread(series_id)


def _spread(series_id: int) -> int:
    return series_id * 97 % _SPREAD_S
