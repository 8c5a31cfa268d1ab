"""Points as bytes: what is packed comes back, and blocks keep values within one percent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.services.cloudwatch.model.packing import (
    VALUES_MAX,
    pack_block,
    pack_point,
    unpack_block,
    unpack_point,
)
from eventyard.services.cloudwatch.model.points import Point, in_buckets, merged, point_of_set, point_of_values

numbers = st.floats(-1e100, 1e100, allow_nan=False).filter(lambda number: number == 0 or abs(number) > 1e-100)
counts = st.dictionaries(numbers, st.floats(0.5, 1e6), min_size=1, max_size=40)


def near(one: Point, other: Point) -> bool:
    pairs = ((one.count, other.count), (one.total, other.total))
    ends = (one.least, one.greatest) == (other.least, other.greatest)
    return ends and all(a == pytest.approx(b, rel=1e-9) for a, b in pairs)


@given(counts)
def test_a_point_comes_back_as_it_was_packed(values):
    point = point_of_values(60, values)
    again = unpack_point(60, pack_point(point))
    assert near(point, again)
    assert again.distribution == point.distribution


@given(counts)
def test_a_block_keeps_numbers_exactly_and_values_within_a_percent(values):
    point = point_of_values(120, values)
    (again,) = unpack_block(pack_block([point], from_s=0, resolution_s=60), from_s=0, resolution_s=60)
    assert near(point, again)
    assert again.at_s == 120
    assert sum(count for _, count in again.distribution) == pytest.approx(point.count)
    if len(values) <= VALUES_MAX:
        assert again.distribution == point.distribution
    for value in values:
        assert any(kept == pytest.approx(value, rel=0.0101) for kept, _ in again.distribution)


@given(st.lists(counts, min_size=2, max_size=5))
def test_what_is_merged_in_any_order_is_the_same(parts):
    points = [point_of_values(0, values) for values in parts]
    forward, backward = merged(0, points), merged(0, points[::-1])
    assert forward.count == pytest.approx(backward.count)
    assert [value for value, _ in forward.distribution] == [value for value, _ in backward.distribution]


def test_a_block_merged_and_packed_again_moves_no_value():
    point = point_of_values(0, {float(number) + 0.5: 1.0 for number in range(1, 200)})
    once = unpack_block(pack_block([point], from_s=0, resolution_s=60), from_s=0, resolution_s=60)
    twice = unpack_block(pack_block(once, from_s=0, resolution_s=60), from_s=0, resolution_s=60)
    assert once == twice


def test_a_statistic_set_knows_its_distribution_only_when_all_its_values_are_the_same():
    assert point_of_set(0, count=3, total=6, least=1, greatest=3).distribution is None
    assert point_of_set(0, count=3, total=6, least=2, greatest=2).distribution == ((2, 3),)
    unknown = merged(0, [point_of_values(0, {1.0: 1.0}), point_of_set(0, count=3, total=6, least=1, greatest=3)])
    assert unpack_point(0, pack_point(unknown)) == unknown


def test_points_are_put_together_by_periods_from_the_first_instant():
    points = [point_of_values(at_s, {1.0: 1.0}) for at_s in (0, 60, 120, 360)]
    assert [(point.at_s, point.count) for point in in_buckets(points, from_s=0, period_s=120)] == [
        (0, 2),
        (120, 1),
        (360, 1),
    ]
