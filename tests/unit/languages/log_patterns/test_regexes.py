"""Regular expressions of filter patterns, held against Python's own on texts that do not hurt it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.languages.log_patterns.regexes import compile_regex

_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "1", "\\x61", "\\."])
_QUANTITIES = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "{0}"])
_ROWS = st.lists(st.tuples(_ATOMS, _QUANTITIES).map("".join), max_size=4).map("".join)
_ALTERNATIVES = st.tuples(st.sampled_from(["", "^"]), _ROWS, st.sampled_from(["", "$"])).map("".join)
_EXPRESSIONS = st.lists(_ALTERNATIVES, min_size=1, max_size=3).map("|".join).filter(bool)


@given(_EXPRESSIONS, st.text("ab1.\n", max_size=8))
def test_an_expression_finds_what_pythons_finds(expression, text):
    assert compile_regex(expression).finds(text) is (re.search(expression, text, re.ASCII) is not None)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("^[hc]at", "hat trick"),
        ("[hc]at$", "the cat\n"),
        ("[hc]at$", "the cat\r\n"),
        ("colou?r", "color"),
        ("gra|ey", "grey"),
        ("\\[.\\]", "value [7] here"),
        ("\\x3A", "key:value"),
        ("[a\\-z]", "-"),
        ("[\\d.]+$", "1.5"),
        ("a\\-b", "a-b"),
        ("\\\\", "back\\slash"),
        ("[a-c]{3}", "xabcx"),
    ],
)
def test_the_documented_operators_do_as_documented(expression, text):
    assert compile_regex(expression).finds(text)


def test_a_search_that_forgets_goes_on_as_before():
    searched = compile_regex("x[a-z]*9$")
    for number in range(3):
        letters = "".join(chr(0x4E00 + at) for at in range(15_000))
        assert not searched.finds(f"{number}{letters}")
    assert searched.finds("xabc9")
