"""Segments of clients: put, refused, assembled, searched, drawn."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

START_S = 1_767_225_600  # where the virtual clock begins
TRACE = f"1-{START_S:08x}-a006649127e371903a2de979"


def api(**more: Any) -> dict[str, Any]:
    return {
        "name": "api.example.com",
        "id": "70de5b6f19ff9a0a",
        "trace_id": TRACE,
        "start_time": START_S + 0.1,
        "end_time": START_S + 1.1,
        "origin": "AWS::EC2::Instance",
        "http": {
            "request": {"url": "http://api.example.com/orders", "method": "POST", "client_ip": "10.0.0.7"},
            "response": {"status": 502},
        },
        "fault": True,
        "user": "alice",
        "annotations": {"orderId": "o-1", "amount": 12.5, "vip": True, "dropped": {"a": 1}},
        "metadata": {"debug": {"x": [1, 2]}},
        "subsegments": [
            {
                "id": "53995c3f42cd8ad8",
                "name": "DynamoDB",
                "namespace": "aws",
                "start_time": START_S + 0.2,
                "end_time": START_S + 0.3,
                "aws": {"table_name": "orders", "operation": "PutItem"},
            },
            {
                "id": "53995c3f42cd8ad9",
                "name": "backend",
                "namespace": "remote",
                "start_time": START_S + 0.3,
                "end_time": START_S + 1.0,
                "fault": True,
            },
        ],
        **more,
    }


def backend(**more: Any) -> dict[str, Any]:
    return {
        "name": "backend",
        "id": "70de5b6f19ff9a0b",
        "parent_id": "53995c3f42cd8ad9",
        "trace_id": TRACE,
        "start_time": START_S + 0.4,
        "end_time": START_S + 0.9,
        "fault": True,
        "cause": {"exceptions": [{"id": "00000000000000ff", "type": "OutOfStock", "message": "nothing is left"}]},
        **more,
    }


def put(xray: Any, *documents: Any) -> list[dict[str, str]]:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in documents]
    unprocessed: list[dict[str, str]] = xray.put_trace_segments(TraceSegmentDocuments=texts)["UnprocessedTraceSegments"]
    return unprocessed


def window(**more: Any) -> dict[str, Any]:
    return {"StartTime": START_S - 60, "EndTime": START_S + 60, **more}


def summaries(xray: Any, text: str = "", **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = xray.get_trace_summaries(**window(FilterExpression=text, **more))["TraceSummaries"]
    return found


def test_a_trace_of_two_services_is_shown_whole(timed_platform):
    xray = timed_platform.client("xray")
    assert put(xray, api(), backend()) == []
    answer = xray.batch_get_traces(TraceIds=[TRACE, TRACE[:-1] + "0"])
    assert answer["UnprocessedTraceIds"] == [TRACE[:-1] + "0"]
    (trace,) = answer["Traces"]
    assert (trace["Id"], trace["Duration"], trace["LimitExceeded"]) == (TRACE, 1.0, False)
    documents = [json.loads(segment["Document"]) for segment in trace["Segments"]]
    assert [(one["name"], one.get("origin"), one.get("inferred")) for one in documents] == [
        ("api.example.com", "AWS::EC2::Instance", None),
        ("orders", "AWS::DynamoDB::Table", True),
        ("backend", None, None),
    ]
    assert documents[0]["annotations"] == {"orderId": "o-1", "amount": 12.5, "vip": True}
    assert documents[0]["metadata"] == {"debug": {"x": [1, 2]}}

    (summary,) = summaries(xray)
    assert summary["Id"] == TRACE
    assert (summary["Duration"], summary["ResponseTime"]) == (1.0, 1.0)
    assert (summary["HasFault"], summary["HasError"], summary["HasThrottle"]) == (True, False, False)
    assert (summary["IsPartial"], summary["Revision"]) == (False, 1)
    assert summary["Http"] == {
        "HttpURL": "http://api.example.com/orders",
        "HttpMethod": "POST",
        "ClientIp": "10.0.0.7",
        "HttpStatus": 502,
    }
    entry = {"Name": "api.example.com", "Names": ["api.example.com"], "Type": "AWS::EC2::Instance"}
    assert summary["EntryPoint"] == entry
    assert summary["Users"] == [{"UserName": "alice", "ServiceIds": [entry]}]
    assert summary["Annotations"]["amount"] == [{"AnnotationValue": {"NumberValue": 12.5}, "ServiceIds": [entry]}]
    assert summary["Annotations"]["vip"][0]["AnnotationValue"] == {"BooleanValue": True}
    assert [one.get("Type") for one in summary["ServiceIds"]] == [
        *("client", "AWS::EC2::Instance", "AWS::DynamoDB::Table", None),
    ]
    (cause,) = summary["FaultRootCauses"]
    assert cause["ClientImpacting"] is True
    assert [service["Name"] for service in cause["Services"]] == ["api.example.com", "backend"]
    assert cause["Services"][1]["EntityPath"] == [
        {
            "Name": "backend",
            "Exceptions": [{"Name": "OutOfStock", "Message": "nothing is left"}],
            "Remote": False,
        }
    ]
    assert (summary["ErrorRootCauses"], summary["ResourceARNs"], summary["InstanceIds"]) == ([], [], [])


def test_filters_choose_among_traces(timed_platform):
    xray = timed_platform.client("xray")
    well = f"1-{START_S:08x}-b006649127e371903a2de979"
    put(xray, api(), backend())
    put(xray, {**api(), "trace_id": well, "fault": False, "annotations": {"orderId": "o-2"}, "subsegments": []})

    def found(text: str) -> list[str]:
        return [one["Id"] for one in summaries(xray, text)]

    assert found("fault = true OR error = true") == [TRACE]
    assert found("ok") == [well]
    assert found('annotation.orderId = "o-2"') == [well]
    assert found('service("backend") { fault }') == [TRACE]
    assert found('edge("api.example.com", "backend")') == [TRACE]
    assert found('service(id(type: "AWS::DynamoDB::Table"))') == [TRACE]
    assert found('rootcause.fault.exception { message CONTAINS "left" }') == [TRACE]
    assert found("duration > 5") == []
    xray.create_group(GroupName="failed", FilterExpression="fault")
    assert found('group.name = "failed"') == [TRACE]
    with pytest.raises(ClientError, match=r"InvalidRequestException.*Unknown keyword 'colour' at position 0"):
        found("colour = 1")


def test_traces_are_found_by_when_they_began_or_were_active_page_by_page(timed_platform):
    xray = timed_platform.client("xray")
    ids = [f"1-{START_S - second:08x}-{second:024x}" for second in range(150, 0, -1)]
    for first in range(0, 150, 50):
        put(
            xray,
            *(
                {**api(), "trace_id": one, "start_time": int(one[2:10], 16), "end_time": START_S, "subsegments": []}
                for one in ids[first : first + 50]
            ),
        )
    at = {"StartTime": START_S - 150, "EndTime": START_S}
    page = xray.get_trace_summaries(**at)
    assert (len(page["TraceSummaries"]), page["TracesProcessedCount"]) == (50, 50)
    pages = xray.get_paginator("get_trace_summaries").paginate(**at)
    assert [one["Id"] for page in pages for one in page["TraceSummaries"]] == ids
    last = {"StartTime": START_S - 1, "EndTime": START_S + 1}
    assert len(xray.get_trace_summaries(**last)["TraceSummaries"]) == 1
    active = xray.get_trace_summaries(**last, TimeRangeType="Event")["TraceSummaries"]
    assert {one["MatchedEventTime"].timestamp() for one in active} == {START_S - 1}
    some = xray.get_trace_summaries(**at, Sampling=True, SamplingStrategy={"Name": "FixedRate", "Value": 0.0})
    assert some["TraceSummaries"] == []
    with pytest.raises(ClientError, match="InvalidRequestException"):
        xray.get_trace_summaries(StartTime=START_S, EndTime=START_S - 1)


def test_a_segment_in_progress_gives_way_to_the_complete_one_but_not_the_other_way_round(timed_platform):
    xray = timed_platform.client("xray")
    begun = {key: value for key, value in backend().items() if key not in ("end_time", "parent_id", "fault")}
    begun["in_progress"] = True
    put(xray, begun)
    (summary,) = summaries(xray)
    assert (summary["IsPartial"], summary["HasFault"], "ResponseTime" in summary) == (True, False, False)
    put(xray, backend())
    put(xray, begun)
    (summary,) = summaries(xray)
    assert (summary["IsPartial"], summary["HasFault"], summary["Revision"]) == (False, True, 3)


def test_subsegments_that_come_by_themselves_find_their_parents(timed_platform):
    xray = timed_platform.client("xray")
    step = {
        **{"type": "subsegment", "id": "0000000000000001", "parent_id": "70de5b6f19ff9a0b", "trace_id": TRACE},
        **{"name": "## work", "start_time": START_S + 0.5, "end_time": START_S + 0.6, "annotations": {"step": 1}},
    }
    inner = {**step, "id": "0000000000000002", "parent_id": "0000000000000001", "name": "inner", "annotations": {}}
    put(xray, inner, [step])
    put(xray, backend())
    (trace,) = xray.batch_get_traces(TraceIds=[TRACE])["Traces"]
    (segment,) = trace["Segments"]
    (work,) = json.loads(segment["Document"])["subsegments"]
    assert (work["name"], work["subsegments"][0]["name"]) == ("## work", "inner")
    assert "parent_id" not in work
    assert [one["Id"] for one in summaries(xray, "annotation.step = 1")] == [TRACE]


SEGMENT, SUBSEGMENT = "Invalid segment. ErrorCode: {}", "Invalid subsegment. ErrorCode: {}, Cause: null"


@pytest.mark.parametrize(
    ("document", "code", "message", "is_named"),
    [
        ([], "MissingId", SEGMENT, False),
        ("{", "ParseError", SEGMENT, False),
        ({**api(), "id": "xyz"}, "InvalidId", SEGMENT, True),
        (
            {**api(), "trace_id": "1-581cf771-a006649127e371903a2de979", "start_time": 1478293361},
            "InvalidTraceId",
            SEGMENT,
            True,
        ),
        ({**api(), "trace_id": "1-2"}, "InvalidTraceId", SEGMENT, True),
        ({**api(), "name": "a(b)"}, "InvalidName", SEGMENT, True),
        ({**api(), "name": "n" * 201}, "InvalidName", SEGMENT, True),
        ({**backend(), "type": "subsegment", "name": "a?"}, "InvalidName", SUBSEGMENT, True),
        (
            {**api(), "subsegments": [{"id": "0" * 16, "name": "s", "start_time": 1}]},
            "MissingEndTime",
            SUBSEGMENT,
            True,
        ),
        ({key: value for key, value in api().items() if key != "end_time"}, "MissingEndTime", SEGMENT, True),
        ({**api(), "end_time": START_S - 1}, "InvalidEndTime", SEGMENT, True),
        ({**api(), "start_time": START_S + 4000, "end_time": START_S + 4001}, "InvalidStartTime", SEGMENT, True),
        ({**api(), "metadata": {"x": "y" * 65_536}}, "DocumentTooLarge", SEGMENT, False),
    ],
)
def test_a_document_that_is_none_is_told_and_the_others_are_taken(shared_xray, document, code, message, is_named):
    (told,) = put(shared_xray, document, backend())
    assert told["ErrorCode"] == code
    assert told["Message"] == message.format(code)
    assert ("Id" in told) is is_named


def test_the_map_counts_each_segment_once_and_shows_who_called_whom(timed_platform):
    xray = timed_platform.client("xray")
    put(xray, api(), backend())
    graph = xray.get_service_graph(**window())
    assert xray.get_service_graph(**window())["Services"] == graph["Services"]
    services = {(one["Name"], one.get("Type", "")): one for one in graph["Services"]}
    assert list(services) == [
        ("api.example.com", "AWS::EC2::Instance"),
        ("api.example.com", "client"),
        ("backend", ""),
        ("orders", "AWS::DynamoDB::Table"),
    ]
    entry, client = services["api.example.com", "AWS::EC2::Instance"], services["api.example.com", "client"]
    assert (entry["Root"], entry["State"], client["State"]) == (True, "active", "unknown")
    assert "SummaryStatistics" not in client
    assert entry["SummaryStatistics"] == {
        "OkCount": 0,
        "ErrorStatistics": {"ThrottleCount": 0, "OtherCount": 0, "TotalCount": 0},
        "FaultStatistics": {"OtherCount": 1, "TotalCount": 1},
        "TotalCount": 1,
        "TotalResponseTime": 1.0,
    }
    assert sum(one["Count"] for one in entry["ResponseTimeHistogram"]) == 1
    references = {one["ReferenceId"]: one["Name"] for one in graph["Services"]}
    assert [references[edge["ReferenceId"]] for edge in entry["Edges"]] == ["backend", "orders"]
    drawn = xray.get_trace_graph(TraceIds=[TRACE])["Services"]
    assert [one["Name"] for one in drawn] == [one["Name"] for one in graph["Services"]]

    of_edge = xray.get_time_series_service_statistics(
        **window(EntitySelectorExpression='edge("api.example.com", "backend")', Period=60)
    )["TimeSeriesServiceStatistics"]
    assert [point["EdgeSummaryStatistics"]["FaultStatistics"]["TotalCount"] for point in of_edge] == [1]
    of_service = xray.get_time_series_service_statistics(
        **window(EntitySelectorExpression='service(id(type: "AWS::DynamoDB::Table"))')
    )["TimeSeriesServiceStatistics"]
    assert [point["ServiceSummaryStatistics"]["OkCount"] for point in of_service] == [1]

    xray.create_group(GroupName="other", FilterExpression='service("nobody")')
    assert xray.get_service_graph(**window(GroupName="other"))["Services"] == []
    xray.create_group(GroupName="failed", FilterExpression="fault")
    assert len(xray.get_service_graph(**window(GroupName="failed"))["Services"]) == 4


def test_what_is_older_than_thirty_days_is_forgotten(timed_platform):
    xray = timed_platform.client("xray")
    put(xray, backend())
    timed_platform.advance(31 * 24 * 3_600_000)
    assert xray.batch_get_traces(TraceIds=[TRACE])["Traces"] == []
    assert xray.get_service_graph(**window())["Services"] == []
