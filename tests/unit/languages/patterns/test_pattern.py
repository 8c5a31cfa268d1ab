"""Rules of the language that the recordings leave open; each was judged by aws/event-ruler 2.1.0 on 2026-11-21."""

import json
import time

import pytest

from eventyard.languages.patterns import PatternError, compile_pattern


def matches(pattern, event):
    return compile_pattern(json.dumps(pattern))(event)


def one_of(*alternatives):
    return {"a": list(alternatives)}


@pytest.mark.parametrize("text", ["300", "300.0", "3.0e2"])
def test_one_number_written_in_three_ways_is_one_number(text):
    assert matches(one_of(300), json.loads(f'{{"a": {text}}}'))


def test_a_number_is_not_its_text_and_true_is_not_one():
    assert not matches(one_of(1), {"a": "1"})
    assert not matches(one_of("1"), {"a": 1})
    assert not matches(one_of(1), {"a": True})


def test_numbers_that_no_double_tells_apart_are_told_apart():
    assert not matches(one_of(9007199254740992), {"a": 9007199254740993})
    assert matches(one_of(9007199254740993), {"a": 9007199254740993})


def test_an_address_is_equal_however_it_is_written():
    assert matches(one_of("::1"), {"a": "0:0:0:0:0:0:0:1"})
    assert matches(one_of("10.0.0.1"), {"a": "010.0.0.1"})
    assert not matches(one_of({"exactly": "10.0.0.1"}), {"a": "010.0.0.1"})


@pytest.mark.parametrize(("text", "is_inside"), [("10.0.0.0", True), ("10.0.0.255", True), ("10.0.1.0", False)])
def test_bits_beyond_the_mask_do_not_matter(text, is_inside):
    assert matches(one_of({"cidr": "10.0.0.5/24"}), {"a": text}) is is_inside


@pytest.mark.parametrize(
    ("text", "value", "is_equal"),
    [("ß", "SS", True), ("ß", "ss", False), ("k", "\u212a", False), ("\u212a", "k", True), ("É", "é", True)],
)
def test_case_is_ignored_character_by_character(text, value, is_equal):
    assert matches(one_of({"equals-ignore-case": text}), {"a": value}) is is_equal
    assert matches(one_of({"prefix": {"equals-ignore-case": text}}), {"a": value + "-"}) is is_equal
    assert matches(one_of({"suffix": {"equals-ignore-case": text}}), {"a": "-" + value}) is is_equal
    assert matches(one_of({"anything-but": {"equals-ignore-case": text}}), {"a": value}) is not is_equal


@pytest.mark.parametrize(
    ("wildcard", "value", "is_equal"),
    [
        ("*ab*ab*", "abxab", True),
        ("*ab*ab*", "aab", False),
        ("a*b", "ab", True),
        ("ab*ba", "aba", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("a\\\\*", "a\\anything", True),
        ("*", "", True),
        ("*", 1, False),
    ],
)
def test_a_star_stands_for_any_run_of_characters(wildcard, value, is_equal):
    assert matches(one_of({"wildcard": wildcard}), {"a": value}) is is_equal


def test_a_single_letter_after_a_leading_star_is_heard_as_any_text():
    assert matches(one_of({"wildcard": "*cd"}, {"equals-ignore-case": "x"}), {"a": "zz"})
    assert not matches(one_of({"equals-ignore-case": "x"}, {"wildcard": "*cd"}), {"a": "zz"})
    assert not matches(one_of({"wildcard": "*cd"}, {"equals-ignore-case": "xy"}), {"a": "zz"})


def test_anything_but_takes_every_kind_of_value_but_no_missing_one():
    for value in (None, True, 5, "5"):
        assert matches(one_of({"anything-but": "x"}), {"a": value})
    for event in ({}, {"a": []}, {"a": {}}, {"a": {"b": "y"}}):
        assert not matches(one_of({"anything-but": "x"}), event)


def test_fields_of_an_array_must_be_satisfied_by_the_same_element():
    pattern = {"items": {"id": ["x"], "size": [1]}}
    assert matches(pattern, {"items": [{"id": "y", "size": 1}, {"id": "x", "size": 1}]})
    assert not matches(pattern, {"items": [{"id": "y", "size": 1}, {"id": "x", "size": 2}]})
    assert matches(pattern, {"items": [[{"id": ["q", "x"], "size": 1}], {"id": "x", "size": 2}]})


def test_absence_is_asked_of_the_chosen_element_only():
    chosen_first = {"items": {"id": ["x"], "note": [{"exists": False}]}}
    asked_first = {"items": {"note": ["x"], "id": [{"exists": False}]}}
    assert matches(chosen_first, {"items": [{"id": "x"}, {"id": "y", "note": 1}]})
    assert not matches(asked_first, {"items": [{"note": "x"}, {"note": "y", "id": 1}]})


@pytest.mark.parametrize("event", [{"a": {"b": "x"}}, {"a.b": "x"}, {"a": [{"b": ["x"]}]}])
def test_a_path_may_be_spelt_with_dots_or_by_nesting(event):
    assert matches({"a": {"b": ["x"]}}, event)
    assert matches({"a.b": ["x"]}, event)


def test_or_multiplies_with_what_stands_around_it():
    pattern = {"a": ["x"], "$or": [{"b": [1]}, {"c": {"$or": [{"d": [2]}, {"e": [3]}]}}]}
    assert matches(pattern, {"a": "x", "b": 1})
    assert matches(pattern, {"a": "x", "c": {"e": 3}})
    assert not matches(pattern, {"a": "y", "b": 1})


def test_or_that_is_not_an_array_of_objects_is_an_ordinary_field():
    assert matches({"$or": ["x"]}, {"$or": "x"})


def test_more_than_a_thousand_combinations_are_refused():
    pattern = {f"f{number}": {"$or": [{"a": ["x"]}, {"b": ["x"]}]} for number in range(10)}
    with pytest.raises(PatternError):
        compile_pattern(json.dumps(pattern))


def test_what_follows_the_pattern_is_not_read():
    assert compile_pattern('{"a": ["x"]} and more')({"a": "x"})


@pytest.mark.parametrize(
    "event",
    [
        {"a": "ab" * 100_000},
        {"a": [{"b": 1, "c": 2}] * 2_000, "d": [{"e": 1}] * 2_000},
        {"a": [[[{"b": 1}] * 20] * 20] * 5},
    ],
)
def test_no_event_takes_long(event):
    pattern = compile_pattern(
        json.dumps(
            {"a": {"b": [1], "c": [3]}, "d": {"e": [1], "f": [{"exists": False}]}, "$or": [{"x": [1]}, {"y": [2]}]}
        )
    )
    wildcard = compile_pattern('{"a": [{"wildcard": "*ab*ab*ac*"}]}')
    start = time.process_time()
    pattern(event)
    wildcard(event)
    assert time.process_time() - start < 0.05
