"""Labels: those that AWS makes up, and the dynamic values in others."""

import pytest

from eventyard.languages.metric_math.errors import MathError
from eventyard.languages.metric_math.labels import default_labels, is_dynamic, refuse_too_dynamic, render_label
from eventyard.languages.metric_math.values import Origin, Series


def origin(name: str, stat: str = "Sum", period_s: int = 60, namespace: str = "N", **dimensions: str) -> Origin:
    return Origin(namespace, name, tuple(dimensions.items()), stat, period_s, "111111111111", "eu-west-1")


@pytest.mark.parametrize(
    ("origins", "labels"),
    [
        ([], []),
        ([origin("metric1")], ["metric1"]),
        ([origin("metric1"), origin("metric2")], ["metric1", "metric2"]),
        ([origin("metric1"), origin("metric1", "Minimum")], ["metric1 Sum", "metric1 Minimum"]),
        ([origin("metric1"), origin("metric1", period_s=30)], ["metric1 60", "metric1 30"]),
        ([origin("metric1"), origin("metric1", "Minimum", 30)], ["metric1 Sum 60", "metric1 Minimum 30"]),
        ([origin("metric1"), origin("metric1")], ["metric1", "metric1"]),
        ([origin("m", Queue="a"), origin("m", Queue="b")], ["a", "b"]),
        ([origin("m", Queue="a", Kind="x"), origin("n", Queue="b", Kind="x")], ["a m", "b n"]),
        ([origin("m", namespace="A"), origin("m", namespace="B")], ["A m", "B m"]),
        ([origin("m", Queue="a"), origin("m")], ["a", "m"]),
    ],
)
def test_a_metric_goes_by_its_name_or_by_what_tells_it_apart(origins: list[Origin], labels: list[str]):
    assert default_labels(origins) == labels


DAY_S = 1700000000 - 1700000000 % 86400
SERIES = Series(
    ((DAY_S, 4.0), (DAY_S + 60, 10.5), (DAY_S + 120, 0.5), (DAY_S + 4000, 2.0)), 60, origin=origin("m", Queue="orders")
)
NOW_S = DAY_S + 90065


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("plain $ { } ${lower} ${NOTHING_KNOWN}", "plain $ { } ${lower} ${NOTHING_KNOWN}"),
        ("[max: ${MAX} of ${LABEL}]", "[max: 10.5 of metric]"),
        ("${MIN} ${AVG} ${SUM} ${DATAPOINT_COUNT}", "0.5 4.25 17 4"),
        ("${FIRST} ${LAST} ${FIRST_LAST_RANGE} ${MIN_MAX_RANGE}", "4 2 2 10"),
        ("${FIRST_TIME} ${MAX_TIME}", "2023-11-14T00:00:00Z 2023-11-14T00:01:00Z"),
        ("${MIN_TIME} ${LAST_TIME}", "2023-11-14T00:02:00Z 2023-11-14T01:06:40Z"),
        ("${FIRST_TIME_RELATIVE}, ${LAST_TIME_RELATIVE}", "1d 1h 1m 5s, 23h 54m 25s"),
        ("${MAX_TIME_RELATIVE}, ${MIN_TIME_RELATIVE}", "1d 1h 5s, 1d 59m 5s"),
        ("${FIRST_LAST_TIME_RANGE} ${MIN_MAX_TIME_RANGE}", "1h 6m 40s 1m"),
        ("${PROP('Dim.Queue')}/${PROP('Namespace')}/${PROP('MetricName')}/${PROP('Stat')}", "orders/N/m/Sum"),
        ("${PROP('Period')} ${PROP('Region')} ${PROP('AccountId')}", "60 eu-west-1 111111111111"),
        ("<${PROP('Dim.None')}${PROP('Else')}>", "<>"),
    ],
)
def test_a_dynamic_label_is_rendered_from_its_series(label: str, text: str):
    assert render_label(label, SERIES, default="metric", now_s=NOW_S) == text


def test_instants_are_written_in_the_time_zone_that_was_asked_for():
    label = render_label("${FIRST_TIME}", SERIES, default="", now_s=NOW_S, offset_min=-90)
    assert label == "2023-11-13T22:30:00-01:30"


def test_a_series_without_points_has_nothing_to_show():
    empty = Series((), 60)
    label = "${MAX} ${LAST_TIME} ${PROP('MetricName')}${LABEL}"
    assert render_label(label, empty, default="e1", now_s=0) == "-- -- e1"


def test_a_label_takes_five_statistics_and_its_default_once():
    refuse_too_dynamic("${MAX} ${MIN} ${AVG} ${SUM} ${LAST} ${LABEL} ${PROP('Stat')} ${OTHER}")
    with pytest.raises(MathError, match="at most 5"):
        refuse_too_dynamic("${MAX} ${MIN} ${AVG} ${SUM} ${LAST} ${FIRST}")
    with pytest.raises(MathError, match="only once"):
        refuse_too_dynamic("${LABEL} ${LABEL}")


def test_a_label_is_dynamic_where_something_is_to_be_replaced():
    assert is_dynamic("a ${MAX}")
    assert is_dynamic("${PROP('Dim.X')}")
    assert not is_dynamic("a $MAX {MAX}")
