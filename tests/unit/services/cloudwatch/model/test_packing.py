"""Points as bytes: what is packed comes back, alone and in a block; and what is put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.services.cloudwatch.model.packing import pack_block, pack_point, unpack_block, unpack_point
from eventyard.services.cloudwatch.model.points import in_buckets, merged, point_of_set, point_of_values

numbers = st.one_of(
    st.floats(-(2.0**360), 2.0**360, allow_nan=False),
    st.integers(-(10**6), 10**6).map(float),
    st.integers(-(10**6), 10**6).map(lambda number: number / 100),
)
counts = st.one_of(st.floats(0.5, 1e6), st.integers(1, 1000).map(float))
points = st.dictionaries(numbers, counts, min_size=1, max_size=40).map(lambda values: point_of_values(60, values))


@given(points)
def test_a_point_comes_back_as_it_was_packed(point):
    assert unpack_point(60, pack_point(point)) == point


@given(st.dictionaries(st.integers(0, 359), points, min_size=1, max_size=20))
def test_a_block_comes_back_as_it_was_packed(placed):
    block = [merged(7200 + place * 60, [point]) for place, point in sorted(placed.items())]
    packed = pack_block(block, from_s=7200, resolution_s=60)
    assert unpack_block(packed, from_s=7200, resolution_s=60) == block


@given(st.dictionaries(st.integers(0, 359), points, min_size=1, max_size=20))
def test_a_block_is_read_without_its_distributions_too(placed):
    block = [merged(place * 60, [point]) for place, point in sorted(placed.items())]
    plain = unpack_block(pack_block(block, from_s=0, resolution_s=60), from_s=0, resolution_s=60, is_plain=True)
    told = [(point.at_s, point.count, point.total, point.least, point.greatest) for point in plain]
    assert told == [(point.at_s, point.count, point.total, point.least, point.greatest) for point in block]


@given(st.lists(points, min_size=2, max_size=5))
def test_what_is_put_together_in_any_order_is_the_same(parts):
    forward, backward = merged(0, parts), merged(0, parts[::-1])
    assert forward.count == pytest.approx(backward.count)
    assert [index for index, _ in forward.distribution] == [index for index, _ in backward.distribution]


def test_a_statistic_set_knows_its_distribution_only_when_all_its_values_are_the_same():
    assert point_of_set(0, count=3, total=6, least=1, greatest=3).distribution is None
    same, one = point_of_set(0, count=3, total=6, least=2, greatest=2), point_of_values(0, {2.0: 3.0})
    assert same.distribution == one.distribution
    assert point_of_set(0, count=1, total=2, least=1, greatest=3).distribution == ((7, 1),)
    unknown = merged(0, [point_of_values(0, {1.0: 1.0}), point_of_set(0, count=3, total=6, least=1, greatest=3)])
    assert unpack_point(0, pack_point(unknown)) == unknown


def test_points_are_put_together_by_periods_from_the_first_instant():
    given = [point_of_values(at_s, {1.0: 1.0}) for at_s in (0, 60, 120, 360)]
    assert [(point.at_s, point.count) for point in in_buckets(given, from_s=0, period_s=120)] == [
        (0, 2),
        (120, 1),
        (360, 1),
    ]
