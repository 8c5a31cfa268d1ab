"""Metric filters: which are taken, and which metrics they make of lines. Pure.

A line that fits counts with the filter's value: a number, or what stands at a selector of the line. One that does not
fit counts with the default value, where there is one; so does one that fits and has nothing at the selector. A line
that lacks one of the dimensions counts without any.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html and .../FilterAndPatternSyntax
(the default value is used for each line without a match). Unverified: the two sentences about what a line lacks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.languages.log_patterns.comparisons import number_of
from eventyard.languages.log_patterns.errors import InvalidPattern
from eventyard.languages.log_patterns.lines import Line
from eventyard.languages.log_patterns.pattern import Kind, LogPattern, Match, compile_log_pattern
from eventyard.services.logs import errors
from eventyard.services.logs.model.metric_data import Measurement
from eventyard.services.logs.model.system_fields import Fields, read_criteria, system_fields_given

FILTERS_MAX = 100
"""Of a group. Source: the service model's description of PutMetricFilter."""
REGEX_FILTERS_MAX = 5
"""Filters with regular expressions, of a group, of one kind. Source: the same; Unverified: the words."""
DIMENSIONS_MAX = 3
DIMENSION_LENGTH_MAX = 1_024
_UNSERVED = ("fieldSelectionCriteria", "emitSystemFields", "applyOnTransformedLogs")
_SETTINGS = ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions")


@dataclass(frozen=True, slots=True)
class MetricFilter:
    """A metric filter; `transformation` is its one MetricTransformation as it was given, `settings` what else was."""

    name: str
    group: str
    pattern: str
    transformation: Mapping[str, Any]
    settings: Mapping[str, Any]
    created_at_ms: int

    def shown(self) -> dict[str, Any]:
        """As DescribeMetricFilters shows it. Source: recordings of localstack/localstack, 2026-02-05."""
        return {
            "filterName": self.name,
            "filterPattern": self.pattern,
            "metricTransformations": [dict(self.transformation)],
            "creationTime": self.created_at_ms,
            "logGroupName": self.group,
            "applyOnTransformedLogs": False,
            **self.settings,
        }

    def measures(self, fields: Fields) -> bool:
        """Whether it is about lines with these system fields. No lines are transformed here."""
        criteria = self.settings.get("fieldSelectionCriteria")
        is_about = not self.settings.get("applyOnTransformedLogs", False)
        return is_about and (criteria is None or read_criteria(criteria)(fields))


def pattern_given(text: str, *, for_metrics: bool = False) -> LogPattern:
    """The compiled pattern. Raises InvalidParameterException."""
    try:
        return compile_log_pattern(text)
    except InvalidPattern as invalid:
        raise errors.invalid(invalid.for_metrics if for_metrics else str(invalid)) from None


def refuse_unserved(params: Mapping[str, Any]) -> None:
    """Refuse what no subscription here would act on: transformed lines, and fields of lines from elsewhere."""
    for name in _UNSERVED:
        if params.get(name):
            raise errors.not_served(name)


def transformation_given(params: Mapping[str, Any], pattern: LogPattern) -> Mapping[str, Any]:
    """The transformation of a PutMetricFilter. Raises InvalidParameterException."""
    given: Mapping[str, Any] = params["metricTransformations"][0]
    dimensions, value = given.get("dimensions") or {}, given["metricValue"]
    if dimensions and given.get("defaultValue") is not None:
        raise errors.transformation("dimensions and default value are mutually exclusive properties")
    if dimensions and pattern.kind is Kind.TERMS:
        raise errors.pattern_without_dimensions()
    if len(dimensions) + len(system_fields_given(params.get("emitSystemFieldDimensions") or ())) > DIMENSIONS_MAX:
        raise errors.too_many_dimensions()
    if not all(pattern.has(selector) for selector in dimensions.values()):
        raise errors.transformation("dimension value must be valid selector")
    if number_of(value) is None and not pattern.has(value):
        raise errors.transformation(f"metric value {value} must be a valid number")
    if given["metricNamespace"].startswith("AWS/"):
        raise errors.reserved_namespace()
    kept = {name: value for name, value in given.items() if value is not None and value != {}}
    if "defaultValue" in kept:
        kept["defaultValue"] = float(kept["defaultValue"])
    return kept


def settings_given(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """What else a PutMetricFilter sets. Raises InvalidParameterException."""
    if params.get("fieldSelectionCriteria"):
        read_criteria(params["fieldSelectionCriteria"])
    kept = {name: params[name] for name in _SETTINGS if params.get(name)}
    if "emitSystemFieldDimensions" in kept:
        kept["emitSystemFieldDimensions"] = list(system_fields_given(kept["emitSystemFieldDimensions"]))
    return kept


def measurements(
    filters: Sequence[tuple[MetricFilter, LogPattern]], fields: Fields, events: Sequence[tuple[int, str]]
) -> Iterator[Measurement]:
    """What the filters make of (instant, message) pairs, whose system fields are these."""
    measuring = [(filter, pattern) for filter, pattern in filters if filter.measures(fields)]
    for at_ms, message in events:
        line = Line(message)
        for filter, pattern in measuring:
            made = _measurement(filter, pattern.match(line), fields, at_ms)
            if made is not None:
                yield made


def _measurement(filter: MetricFilter, match: Match | None, fields: Fields, at_ms: int) -> Measurement | None:
    given = filter.transformation
    value: float | None = given.get("defaultValue")
    dimensions: tuple[tuple[str, str], ...] = ()
    emitted = tuple((name, fields[name]) for name in filter.settings.get("emitSystemFieldDimensions", ()))
    if match is not None:
        number = number_of(given["metricValue"])
        found = match.value(given["metricValue"]) if number is None else number
        value = value if found is None else number_of(found)
        dimensions = _dimensions(given.get("dimensions") or {}, match)
    if value is None:
        return None
    return Measurement(
        namespace=given["metricNamespace"],
        name=given["metricName"],
        unit=given.get("unit", "None"),
        resolution_s=60,
        dimensions=tuple(sorted((*dimensions, *emitted))),
        at_ms=at_ms,
        values=(value,),
    )


def _dimensions(selectors: Mapping[str, str], match: Match) -> tuple[tuple[str, str], ...]:
    found = {name: match.value(selector) for name, selector in selectors.items()}
    whole = tuple(sorted((name, text[:DIMENSION_LENGTH_MAX]) for name, text in found.items() if text))
    return whole if len(whole) == len(found) else ()
