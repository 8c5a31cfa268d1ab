"""CloudWatch Logs: groups, streams, events, search, retention."""

import pytest
from botocore.exceptions import ClientError

DAY_MS = 24 * 3_600_000


@pytest.fixture
def logs(timed_platform):
    client = timed_platform.client("logs")
    client.create_log_group(logGroupName="shop", tags={"team": "orders"})
    client.create_log_stream(logGroupName="shop", logStreamName="one")
    return client


@pytest.fixture
def now_ms(timed_platform):
    return timed_platform.platform.engine.clock.now_ms()


def put(logs, *pairs, stream="one"):
    events = [{"timestamp": at_ms, "message": message} for at_ms, message in pairs]
    return logs.put_log_events(logGroupName="shop", logStreamName=stream, logEvents=events)


def refusal(work, **options):
    with pytest.raises(ClientError) as caught:
        work(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_there_are_no_groups_of_another_class(logs):
    assert [group["logGroupName"] for group in logs.describe_log_groups(logGroupClass="STANDARD")["logGroups"]] == [
        "shop"
    ]
    assert logs.describe_log_groups(logGroupClass="INFREQUENT_ACCESS")["logGroups"] == []


def test_an_entity_is_rejected_and_its_events_are_taken(logs, now_ms):
    answer = logs.put_log_events(
        logGroupName="shop",
        logStreamName="one",
        logEvents=[{"timestamp": now_ms, "message": "a"}],
        entity={"keyAttributes": {"Type": "Service", "Name": "shop", "Environment": "test"}},
    )
    assert answer["rejectedEntityInfo"] == {"errorType": "UnsupportedLogGroupType"}
    assert len(logs.get_log_events(logGroupName="shop", logStreamName="one")["events"]) == 1


def test_events_come_back_in_their_order(logs, now_ms):
    put(logs, (now_ms - 2, "a"), (now_ms - 1, "b"))
    put(logs, (now_ms - 3, "earlier"))

    answer = logs.get_log_events(logGroupName="shop", logStreamName="one", startFromHead=True)

    assert [event["message"] for event in answer["events"]] == ["earlier", "a", "b"]
    assert answer["events"][0]["timestamp"] == now_ms - 3


def test_pages_go_forward_and_backward_and_the_end_repeats_its_token(logs, now_ms):
    put(logs, *((now_ms + n, str(n)) for n in range(5)))
    where = {"logGroupName": "shop", "logStreamName": "one", "limit": 2}

    def page(**options):
        answer = logs.get_log_events(**where, **options)
        return "".join(event["message"] for event in answer["events"]), answer

    newest, first = page()
    assert newest == "34"
    assert page(nextToken=first["nextBackwardToken"])[0] == "12"
    texts, token = [], None
    while True:
        text, answer = page(startFromHead=True, **({"nextToken": token} if token else {}))
        if answer["nextForwardToken"] == token:
            break
        texts.append(text)
        token = answer["nextForwardToken"]
    assert texts == ["01", "23", "4"]


def test_events_out_of_time_are_rejected_and_named(logs, now_ms):
    answer = put(logs, (now_ms - 15 * DAY_MS, "old"))
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    answer = put(logs, (now_ms, "now"), (now_ms + 3 * 3_600_000, "new"))
    assert answer["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    code, message = refusal(lambda: put(logs, (now_ms, "b"), (now_ms - 1, "a")))
    assert (code, message) == (
        "InvalidParameterException",
        "Log events in a single PutLogEvents request must be in chronological order.",
    )


def test_retention_deletes_what_is_over(logs, now_ms, timed_platform):
    logs.put_retention_policy(logGroupName="shop", retentionInDays=1)
    put(logs, (now_ms, "old"), (now_ms + 3_600_000, "younger"))

    timed_platform.advance(DAY_MS + 1_000)

    answer = logs.get_log_events(logGroupName="shop", logStreamName="one")
    assert [event["message"] for event in answer["events"]] == ["younger"]
    assert refusal(logs.put_retention_policy, logGroupName="shop", retentionInDays=2)[0] == "InvalidParameterException"


def test_groups_and_streams_are_described(logs, now_ms):
    put(logs, (now_ms, "a"))

    group = logs.describe_log_groups(logGroupNamePrefix="sh")["logGroups"][0]
    stream = logs.describe_log_streams(logGroupName="shop")["logStreams"][0]

    assert group["arn"] == "arn:aws:logs:us-east-1:000000000000:log-group:shop:*"
    assert group["storedBytes"] == 27
    assert (stream["logStreamName"], stream["firstEventTimestamp"]) == ("one", now_ms)
    assert logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"team": "orders"}
    logs.delete_log_stream(logGroupName="shop", logStreamName="one")
    assert logs.describe_log_streams(logGroupName="shop")["logStreams"] == []
    logs.delete_log_group(logGroupName="shop")
    assert refusal(logs.describe_log_streams, logGroupName="shop") == (
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )


def test_a_name_is_taken_once(logs):
    assert refusal(logs.create_log_group, logGroupName="shop") == (
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
    )
    assert refusal(logs.create_log_stream, logGroupName="shop", logStreamName="one") == (
        "ResourceAlreadyExistsException",
        "The specified log stream already exists",
    )


def test_a_protected_group_and_its_streams_cannot_be_deleted(logs):
    logs.create_log_group(logGroupName="kept", deletionProtectionEnabled=True)
    logs.create_log_stream(logGroupName="kept", logStreamName="one")
    assert logs.describe_log_groups(logGroupNamePrefix="kept")["logGroups"][0]["deletionProtectionEnabled"] is True
    assert refusal(logs.delete_log_group, logGroupName="kept")[0] == "ValidationException"
    assert refusal(logs.delete_log_stream, logGroupName="kept", logStreamName="one")[0] == "ValidationException"

    arn = logs.describe_log_groups(logGroupNamePrefix="kept")["logGroups"][0]["logGroupArn"]
    logs.put_log_group_deletion_protection(logGroupIdentifier=arn, deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName="kept")
    assert logs.describe_log_groups(logGroupNamePrefix="kept")["logGroups"] == []


@pytest.mark.parametrize("options", [{"kmsKeyId": "arn:aws:kms:us-east-1:1:key/a"}, {"logGroupClass": "DELIVERY"}])
def test_a_group_that_would_not_be_what_was_asked_for_is_refused(logs, options):
    code, message = refusal(logs.create_log_group, logGroupName="other", **options)
    assert (code, message.endswith("is not served by Eventyard.")) == ("InvalidParameterException", True)


def test_groups_are_listed_page_by_page(logs):
    for name in ("shop/a", "shop/b", "other/a"):
        logs.create_log_group(logGroupName=name)

    def names(operation, **options):
        pages = logs.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **options)
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]

    assert names("describe_log_groups", logGroupNamePrefix="shop/") == ["shop/a", "shop/b"]
    assert names("describe_log_groups", logGroupNamePattern="/a") == ["other/a", "shop/a"]
    assert names("describe_log_groups", logGroupNamePattern="SHOP") == []
    assert names("describe_log_groups", logGroupIdentifiers=["shop/b"]) == ["shop/b"]
    listed = logs.list_log_groups(logGroupNamePattern="^shop/|ther")["logGroups"]
    assert [group["logGroupName"] for group in listed] == ["other/a", "shop/a", "shop/b"]
    assert listed[1] == {
        "logGroupName": "shop/a",
        "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:shop/a",
        "logGroupClass": "STANDARD",
    }
    assert refusal(logs.describe_log_groups, nextToken="odd") == (
        "InvalidParameterException",
        "The specified nextToken is invalid.",
    )


