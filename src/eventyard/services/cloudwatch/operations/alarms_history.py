"""DescribeAlarmHistory."""

from collections.abc import Mapping
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.languages import page_tokens
from eventyard.services.cloudwatch.model import alarms_errors as errors
from eventyard.services.cloudwatch.model.alarms import METRIC
from eventyard.services.cloudwatch.queries import alarms_history as history
from eventyard.services.cloudwatch.queries.alarms_history import Happening, Wanted
from eventyard.store.tx import Tx

_PAGE: Final = 50


def describe_alarm_history(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """What has happened to alarms, also deleted ones, newest first; without AlarmTypes to metric alarms only.

    Of contributors there is no history: they belong to alarms that are not served.
    """
    params = call.params
    from_ms, until_ms = params.get("StartDate"), params.get("EndDate")
    if from_ms is not None and until_ms is not None and from_ms > until_ms:
        raise errors.dates_reversed()
    if "AlarmContributorId" in params:
        return {"AlarmHistoryItems": []}
    wanted = Wanted(
        alarm=params.get("AlarmName"),
        kinds=params.get("AlarmTypes") or [METRIC],
        type=params.get("HistoryItemType"),
        from_ms=from_ms,
        until_ms=until_ms,
        is_ascending=params.get("ScanBy") == "TimestampAscending",
        after=_after(params.get("NextToken")),
    )
    rows_max = params.get("MaxRecords", _PAGE)
    found = history.happenings(tx, wanted, account=call.account, region=call.region, rows_max=rows_max + 1)
    page, token = page_tokens.cut(found, rows_max, lambda one: f"{one.at_ms} {one.id}")
    answer: dict[str, Any] = {"AlarmHistoryItems": [_shown(one) for one in page]}
    return {**answer, "NextToken": token} if token else answer


def _after(token: str | None) -> tuple[int, int] | None:
    name = page_tokens.name_of(token)
    if name == "":
        return None
    match (name or "").split(" "):
        case [at_ms, id] if at_ms.isdigit() and id.isdigit():
            return int(at_ms), int(id)
    raise errors.next_token_invalid(token or "")


def _shown(one: Happening) -> dict[str, Any]:
    return {
        "AlarmName": one.alarm,
        "AlarmType": one.kind,
        "Timestamp": one.at_ms,
        "HistoryItemType": one.type,
        "HistorySummary": one.summary,
        "HistoryData": one.data,
    }
