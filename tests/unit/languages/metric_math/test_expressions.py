"""Metric math: what each function and operator comes to, on series of one minute that begin at 0."""

import math

import pytest

from eventyard.languages.metric_math.errors import MathError
from eventyard.languages.metric_math.evaluating import Inputs, evaluate
from eventyard.languages.metric_math.expression import compile_expression
from eventyard.languages.metric_math.values import Frame, Series, Settled

GAP = None


def series(*values: float | None, label: str = "", period_s: int = 60) -> Series:
    """A series of these values, a period apart; `None` is a missing data point."""
    points = [(place * period_s, float(value)) for place, value in enumerate(values) if value is not None]
    return Series(tuple(points), period_s, label=label)


METRICS = {
    "m1": series(30, 20, 0, 0, label="one"),
    "m2": series(20, GAP, 20, GAP, label="two"),
    "up": series(1, 2, 4, 8, label="up"),
    "odd": series(-1.5, 2.5, GAP, 7, label="odd"),
    "none": series(label="none"),
}
FRAME = Frame(start_s=0, end_s=240, period_s=60)


def worth(text: str, values: dict[str, Settled] | None = None, frame: Frame = FRAME) -> Settled:
    inputs = Inputs(values=values or dict(METRICS), metric_ids=tuple(values or METRICS))
    return evaluate(compile_expression(text), inputs, frame)


def values_of(value: Settled, frame: Frame = FRAME) -> object:
    """A number as it is; a series as its values, `None` where a point is missing; an array as a list of such."""
    if isinstance(value, tuple):
        return [values_of(element, frame) for element in value]
    if isinstance(value, float):
        return value
    points = dict(value.points)
    return [points.get(at_s) for at_s in frame.instants_of(value)]


DOCUMENTED = [
    # The tables of the user guide; m1 and m2 are its metric1 and metric2.
    ("m1 < m2", [0, 0, 1, 0]),
    ("m1 >= 30", [1, 0, 0, 0]),
    ("m1 > 15 AND m2 > 15", [1, 0, 0, 0]),
    ("(m1 > 15) && (m2 > 15)", [1, 0, 0, 0]),
]

ARITHMETIC = [
    ("m1 + m2", [50, 20, 20, 0]),
    ("m1 - m2", [10, 20, -20, 0]),
    ("m1 * m2", [600, 0, 0, 0]),
    ("m1 / m2", [1.5, GAP, 0, GAP]),
    ("100 / m1", [100 / 30, 5, GAP, GAP]),
    ("up ^ 2", [1, 4, 16, 64]),
    ("2 ^ up", [2, 4, 16, 256]),
    ("-up", [-1, -2, -4, -8]),
    ("odd ^ 0.5", [GAP, 2.5**0.5, GAP, 7**0.5]),
    ("up * 10 ^ 400", [GAP, GAP, GAP, GAP]),
    ("up + 2 * 3", [7, 8, 10, 14]),
    ("(up + 2) * 3", [9, 12, 18, 30]),
    ("up - 1 - 1", [-1, 0, 2, 6]),
    ("0 - 2 ^ 2 * up", [-4, -8, -16, -32]),
    ("-2 ^ 2 * up", [-4, -8, -16, -32]),
    ("2 ^ 3 ^ 0 * up", [2, 4, 8, 16]),
    ("1 + 1 == 2 OR up > 100", [1, 1, 1, 1]),
    ("up == 2 || up == 8 && 0 > 1", [0, 1, 0, 0]),
    ("up != 2", [1, 0, 1, 1]),
    ("100 / [m1, up]", [[100 / 30, 5, GAP, GAP], [100, 50, 25, 12.5]]),
    ("SUM(-[m1, up])", [-31, -22, -4, -8]),
    ("[up, m2] / up", [[1, 1, 1, 1], [20, 0, 5, 0]]),
    ("up - [m2, m2]", [[-19, 2, -16, 8], [-19, 2, -16, 8]]),
    ("up + 1 / 0", [GAP, GAP, GAP, GAP]),
    ("1.5e1 + .5 * up", [15.5, 16, 17, 19]),
]

