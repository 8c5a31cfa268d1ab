"""Metric filters: put, describe, delete, test."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.log_patterns.lines import Line
from eventyard.languages.log_patterns.pattern import LogPattern
from eventyard.services.logs import errors
from eventyard.services.logs.model.metric_filters import (
    FILTERS_MAX,
    REGEX_FILTERS_MAX,
    MetricFilter,
    pattern_given,
    settings_given,
    transformation_given,
)
from eventyard.services.logs.operations.pages import after_of, cut, limit_of
from eventyard.services.logs.queries import filters
from eventyard.services.logs.work.finding import standard_group
from eventyard.store.tx import Tx

_READ_AT_ONCE = 500


def put_metric_filter(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Add a metric filter, or put it in the place of the one with its name."""
    params = call.params
    name, pattern = params["filterName"], pattern_given(params["filterPattern"], for_metrics=True)
    transformation, settings = transformation_given(params, pattern), settings_given(params)
    group = standard_group(tx, call)
    others = [(one, compiled) for one, compiled in filters.metric_filters_of(tx, group) if one.name != name]
    _refuse_too_many(pattern, [compiled for _, compiled in others], most=FILTERS_MAX)
    filters.put_metric_filter(
        tx,
        group,
        name,
        pattern=params["filterPattern"],
        transformation=transformation,
        settings=settings,
        now_ms=call.now_ms,
    )


def describe_metric_filters(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Metric filters by name: of a group, with a prefix, or of a metric."""
    params = call.params
    metric, namespace = params.get("metricName"), params.get("metricNamespace")
    of_group = bool(params.get("logGroupName"))
    if (metric is None) is not (namespace is None) or (of_group and metric is not None):
        raise errors.filters_of_what()
    if of_group:
        standard_group(tx, call)
    prefix = params.get("filterNamePrefix", "")

    def is_wanted(filter: MetricFilter) -> bool:
        made = (filter.transformation["metricName"], filter.transformation["metricNamespace"])
        return filter.name.startswith(prefix) and (metric is None or made == (metric, namespace))

    place = after_of(params, str, str, refusal=errors.pagination_token_invalid)
    after, limit = (place[0], place[1]) if place else ("", ""), limit_of(params)
    found: list[MetricFilter] = []
    while len(found) <= limit:
        read = filters.metric_filters(
            tx,
            call.account,
            call.region,
            group_name=params.get("logGroupName"),
            after=after,
            rows_max=_READ_AT_ONCE,
        )
        found.extend(filter(is_wanted, read))
        if len(read) < _READ_AT_ONCE:
            break
        after = (read[-1].name, read[-1].group)
    shown, more = cut(found[: limit + 1], limit, lambda one: (one.name, one.group))
    return {"metricFilters": [one.shown() for one in shown], **more}


def delete_metric_filter(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Delete the metric filter. Raises ResourceNotFoundException."""
    if not filters.delete_metric_filter(tx, standard_group(tx, call), call.params["filterName"]):
        raise errors.no_such_metric_filter()


def test_metric_filter(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Which of the lines fit, counted from 1, with the fields that a space-delimited pattern finds in them."""
    pattern = pattern_given(call.params["filterPattern"], for_metrics=True)
    matches = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": dict(match.fields)}
        for number, message in enumerate(call.params["logEventMessages"], 1)
        if (match := pattern.match(Line(message))) is not None
    ]
    return {"matches": matches}


def _refuse_too_many(pattern: LogPattern, others: list[LogPattern], *, most: int) -> None:
    if len(others) >= most:
        raise errors.limit_exceeded()
    if pattern.regexes and sum(bool(other.regexes) for other in others) >= REGEX_FILTERS_MAX:
        raise errors.limit_exceeded()
