"""Whatever is given: reading and evaluating end in a result or in MathError, and every value of a result is finite."""

import math
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from eventyard.languages.metric_math.errors import MathError
from eventyard.languages.metric_math.evaluating import Inputs, evaluate
from eventyard.languages.metric_math.expression import compile_expression
from eventyard.languages.metric_math.functions import FUNCTIONS
from eventyard.languages.metric_math.labels import render_label
from eventyard.languages.metric_math.operators import OPERATORS
from eventyard.languages.metric_math.searching.matching import search
from eventyard.languages.metric_math.searching.query import compile_search
from eventyard.languages.metric_math.values import Frame, Metric, Series, Settled

PIECES = st.sampled_from(
    [
        *FUNCTIONS,
        *OPERATORS,
        "METRICS",
        "SEARCH",
        "m1",
        "m2",
        "(",
        ")",
        "[",
        "]",
        ",",
        "1",
        "0",
        "2.5",
        "'x'",
        "REPEAT",
        " ",
    ]
)
VALUES = st.floats(allow_nan=False, allow_infinity=False)
POINTS = st.dictionaries(st.integers(0, 9).map(lambda place: place * 60), VALUES, max_size=10)
SERIES = POINTS.map(lambda points: Series(tuple(sorted(points.items())), 60))

LEAVES = st.sampled_from(["m1", "m2", "METRICS()", "0", "-3.5", "1e308", "[m1, m2]", "[m1, 1]"])


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operations = st.builds("({} {} {})".format, inner, st.sampled_from(sorted(OPERATORS)), inner)
    arguments = st.lists(st.one_of(inner, st.sampled_from(["REPEAT", "LINEAR", "AVG", "MAX", "DESC"])), max_size=4)
    calls = st.builds(lambda name, given: f"{name}({', '.join(given)})", st.sampled_from(sorted(FUNCTIONS)), arguments)
    return st.one_of(operations, calls, st.builds("-{}".format, inner))


EXPRESSIONS = st.recursive(LEAVES, _combined, max_leaves=6)


def _series_of(value: Settled) -> tuple[Series, ...]:
    if isinstance(value, float):
        return ()
    return value if isinstance(value, tuple) else (value,)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_reading_an_expression_raises_nothing_else(text: str):
    with suppress(MathError):
        compile_expression(text)


@given(EXPRESSIONS, SERIES, SERIES)
def test_evaluating_an_expression_raises_nothing_else(text: str, m1: Series, m2: Series):
    inputs = Inputs({"m1": m1, "m2": m2}, metric_ids=("m1", "m2"))
    with suppress(MathError):
        for series in _series_of(evaluate(compile_expression(text), inputs, Frame(0, 600, 60))):
            assert all(math.isfinite(value) for _, value in series.points)
            instants = [at_s for at_s, _ in series.points]
            assert instants == sorted(set(instants))


QUERY_PIECES = st.sampled_from(
    ["AND", "OR", "NOT", "(", ")", "=", "{N, D}", "{", "}", '"a b"', '"\\"', "Errors", "é1", " ", "-"]
)


@given(st.one_of(st.text(), st.lists(QUERY_PIECES).map(" ".join)), st.text(max_size=5))
def test_searching_raises_nothing_else(text: str, name: str):
    with suppress(MathError):
        search(compile_search(text, stat="Sum"), [Metric("N", "ErrorsOf1", (("D", name),))])


@given(st.text(), SERIES, st.integers(-(10**9), 10**9))
def test_rendering_a_label_raises_nothing(label: str, series: Series, now_s: int):
    names = "${MAX}${AVG}${SUM}${FIRST_LAST_RANGE}${MIN_TIME_RELATIVE}${LAST_TIME}${MIN_MAX_RANGE}"
    assert "${MAX}" not in render_label(label + names, series, default="d", now_s=now_s)
