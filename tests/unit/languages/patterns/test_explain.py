"""Why a pattern does not match an event, told field by field."""

import json

from eventyard.languages.patterns import compile_pattern, explain
from eventyard.languages.patterns.tests import ExactText


def why(pattern, event):
    return explain(compile_pattern(json.dumps(pattern)), event)


def test_a_match_needs_no_explanation():
    assert why({"a": ["x"]}, {"a": "x"}) is None


def test_the_first_field_that_does_not_match_is_named_with_both_values():
    mismatch = why({"source": ["shop"], "detail": {"state": ["paid"]}}, {"source": "shop", "detail": {"state": "new"}})
    assert (mismatch.path, mismatch.wanted, mismatch.found) == ("detail.state", (ExactText("paid"),), ("new",))
    assert not mismatch.is_inconsistent


def test_the_branch_that_comes_closest_is_explained():
    pattern = {"$or": [{"a": ["x"], "b": ["y"]}, {"c": ["z"]}]}
    assert why(pattern, {"a": "x", "b": "n", "c": "n"}).path == "b"


def test_values_in_different_elements_are_called_inconsistent():
    mismatch = why({"i": {"a": [1], "b": [2]}}, {"i": [{"a": 1, "b": 3}, {"a": 4, "b": 2}]})
    assert (mismatch.path, mismatch.found, mismatch.is_inconsistent) == ("i.b", (3, 2), True)
