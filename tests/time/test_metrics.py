"""Metrics through a year and a half: by the second, the minute, five minutes, the hour, and then no more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.time.conftest import Story

START = datetime(2026, 1, 1, tzinfo=UTC)


def put(story: Story, *values: float, at: datetime | None = None, **more: Any) -> None:
    datum = {"MetricName": "m", "Values": list(values), **({"Timestamp": at} if at else {}), **more}
    story.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=[datum])


def read(story: Story, period: int, *, until: timedelta = timedelta(days=1)) -> list[tuple[int, float, float]]:
    """(seconds after the start, sum, count) of each period of the first day."""
    answer = story.client("cloudwatch").get_metric_statistics(
        Namespace="Shop",
        MetricName="m",
        StartTime=START,
        EndTime=START + until,
        Period=period,
        Statistics=["Sum", "SampleCount"],
    )
    return [
        (int((one["Timestamp"] - START).total_seconds()), one["Sum"], one["SampleCount"])
        for one in answer["Datapoints"]
    ]


def percentile(story: Story) -> float:
    answer = story.client("cloudwatch").get_metric_statistics(
        Namespace="Shop",
        MetricName="m",
        StartTime=START,
        EndTime=START + timedelta(hours=1),
        Period=3600,
        ExtendedStatistics=["p90"],
    )
    return float(answer["Datapoints"][0]["ExtendedStatistics"]["p90"])


def stored(story: Story) -> dict[str, int]:
    """How many rows each table has."""

    def count() -> dict[str, int]:
        store = story.platform.engine.store
        tx = store.transaction()
        names = ("cloudwatch_series", "cloudwatch_points", "cloudwatch_blocks")
        found = {name: tx.all(f"select count(*) from {name}")[0][0] for name in names}
        tx.rollback()
        store.release(tx)
        return found

    counted: dict[str, int] = story.call(count)
    return counted


def test_points_grow_coarser_with_age_and_keep_what_they_say(story: Story):
    for minute in range(12):
        put(story, *(minute + share / 10 for share in range(10)), at=START + timedelta(minutes=minute))
    total, p90 = sum(minute + share / 10 for minute in range(12) for share in range(10)), percentile(story)
    short = timedelta(hours=1)
    assert len(read(story, 60, until=short)) == 12

    story.after(days=1)
    assert stored(story)["cloudwatch_points"] == 0
    assert len(read(story, 60, until=short)) == 12

    story.after(days=15)
    assert read(story, 60, until=short) == []
    assert [at for at, _, _ in read(story, 300, until=short)] == [0, 300, 600]
    assert percentile(story) == p90

    story.after(days=48)
    assert read(story, 300, until=short) == []
    ((at, added, count),) = read(story, 3600)
    assert (at, count) == (0, 120)
    assert added == pytest.approx(total)
    assert percentile(story) == p90

    story.after(days=420)
    assert stored(story) == {"cloudwatch_series": 0, "cloudwatch_points": 0, "cloudwatch_blocks": 0}


def test_seconds_become_minutes_after_three_hours(story: Story):
    for second in range(90):
        put(story, 1, at=START + timedelta(seconds=second), StorageResolution=1)
    assert len(read(story, 1, until=timedelta(minutes=2))) == 90
    story.after(hours=9)
    assert read(story, 1, until=timedelta(minutes=2)) == []
    assert read(story, 60, until=timedelta(minutes=2)) == [(0, 60, 60), (60, 30, 30)]


def test_what_is_late_joins_what_is_packed(story: Story):
    put(story, 1, 2, at=START)
    story.after(days=10)
    put(story, 3, at=START)
    put(story, 4, at=START + timedelta(minutes=1))
    assert read(story, 60, until=timedelta(minutes=5)) == [(0, 6, 3), (60, 4, 1)]
    story.after(days=4)
    assert stored(story)["cloudwatch_points"] == 0
    assert read(story, 60, until=timedelta(minutes=5)) == [(0, 6, 3), (60, 4, 1)]


def test_a_metric_is_listed_for_two_weeks_and_is_active_for_three_hours(story: Story):
    def names(**asked: Any) -> list[str]:
        return [one["MetricName"] for one in story.client("cloudwatch").list_metrics(**asked)["Metrics"]]

    put(story, 1)
    assert names(RecentlyActive="PT3H") == ["m"]
    story.after(hours=3, seconds=61)
    assert (names(RecentlyActive="PT3H"), names()) == ([], ["m"])
    story.after(days=13, hours=20)
    assert names() == ["m"]
    story.after(hours=2)
    assert names() == []
    put(story, 1)
    assert names(RecentlyActive="PT3H") == ["m"]
