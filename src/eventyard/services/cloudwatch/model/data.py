"""What PutMetricData brings: judged datum by datum, and made into samples.

A datum has a value, values with their counts, or a statistic set; where it has values and a set, the set counts, as AWS
was seen to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.checks import (
    check_namespace,
    check_number,
    check_text,
    check_unit,
    checked_dimensions,
)
from eventyard.services.cloudwatch.model.points import Point, point_of_set, point_of_values
from eventyard.services.cloudwatch.model.series import NO_UNIT, Metric, Sample
from eventyard.services.cloudwatch.model.tiers import DAY_S, HOUR_S

DATA_MAX: Final = 1000
VALUES_MAX: Final = 150
PAST_MAX_MS: Final = 14 * DAY_S * 1000
FUTURE_MAX_MS: Final = 2 * HOUR_S * 1000
FINE_AGE_MAX_MS: Final = 3 * HOUR_S * 1000
"""What is older than this is kept by the minute, whatever its resolution."""
_RESOLUTIONS: Final = (1, 60)
_SET: Final = ("SampleCount", "Sum", "Minimum", "Maximum")


def samples_of(params: Mapping[str, Any], *, account: str, region: str, now_ms: int) -> list[Sample]:
    """The samples of a request, each of its data judged. Raises AwsError for the first that is wrong."""
    namespace = params.get("Namespace")
    check_namespace(namespace)
    assert namespace
    if namespace.startswith("AWS/"):
        raise errors.value_invalid("AWS/", "Namespace")
    data = list(_named_data(params))
    if not data:
        raise errors.no_metric_datum()
    if len(data) > DATA_MAX:
        raise errors.too_many("MetricData", DATA_MAX)
    samples = []
    for name, datum in data:
        dimensions = checked_dimensions(datum.get("Dimensions") or (), f"{name}.Dimensions")
        check_text(datum.get("MetricName"), f"{name}.MetricName")
        check_unit(datum.get("Unit"), f"{name}.Unit")
        metric = Metric(account, region, namespace, datum["MetricName"], dimensions)
        samples.append(_sample(metric, datum, name, now_ms=now_ms))
    return samples


def _named_data(params: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each datum with its name in messages; entities themselves are left aside."""
    for place, datum in enumerate(params.get("MetricData") or (), start=1):
        yield f"MetricData.member.{place}", datum
    for number, entity in enumerate(params.get("EntityMetricData") or (), start=1):
        for place, datum in enumerate(entity.get("MetricData") or (), start=1):
            yield f"EntityMetricData.member.{number}.MetricData.member.{place}", datum


def _sample(metric: Metric, datum: Mapping[str, Any], name: str, *, now_ms: int) -> Sample:
    resolution_s = datum.get("StorageResolution", 60)
    if resolution_s not in _RESOLUTIONS:
        raise errors.not_in_set(f"{name}.StorageResolution", _RESOLUTIONS)
    at_ms = datum.get("Timestamp", now_ms)
    if at_ms < now_ms - PAST_MAX_MS:
        raise errors.too_old(f"{name}.Timestamp")
    if at_ms > now_ms + FUTURE_MAX_MS:
        raise errors.too_new(f"{name}.Timestamp")
    if at_ms < now_ms - FINE_AGE_MAX_MS:
        resolution_s = 60
    at_s = at_ms // 1000
    point = _point(datum, name, at_s - at_s % resolution_s)
    return Sample(metric, datum.get("Unit") or NO_UNIT, resolution_s, point)


def _point(datum: Mapping[str, Any], name: str, at_s: int) -> Point:
    value, values, counts = datum.get("Value"), datum.get("Values"), datum.get("Counts")
    statistic_set = datum.get("StatisticValues")
    if value is not None and values:
        raise errors.both_specified(f"{name}.Value", f"{name}.Values")
    if value is not None and statistic_set is not None:
        raise errors.both_specified(f"{name}.Value", f"{name}.StatisticValues")
    if counts and not values:
        raise errors.counts_without_values()
    if values and counts and len(values) != len(counts):
        raise errors.sizes_differ(f"{name}.Values", f"{name}.Counts")
    if statistic_set is not None:
        return _point_of_set(statistic_set, f"{name}.StatisticValues", at_s)
    if values:
        return _point_of_values(values, counts or [1.0] * len(values), name, at_s)
    if value is None:
        raise errors.no_value()
    check_number(value, f"{name}.Value")
    return point_of_values(at_s, {float(value): 1.0})


def _point_of_values(values: Sequence[float], counts: Sequence[float], name: str, at_s: int) -> Point:
    if len(values) > VALUES_MAX:
        raise errors.too_many(f"{name}.Values", VALUES_MAX)
    taken: dict[float, float] = {}
    for place, (value, count) in enumerate(zip(values, counts, strict=True), start=1):
        check_number(value, f"{name}.Values.member.{place}")
        check_number(count, f"{name}.Counts.member.{place}")
        if count < 0:
            raise errors.count_negative(f"{name}.Counts")
        taken[float(value)] = taken.get(float(value), 0.0) + count
    return point_of_values(at_s, taken)


def _point_of_set(given: Mapping[str, Any], name: str, at_s: int) -> Point:
    for member in _SET:
        if given.get(member) is None:
            raise errors.required(f"{name}.{member}")
        check_number(given[member], f"{name}.{member}")
    count, total, least, greatest = (float(given[member]) for member in _SET)
    if count <= 0:
        raise errors.not_greater(f"{name}.SampleCount", "0")
    if greatest < least:
        raise errors.not_greater(f"{name}.Maximum", f"{name}.Minimum")
    return point_of_set(at_s, count=count, total=total, least=least, greatest=greatest)
