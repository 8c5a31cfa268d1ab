"""The reasons of metric alarms, word for word as AWS writes them."""

import json

import pytest

from eventyard.services.cloudwatch.model.alarms_evaluation import Criteria, Datapoint, evaluate
from eventyard.services.cloudwatch.model.alarms_reasons import reason, reason_data
from eventyard.services.cloudwatch.model.alarms_texts import iso_text, long_text, number_text, short_text

AT_S = 1_698_338_520
"""2023-10-26 16:42:00."""


def told(
    values: list[float | None],
    *,
    operator: str = "GreaterThanThreshold",
    threshold: float = 2.0,
    periods: int = 1,
    datapoints: int | None = None,
    treatment: str = "missing",
    state: str = "",
) -> str:
    """The reason for the newest of `values` at `AT_S`, one a minute, `None` a missing one."""
    criteria = Criteria(60, periods, datapoints, operator, threshold, treatment)
    first_s = AT_S - 60 * (len(values) - 1)
    points = [Datapoint(first_s + 60 * at, value, 1.0) for at, value in enumerate(values) if value is not None]
    verdict = evaluate(criteria, points, until_s=AT_S + 60)
    return reason(criteria, verdict, state or verdict.state or "?")


def test_one_datapoint_over_the_threshold_is_named() -> None:
    assert told([21.5]) == (
        "Threshold Crossed: 1 datapoint [21.5 (26/10/23 16:42:00)] was greater than the threshold (2.0)."
    )


