"""Pages of GetMetricData: a page has so many datapoints of all results together, shared out among them.

A result that does not end with its page is `PartialData` there. A token says for each result up to which instant it was
told, and which request it belongs to; results that were told to their end are left out of later pages.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eventyard.services.cloudwatch import errors

Points = Sequence[tuple[int, float]]
"""(at_s, value) in the order in which they are told."""

DATAPOINTS_MAX: Final = 100_800


@dataclass(frozen=True, slots=True)
class Page:
    """For each result its points on this page, `None` where it was told before; and the next page's token."""

    points: Sequence[Points | None]
    is_partial: Sequence[bool]
    next_token: str | None


def page_of(results: Sequence[Points], *, told: Sequence[int | None], limit: int, digest: str) -> Page:
    """The page after `told`, which has the last told instant of each result."""
    left = [_after(points, at_s) for points, at_s in zip(results, told, strict=True)]
    shares = _shares([len(points) for points in left], limit)
    page: list[Points | None] = []
    for points, at_s, share in zip(left, told, shares, strict=True):
        page.append(None if at_s is not None and not points else points[:share])
    is_partial = [share < len(points) for points, share in zip(left, shares, strict=True)]
    reached = [points[-1][0] if points else at_s for points, at_s in zip(page, told, strict=True)]
    return Page(page, is_partial, _token(digest, reached) if any(is_partial) else None)


def told_before(token: str | None, *, digest: str, count: int) -> list[int | None]:
    """The last told instant of each result. Raises InvalidNextToken for a token of another request."""
    if token is None:
        return [None] * count
    try:
        of_request, told = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError, binascii.Error):
        raise errors.data_token_invalid() from None
    if of_request != digest or not isinstance(told, list) or len(told) != count:
        raise errors.data_token_invalid()
    return told


def digest_of(params: Mapping[str, Any]) -> str:
    """The same for each page of a request."""
    asked = {name: value for name, value in params.items() if name != "NextToken"}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:32]


def _after(points: Points, at_s: int | None) -> Points:
    if at_s is None:
        return points
    place = next((index for index, (told_s, _) in enumerate(points) if told_s == at_s), None)
    return [] if place is None else points[place + 1 :]


def _shares(wanted: Sequence[int], limit: int) -> list[int]:
    """How much of the limit each gets: the same for all, and the rest to the first that want more."""
    active = sum(count > 0 for count in wanted)
    share = limit // active if active else 0
    shares = [min(count, share) for count in wanted]
    left = limit - sum(shares)
    for place, count in enumerate(wanted):
        more = min(left, count - shares[place])
        shares[place] += more
        left -= more
    return shares


def _token(digest: str, reached: Iterable[int | None]) -> str:
    return base64.urlsafe_b64encode(json.dumps([digest, list(reached)]).encode()).decode()
