"""GetMetricData: statistics of many metrics at once, and what expressions make of them (`expressions.py`)."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from eventyard.engine.call import Call
from eventyard.languages.metric_math.insights.results import Observed
from eventyard.languages.metric_math.values import Frame
from eventyard.languages.metric_math.values import Metric as Named
from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.data_pages import DATAPOINTS_MAX, digest_of, page_of, told_before
from eventyard.services.cloudwatch.model.metric_queries import as_validation_error, check_queries
from eventyard.services.cloudwatch.model.points import Point
from eventyard.services.cloudwatch.model.series import Metric
from eventyard.services.cloudwatch.model.statistics import parse_statistic, value_of
from eventyard.services.cloudwatch.model.tiers import DAY_S
from eventyard.services.cloudwatch.model.windows import Window, window_of
from eventyard.services.cloudwatch.operations.expressions import Messages, Read, Result, Sources, results
from eventyard.services.cloudwatch.queries.points import statistics, statistics_by_unit
from eventyard.services.cloudwatch.queries.series import metrics_after
from eventyard.store.tx import Tx

KNOWN_MAX: Final = 100_000
"""Metrics that a search or a SELECT looks through."""
_ZONE: Final = re.compile(r"([+-])(\d\d)(\d\d)")
_ASCENDING, _DESCENDING = "TimestampAscending", "TimestampDescending"
_FORBIDDEN: Final[Messages] = (
    {
        "Code": "Forbidden",
        "Value": "Access denied when getting data - please check that this account and the requested metric account "
        "are linked",
    },
)


def get_metric_data(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The results of the queries: those of metrics first, then those of expressions, each in the request's order."""
    params = call.params
    _check(params)
    queries = [{name: value for name, value in query.items() if value is not None} for query in _queries(params)]
    found, messages = results(queries, _sources(tx, call))
    by_expression = {query["Id"] for query in queries if "Expression" in query}
    foreign = {query["Id"] for query in queries if query.get("AccountId", call.account) != call.account}
    found.sort(key=lambda result: result.id in by_expression)
    told = [() if one.id in foreign else _in_order(one, params.get("ScanBy")) for one in found]
    digest = digest_of(params)
    before = told_before(params.get("NextToken"), digest=digest, count=len(found))
    page = page_of(told, told=before, limit=params.get("MaxDatapoints") or DATAPOINTS_MAX, digest=digest)
    shown = [
        _shown(result, points, is_partial=is_partial, is_foreign=result.id in foreign)
        for result, points, is_partial in zip(found, page.points, page.is_partial, strict=True)
        if points is not None
    ]
    more = {} if page.next_token is None else {"NextToken": page.next_token}
    return {"MetricDataResults": shown, "Messages": list(messages), **more}


