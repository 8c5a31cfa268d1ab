"""Statistics by name, and what they are of a point."""

import pytest

from eventyard.services.cloudwatch.model.points import point_of_set, point_of_values
from eventyard.services.cloudwatch.model.statistics import parse_statistic, value_of

TEN = point_of_values(0, {float(number): 1.0 for number in range(1, 11)})


def of(name, point=TEN):
    statistic = parse_statistic(name)
    assert statistic is not None, name
    return value_of(point, statistic)


@pytest.mark.parametrize(
    "name",
    [
        *("", "average", "P90", "p", "p101", "p99.12345678901", "tm0", "tm101", "TM(:)", "TM()", "TM(10%:90)"),
        *("PR(10%:)", "TM(90%:10%)", "XM(1:2)", "tm(1:2)", "TM(-1:2)", "iqm", "p-1"),
    ],
)
def test_other_names_are_no_statistics(name):
    assert parse_statistic(name) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("SampleCount", 10), ("Sum", 55), ("Average", 5.5), ("Minimum", 1), ("Maximum", 10), ("p0", 1), ("p100", 10)],
)
def test_plain_statistics_are_exact(name, value):
    assert of(name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("p50", 5), ("p90", 9), ("p99.9", 10), ("tm90", 5), ("TM(2:8)", 5.5), ("tc90", 9), ("ts90", 45)),
        *(("IQM", 5.5), ("wm90", 5.4), ("PR(:5)", 50), ("PR(2:8)", 60), ("TC(2:8)", 6), ("TS(2:8)", 33)),
        ("WM(2:8)", 5.4),
    ],
)
def test_other_statistics_are_as_near_as_the_bins_are_narrow(name, value):
    assert of(name) == pytest.approx(value, rel=0.12)


def test_a_percentile_lies_on_the_logarithmic_line_within_its_bin():
    """10 and 10.1 share the bin from 9.85 to 10.83, clipped to them."""
    point = point_of_values(0, {10.0: 1.0, 10.1: 1.0})
    assert of("p50", point) == pytest.approx((10 * 10.1) ** 0.5)


def test_what_has_one_value_has_it_for_every_percentile():
    point = point_of_set(0, count=4, total=12, least=3, greatest=3)
    assert [of(name, point) for name in ("p1", "p50", "p99.9", "tm99", "wm99")] == pytest.approx([3] * 5)


def test_sets_and_negative_values_have_no_percentiles():
    unknown = point_of_set(0, count=3, total=6, least=1, greatest=3)
    negative = point_of_values(0, {-1.0: 1.0, 2.0: 1.0})
    assert of("p50", unknown) is None
    assert of("tm90", unknown) is None
    assert of("p50", negative) is None
    assert of("p100", unknown) == 3
    assert of("Sum", negative) == 1


def test_zeros_have_a_bin_of_their_own():
    point = point_of_values(0, {0.0: 9.0, 100.0: 1.0})
    assert of("p90", point) == 0
    assert of("p99", point) == pytest.approx(100, rel=0.05)
    assert of("PR(:50)", point) == 90
