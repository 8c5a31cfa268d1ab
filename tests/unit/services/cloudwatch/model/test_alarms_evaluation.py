"""AWS's documented tables of how missing data are treated, and what else decides an alarm's state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.services.cloudwatch.model import alarms_evaluation as evaluation
from eventyard.services.cloudwatch.model.alarms_evaluation import Criteria, Datapoint, evaluate

PERIOD_S = 300
UNTIL_S = 1_767_225_600
STATES = {"A": "ALARM", "O": "OK", "I": "INSUFFICIENT_DATA", "=": None}


def criteria(*, periods: int = 3, datapoints: int | None = None, treatment: str = "missing") -> Criteria:
    return Criteria(PERIOD_S, periods, datapoints, "GreaterThanThreshold", 10.0, treatment)


def points(drawn: str) -> list[Datapoint]:
    """`X` breaches, `0` does not, `-` is missing; the newest stands last."""
    marks = drawn.split()
    start_s = UNTIL_S - len(marks) * PERIOD_S
    values = {"X": 20.0, "0": 0.0}
    return [
        Datapoint(start_s + index * PERIOD_S, values[mark], 1.0) for index, mark in enumerate(marks) if mark in values
    ]


@pytest.mark.parametrize(
    ("drawn", "datapoints", "filled", "verdicts"),
    [
        # three out of three: missing, ignore, breaching, notBreaching
        ("0 - X - X", None, 0, "OOOO"),
        ("0 - - - -", None, 2, "OOOO"),
        ("- - - - -", None, 3, "I=AO"),
        ("0 X X - X", None, 0, "AAAA"),
        ("- - X - -", None, 2, "A=AO"),
        # and that an alarm does not begin too early
        ("- - - - X", None, 2, "I=AO"),
        ("- - - X -", None, 2, "I=AO"),
        ("- - - X 0", None, 1, "OOOO"),
        # two out of three
        ("0 - X - X", 2, 0, "AAAA"),
        ("0 0 X 0 X", 2, 0, "AAAA"),
        ("0 - X - -", 2, 1, "OOAO"),
        ("- - - - 0", 2, 2, "OOAO"),
        ("- - - X -", 2, 2, "A=AO"),
        ("- - - - X", 2, 2, "I=AO"),
    ],
)
def test_missing_data_are_treated_as_the_documented_tables_say(
    drawn: str, datapoints: int | None, filled: int, verdicts: str
) -> None:
    found = []
    for treatment in ("missing", "ignore", "breaching", "notBreaching"):
        asked = criteria(datapoints=datapoints, treatment=treatment)
        verdict = evaluate(asked, points(drawn), until_s=UNTIL_S)
        assert len(verdict.missing_at_s) == filled
        assert verdict.is_empty is not any(mark in drawn for mark in "X0")
        found.append(verdict.state)
    assert found == [STATES[mark] for mark in verdicts]


def test_the_range_of_three_periods_is_five() -> None:
    assert criteria().range_periods == 5
    assert evaluation.range_start_s(criteria(), until_s=UNTIL_S) == UNTIL_S - 5 * PERIOD_S


def test_what_is_filled_in_are_the_newest_periods_that_are_missing() -> None:
    verdict = evaluate(criteria(treatment="breaching"), points("- X - - -"), until_s=UNTIL_S)
    assert verdict.missing_at_s == (UNTIL_S - PERIOD_S, UNTIL_S - 2 * PERIOD_S)


@pytest.mark.parametrize(
    ("period_s", "periods", "step_s"),
    [
        (10, 1, 10),
        (20, 3, 20),
        (30, 2, 30),
        (60, 1, 60),
        (300, 3, 60),
        (3600, 24, 60),
        (86_400, 1, 60),
        (3600, 25, 3600),
    ],
)
def test_evaluations_are_a_minute_apart_or_a_short_period_or_an_hour(period_s: int, periods: int, step_s: int) -> None:
    asked = Criteria(period_s, periods, None, "GreaterThanThreshold", 1.0, "missing")
    assert asked.step_s == step_s
    assert evaluation.boundary_s(asked, now_s=UNTIL_S + step_s - 1) == UNTIL_S - UNTIL_S % step_s


@pytest.mark.parametrize(
    ("operator", "breaching"),
    [
        ("GreaterThanOrEqualToThreshold", [False, True, True]),
        ("GreaterThanThreshold", [False, False, True]),
        ("LessThanThreshold", [True, False, False]),
        ("LessThanOrEqualToThreshold", [True, True, False]),
    ],
)
def test_each_operator_compares_the_value_with_the_threshold(operator: str, breaching: list[bool]) -> None:
    asked = Criteria(60, 1, None, operator, 10.0, "missing")
    assert [asked.breaches(value) for value in (9.5, 10.0, 10.5)] == breaching


@pytest.mark.parametrize(
    ("statistic", "least"),
    [("p99", 1000), ("p50", 20), ("p95", 200), ("p10", 100), ("p99.9", 10_000), ("p100", 0), ("tm99", 0), ("Sum", 0)],
)
def test_a_percentile_needs_so_many_values(statistic: str, least: float) -> None:
    assert evaluation.percentile_samples_min(statistic) == pytest.approx(least)


def test_a_percentile_of_too_few_values_leaves_the_state() -> None:
    asked = Criteria(PERIOD_S, 1, None, "GreaterThanThreshold", 1.0, "missing", samples_min=20.0)
    few, many = Datapoint(UNTIL_S - PERIOD_S, 5.0, 19.0), Datapoint(UNTIL_S - PERIOD_S, 5.0, 20.0)
    assert evaluate(asked, [few], until_s=UNTIL_S).state is None
    assert evaluate(asked, [many], until_s=UNTIL_S).state == "ALARM"


@given(
    st.lists(st.sampled_from("X0-"), min_size=5, max_size=5),
    st.integers(1, 3),
    st.sampled_from(evaluation.TREATMENTS),
)
def test_no_more_is_filled_in_than_is_missing(marks: list[str], datapoints: int, treatment: str) -> None:
    real = points(" ".join(marks))
    verdict = evaluate(criteria(datapoints=datapoints, treatment=treatment), real, until_s=UNTIL_S)
    assert len(verdict.chosen) + len(verdict.missing_at_s) == 3
    assert set(verdict.missing_at_s).isdisjoint(point.at_s for point in real)
    if len(real) >= 3:
        breaching = sum(point.value > 10 for point in real[-3:])
        assert verdict.state == ("ALARM" if breaching >= datapoints else "OK")