FUNCTIONS = [
    ("ABS(odd)", [1.5, 2.5, GAP, 7]),
    ("CEIL(odd)", [-1, 3, GAP, 7]),
    ("FLOOR([odd, up])", [[-2, 2, GAP, 7], [1, 2, 4, 8]]),
    ("LOG(odd)", [GAP, math.log(2.5), GAP, math.log(7)]),
    ("LOG10(up * 10)", [1, math.log10(20), math.log10(40), math.log10(80)]),
    ("DIFF(odd)", [GAP, 4, GAP, 4.5]),
    ("DIFF_TIME(odd)", [GAP, 60, GAP, 120]),
    ("RATE(odd)", [GAP, 4 / 60, GAP, 4.5 / 120]),
    ("RUNNING_SUM(odd)", [-1.5, 1, GAP, 8]),
    ("RUNNING_SUM([up])", [[1, 3, 7, 15]]),
    ("PERIOD(up) * up", [60, 120, 240, 480]),
    ("FILL(m2, 7)", [20, 7, 20, 7]),
    ("FILL(m2, up)", [20, 2, 20, 8]),
    ("FILL(up, m2)", [1, 2, 4, 8]),
    ("FILL(m2, REPEAT)", [20, 20, 20, 20]),
    ("FILL([m2], MIN(up))", [[20, 1, 20, 1]]),
    ("FILL(DIFF(odd), REPEAT)", [GAP, 4, 4, 4.5]),
    ("FILL(odd, LINEAR)", [-1.5, 2.5, 4.75, 7]),
    ("FILL(m2, LINEAR)", [20, 20, 20, GAP]),
    ("FILL(none, 3)", [3, 3, 3, 3]),
    ("FILL(none, LINEAR)", [GAP, GAP, GAP, GAP]),
    ("TIME_SERIES(10)", [10, 10, 10, 10]),
    ("TIME_SERIES(MAX(up))", [8, 8, 8, 8]),
    ("TIME_SERIES(AVG(m2))", [10, 10, 10, 10]),
    ("TIME_SERIES(SUM(m2) / DATAPOINT_COUNT(m2))", [20, 20, 20, 20]),
    ("TIME_SERIES(STDDEV(m2 + 1))", [0, 0, 0, 0]),
    ("TIME_SERIES(SUM(none))", [0, 0, 0, 0]),
    ("TIME_SERIES(MAX(none))", [GAP, GAP, GAP, GAP]),
    ("up - MIN(up)", [0, 1, 3, 7]),
    ("SUM([up, m2, none])", [21, 2, 24, 8]),
    ("AVG([up, m2])", [10.5, 1, 12, 4]),
    ("MIN([up, m2])", [1, 2, 4, 8]),
    ("MAX([up, m2])", [20, 2, 20, 8]),
    ("DATAPOINT_COUNT([up, m2, none])", [2, 1, 2, 1]),
    ("STDDEV([up, up * 3])", [1, 2, 4, 8]),
    ("MAX(REMOVE_EMPTY([none]))", [GAP, GAP, GAP, GAP]),
    ("up / METRIC_COUNT([up, none])", [0.5, 1, 2, 4]),
    ("REMOVE_EMPTY([none, up])", [[1, 2, 4, 8]]),
    ("FIRST([m1, up])", [30, 20, 0, 0]),
    ("LAST([m1, up])", [1, 2, 4, 8]),
    ("FIRST(REMOVE_EMPTY([none]))", [GAP, GAP, GAP, GAP]),
    ("SLICE([m1, m2, up], 1)", [[20, GAP, 20, GAP], [1, 2, 4, 8]]),
    ("SLICE([m1, m2, up], 0, 1)", [[30, 20, 0, 0]]),
    ("SLICE([m1], 5)", []),
    ("SORT([up, none, m1], SUM, DESC)", [[30, 20, 0, 0], [1, 2, 4, 8], [GAP] * 4]),
    ("SORT([m1, none, up], MAX, ASC, 1)", [[1, 2, 4, 8]]),
    ("SORT([m1, up], AVG, ASC)", [[1, 2, 4, 8], [30, 20, 0, 0]]),
    ("SORT([m1, up], MIN, DESC)", [[1, 2, 4, 8], [30, 20, 0, 0]]),
    ('METRICS("od")', [[-1.5, 2.5, GAP, 7]]),
    ('SUM([METRICS("m1"), METRICS("up")])', [31, 22, 4, 8]),
    ("METRIC_COUNT(METRICS()) * up", [5, 10, 20, 40]),
]

