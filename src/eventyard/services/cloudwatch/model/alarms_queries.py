"""The queries of an alarm with metric math: judged when it is put, and worked out when it is evaluated.

One query returns the data that the alarm compares; its period is the alarm's. An expression has its own period, else
the shortest of the metrics. Metric math counts periods from the epoch while an alarm's slide, so instants are moved to
the nearest period's start before and moved back after.
"""

from collections.abc import Callable, Mapping, Sequence
from math import lcm
from typing import Any, Final

from eventyard.languages.metric_math.errors import MathError
from eventyard.languages.metric_math.evaluating import Inputs, evaluate
from eventyard.languages.metric_math.expression import Expression, compile_expression
from eventyard.languages.metric_math.values import Frame, Series, Settled
from eventyard.services.cloudwatch.model import alarms_errors as errors
from eventyard.services.cloudwatch.model.statistics import parse_statistic

Query = Mapping[str, Any]
ReadStat = Callable[[Query, int], Sequence[tuple[int, float]]]
"""The datapoints (instant, value) of a MetricStat over so many of its periods, ascending."""

_QUERIES_MAX: Final = 10
_MINUTE_S: Final = 60


def judge_queries(queries: Sequence[Query], *, account: str) -> list[dict[str, Any]]:
    """The queries as they are kept, ReturnData filled in. Raises ValidationError."""
    if len({query["Id"] for query in queries}) < len(queries):
        raise errors.ids_not_unique()
    for query in queries:
        _judge(query, account=account)
    for kind, member in (("metrics", "MetricStat"), ("expressions", "Expression")):
        if sum(member in query for query in queries) > _QUERIES_MAX:
            raise errors.too_many_queries(kind)
    if sum(query.get("ReturnData", True) for query in queries) != 1:
        raise errors.one_returns()
    kept = [{**query, "ReturnData": query.get("ReturnData", True)} for query in queries]
    returned_points(kept, lambda _stat, _periods: (), until_s=0, periods=1)
    return kept


def period_of(settings: Mapping[str, Any]) -> int:
    """The period of an alarm, in seconds."""
    if "Metrics" not in settings:
        return int(settings["Period"])
    queries = settings["Metrics"]
    returning = _returning(queries)
    if "MetricStat" in returning:
        return int(returning["MetricStat"]["Period"])
    if "Period" in returning:
        return int(returning["Period"])
    return min((int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query), default=_MINUTE_S)


def stats_of(settings: Mapping[str, Any]) -> list[Query]:
    """The metrics that an alarm with queries reads, as MetricStats."""
    return [query["MetricStat"] for query in settings["Metrics"] if "MetricStat" in query]


def returned_points(
    queries: Sequence[Query], read: ReadStat, *, until_s: int, periods: int
) -> tuple[tuple[int, float], ...]:
    """The datapoints of the query that returns data, over so many periods up to `until_s`, ascending.

    Raises ValidationError for what is no expression, or gives no single series.
    """
    period_s = period_of({"Metrics": queries})
    stat_periods = [int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query]
    offset_s = until_s % lcm(period_s, *stat_periods)
    end_s = until_s - offset_s
    frame = Frame(end_s - periods * period_s, end_s, period_s)
    values: dict[str, Settled] = {}
    for query in queries:
        if "MetricStat" in query:
            stat = query["MetricStat"]
            stat_s = int(stat["Period"])
            points = read(stat, -(-periods * period_s // stat_s))
            values[query["Id"]] = Series(tuple((at_s - offset_s, value) for at_s, value in points), stat_s)
    _work_out(queries, values, frame)
    found = values[_returning(queries)["Id"]]
    if not isinstance(found, Series):
        raise errors.many_series() if isinstance(found, tuple) else errors.metrics_invalid()
    return tuple((at_s + offset_s, value) for at_s, value in found.points)


def _work_out(queries: Sequence[Query], values: dict[str, Settled], frame: Frame) -> None:
    """Add what every expression comes to, each after those that it names."""
    metric_ids = tuple(query["Id"] for query in queries if "MetricStat" in query)
    waiting = {query["Id"]: _compiled(query) for query in queries if "Expression" in query}
    while waiting:
        ready = [id for id, expression in waiting.items() if not waiting.keys() & set(expression.references)]
        if not ready:
            raise errors.metrics_invalid()
        for id in ready:
            try:
                values[id] = evaluate(waiting.pop(id), Inputs(dict(values), metric_ids), frame)
            except MathError as refused:
                raise errors.expression_invalid(id, refused.reason) from refused


def _compiled(query: Query) -> Expression:
    text = query["Expression"]
    if text.lstrip().upper().startswith("SELECT"):
        raise errors.not_served("A Metrics Insights query in an alarm")
    if "ANOMALY_DETECTION_BAND" in text.upper():
        raise errors.not_served("An alarm on an anomaly detection band")
    try:
        expression = compile_expression(text)
    except MathError as refused:
        raise errors.expression_invalid(query["Id"], refused.reason) from refused
    if expression.searches:
        raise errors.search_not_served()
    return expression


def _judge(query: Query, *, account: str) -> None:
    if "Expression" in query and "MetricStat" in query:
        raise errors.two_kinds_of_query()
    if query.get("AccountId", account) != account:
        raise errors.not_served("A metric of another account")
    if "MetricStat" in query:
        _judge_stat(query["MetricStat"])
    elif "Expression" not in query:
        raise errors.parameter_null("Period")
    elif "Period" in query:
        _judge_period(query["Period"])


def _judge_stat(stat: Query) -> None:
    for name in ("MetricName", "Namespace"):
        if name not in stat["Metric"]:
            raise errors.parameter_null(name)
    if not stat["Metric"]["Namespace"].isascii():
        raise errors.namespace_not_ascii()
    if parse_statistic(stat["Stat"]) is None:
        raise errors.metrics_invalid()
    _judge_period(stat["Period"])


def _judge_period(period_s: int) -> None:
    if period_s not in (10, 20, 30) and period_s % _MINUTE_S:
        raise errors.period_invalid()


def _returning(queries: Sequence[Query]) -> Query:
    return next(query for query in queries if query.get("ReturnData", True))
