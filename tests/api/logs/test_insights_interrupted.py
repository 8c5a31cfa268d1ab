"""Insights queries that are stopped, that take too long, and that a restart finds unfinished."""

import json

import pytest

from eventyard.base.clock import VirtualClock
from eventyard.base.errors import AwsError
from eventyard.services.logs.queries import insights
from tests.support.platform import ACCOUNT, REGION, RunningPlatform

QUERY = "fields n | sort n"


@pytest.fixture
def logs(timed_platform):
    return stocked(timed_platform)


def stocked(platform):
    client = platform.client("logs")
    client.create_log_group(logGroupName="shop")
    client.create_log_stream(logGroupName="shop", logStreamName="one")
    now_ms = platform.platform.engine.clock.now_ms()
    events = [{"timestamp": now_ms, "message": json.dumps({"n": n})} for n in range(3)]
    client.put_log_events(logGroupName="shop", logStreamName="one", logEvents=events)
    return client


def call(platform, operation, params):
    return platform.platform.engine.new_call(
        service="logs", operation=operation, params=params, account=ACCOUNT, region=REGION
    )


def asked(platform):
    now_s = platform.platform.engine.clock.now_ms() // 1000
    params = {"logGroupName": "shop", "startTime": now_s - 60, "endTime": now_s, "queryString": QUERY}
    return call(platform, "StartQuery", params)


def test_a_query_that_is_stopped_is_cancelled_and_keeps_no_results(timed_platform, logs):
    engine = timed_platform.platform.engine

    async def start_and_stop():
        query_id = (await engine.operate(asked(timed_platform)))["queryId"]
        before = await engine.operate(call(timed_platform, "GetQueryResults", {"queryId": query_id}))
        stopped = await engine.operate(call(timed_platform, "StopQuery", {"queryId": query_id}))
        await engine.settle()
        return query_id, before, stopped

    query_id, before, stopped = timed_platform.run(start_and_stop())

    assert before["status"] in ("Scheduled", "Running")
    assert (before["results"], set(before["statistics"].values())) == ([], {0.0})
    assert stopped == {"success": True}
    answer = logs.get_query_results(queryId=query_id)
    assert (answer["status"], answer["results"]) == ("Cancelled", [])


@pytest.mark.usefixtures("logs")
def test_more_than_a_hundred_unfinished_queries_are_refused(timed_platform):
    engine = timed_platform.platform.engine

    async def start_many():
        await engine.rest(1)
        for _ in range(100):
            await engine.operate(asked(timed_platform))
        await engine.operate(asked(timed_platform))

    with pytest.raises(AwsError) as caught:
        timed_platform.run(start_many())
    assert caught.value.code == "LimitExceededException"
    assert caught.value.message == "Account maximum query concurrency limit of [100] reached."


@pytest.mark.parametrize("is_begun", [False, True], ids=["scheduled", "running"])
def test_a_query_that_a_restart_finds_unfinished_is_run(tmp_path, is_begun):
    clock = VirtualClock()
    first = RunningPlatform(tmp_path, clock=clock, is_ephemeral=False)
    stocked(first)
    engine = first.platform.engine

    async def leave_unfinished():
        await engine.rest(1)
        query_id = (await engine.operate(asked(first)))["queryId"]
        if is_begun:
            await engine.run(lambda tx, _: insights.begin_run(tx, query_id), asked(first))
        return query_id

    query_id = first.run(leave_unfinished())
    first.close()

    second = RunningPlatform(tmp_path, clock=VirtualClock(clock.now_ms()), is_ephemeral=False)
    second.run(second.platform.engine.settle())
    answer = second.client("logs").get_query_results(queryId=query_id)
    second.close()

    assert answer["status"] == "Complete"
    assert [row[0]["value"] for row in answer["results"]] == ["0", "1", "2"]
