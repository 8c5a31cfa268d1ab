"""FilterLogEvents: which events of which streams, in which order, page by page."""

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def logs(timed_platform):
    client = timed_platform.client("logs")
    client.create_log_group(logGroupName="shop")
    now_ms = timed_platform.platform.engine.clock.now_ms()
    for stream, start in (("one", 0), ("two", 1)):
        client.create_log_stream(logGroupName="shop", logStreamName=stream)
        events = [
            {"timestamp": now_ms + at, "message": json.dumps({"at": at, "level": "ERROR" if at % 3 == 0 else "INFO"})}
            for at in range(start, 10, 2)
        ]
        client.put_log_events(logGroupName="shop", logStreamName=stream, logEvents=events)
    return client


@pytest.fixture
def now_ms(timed_platform):
    return timed_platform.platform.engine.clock.now_ms()


def found(logs, **options):
    events, token = [], None
    while True:
        more = {"nextToken": token} if token else {}
        answer = logs.filter_log_events(logGroupName="shop", **options, **more)
        assert answer["searchedLogStreams"] == []
        events += [json.loads(event["message"])["at"] for event in answer["events"]]
        if (token := answer.get("nextToken")) is None:
            return events


def refusal(work, **options):
    with pytest.raises(ClientError) as caught:
        work(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_events_of_all_streams_come_interleaved(logs):
    assert found(logs) == found(logs, interleaved=False) == list(range(10))


def test_a_pattern_chooses(logs):
    for pattern, at in (
        ("ERROR", [0, 3, 6, 9]),
        ("{ $.level = ERROR && $.at > 3 }", [6, 9]),
        ("%at.: 8%", [8]),
        ("-INFO", [0, 3, 6, 9]),
        ("[one, rest]", list(range(10))),
        ("[..., level = ERROR, end]", [0, 3, 6, 9]),
    ):
        assert found(logs, filterPattern=pattern) == found(logs, filterPattern=pattern, limit=2) == at


def test_streams_and_times_choose(logs, now_ms):
    assert found(logs, logStreamNames=["two"]) == found(logs, logStreamNamePrefix="t") == [1, 3, 5, 7, 9]
    assert found(logs, logStreamNames=["one", "two"], startTime=now_ms + 2, endTime=now_ms + 4) == [2, 3, 4]
    assert refusal(logs.filter_log_events, logGroupName="shop", logStreamNames=["one", "gone"]) == (
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )
    code, _ = refusal(logs.filter_log_events, logGroupName="shop", logStreamNames=["one"], logStreamNamePrefix="o")
    assert code == "InvalidParameterException"


def test_the_newest_come_first_where_that_is_asked_for(logs, now_ms):
    options = {"startFromHead": False, "startTime": now_ms}
    assert found(logs, **options) == found(logs, **options, limit=3) == list(reversed(range(10)))
    assert refusal(logs.filter_log_events, logGroupName="shop", startFromHead=False)[0] == "InvalidParameterException"


def test_an_event_tells_its_stream_and_its_id(logs, now_ms):
    event = logs.filter_log_events(logGroupName="shop", limit=1)["events"][0]
    assert event["logStreamName"] == "one"
    assert (event["timestamp"], event["ingestionTime"]) == (now_ms, now_ms)
    assert (len(event["eventId"]), event["eventId"].isdigit()) == (56, True)


def test_a_token_that_is_none_is_refused(logs):
    for token in ("odd", "f/1/s", f"f/{'9' * 56}/s", f"b/{'0' * 20}{'9' * 36}/s"):
        assert refusal(logs.filter_log_events, logGroupName="shop", nextToken=token) == (
            "InvalidParameterException",
            "The specified nextToken is invalid.",
        )


def test_a_pattern_that_is_none_is_refused(logs):
    assert refusal(logs.filter_log_events, logGroupName="shop", filterPattern="{ $.a = 1") == (
        "InvalidParameterException",
        "If a filter pattern starts with '{' it must end with '}'",
    )


def test_a_search_through_many_events_goes_on_from_page_to_page(logs, now_ms):
    """More than one search looks at: its first pages are empty and have a token all the same."""
    events = [{"timestamp": now_ms, "message": '{"at": -1}'}] * 7_000
    for _ in range(3):
        logs.put_log_events(logGroupName="shop", logStreamName="one", logEvents=events)
    logs.put_log_events(
        logGroupName="shop", logStreamName="one", logEvents=[{"timestamp": now_ms + 99, "message": '{"at": 99}'}]
    )
    first = logs.filter_log_events(logGroupName="shop", filterPattern='"99"')
    assert (first["events"], "nextToken" in first) == ([], True)
    assert found(logs, filterPattern='"99"') == [99]
    page = logs.get_log_events(logGroupName="shop", logStreamName="one")["events"]
    assert (len(page), page[-1]["message"]) == (10_000, '{"at": 99}')