CONDITIONS = [
    ("IF(m1 < 25, m1)", [GAP, 20, 0, 0]),
    ("IF(m1 < 25, 10, 2)", [2, 10, 10, 10]),
    ("IF(m2, up, -up)", [1, GAP, 4, GAP]),
    ("IF(1, up, m1)", [1, 2, 4, 8]),
    ("IF(0, up, m1)", [30, 20, 0, 0]),
    ("IF(0, up)", [GAP, GAP, GAP, GAP]),
    ("IF(FIRST(SORT([m1, up], AVG, DESC)) > 10, 1, 0)", [1, 1, 0, 0]),
    ("up * IF(1, 5, 7)", [5, 10, 20, 40]),
    ("IF(1 / 0, up, m1)", [GAP, GAP, GAP, GAP]),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTED + ARITHMETIC + FUNCTIONS + CONDITIONS)
def test_an_expression_comes_to(text: str, expected: list[object]):
    assert (
        values_of(worth(text)) == pytest.approx(expected) if _is_flat(expected) else values_of(worth(text)) == expected
    )


def _is_flat(expected: list[object]) -> bool:
    return not any(isinstance(value, list) or value is None for value in expected)


IF_TABLES = [
    ("IF(a, b, c)", [30, 0, 20, GAP, GAP]),
    ("IF(a, 5, c)", [5, 5, 20, GAP, GAP]),
    ("IF(a, b, 5)", [30, 0, 5, 5, GAP]),
]


@pytest.mark.parametrize(("text", "expected"), IF_TABLES)
def test_if_gives_what_the_tables_of_the_user_guide_say(text: str, expected: list[float | None]):
    values = {"a": series(1, 1, 0, 0, GAP), "b": series(30, GAP, 0, 0, 30), "c": series(0, 0, 20, GAP, 20)}
    frame = Frame(0, 300, 60)
    assert values_of(worth(text, dict(values), frame), frame) == expected


CALENDAR = [("MINUTE", 59), ("HOUR", 23), ("DAY", 4), ("DATE", 29), ("MONTH", 2), ("YEAR", 2024), ("EPOCH", 1709251140)]


@pytest.mark.parametrize(("name", "expected"), CALENDAR)
def test_the_calendar_is_read_in_utc_and_also_where_the_metric_has_no_point(name: str, expected: int):
    leap_day_s = 1709251140  # 2024-02-29T23:59:00Z, a Thursday
    frame = Frame(leap_day_s, leap_day_s + 60, 60)
    assert worth(f"{name}(none)", {"none": series()}, frame) == Series(((leap_day_s, float(expected)),), 60)


def test_a_sunday_is_the_seventh_day():
    frame = Frame(1700956800, 1700956860, 60)  # 2023-11-26T00:00:00Z
    assert values_of(worth("DAY(none)", {"none": series()}, frame), frame) == [7]


def test_series_of_an_array_keep_their_labels_and_those_of_two_metrics_have_none():
    array = worth("[m1, up] * 2 / m2")
    assert isinstance(array, tuple)
    assert [element.label for element in array] == ["one", "up"]
    both = worth("m1 + up")
    assert isinstance(both, Series)
    assert both.label == ""


def test_series_of_different_periods_meet_where_both_have_points():
    values: dict[str, Settled] = {"fine": series(1, 2, 3, 4), "coarse": series(10, 20, period_s=120)}
    both = worth("fine + coarse", values)
    assert both == Series(((0, 11.0), (60, 2.0), (120, 23.0), (180, 4.0)), 120)


def test_an_expression_of_numbers_alone_is_a_scalar():
    assert worth("1 + 2 * METRIC_COUNT([m1])") == 3.0


