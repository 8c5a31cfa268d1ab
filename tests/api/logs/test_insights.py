"""CloudWatch Logs Insights: queries from their start to their results, and what is saved of them."""

import json

import pytest
from botocore.exceptions import ClientError

HOUR_S = 3_600
DAY_MS = 24 * 3_600_000


@pytest.fixture
def logs(timed_platform):
    client = timed_platform.client("logs")
    client.create_log_group(logGroupName="shop")
    client.create_log_stream(logGroupName="shop", logStreamName="one")
    timed_platform.advance(60_000)
    return client


@pytest.fixture
def now_ms(timed_platform):
    return timed_platform.platform.engine.clock.now_ms()


@pytest.fixture
def orders(logs, now_ms):
    """Six lines of orders, a second apart, the last of them now."""
    put(logs, *((now_ms - 5_000 + n * 1_000, json.dumps({"n": n, "level": "EI"[n % 2]})) for n in range(6)))


def put(logs, *pairs, group="shop"):
    events = [{"timestamp": at_ms, "message": message} for at_ms, message in pairs]
    logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)


def start(logs, query, now_ms, **options):
    span = {"startTime": now_ms // 1000 - HOUR_S, "endTime": now_ms // 1000}
    groups = {} if options.keys() & {"logGroupNames", "logGroupIdentifiers"} else {"logGroupName": "shop"}
    return logs.start_query(queryString=query, **{**span, **groups, **options})["queryId"]


def ended(logs, query_id):
    """The answer of a query that has ended: it is asked for until then."""
    while (answer := logs.get_query_results(queryId=query_id))["status"] in ("Scheduled", "Running"):
        continue
    return answer


def rows(answer):
    return [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]]


