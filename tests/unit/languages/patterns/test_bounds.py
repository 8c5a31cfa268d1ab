"""Texts made to break a reader or to hold up a matcher: each is answered, and in time."""

import json
import time

import pytest

from eventyard.languages.patterns import PatternError, PatternIndex, compile_pattern
from eventyard.languages.patterns.bulk import accepted
from eventyard.languages.patterns.columns import Column

DEEP = ['{"a":' * 800, '{"$or":[' * 500, '{"a":{"$or":[' * 300, '{"a":' * 201 + '["x"]' + "}" * 201]


@pytest.mark.parametrize("text", DEEP, ids=range(len(DEEP)))
def test_a_pattern_that_nests_too_deep_is_refused(text):
    with pytest.raises(PatternError, match="nesting depth"):
        compile_pattern(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":[{"numeric":["=",1e-99999999999999999999]}]}',
        '{"a":[{"numeric":["=",' + "1" * 6_000 + "]}]}",
        '{"a":[{"cidr":"10.0.0.0/' + "1" * 6_000 + '"}]}',
    ],
)
def test_a_number_beyond_all_measure_is_refused(text):
    with pytest.raises(PatternError):
        compile_pattern(text)


def test_an_exponent_beyond_all_measure_of_zero_is_zero():
    assert compile_pattern('{"a":[0e99999999999999999999]}')({"a": 0})


def test_a_text_of_very_many_digits_is_no_address():
    assert not compile_pattern('{"a":[{"cidr":"10.0.0.0/8"}]}')({"a": "1" * 6_000 + ".1.1.1"})


def test_a_long_array_of_one_value_asks_its_test_once():
    asked = []

    class Counting:
        def accepts(self, value):
            asked.append(value)
            return False

    assert accepted((Counting(),), str, Column([["x"] * 10_000], 1).distinct()[str]) == set()
    assert asked == ["x"]


@pytest.mark.parametrize(
    ("leaf", "value"),
    [
        (lambda number: {"a": [{"anything-but": f"x{number}"}]}, {"a": [f"v{number}" for number in range(25_000)]}),
        (lambda number: {"a": {"b": ["x"], "c": [f"y{number}"]}}, {"a": [{"b": "x", "c": "z"}] * 10_000}),
        (lambda number: {"a": {"b": ["x"], "c": ["y"], "d": ["z"]}}, {"a": [{"b": "x", "c": "y", "d": "w"}] * 8_000}),
    ],
)
def test_long_arrays_cost_each_rule_little_however_many_elements_lead_to_it(leaf, value):
    index = PatternIndex({number: compile_pattern(json.dumps({"detail": leaf(number)})) for number in range(300)})
    start = time.process_time()
    index.match({"detail": value})
    assert time.process_time() - start < 2.0
