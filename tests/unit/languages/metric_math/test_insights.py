"""Metrics Insights: what a SELECT is read as, and what it comes to."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.languages.metric_math.errors import MathError
from eventyard.languages.metric_math.insights.query import Clause, Select, compile_select, is_select
from eventyard.languages.metric_math.insights.results import Group, Observed, aggregated, groups, ordered
from eventyard.languages.metric_math.values import Metric, Series

ALL = """SELECT SUM(RequestCount)
FROM SCHEMA("AWS/ApplicationELB", LoadBalancer, AvailabilityZone)
WHERE LoadBalancer = 'app/load-balancer-1' AND AvailabilityZone != 'us-east-1a'
GROUP BY AvailabilityZone
ORDER BY MAX() DESC
LIMIT 5"""


@pytest.mark.parametrize(
    ("text", "select"),
    [
        ("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\"", Select("AVG", "CPUUtilization", "AWS/EC2")),
        ("select max(CPU) from SCHEMA(\"AWS/EC2\")", Select("MAX", "CPU", "AWS/EC2", frozenset())),
        ('SELECT COUNT("LIMIT") FROM N', Select("COUNT", "LIMIT", "N")),
        (r'SELECT MIN("Bytes\"Input\"") FROM N ORDER BY AVG()', Select("MIN", 'Bytes"Input"', "N", order_by="AVG")),
        (
            ALL,
            Select(
                "SUM",
                "RequestCount",
                "AWS/ApplicationELB",
                frozenset({"LoadBalancer", "AvailabilityZone"}),
                (
                    Clause("LoadBalancer", "app/load-balancer-1", is_negated=False),
                    Clause("AvailabilityZone", "us-east-1a", is_negated=True),
                ),
                ("AvailabilityZone",),
                "MAX",
                is_descending=True,
                limit=5,
            ),
        ),
    ],
)  # fmt: skip
def test_a_query_is_read(text: str, select: Select):
    assert is_select(text)
    assert compile_select(text) == select


NO_QUERIES = [
    "SELECT", "SELECT AVG(x)", "SELECT AVG(x) FROM", "SELECT AVG(LIMIT) FROM N", "SELECT MEDIAN(x) FROM N",
    "SELECT AVG(x) FROM AWS/EC2", "SELECT AVG(x) FROM SCHEMA()", "SELECT AVG(x) FROM N WHERE a = b",
    "SELECT AVG(x) FROM N WHERE a = 'b' OR a = 'c'", "SELECT AVG(x) FROM N GROUP a", "SELECT AVG(x) FROM N LIMIT 0",
    "SELECT AVG(x) FROM N LIMIT 501", "SELECT AVG(x) FROM N LIMIT 99999999999999999999",
    "SELECT AVG(x) FROM N LIMIT 5 5",
    "SELECT AVG(x) FROM N ORDER BY MAX DESC", "SELECT FROM(x) FROM N",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_QUERIES)
def test_what_is_no_query_is_refused(text: str):
    with pytest.raises(MathError):
        compile_select(text)


@given(st.one_of(st.text(), st.lists(st.sampled_from([*ALL.split(), "'x'", '"', "(", ")", ","])).map(" ".join)))
def test_reading_a_query_raises_nothing_else(text: str):
    with suppress(MathError):
        compile_select(text)


def test_math_is_no_select():
    assert not is_select("SELECTED + 1")
    assert not is_select("m1 + m2")


def metric(name: str = "Age", **dimensions: str) -> Metric:
    return Metric("Q", name, tuple(dimensions.items()))


A, B, A_EAST, BARE = metric(queue="a"), metric(queue="b"), metric(queue="a", zone="east"), metric()
KNOWN = [A_EAST, B, A, BARE, metric("Depth", queue="a")]


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        ("FROM Q", [Group("", (A_EAST, B, A, BARE))]),
        ("FROM SCHEMA(Q)", [Group("", (BARE,))]),
        ('FROM SCHEMA(Q, "zone", queue)', [Group("", (A_EAST,))]),
        ("FROM Q WHERE queue = 'a'", [Group("", (A_EAST, A))]),
        ("FROM Q WHERE queue != 'a'", [Group("", (B, BARE))]),
        ("FROM Q WHERE queue = 'a' AND \"zone\" = 'east'", [Group("", (A_EAST,))]),
        ("FROM Q GROUP BY queue", [Group("a", (A_EAST, A)), Group("b", (B,)), Group("Other", (BARE,))]),
        ("FROM Q WHERE queue = 'a' GROUP BY queue, \"zone\"", [Group("a east", (A_EAST,)), Group("a Other", (A,))]),
        ("FROM Nothing", []),
    ],
)
def test_metrics_are_grouped(clauses: str, found: list[Group]):
    assert groups(compile_select(f"SELECT MAX(Age) {clauses}"), KNOWN, account="1") == found


@pytest.mark.parametrize(
    ("function", "values"), [("AVG", [2.5, 8]), ("COUNT", [4, 1]), ("MAX", [6, 8]), ("MIN", [0, 8]), ("SUM", [10, 8])]
)
def test_a_group_aggregates_observations(function: str, values: list[float]):
    observations = [[Observed(0, 3, 9, 0, 6), Observed(60, 1, 8, 8, 8)], [Observed(0, 1, 1, 1, 1)]]
    series = aggregated(compile_select(f"SELECT {function}(x) FROM N"), observations, label="g", period_s=60)
    assert series == Series(((0, values[0]), (60, values[1])), 60, label="g")


def test_series_are_ordered_and_limited_and_those_without_points_left_out():
    one, two, none = Series(((0, 1.0), (60, 5.0)), 60, "one"), Series(((0, 4.0),), 60, "two"), Series((), 60, "none")
    by_label = ordered(compile_select("SELECT AVG(x) FROM N"), [one, none, two])
    assert by_label == (one, two)
    for clause, labels in (
        ("AVG() DESC LIMIT 1", ["1 - two"]),
        ("COUNT()", ["1 - two", "2 - one"]),
        ("MAX() ASC", ["1 - two", "2 - one"]),
    ):
        found = ordered(compile_select(f"SELECT AVG(x) FROM N ORDER BY {clause}"), [one, two])
        assert [series.label for series in found] == labels
