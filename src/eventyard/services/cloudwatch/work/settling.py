"""Old points become few: a series' rows become blocks, and blocks those of the next tier, until nothing is left.

One due row a series (`cloudwatch.settling`, keyed by its id), at the instant at which something of it is next over. A
step does a few blocks' work and comes back for the rest, so that no transaction is long.
"""

from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.services.cloudwatch.model.points import in_buckets
from eventyard.services.cloudwatch.model.series import Metric
from eventyard.services.cloudwatch.model.tiers import (
    TIERS,
    Tier,
    block_ends_at,
    block_start,
    rows_settle_at,
    tier_after,
)
from eventyard.services.cloudwatch.queries import points as stored
from eventyard.services.cloudwatch.queries import series as known
from eventyard.store.tx import Tx

SETTLING_TIMER = "cloudwatch.settling"
_BLOCKS_A_STEP = 4


def settle_later(tx: Tx, call: Call[Any], metric: Metric, series_id: int, *, at_s: int) -> None:
    """Have the series looked at then."""
    known.settle_series_at(tx, series_id, settles_at_s=at_s)
    own = call.within(service="cloudwatch", operation="", params={}, account=metric.account, region=metric.region)
    own.later(tx, kind=SETTLING_TIMER, key=str(series_id), at_ms=at_s * 1000)


def settle(tx: Tx, call: Call[Any], due: DueRow) -> None:
    """Do what is due of a series, a few blocks' worth, and plan the next look; a series without points is forgotten."""
    series_id, now_s = int(due.key), call.now_ms // 1000
    for _ in range(_BLOCKS_A_STEP):
        if not _settle_one(tx, series_id, now_s=now_s):
            break
    due_at = [at_s for tier in TIERS for at_s in _due_at(tx, series_id, tier)]
    if not due_at:
        known.delete_series(tx, series_id)
        return
    known.settle_series_at(tx, series_id, settles_at_s=min(due_at), latest_at_s=stored.last_row_at(tx, series_id))
    call.later(tx, kind=SETTLING_TIMER, key=due.key, at_ms=max(call.now_ms, min(due_at) * 1000))


def _settle_one(tx: Tx, series_id: int, *, now_s: int) -> bool:
    """Do one block's work: the first that is due. False where nothing is."""
    for tier in TIERS:
        row_at_s = stored.first_row_at(tx, series_id, tier)
        if row_at_s is not None and rows_settle_at(tier, row_at_s, series_id=series_id) <= now_s:
            _rows_to_block(tx, series_id, tier, block_start(tier, row_at_s))
            return True
        from_s = stored.first_block_from(tx, series_id, tier)
        if from_s is not None and block_ends_at(tier, from_s, series_id=series_id) <= now_s:
            _block_to_next_tier(tx, series_id, tier, from_s)
            return True
    return False


def _due_at(tx: Tx, series_id: int, tier: Tier) -> list[int]:
    """When rows and blocks of the tier are next over, each if there are any."""
    row_at_s = stored.first_row_at(tx, series_id, tier)
    from_s = stored.first_block_from(tx, series_id, tier)
    rows = [] if row_at_s is None else [rows_settle_at(tier, row_at_s, series_id=series_id)]
    return rows if from_s is None else [*rows, block_ends_at(tier, from_s, series_id=series_id)]


def _rows_to_block(tx: Tx, series_id: int, tier: Tier, from_s: int) -> None:
    until_s = from_s + tier.block_s
    rows = stored.rows_between(tx, series_id, tier, from_s=from_s, until_s=until_s)
    known.settle_series_at(tx, series_id, settles_at_s=0, latest_at_s=rows[-1].at_s)
    stored.add_to_blocks(tx, series_id, tier, rows)
    stored.delete_rows(tx, series_id, tier, from_s=from_s, until_s=until_s)


def _block_to_next_tier(tx: Tx, series_id: int, tier: Tier, from_s: int) -> None:
    coarser = tier_after(tier)
    if coarser is not None:
        points = stored.block(tx, series_id, tier, from_s)
        stored.add_to_blocks(tx, series_id, coarser, in_buckets(points, from_s=from_s, period_s=coarser.resolution_s))
    stored.delete_block(tx, series_id, tier, from_s)
