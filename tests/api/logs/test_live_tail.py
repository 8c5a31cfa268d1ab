"""StartLiveTail: what comes to groups, every second, over a stream of events."""

from contextlib import closing

import pytest
from botocore.exceptions import ClientError

GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:shop"


@pytest.fixture
def logs(timed_platform):
    client = timed_platform.client("logs", config={"inject_host_prefix": False})
    client.create_log_group(logGroupName="shop")
    for stream in ("one", "two"):
        client.create_log_stream(logGroupName="shop", logStreamName=stream)
    yield client
    client.close()


@pytest.fixture
def put(timed_platform, logs):
    def put_lines(*messages, stream="one"):
        now_ms = timed_platform.platform.engine.clock.now_ms()
        events = [{"timestamp": now_ms, "message": message} for message in messages]
        logs.put_log_events(logGroupName="shop", logStreamName=stream, logEvents=events)

    return put_lines


def refusal(logs, **options):
    with pytest.raises(ClientError) as caught:
        logs.start_live_tail(**options)
    return caught.value.response["Error"]["Code"]


def messages(update):
    return [line["message"] for line in update["sessionUpdate"]["sessionResults"]]


def test_a_tail_shows_what_comes_while_it_is_followed(timed_platform, logs, put):
    put("before")
    options = {"logGroupIdentifiers": [GROUP], "logEventFilterPattern": "ERROR"}
    with closing(logs.start_live_tail(**options, logStreamNamePrefixes=["on"])["responseStream"]) as stream:
        updates = iter(stream)
        start = next(updates)["sessionStart"]
        assert {name: start[name] for name in options} == options
        assert start["logStreamNamePrefixes"] == ["on"]
        assert (len(start["sessionId"]), bool(start["requestId"])) == (36, True)

        put("ERROR a", "INFO b")
        put("ERROR c", stream="two")
        timed_platform.advance(1_000)
        update = next(updates)
        assert update["sessionUpdate"]["sessionMetadata"] == {"sampled": False}
        (line,) = update["sessionUpdate"]["sessionResults"]
        assert (line["message"], line["logStreamName"]) == ("ERROR a", "one")
        assert line["logGroupIdentifier"] == "000000000000:shop"
        assert line["timestamp"] == line["ingestionTime"]

        timed_platform.advance(1_000)
        assert messages(next(updates)) == []
        put("ERROR d")
        timed_platform.advance(1_000)
        assert messages(next(updates)) == ["ERROR d"]


def test_a_tail_of_too_many_lines_shows_some_of_them(timed_platform, logs, put):
    answer = logs.start_live_tail(logGroupIdentifiers=[GROUP], logStreamNames=["one"])
    with closing(answer["responseStream"]) as stream:
        updates = iter(stream)
        next(updates)
        put(*(str(number) for number in range(1_200)))
        timed_platform.advance(1_000)
        update = next(updates)
        assert update["sessionUpdate"]["sessionMetadata"] == {"sampled": True}
        assert messages(update) == [str(number) for number in range(0, 1_200, 3)]


def test_a_tail_of_nothing_is_refused(logs):
    assert refusal(logs, logGroupIdentifiers=[f"{GROUP}-gone"]) == "ResourceNotFoundException"
    assert refusal(logs, logGroupIdentifiers=["shop"]) == "InvalidParameterException"
    options = {"logStreamNames": ["one"], "logStreamNamePrefixes": ["o"]}
    assert refusal(logs, logGroupIdentifiers=[GROUP], **options) == "InvalidParameterException"
    assert refusal(logs, logGroupIdentifiers=[GROUP], logEventFilterPattern="[a") == "InvalidParameterException"
    assert refusal(logs, logGroupIdentifiers=[GROUP, GROUP], logStreamNames=["one"]) == "InvalidParameterException"
