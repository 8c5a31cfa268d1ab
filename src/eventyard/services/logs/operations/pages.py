"""Pages of lists: a token says after which names the next page begins, in URL-safe Base64."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from eventyard.base.errors import AwsError
from eventyard.services.logs import errors

PAGE_MAX = 50

T = TypeVar("T")


def limit_of(params: Mapping[str, Any]) -> int:
    """How many rows a page has."""
    limit: int = params.get("limit", PAGE_MAX)
    return limit


def after_of(
    params: Mapping[str, Any], *kinds: type, refusal: Callable[[], AwsError] = errors.next_token_invalid
) -> tuple[Any, ...] | None:
    """What the page begins after, of these kinds, or `None` for the first. Raises the refusal."""
    token = params.get("nextToken")
    if token is None:
        return None
    try:
        after = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise refusal() from None
    if not isinstance(after, list) or [type(part) for part in after] != list(kinds):
        raise refusal()
    return tuple(after)


def cut(rows: Sequence[T], limit: int, after: Callable[[T], Sequence[Any]]) -> tuple[Sequence[T], dict[str, str]]:
    """The page's rows of those read, one more where another page follows, and then its token."""
    if len(rows) <= limit:
        return rows, {}
    last = json.dumps(list(after(rows[limit - 1])), separators=(",", ":"))
    return rows[:limit], {"nextToken": base64.urlsafe_b64encode(last.encode()).decode()}
