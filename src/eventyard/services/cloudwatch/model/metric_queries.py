"""The queries of GetMetricData, and of alarms that evaluate queries: judged one by one, in AWS's words.

GetMetricData tells all its refusals as `ValidationError`, also those that other operations tell by codes of their own.

Sources: stackd; users' reports (`Period`, a missing namespace); moto (a missing `MetricStat`, with its line's end).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from eventyard.base.errors import AwsError
from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.checks import (
    NAME_MAX,
    check_period,
    check_text,
    check_unit,
    checked_dimensions,
)
from eventyard.services.cloudwatch.model.statistics import parse_statistic

QUERIES_MAX: Final = 500
EXPRESSION_MAX: Final = 2048
_ID_PATTERN: Final = "^[a-z][a-zA-Z0-9_]*$"
_ID: Final = re.compile(_ID_PATTERN)


def check_queries(queries: Sequence[Mapping[str, Any]], parameter: str = "MetricDataQueries") -> None:
    """Each query has an id of its own, and a metric's statistic or an expression. Raises ValidationError."""
    with as_validation_error():
        if not queries:
            raise _required(parameter)
        if len(queries) > QUERIES_MAX:
            raise errors.too_many(parameter, QUERIES_MAX)
        for place, query in enumerate(queries, start=1):
            _check_query(query, f"{parameter}.member.{place}")
        if len({query["Id"] for query in queries}) < len(queries):
            raise errors.ids_not_unique(parameter)


@contextmanager
def as_validation_error() -> Iterator[None]:
    """Whatever is refused within is refused as `ValidationError`."""
    try:
        yield
    except AwsError as refusal:
        raise errors.validation(refusal.message) from None


def _check_query(query: Mapping[str, Any], name: str) -> None:
    check_text(query.get("Id"), f"{name}.Id")
    if not _ID.match(query["Id"]):
        raise errors.id_malformed(f"{name}.Id", _ID_PATTERN)
    stat, expression, period_s = query.get("MetricStat"), query.get("Expression"), query.get("Period")
    if stat is None and not expression:
        raise _required(f"{name}.MetricStat")
    if stat is not None and expression is not None:
        raise errors.both_specified(f"{name}.Expression", f"{name}.MetricStat")
    if stat is not None and period_s is not None:
        raise errors.both_specified(f"{name}.Period", f"{name}.MetricStat")
    check_text(expression, f"{name}.Expression", length_max=EXPRESSION_MAX, is_required=False)
    check_text(query.get("AccountId"), f"{name}.AccountId", is_required=False)
    if period_s is not None:
        check_period(period_s, f"{name}.Period")
    if stat is not None:
        _check_stat(stat, f"{name}.MetricStat")


def _check_stat(stat: Mapping[str, Any], name: str) -> None:
    metric = stat.get("Metric")
    if metric is None:
        raise _required(f"{name}.Metric")
    for member in ("Namespace", "MetricName"):
        if not metric.get(member):
            raise _required(f"{name}.Metric.{member}")
        check_text(metric[member], f"{name}.Metric.{member}", length_max=NAME_MAX)
    checked_dimensions(metric.get("Dimensions") or (), f"{name}.Metric.Dimensions")
    for member in ("Period", "Stat"):
        if stat.get(member) is None:
            raise _required(f"{name}.{member}")
    check_period(stat["Period"], f"{name}.Period")
    if parse_statistic(stat["Stat"]) is None:
        raise errors.statistic_invalid(f"{name}.Stat")
    check_unit(stat.get("Unit"), f"{name}.Unit")


def _required(parameter: str) -> AwsError:
    return errors.validation(f"The parameter {parameter} is required.\n")