def test_with_datapoints_to_alarm_the_last_ones_are_counted() -> None:
    assert told([5.0], operator="GreaterThanOrEqualToThreshold", threshold=1.0, datapoints=1) == (
        "Threshold Crossed: 1 out of the last 1 datapoints [5.0 (26/10/23 16:42:00)] was greater than or equal to the "
        "threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )


def test_back_to_ok_only_those_within_the_threshold_are_named() -> None:
    assert told([1.0, 0.0], operator="GreaterThanOrEqualToThreshold", threshold=1.0, periods=2, datapoints=2) == (
        "Threshold Crossed: 1 out of the last 2 datapoints [0.0 (26/10/23 16:42:00)] was not greater than or equal to "
        "the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition)."
    )


def test_several_datapoints_stand_newest_first() -> None:
    assert told([10.0, 11.0], threshold=30.0, periods=2, datapoints=2) == (
        "Threshold Crossed: 2 out of the last 2 datapoints [11.0 (26/10/23 16:42:00), 10.0 (26/10/23 16:41:00)] were "
        "not greater than the threshold (30.0) (minimum 1 datapoint for ALARM -> OK transition)."
    )


def test_many_datapoints_have_a_sentence_of_their_own_with_five() -> None:
    assert told([0.0] * 6, operator="LessThanThreshold", threshold=65.0, periods=6, datapoints=6) == (
        "Threshold Crossed: 6 out of the last 6 datapoints were less than the threshold (65.0). The most recent "
        "datapoints which crossed the threshold: [0.0 (26/10/23 16:42:00), 0.0 (26/10/23 16:41:00), "
        "0.0 (26/10/23 16:40:00), 0.0 (26/10/23 16:39:00), 0.0 (26/10/23 16:38:00)] "
        "(minimum 6 datapoints for OK -> ALARM transition)."
    )


@pytest.mark.parametrize(
    ("periods", "treatment", "words"),
    [
        (1, "notBreaching", "1 period and 1 missing datapoint was treated as [NonBreaching]."),
        (2, "breaching", "2 periods and 2 missing datapoints were treated as [Breaching]."),
    ],
)
def test_nothing_received_tells_what_was_made_of_it(periods: int, treatment: str, words: str) -> None:
    assert told([], periods=periods, treatment=treatment) == (
        f"Threshold Crossed: no datapoints were received for {words}"
    )


def test_real_datapoints_of_the_other_side_are_counted_only() -> None:
    assert told([0.0], periods=3, datapoints=2, treatment="breaching") == (
        "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as "
        "[Breaching]."
    )


def test_filled_periods_are_counted_beside_real_ones() -> None:
    found = told(
        [613.0],
        operator="GreaterThanOrEqualToThreshold",
        threshold=1.0,
        periods=20,
        datapoints=1,
        treatment="notBreaching",
    )
    assert found == (
        "Threshold Crossed: 1 out of the last 20 datapoints [613.0 (26/10/23 16:42:00)] was greater than or equal to "
        "the threshold (1.0) and 19 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for "
        "OK -> ALARM transition)."
    )


def test_insufficient_data_counts_what_is_unknown() -> None:
    assert told([], periods=1) == "Insufficient Data: 1 datapoint was unknown."
    assert told([], periods=5) == "Insufficient Data: 5 datapoints were unknown."


def test_the_data_of_a_reason_have_the_members_that_aws_gives() -> None:
    criteria = Criteria(30, 1, None, "GreaterThanThreshold", 2.0, "notBreaching")
    verdict = evaluate(criteria, [Datapoint(AT_S, 21.5, 2.0)], until_s=AT_S + 30)
    text = reason_data(criteria, verdict, "ALARM", now_ms=AT_S * 1000 + 31_007, statistic="Average", unit="Seconds")
    assert text == (
        '{"version":"1.0","queryDate":"2023-10-26T16:42:31.007+0000","startDate":"2023-10-26T16:42:00.000+0000",'
        '"unit":"Seconds","statistic":"Average","period":30,"recentDatapoints":[21.5],"threshold":2.0,'
        '"evaluatedDatapoints":[{"timestamp":"2023-10-26T16:42:00.000+0000","sampleCount":2.0,"value":21.5}]}'
    )


def test_the_data_of_nothing_have_no_start_and_no_values() -> None:
    criteria = Criteria(10, 2, None, "GreaterThanThreshold", 2.0, "breaching")
    verdict = evaluate(criteria, [], until_s=AT_S)
    data = json.loads(reason_data(criteria, verdict, "ALARM", now_ms=AT_S * 1000, statistic=None, unit=None))
    assert list(data) == ["version", "queryDate", "period", "recentDatapoints", "threshold", "evaluatedDatapoints"]
    assert data["recentDatapoints"] == []
    assert [point["timestamp"] for point in data["evaluatedDatapoints"]] == [
        "2023-10-26T16:41:50.000+0000",
        "2023-10-26T16:41:40.000+0000",
    ]


def test_the_data_show_gaps_and_the_points_that_decided() -> None:
    criteria = Criteria(60, 3, 1, "GreaterThanThreshold", 2.0, "notBreaching")
    points = [Datapoint(AT_S - 120, 5.0, 1.0), Datapoint(AT_S, 1.0, 1.0)]
    verdict = evaluate(criteria, points, until_s=AT_S + 60)
    data = json.loads(reason_data(criteria, verdict, "ALARM", now_ms=AT_S * 1000, statistic="Sum", unit=None))
    assert data["recentDatapoints"] == [5.0, None, 1.0]
    assert data["evaluatedDatapoints"] == [
        {"timestamp": "2023-10-26T16:40:00.000+0000", "sampleCount": 1.0, "value": 5.0}
    ]


def test_the_data_of_many_datapoints_are_as_long_as_they_may_be() -> None:
    criteria = Criteria(60, 1440, None, "GreaterThanThreshold", 2.0, "missing")
    points = [Datapoint(AT_S - 60 * (1440 - at), 5.0 + at, 1.0) for at in range(1440)]
    verdict = evaluate(criteria, points, until_s=AT_S)
    text = reason_data(criteria, verdict, "ALARM", now_ms=AT_S * 1000, statistic="Sum", unit=None)
    assert len(text) <= 4000
    assert json.loads(text)["recentDatapoints"][-1] == 1444.0


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.0"),
        (2.0, "2.0"),
        (-3.5, "-3.5"),
        (0.001, "0.001"),
        (9_999_999.0, "9999999.0"),
        (10_000_000.0, "1.0E7"),
        (123_456_789.0, "1.23456789E8"),
        (-2e10, "-2.0E10"),
        (0.0001, "1.0E-4"),
        (0.00025, "2.5E-4"),
        (1e300, "1.0E300"),
        (1.5e-7, "1.5E-7"),
        (19.416666666666668, "19.416666666666668"),
        (float("inf"), "Infinity"),
        (float("nan"), "NaN"),
    ],
)
def test_numbers_are_written_as_java_writes_them(number: float, text: str) -> None:
    assert number_text(number) == text


def test_instants_are_written_in_three_ways() -> None:
    assert iso_text(AT_S * 1000 + 7) == "2023-10-26T16:42:00.007+0000"
    assert short_text(AT_S) == "26/10/23 16:42:00"
    assert long_text(AT_S * 1000) == "Thursday 26 October, 2023 16:42:00 UTC"
