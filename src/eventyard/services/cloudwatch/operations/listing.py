"""ListMetrics: which metrics were given something in the last two weeks."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.checks import check_namespace, check_text
from eventyard.services.cloudwatch.model.series import Dimensions, Metric
from eventyard.services.cloudwatch.model.tiers import DAY_S, HOUR_S
from eventyard.services.cloudwatch.queries.series import metrics_after
from eventyard.store.tx import Tx

PAGE_MAX: Final = 500
FILTERS_MAX: Final = 10
_BEGINNING: Final = ("", "", "")


def list_metrics(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Metrics by namespace, name and dimensions, 500 a page."""
    params = call.params
    _check(params)
    place = _place_of(params.get("NextToken"))
    accounts: dict[str, Any] = {"OwningAccounts": []} if params.get("IncludeLinkedAccounts") else {}
    if params.get("OwningAccount", call.account) != call.account:
        return {"Metrics": [], **accounts}
    found = _matching(tx, call, place)
    page, more = found[:PAGE_MAX], {}
    if len(found) > PAGE_MAX:
        more = {"NextToken": _token_of(page[-1])}
    if accounts:
        accounts = {"OwningAccounts": [call.account] * len(page)}
    return {"Metrics": [metric.shown() for metric, _ in page], **more, **accounts}


def _check(params: Mapping[str, Any]) -> None:
    check_namespace(params.get("Namespace"), is_required=False)
    check_text(params.get("MetricName"), "MetricName", is_required=False)
    filters = params.get("Dimensions") or ()
    if len(filters) > FILTERS_MAX:
        raise errors.too_many("Dimensions", FILTERS_MAX)
    for place, one in enumerate(filters, start=1):
        check_text(one.get("Name"), f"Dimensions.member.{place}.Name")
        check_text(one.get("Value"), f"Dimensions.member.{place}.Value", length_max=1024, is_required=False)
    if params.get("RecentlyActive") not in (None, "PT3H"):
        raise errors.recently_active_invalid()


def _matching(tx: Tx, call: Call[Mapping[str, Any]], place: tuple[str, str, str]) -> list[tuple[Metric, str]]:
    """One page of what matches, and one more; rows are read until there are enough of them or none left."""
    params, filters = call.params, call.params.get("Dimensions") or ()
    is_fresh = params.get("RecentlyActive") is not None
    since_s = call.now_ms // 1000 - (3 * HOUR_S if is_fresh else 14 * DAY_S)
    found: list[tuple[Metric, str]] = []
    while len(found) <= PAGE_MAX:
        rows = metrics_after(
            tx,
            account=call.account,
            region=call.region,
            namespace=params.get("Namespace"),
            name=params.get("MetricName"),
            since_s=since_s,
            is_fresh=is_fresh,
            after=place,
            rows_max=PAGE_MAX + 1,
        )
        found += [(metric, text) for metric, text in rows if _passes(metric.dimensions, filters)]
        if len(rows) <= PAGE_MAX:
            break
        last, text = rows[-1]
        place = last.namespace, last.name, text
    return found


def _passes(dimensions: Dimensions, filters: Sequence[Mapping[str, str]]) -> bool:
    """Whether each filter's name is there, with its value where it has one."""
    known = dict(dimensions)
    return all(one["Name"] in known and one.get("Value") in (None, known[one["Name"]]) for one in filters)


def _token_of(last: tuple[Metric, str]) -> str:
    metric, text = last
    return base64.urlsafe_b64encode(json.dumps([metric.namespace, metric.name, text]).encode()).decode()


def _place_of(token: str | None) -> tuple[str, str, str]:
    if token is None:
        return _BEGINNING
    try:
        namespace, name, text = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError, binascii.Error):
        raise errors.next_token_invalid() from None
    return str(namespace), str(name), str(text)