def test_streams_are_listed_by_name_or_by_their_last_event(logs, now_ms, timed_platform):
    for name in ("two", "three"):
        timed_platform.advance(1_000)
        logs.create_log_stream(logGroupName="shop", logStreamName=name)
    put(logs, (now_ms + 5_000, "newest"))

    def names(**options):
        shown, token = [], None
        while True:
            more = {"nextToken": token} if token else {}
            answer = logs.describe_log_streams(logGroupName="shop", limit=1, **options, **more)
            shown += [stream["logStreamName"] for stream in answer["logStreams"]]
            if (token := answer.get("nextToken")) is None:
                return shown

    assert names() == ["one", "three", "two"]
    assert names(descending=True) == ["two", "three", "one"]
    assert names(logStreamNamePrefix="t") == ["three", "two"]
    assert names(orderBy="LastEventTime") == ["two", "three", "one"]
    assert names(orderBy="LastEventTime", descending=True) == ["one", "three", "two"]
    code, message = refusal(
        logs.describe_log_streams, logGroupName="shop", orderBy="LastEventTime", logStreamNamePrefix="t"
    )
    assert (code, message) == (
        "InvalidParameterException",
        "Cannot order by LastEventTime with a logStreamNamePrefix.",
    )


def test_a_groups_retention_can_be_taken_back(logs):
    logs.put_retention_policy(logGroupName="shop", retentionInDays=7)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    logs.delete_retention_policy(logGroupName="shop")
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]


def test_a_reader_of_an_empty_stream_finds_what_comes_later(logs, now_ms):
    where = {"logGroupName": "shop", "logStreamName": "one"}
    token = logs.get_log_events(**where)["nextForwardToken"]
    put(logs, (now_ms, "a"))
    assert [event["message"] for event in logs.get_log_events(**where, nextToken=token)["events"]] == ["a"]


def test_a_group_has_at_most_fifty_tags(logs):
    code, _ = refusal(logs.tag_log_group, logGroupName="shop", tags={str(number): "" for number in range(50)})
    assert code == "TooManyTagsException"


def test_a_stream_freed_takes_its_bytes_along(logs, now_ms):
    put(logs, (now_ms, "a"))
    logs.delete_log_stream(logGroupName="shop", logStreamName="one")
    assert logs.describe_log_groups()["logGroups"][0]["storedBytes"] == 0


def test_the_older_way_to_tag_a_group_still_works(logs):
    logs.tag_log_group(logGroupName="shop", tags={"stage": "test"})
    assert logs.list_tags_log_group(logGroupName="shop")["tags"] == {"team": "orders", "stage": "test"}
    logs.untag_log_group(logGroupName="shop", tags=["team"])
    assert logs.list_tags_log_group(logGroupName="shop")["tags"] == {"stage": "test"}