REFUSED = [
    ("MAX([m1, 1])", "Unsupported operand type(s) for MAX: '[Array[TimeSeries, Scalar]]'"),
    ("[m1] + [m2]", "Unsupported operand type(s) for +: '[Array[TimeSeries], Array[TimeSeries]]'"),
    ("AVG(5)", "Unsupported operand type(s) for AVG: '[Scalar]'"),
    ("AVG(m1, m2)", "Unsupported operand type(s) for AVG: '[TimeSeries, TimeSeries]'"),
    ("SORT([m1], STDDEV, ASC)", "Unsupported operand type(s) for SORT: '[Array[TimeSeries], String, String]'"),
    ("FILL(m1, NEVER)", "Unsupported operand type(s) for FILL: '[TimeSeries, String]'"),
    ("-[1]", "Unsupported operand type(s) for -: '[Array[Scalar]]'"),
    ("m1 + unknown", "ID 'unknown' not found"),
    ("METRICS(m1)", "Unsupported operand type(s) for METRICS: '[TimeSeries]'"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_operands_that_do_not_fit_are_refused_in_awss_words(text: str, reason: str):
    with pytest.raises(MathError) as refusal:
        worth(text)
    assert refusal.value.reason == reason


NO_EXPRESSIONS = [
    "", " ", "m1 +", "m1 m2", "(m1", "m1)", "[]", "[m1,]", "m1 ++ m2", "Avg(m1)", "avg(m1)", "m1 = 2", "m1 & m2",
    "REPEAT",
    "'m1'", "m1 + AVG", "[REPEAT]", "-'x'", "SUM(m1", "1.2.3", "m1 <> m2", "SEARCH('x')", "SEARCH(m1, 'Sum')",
    "SEARCH('', 'Sum')", "SEARCH('x', 'Sum', 0)", "m1; m2", "é", "AND m1", "m1 AND",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_EXPRESSIONS)
def test_what_is_no_expression_is_refused_as_invalid_syntax(text: str):
    with pytest.raises(MathError, match=r"^Invalid syntax$"):
        compile_expression(text)


def test_a_function_that_does_not_exist_is_named():
    with pytest.raises(MathError, match=r"^Function 'ANOMALY_DETECTOR' not found$"):
        compile_expression("ANOMALY_DETECTOR(m1)")


@pytest.mark.parametrize("text", ["ANOMALY_DETECTION_BAND(m1, 2)", "m1 / SERVICE_QUOTA(m1)", "LAMBDA('f')"])
def test_what_this_platform_does_not_serve_is_refused_by_name(text: str):
    with pytest.raises(MathError, match="is not supported on this platform"):
        compile_expression(text)


def test_an_expression_tells_what_it_refers_to():
    expression = compile_expression("SUM(METRICS('a')) + m2 / m1 + m2 + SUM(SEARCH('{N} x', 'p99', 300))")
    assert expression.references == ("m2", "m1")
    assert expression.uses_metrics
    assert [(search.stat, search.period_s) for search in expression.searches] == [("p99", 300)]


def test_a_text_holds_its_own_quotation_mark_behind_a_backslash():
    expression = compile_expression(r"""SUM(SEARCH('a \'b\' "c\(d\)"', 'Sum', 60)) + SUM(METRICS("x\"y"))""")
    assert expression.searches[0].text == "a 'b' \"c\\(d\\)\""


@pytest.mark.parametrize("text", ["(" * 100 + "m1" + ")" * 100, "-" * 200 + "m1", "2^" * 200 + "m1", "[" * 200])
def test_nesting_has_an_end(text: str):
    with pytest.raises(MathError):
        compile_expression(text)


def test_a_series_is_not_filled_without_end():
    with pytest.raises(MathError, match="100800"):
        worth("TIME_SERIES(1)", {}, Frame(0, 200_000, 1))


def test_periods_are_counted_from_the_start_of_the_request():
    odd = Series(((61, 5.0),), 300)
    assert worth("FILL(m, 0)", {"m": odd}, Frame(61, 661, 300)) == Series(((61, 5.0), (361, 0.0)), 300)
