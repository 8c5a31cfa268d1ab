"""The index against the patterns themselves, and the patterns against a second reading of AWS's rules.

`naive_match` flattens the event as AWS's matcher does and searches all combinations of values; it shares no code with
the package but the parsed branches and the tests of single values.
"""

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from eventyard.languages.patterns import PatternIndex, compile_pattern
from eventyard.languages.patterns.grammar import parse_pattern
from eventyard.languages.patterns.tests import Absent

NAMES = st.sampled_from(["a", "b", "c", "a.b"])
SCALARS = st.sampled_from(["x", "xy", "X", "yx", "10.0.0.1", "10.0.0.9", "::1", "", 0, 1, 2.5, 12, True, None])
TESTS = st.one_of(
    SCALARS,
    st.sampled_from(
        [
            {"prefix": "x"},
            {"suffix": "y"},
            {"prefix": {"equals-ignore-case": "X"}},
            {"equals-ignore-case": "XY"},
            {"wildcard": "x*"},
            {"wildcard": "10.0.0.*"},
            {"cidr": "10.0.0.0/29"},
            {"numeric": [">", 0, "<=", 2.5]},
            {"numeric": ["<", 1]},
            {"anything-but": ["x", "xy"]},
            {"anything-but": 1},
            {"exists": True},
            {"exists": False},
        ]
    ),
)
FIELDS = st.lists(TESTS, min_size=1, max_size=3)
PATTERNS = st.recursive(
    st.dictionaries(NAMES, FIELDS, min_size=1, max_size=2),
    lambda inner: st.one_of(
        st.dictionaries(NAMES, st.one_of(FIELDS, inner), min_size=1, max_size=3),
        st.builds(lambda one, two: {"$or": [one, two]}, inner, inner),
    ),
    max_leaves=4,
)
EVENTS = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
    ),
    max_size=4,
)


def flatten(node, path, membership, fields, arrays):
    if isinstance(node, dict):
        for name, value in node.items():
            flatten(value, f"{path}.{name}" if path else name, membership, fields, arrays)
    elif isinstance(node, list):
        array = next(arrays)
        for position, element in enumerate(node):
            inner = {**membership, array: position} if isinstance(element, dict | list) else membership
            flatten(element, path, inner, fields, arrays)
    else:
        fields.append((path, node, membership))


def agree(first, second):
    return all(second.get(array, position) == position for array, position in first.items())


def search(conditions, fields, chosen):
    if not conditions:
        return True
    (path, alternatives), rest = conditions[0], conditions[1:]
    in_play = [(value, membership) for name, value, membership in fields if name == path and agree(membership, chosen)]
    if not in_play and any(isinstance(test, Absent) for test in alternatives) and search(rest, fields, chosen):
        return True
    return any(
        search(rest, fields, {**chosen, **membership})
        for value, membership in in_play
        if any(test.accepts(value) for test in alternatives)
    )


def naive_match(pattern_text, event):
    fields = []
    flatten(event, "", {}, fields, iter(range(10_000)))
    return any(search(sorted(branch.items()), fields, {}) for branch in parse_pattern(pattern_text))


@settings(max_examples=400, deadline=None)
@given(PATTERNS, EVENTS)
def test_a_pattern_agrees_with_the_naive_reading(pattern, event):
    text = json.dumps(pattern)
    assert compile_pattern(text)(event) == naive_match(text, event)


@settings(max_examples=200, deadline=None)
@given(st.lists(PATTERNS, max_size=40), st.lists(EVENTS, min_size=1, max_size=5))
def test_the_index_finds_exactly_the_rules_whose_patterns_match(patterns, events):
    rules = {number: compile_pattern(json.dumps(pattern)) for number, pattern in enumerate(patterns)}
    index = PatternIndex(rules)
    for event in events:
        assert sorted(index.match(event)) == [number for number, pattern in rules.items() if pattern(event)]
        assert sorted(index.match_json(json.dumps(event).encode())) == sorted(index.match(event))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.none() | PATTERNS), max_size=60), EVENTS)
def test_rules_come_and_go(changes, event):
    index = PatternIndex()
    rules = {}
    for rule_id, pattern in changes:
        if pattern is None:
            rules.pop(rule_id, None)
            index.remove(rule_id)
        else:
            rules[rule_id] = compile_pattern(json.dumps(pattern))
            index.add(rule_id, rules[rule_id])
    assert sorted(index.match(event)) == sorted(number for number, pattern in rules.items() if pattern(event))


def test_ranges_are_found_at_gaps_and_bounds():
    chance = random.Random(3)
    rules = {}
    for number in range(300):
        low, high = sorted(chance.sample(range(40), 2))
        operators = chance.choice([">", ">="]), chance.choice(["<", "<="])
        numeric = [operators[0], low, operators[1], high] if number % 3 else [chance.choice([">", "<="]), low]
        rules[number] = compile_pattern(json.dumps({"n": [{"numeric": numeric}]}))
    index = PatternIndex(rules)
    for value in [step / 2 for step in range(-4, 90)]:
        event = {"n": value}
        assert sorted(index.match(event)) == [number for number, pattern in rules.items() if pattern(event)]


def lengthened(node):
    """The same event with every array's elements over and over: long enough for columns, and of the same meaning."""
    if isinstance(node, dict):
        return {name: lengthened(value) for name, value in node.items()}
    return [lengthened(element) for element in node] * 20 if isinstance(node, list) else node


@settings(max_examples=400, deadline=None)
@given(PATTERNS, EVENTS)
def test_a_pattern_judges_long_arrays_as_it_judges_short_ones(pattern, event):
    text = json.dumps(pattern)
    assert compile_pattern(text)(lengthened(event)) == naive_match(text, event)


@settings(max_examples=100, deadline=None)
@given(st.lists(PATTERNS, max_size=40), EVENTS)
def test_the_index_judges_long_arrays_as_it_judges_short_ones(patterns, event):
    rules = {number: compile_pattern(json.dumps(pattern)) for number, pattern in enumerate(patterns)}
    assert sorted(PatternIndex(rules).match(lengthened(event))) == [
        number for number, pattern in rules.items() if pattern(event)
    ]
