"""Alternatives of one field that disturb each other in AWS's matcher; each verdict is that matcher's (2.1.0)."""

import json

import pytest

from eventyard.languages.patterns import PatternError, compile_pattern

STAR = {"wildcard": "*b"}
NO_STAR = {"anything-but": {"wildcard": "*b"}}


@pytest.mark.parametrize(
    ("alternatives", "value", "verdict"),
    [
        ([STAR, {"equals-ignore-case": "xb"}], "aB", True),
        ([{"equals-ignore-case": "xb"}, STAR], "aB", False),
        ([STAR, {"equals-ignore-case": "xb"}], "B", False),
        ([STAR, {"equals-ignore-case": "5b"}], "aB", False),
        ([STAR, {"equals-ignore-case": "abc"}], "qBC", True),
        ([STAR, {"prefix": {"equals-ignore-case": "xb"}}], "qBq", True),
        ([STAR, {"prefix": {"equals-ignore-case": "x"}}], "q", False),
        ([STAR, {"suffix": {"equals-ignore-case": "xb"}}], "xbq", True),
        ([NO_STAR, {"equals-ignore-case": "b"}], "xb", True),
        ([NO_STAR, {"anything-but": {"equals-ignore-case": "xb"}}], "ab", False),
        ([STAR, {"equals-ignore-case": "éb"}], "aB", True),
    ],
)
def test_after_a_star_the_first_letter_of_a_test_without_case_is_lost(alternatives, value, verdict):
    assert compile_pattern(json.dumps({"a": alternatives}))({"a": value}) is verdict


@pytest.mark.parametrize("excluded", [{"prefix": ["a"]}, {"suffix": ["a"]}, {"wildcard": "a*"}])
def test_a_malformed_or_is_no_field_name_beside_what_the_old_language_did_not_have(excluded):
    pattern = {"a": [{"anything-but": excluded}], "$or": [{"prefix": "x"}, {"suffix": "y"}]}
    with pytest.raises(PatternError, match="reserved fieldName which cannot be used inside"):
        compile_pattern(json.dumps(pattern))


def test_a_malformed_or_is_a_field_name_where_the_old_language_reads_the_pattern():
    pattern = {"a": [{"anything-but": {"prefix": "b"}}], "$or": [{"prefix": "x"}, {"suffix": "y"}]}
    assert compile_pattern(json.dumps(pattern))({"a": "a", "$or": "xa"})