def refusal(work, **options):
    with pytest.raises(ClientError) as caught:
        work(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.mark.usefixtures("orders")
def test_a_query_finds_events_and_says_how_much_it_read(logs, now_ms):
    answer = ended(logs, start(logs, 'fields n, level | filter level = "E" | sort n', now_ms))

    assert answer["status"] == "Complete"
    assert answer["queryLanguage"] == "CWLI"
    assert rows(answer) == [{"n": "0", "level": "E"}, {"n": "2", "level": "E"}, {"n": "4", "level": "E"}]
    assert answer["statistics"] == {
        "recordsMatched": 3.0,
        "recordsScanned": 6.0,
        "estimatedRecordsSkipped": 0.0,
        "bytesScanned": 6.0 * len(json.dumps({"n": 0, "level": "E"})),
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": 1.0,
        "resultCount": 3.0,
    }
    assert "nextToken" not in answer


@pytest.mark.usefixtures("orders")
def test_the_pointer_of_a_row_leads_to_the_whole_event(logs, now_ms):
    (row,) = ended(logs, start(logs, "filter n = 3 | fields n", now_ms))["results"]
    assert [cell["field"] for cell in row] == ["n", "@ptr"]

    record = logs.get_log_record(logRecordPointer=row[-1]["value"])["logRecord"]

    assert record == {
        "@ptr": row[-1]["value"],
        "@timestamp": str(now_ms - 2_000),
        "@ingestionTime": str(now_ms),
        "@message": '{"n": 3, "level": "I"}',
        "@logStream": "one",
        "@log": "000000000000:shop",
        "n": "3",
        "level": "I",
    }
    assert refusal(logs.get_log_record, logRecordPointer="nonsense")[0] == "InvalidParameterException"
    assert refusal(logs.get_log_record, logRecordPointer="ZXZlbnQ6MTo5OTk=")[0] == "ResourceNotFoundException"


@pytest.mark.usefixtures("orders")
def test_rows_of_groups_have_no_pointer(logs, now_ms):
    answer = ended(logs, start(logs, "stats count(*) as c by level | sort c, level", now_ms))
    assert answer["results"] == [
        [{"field": "level", "value": "E"}, {"field": "c", "value": "3"}],
        [{"field": "level", "value": "I"}, {"field": "c", "value": "3"}],
    ]


@pytest.mark.usefixtures("orders")
def test_both_ends_of_the_time_range_belong_to_it(logs, now_ms):
    span = {"startTime": now_ms // 1000 - 3, "endTime": now_ms // 1000 - 1}
    assert [row["n"] for row in rows(ended(logs, start(logs, "fields n | sort n", now_ms, **span)))] == ["2", "3", "4"]
    in_ms = {"startTime": now_ms - 3_000, "endTime": now_ms - 1_000}
    assert len(ended(logs, start(logs, "fields n", now_ms, **in_ms))["results"]) == 3


@pytest.mark.usefixtures("orders")
def test_results_are_read_a_page_at_a_time(logs, now_ms):
    query_id = start(logs, "fields n | sort n", now_ms)
    ended(logs, query_id)
    first = logs.get_query_results(queryId=query_id, maxItems=4)
    second = logs.get_query_results(queryId=query_id, maxItems=4, nextToken=first["nextToken"])
    assert [row["n"] for row in rows(first)] == ["0", "1", "2", "3"]
    assert [row["n"] for row in rows(second)] == ["4", "5"]
    assert "nextToken" not in second
    code, _ = refusal(logs.get_query_results, queryId=query_id, nextToken="elsewhere/4")
    assert code == "InvalidParameterException"


@pytest.mark.usefixtures("orders")
def test_a_query_searches_several_groups(logs, now_ms):
    for name in ("shop-two", "other"):
        logs.create_log_group(logGroupName=name)
        logs.create_log_stream(logGroupName=name, logStreamName="one")
        put(logs, (now_ms, f"line of {name}"), group=name)
    count = "stats count(*) as c by @log | sort @log"
    arn = logs.describe_log_groups(logGroupNamePrefix="other")["logGroups"][0]["logGroupArn"]

    by_name = rows(ended(logs, start(logs, count, now_ms, logGroupNames=["shop", "shop-two"])))
    by_arn = rows(ended(logs, start(logs, count, now_ms, logGroupIdentifiers=[arn, "shop"])))
    span = {"startTime": now_ms // 1000 - HOUR_S, "endTime": now_ms // 1000}
    source = logs.start_query(queryString=f'SOURCE logGroups(namePrefix: ["shop"]) | {count}', **span)["queryId"]

    assert by_name == [{"@log": "000000000000:shop", "c": "6"}, {"@log": "000000000000:shop-two", "c": "1"}]
    assert by_arn == [{"@log": "000000000000:other", "c": "1"}, {"@log": "000000000000:shop", "c": "6"}]
    assert rows(ended(logs, source)) == by_name


def test_groups_are_named_exactly_once(logs, now_ms):
    span = {"startTime": now_ms // 1000 - HOUR_S, "endTime": now_ms // 1000, "queryString": "fields n"}
    for groups in ({}, {"logGroupName": "shop", "logGroupNames": ["shop"]}):
        assert refusal(logs.start_query, **span, **groups)[0] == "InvalidParameterException"
    code, message = refusal(logs.start_query, **span, logGroupName="absent")
    assert code == "ResourceNotFoundException"
    assert message.startswith(
        "Log group 'absent' does not exist for account ID '000000000000' "
        "(Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: "
    )


def test_a_query_that_cannot_be_compiled_is_refused_with_its_place(logs, now_ms):
    with pytest.raises(ClientError) as caught:
        start(logs, "fields @message | nonsense", now_ms)
    answer = caught.value.response
    message = "unexpected symbol found nonsense at line 1 and position 18"
    assert answer["Error"] == {"Code": "MalformedQueryException", "Message": message}
    assert answer["queryCompileError"] == {
        "location": {"startCharOffset": 18, "endCharOffset": 26},
        "message": message,
    }


def test_a_span_before_the_group_was_made_or_out_of_its_retention_is_refused(timed_platform, logs, now_ms):
    words = "Query's end date and time is either before the log groups creation time or exceeds the log groups log"
    early = {"startTime": now_ms // 1000 - 2 * HOUR_S, "endTime": now_ms // 1000 - HOUR_S}
    code, message = refusal(lambda: start(logs, "fields n", now_ms, **early))
    assert code == "MalformedQueryException"
    source = f'SOURCE "shop" START={early["startTime"]}000 END={early["endTime"]}999'
    assert message == f"{words} retention settings ([0,{len(source)}])"

    logs.put_retention_policy(logGroupName="shop", retentionInDays=1)
    timed_platform.advance(2 * DAY_MS)
    assert refusal(lambda: start(logs, "fields n", now_ms))[0] == "MalformedQueryException"


def test_other_languages_and_turned_ranges_are_refused(logs, now_ms):
    for options in ({"queryLanguage": "SQL"}, {"queryLanguage": "PPL"}, {"startTime": now_ms // 1000 + 1}):
        assert refusal(lambda options=options: start(logs, "fields n", now_ms, **options))[0] == (
            "InvalidParameterException"
        )


@pytest.mark.usefixtures("orders")
def test_queries_are_described_the_newest_first(timed_platform, logs, now_ms):
    first = start(logs, "fields @message", now_ms)
    ended(logs, first)
    timed_platform.advance(1_000)
    second = start(logs, "stats count(*)", now_ms)
    ended(logs, second)

    described = logs.describe_queries(logGroupName="shop", status="Complete")["queries"]

    assert [query["queryId"] for query in described] == [second, first]
    from_s = now_ms // 1000 - HOUR_S
    assert described[1] == {
        "queryLanguage": "CWLI",
        "queryId": first,
        "queryString": f'SOURCE "shop" START={from_s}000 END={now_ms // 1000}999 | fields @message',
        "status": "Complete",
        "createTime": now_ms,
        "logGroupName": "shop",
    }
    assert logs.describe_queries(logGroupName="shop", status="Scheduled")["queries"] == []
    page = logs.describe_queries(maxResults=1)
    assert [query["queryId"] for query in page["queries"]] == [second]
    rest = logs.describe_queries(maxResults=1, nextToken=page["nextToken"])
    assert [query["queryId"] for query in rest["queries"]] == [first]
    assert "nextToken" not in rest
    assert refusal(logs.describe_queries, logGroupName="absent")[0] == "ResourceNotFoundException"


@pytest.mark.usefixtures("orders")
def test_a_query_that_has_ended_cannot_be_stopped(logs, now_ms):
    query_id = start(logs, "fields n", now_ms)
    ended(logs, query_id)
    assert refusal(logs.stop_query, queryId=query_id)[0] == "InvalidParameterException"
    assert refusal(logs.stop_query, queryId="none")[0] == "ResourceNotFoundException"
    assert refusal(logs.get_query_results, queryId="none")[0] == "ResourceNotFoundException"


@pytest.mark.usefixtures("orders")
def test_results_are_kept_for_a_week(timed_platform, logs, now_ms):
    query_id = start(logs, "fields n", now_ms)
    ended(logs, query_id)
    timed_platform.advance(7 * DAY_MS - 1)
    assert len(logs.get_query_results(queryId=query_id)["results"]) == 6
    timed_platform.advance(1)
    assert refusal(logs.get_query_results, queryId=query_id)[0] == "ResourceNotFoundException"


@pytest.mark.usefixtures("orders")
def test_the_fields_of_a_group_come_with_their_shares(timed_platform, logs, now_ms):
    put(logs, (now_ms, "no json"), (now_ms, '{"rare": {"deep": [1]}}'))
    shares = {one["name"]: one["percent"] for one in logs.get_log_group_fields(logGroupName="shop")["logGroupFields"]}
    made = dict.fromkeys(("@ingestionTime", "@log", "@logStream", "@message", "@timestamp"), 100)
    assert shares == {**made, "level": 75, "n": 75, "rare.deep.0": 12}
    assert list(shares.values()) == sorted(shares.values(), reverse=True)

    timed_platform.advance(60 * 60_000)
    assert logs.get_log_group_fields(logGroupIdentifier="shop")["logGroupFields"] == []
    around = logs.get_log_group_fields(logGroupName="shop", time=now_ms // 1000)["logGroupFields"]
    assert {one["name"] for one in around} == shares.keys()
    assert refusal(logs.get_log_group_fields)[0] == "InvalidParameterException"
    assert refusal(logs.get_log_group_fields, logGroupName="absent")[0] == "ResourceNotFoundException"


def test_a_query_definition_that_is_put_again_with_its_token_is_one(logs):
    given = {"name": "all", "queryString": "fields n", "clientToken": "t" * 36}
    first, again = (logs.put_query_definition(**given)["queryDefinitionId"] for _ in range(2))
    other = logs.put_query_definition(**{**given, "clientToken": "u" * 36})["queryDefinitionId"]
    assert first == again != other
    assert len(logs.describe_query_definitions()["queryDefinitions"]) == 2


def test_query_definitions_are_saved_replaced_listed_and_deleted(timed_platform, logs, now_ms):
    saved = logs.put_query_definition(name="shop/errors", queryString="fields n", logGroupNames=["shop"])
    other = logs.put_query_definition(name="all", queryString="fields m")["queryDefinitionId"]
    definition_id = saved["queryDefinitionId"]
    timed_platform.advance(1_000)
    replaced = logs.put_query_definition(name="shop/failed", queryString="fields o", queryDefinitionId=definition_id)

    assert replaced["queryDefinitionId"] == definition_id
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="shop/")["queryDefinitions"] == [
        {
            "queryLanguage": "CWLI",
            "queryDefinitionId": definition_id,
            "name": "shop/failed",
            "queryString": "fields o",
            "lastModified": now_ms + 1_000,
            "logGroupNames": [],
        }
    ]
    page = logs.describe_query_definitions(maxResults=1)
    rest = logs.describe_query_definitions(maxResults=1, nextToken=page["nextToken"])
    listed = [one["queryDefinitionId"] for one in (*page["queryDefinitions"], *rest["queryDefinitions"])]
    assert listed == [other, definition_id]
    assert "nextToken" not in rest
    assert logs.delete_query_definition(queryDefinitionId=definition_id)["success"] is True
    for work in (logs.delete_query_definition,):
        assert refusal(work, queryDefinitionId=definition_id)[0] == "ResourceNotFoundException"
    absent = {"name": "x", "queryString": "fields n", "queryDefinitionId": definition_id}
    assert refusal(logs.put_query_definition, **absent)[0] == "ResourceNotFoundException"