def _queries(params: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return params.get("MetricDataQueries") or ()


def _check(params: Mapping[str, Any]) -> None:
    check_queries(_queries(params))
    with as_validation_error():
        for name in ("StartTime", "EndTime"):
            if params.get(name) is None:
                raise errors.required(name)
        if params["StartTime"] == params["EndTime"]:
            raise errors.must_not_equal("StartTime", "EndTime")
        if params["StartTime"] > params["EndTime"]:
            raise errors.not_greater("EndTime", "StartTime")
        if params.get("ScanBy") not in (None, _ASCENDING, _DESCENDING):
            raise errors.not_in_set("ScanBy", (_DESCENDING, _ASCENDING))
        if not 1 <= params.get("MaxDatapoints", 1) <= DATAPOINTS_MAX:
            raise errors.datapoints_out_of_range(DATAPOINTS_MAX)


def _sources(tx: Tx, call: Call[Mapping[str, Any]]) -> Sources:
    params = call.params
    window = partial(window_of, start_ms=params["StartTime"], end_ms=params["EndTime"], now_ms=call.now_ms)

    def of(named: Named) -> Metric:
        return Metric(call.account, call.region, named.namespace, named.name, tuple(sorted(named.dimensions)))

    def frame(period_s: int) -> Frame:
        found = window(period_s=period_s)
        return Frame(found.from_s, found.until_s, period_s)

    return Sources(
        read=lambda named, stat, period_s, unit: _read(tx, of(named), stat, window(period_s=period_s), unit),
        observe=lambda named, period_s: _observe(tx, of(named), window(period_s=period_s)),
        known=lambda namespace, name: _known(tx, call, namespace, name),
        frame=frame,
        account=call.account,
        region=call.region,
        now_s=call.now_ms // 1000,
        label_offset_min=_offset_min(params),
    )


def _read(tx: Tx, metric: Metric, stat: str, window: Window, unit: str | None) -> Read:
    """A metric's values; of several units the first by name that has something in a period, and a message."""
    statistic = parse_statistic(stat)
    if statistic is None:
        raise errors.statistic_invalid("Stat")
    if not window.has_data:
        return Read(())
    found = statistics_by_unit(
        tx,
        metric,
        period_s=window.period_s,
        from_s=window.from_s,
        until_s=window.until_s,
        unit=unit,
        is_plain=statistic.is_simple,
    )
    points: dict[int, Point] = {}
    for _, of_unit in sorted(found, key=lambda pair: pair[0]):
        for point in of_unit:
            points.setdefault(point.at_s, point)
    values = ((at_s, value_of(points[at_s], statistic)) for at_s in sorted(points))
    units = sorted(name for name, _ in found)
    return Read(tuple((at_s, value) for at_s, value in values if value is not None), _units_message(units))


def _units_message(units: Sequence[str]) -> Messages:
    """Recorded by localstack/localstack, 2023-12-15."""
    if len(units) < 2:
        return ()
    return ({"Code": "MultipleUnits", "Value": f"Multiple units returned: '[{', '.join(units)}]'"},)


def _observe(tx: Tx, metric: Metric, window: Window) -> list[Observed]:
    if not window.has_data:
        return []
    points = statistics(
        tx,
        account=metric.account,
        region=metric.region,
        namespace=metric.namespace,
        name=metric.name,
        dimensions=metric.dimensions,
        period_s=window.period_s,
        from_s=window.from_s,
        until_s=window.until_s,
        unit=None,
    )
    return [Observed(point.at_s, point.count, point.total, point.least, point.greatest) for point in points]


def _known(tx: Tx, call: Call[Any], namespace: str | None, name: str | None) -> list[Named]:
    found = metrics_after(
        tx,
        account=call.account,
        region=call.region,
        namespace=namespace,
        name=name,
        since_s=call.now_ms // 1000 - 14 * DAY_S,
        rows_max=KNOWN_MAX,
    )
    return [Named(metric.namespace, metric.name, metric.dimensions) for metric, _ in found]


def _offset_min(params: Mapping[str, Any]) -> int:
    """The minutes by which labels tell their instants later than in UTC."""
    zone = (params.get("LabelOptions") or {}).get("Timezone")
    if zone is None:
        return 0
    match = _ZONE.fullmatch(zone)
    if match is None or int(match[3]) > 59:
        raise errors.zone_invalid(zone)
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes


def _in_order(result: Result, scan_by: str | None) -> Sequence[tuple[int, float]]:
    return result.points if scan_by == _ASCENDING else result.points[::-1]


def _shown(
    result: Result, points: Sequence[tuple[int, float]], *, is_partial: bool, is_foreign: bool
) -> dict[str, Any]:
    messages = _FORBIDDEN if is_foreign else result.messages
    return {
        "Id": result.id,
        "Label": result.label,
        "Timestamps": [at_s * 1000 for at_s, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": "Forbidden" if is_foreign else "PartialData" if is_partial else "Complete",
        **({"Messages": list(messages)} if messages else {}),
    }
