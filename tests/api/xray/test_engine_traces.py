"""The engine's own hops as X-Ray shows them: an event that a rule sends to a queue, a topic and a machine."""

import io
import json
import time
import zipfile
from typing import Any

import pytest

from tests.support.platform import RunningPlatform

PLACE = "us-east-1:000000000000"
QUEUE, DEAD, TOPIC = f"arn:aws:sqs:{PLACE}:work", f"arn:aws:sqs:{PLACE}:nowhere", f"arn:aws:sns:{PLACE}:news"
MACHINE = f"arn:aws:states:{PLACE}:stateMachine:fulfil"
ROLE = "arn:aws:iam::000000000000:role/r"
START_S = 1_767_225_600
DEFINITION = {
    "StartAt": "Brief",
    "States": {
        "Brief": {"Type": "Wait", "Seconds": 1, "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Tell"},
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl.$": "$.url", "MessageBody": "done"},
            "End": True,
        },
    },
}


@pytest.fixture
def event(timed_platform: RunningPlatform) -> RunningPlatform:
    """A platform on which an event has gone its ways."""
    sqs, sns, events = (timed_platform.client(name) for name in ("sqs", "sns", "events"))
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    sns.create_topic(Name="news")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    machines = timed_platform.client("stepfunctions")
    machines.create_state_machine(name="fulfil", definition=json.dumps(DEFINITION), roleArn=ROLE)
    events.put_rule(Name="placed", EventPattern='{"source": ["shop"]}')
    targets = {"queue": {"Arn": QUEUE}, "topic": {"Arn": TOPIC}, "lost": {"Arn": DEAD}}
    machine = {"Arn": MACHINE, "RoleArn": ROLE, "InputPath": "$.detail"}
    told = [{"Id": name, **target} for name, target in {**targets, "machine": machine}.items()]
    assert events.put_targets(Rule="placed", Targets=told)["FailedEntryCount"] == 0
    entry = {"Source": "shop", "DetailType": "placed", "Detail": json.dumps({"url": url})}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    timed_platform.advance(2_000)
    while sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        pass
    return timed_platform


def _documents(xray: Any, text: str = "") -> list[dict[str, Any]]:
    window = {"StartTime": START_S - 60, "EndTime": START_S + 600}
    found = xray.get_trace_summaries(**window, FilterExpression=text)["TraceSummaries"]
    ids = [one["Id"] for one in found]
    assert len(ids) == 1, found
    (trace,) = xray.batch_get_traces(TraceIds=ids)["Traces"]
    return [json.loads(one["Document"]) for one in trace["Segments"]]


def test_an_event_is_one_trace_to_its_last_effect(event):
    xray = event.client("xray")
    (running,) = [one for one in _documents(xray, "partial") if one.get("in_progress")]
    assert (running["name"], [step["name"] for step in running["subsegments"]]) == ("fulfil", ["Brief"])
    event.advance(61_000)
    sqs = event.client("sqs")
    url = sqs.get_queue_url(QueueName="work")["QueueUrl"]
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 3
    documents = _documents(xray, "fault = true OR error = true")
    kinds = [one["metadata"]["eventyard"]["kind"] for one in documents]
    assert kinds.count("rule") == 4
    assert {"bus", "rule", "queue", "topic", "subscription", "machine"} <= set(kinds)
    lost = next(one for one in documents if one["metadata"]["eventyard"].get("target") == DEAD)
    assert lost["fault"] is True
    (machine,) = [one for one in documents if one["origin"] == "AWS::StepFunctions::StateMachine"]
    assert [step["name"] for step in machine["subsegments"]] == ["Brief", "Wait", "Tell"]
    tell = machine["subsegments"][2]["id"]
    assert [one["origin"] for one in documents if one.get("parent_id") == tell] == ["AWS::SQS::Queue"]
    by_id = {one["id"]: one for one in documents}
    roots = [one for one in documents if one.get("parent_id") not in {*by_id, tell}]
    assert [one["name"] for one in roots] == ["default"]


def test_a_queues_mapping_is_a_hop_of_the_trace_and_no_node_of_the_map(tmp_path):
    platform = RunningPlatform(tmp_path)
    sqs, functions, xray = (platform.client(name) for name in ("sqs", "lambda", "xray"))
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    raise ValueError('out of stock')\n")
    functions.create_function(
        FunctionName="take", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": buffer.getvalue()}
    )
    functions.create_event_source_mapping(FunctionName="take", EventSourceArn=QUEUE)
    sqs.send_message(QueueUrl=url, MessageBody="b")
    window = {"StartTime": time.time() - 600, "EndTime": time.time() + 600}
    failed: list[Any] = []
    ends_s = time.monotonic() + 20
    while not failed and time.monotonic() < ends_s:
        wanted = 'service(id(name: "take", type: "AWS::Lambda::Function")) { error }'
        failed = xray.get_trace_summaries(**window, FilterExpression=wanted)["TraceSummaries"]
    platform.run(platform.platform.engine.settle())
    (trace,) = xray.batch_get_traces(TraceIds=[failed[0]["Id"]])["Traces"]
    graph = xray.get_service_graph(**window)["Services"]
    platform.close()
    documents = [json.loads(one["Document"]) for one in trace["Segments"]]
    assert ("take", "AWS::Lambda::EventSourceMapping") in {(one["name"], one["origin"]) for one in documents}
    assert failed[0]["HasError"] is True
    nodes = {one["ReferenceId"]: (one["Name"], one["Type"]) for one in graph}
    edges = {(nodes[one["ReferenceId"]], nodes[edge["ReferenceId"]]) for one in graph for edge in one["Edges"]}
    queue, service = ("work", "AWS::SQS::Queue"), ("take", "AWS::Lambda")
    assert edges == {(("work", "client"), queue), (queue, service), (service, ("take", "AWS::Lambda::Function"))}


def test_the_map_leads_from_the_bus_to_each_target(event):
    xray = event.client("xray")
    graph = xray.get_service_graph(StartTime=START_S - 60, EndTime=START_S + 600)["Services"]
    nodes = {one["ReferenceId"]: (one["Name"], one.get("Type")) for one in graph}
    edges = {(nodes[one["ReferenceId"]], nodes[edge["ReferenceId"]]) for one in graph for edge in one["Edges"]}
    bus, topic = ("default", "AWS::Events"), ("news", "AWS::SNS")
    assert {
        (("default", "client"), bus),
        (bus, ("work", "AWS::SQS::Queue")),
        (bus, topic),
        (bus, ("fulfil", "AWS::StepFunctions::StateMachine")),
    } <= edges
    lost = next(one for one in graph if one["Name"] == "nowhere")
    assert lost["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
