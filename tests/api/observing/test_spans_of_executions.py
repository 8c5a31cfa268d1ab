"""The hops of executions, of their states and of what their tasks ask for, and what is counted of them."""

import json

ROLE = "arn:aws:iam::000000000000:role/any"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:ship"
QUEUE = "arn:aws:sqs:us-east-1:000000000000"
SEND = "arn:aws:states:::sqs:sendMessage"


def machine(platform, states, start, **more) -> str:
    made = platform.client("stepfunctions").create_state_machine(
        name="ship", roleArn=ROLE, definition=json.dumps({"StartAt": start, "States": states}), **more
    )
    return made["stateMachineArn"]


def send(platform, **more) -> dict:
    url = platform.client("sqs").create_queue(QueueName="sent")["QueueUrl"]
    parameters = {"QueueUrl": url, "MessageBody": "x"}
    return {"Type": "Task", "Resource": SEND, "Parameters": parameters, **more}


def test_an_execution_is_a_tree_of_its_states_and_of_what_they_ask_for(platform, function, observed):
    function("def handler(event, context): return event")
    states = {
        "Rest": {"Type": "Wait", "Seconds": 60, "Next": "Both"},
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Send", "States": {"Send": send(platform, End=True)}},
                {
                    "StartAt": "Ask",
                    "States": {
                        "Ask": {
                            "Type": "Task",
                            "Resource": "arn:aws:states:::lambda:invoke",
                            "Parameters": {"FunctionName": "shop", "Payload": {}},
                            "End": True,
                        }
                    },
                },
            ],
            "Next": "Pass",
        },
        "Pass": {"Type": "Pass", "End": True},
    }
    arn = machine(platform, states, "Rest")
    platform.client("stepfunctions").start_execution(stateMachineArn=arn)
    observed.spans()
    platform.advance(60_000)
    spans = observed.spans()
    by_id = {span.id: span for span in spans}
    (whole,) = [span for span in spans if span.parent not in by_id]
    assert (whole.kind, whole.arn, whole.status) == ("machine", arn, "ok")
    assert whole.ended_at_ms - whole.started_at_ms == 60_000
    states_seen = {json.loads(span.detail)["state"]: span for span in spans if span.kind == "state"}
    assert sorted(states_seen) == ["Ask", "Both", "Rest", "Send"]
    assert {span.parent for span in states_seen.values()} == {whole.id}
    (asked,) = [span for span in spans if span.kind == "function"]
    assert (asked.parent, asked.source) == (states_seen["Ask"].id, arn)
    url = platform.client("sqs").get_queue_url(QueueName="sent")["QueueUrl"]
    assert platform.client("sqs").receive_message(QueueUrl=url)["Messages"]
    (wait,) = [span for span in observed.spans() if span.kind == "queue"]
    assert wait.parent == states_seen["Send"].id


def test_a_state_that_failed_says_why_also_where_that_was_caught(platform, observed):
    caught = send(platform, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Fail"}], End=True)
    caught["Parameters"]["QueueUrl"] = "http://localhost/000000000000/nowhere"
    arn = machine(platform, {"Send": caught, "Fail": {"Type": "Fail", "Error": "Lost"}}, "Send")
    platform.client("stepfunctions").start_execution(stateMachineArn=arn)
    spans = {span.kind: span for span in observed.spans()}
    assert (spans["state"].status, spans["machine"].status) == ("fault", "fault")
    assert json.loads(spans["state"].detail)["error"]["code"].startswith("SQS.")
    assert json.loads(spans["machine"].detail)["error"]["code"] == "Lost"
    resource = {"ServiceIntegrationResourceArn": SEND}
    assert observed.total("AWS/States", "ServiceIntegrationsScheduled", **resource) == 1
    assert observed.total("AWS/States", "ServiceIntegrationsFailed", **resource) == 1
    assert observed.total("AWS/States", "ExecutionsFailed", StateMachineArn=arn) == 1


def test_a_stopped_execution_tells_which_state_was_cut_off(platform, observed):
    states = platform.client("stepfunctions")
    arn = machine(platform, {"Rest": {"Type": "Wait", "Seconds": 60, "End": True}}, "Rest")
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    platform.advance(1_000)
    states.stop_execution(executionArn=execution)
    spans = {span.kind: span for span in observed.spans()}
    assert (spans["machine"].status, spans["state"].status) == ("error", "error")
    assert json.loads(spans["state"].detail)["is_aborted"]
    assert observed.counted("AWS/States", "ExecutionTime", StateMachineArn=arn) == {1_000: 1}
    assert observed.total("AWS/States", "ExecutionsAborted", StateMachineArn=arn) == 1


def test_who_answers_a_token_does_not_take_the_execution_into_its_own_trace(platform, observed):
    states, sqs = platform.client("stepfunctions"), platform.client("sqs")
    ask = send(platform, Next="Send")
    ask["Resource"] += ".waitForTaskToken"
    ask["Parameters"]["MessageBody.$"] = "$$.Task.Token"
    del ask["Parameters"]["MessageBody"]
    arn = machine(platform, {"Ask": ask, "Send": send(platform, End=True)}, "Ask")
    states.start_execution(stateMachineArn=arn)
    url = ask["Parameters"]["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    states.send_task_success(taskToken=message["Body"], output="{}")
    assert sqs.receive_message(QueueUrl=url)["Messages"]
    assert len({span.trace for span in observed.spans()}) == 1
    assert [span.kind for span in observed.spans()].count("queue") == 2


def test_an_express_execution_is_told_and_counted(platform, observed):
    states = platform.client("stepfunctions", config={"inject_host_prefix": False})
    arn = machine(platform, {"Pass": {"Type": "Pass", "End": True}}, "Pass", type="EXPRESS")
    states.start_sync_execution(stateMachineArn=arn)
    assert [span.kind for span in observed.spans()] == ["machine"]
    assert observed.counted("AWS/States", "ExpressExecutionBilledDuration", StateMachineArn=arn) == {100: 1}
    assert observed.total("AWS/States", "ExecutionsStarted", StateMachineArn=arn) == 1
    assert observed.total("AWS/States", "ExecutionsSucceeded", StateMachineArn=arn) == 1


def test_children_of_a_map_run_are_below_its_state(platform, observed):
    states = {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Pass",
                "States": {"Pass": {"Type": "Pass", "End": True}},
            },
            "End": True,
        }
    }
    arn = machine(platform, states, "Each")
    platform.client("stepfunctions").start_execution(stateMachineArn=arn, input="[1, 2]")
    (tree,) = observed.trees()
    assert [hop for hop in tree if not hop.endswith("bus")] == ["machine", ".state", "..machine", "..machine"]


def test_a_task_of_an_activity_is_counted_when_a_worker_begins_and_ends_it(platform, observed):
    states = platform.client("stepfunctions")
    activity = states.create_activity(name="pack")["activityArn"]
    arn = machine(platform, {"Pack": {"Type": "Task", "Resource": activity, "End": True}}, "Pack")
    states.start_execution(stateMachineArn=arn)
    platform.advance(3_000)
    token = states.get_activity_task(activityArn=activity)["taskToken"]
    platform.advance(4_000)
    states.send_task_success(taskToken=token, output="{}")
    of = {"ActivityArn": activity}
    for name in ("ActivitiesScheduled", "ActivitiesStarted", "ActivitiesSucceeded"):
        assert observed.total("AWS/States", name, **of) == 1
    assert observed.counted("AWS/States", "ActivityScheduleTime", **of) == {3_000: 1}
    assert observed.counted("AWS/States", "ActivityTime", **of) == {7_000: 1}


def test_an_execution_of_an_alias_is_counted_by_its_alias_and_version(platform, observed):
    states = platform.client("stepfunctions")
    arn = machine(platform, {"Pass": {"Type": "Pass", "End": True}}, "Pass")
    version = states.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    routes = [{"stateMachineVersionArn": version, "weight": 100}]
    alias = states.create_state_machine_alias(name="live", routingConfiguration=routes)["stateMachineAliasArn"]
    states.start_execution(stateMachineArn=alias)
    for dimensions in ({}, {"Alias": "live"}, {"Version": "1"}):
        assert observed.total("AWS/States", "ExecutionsSucceeded", StateMachineArn=arn, **dimensions) == 1


def test_an_execution_that_is_redriven_is_told_again(platform, observed):
    states, sqs = platform.client("stepfunctions"), platform.client("sqs")
    task = send(platform, End=True)
    task["Parameters"]["QueueUrl"] = task["Parameters"]["QueueUrl"].replace("sent", "later")
    arn = machine(platform, {"Send": task}, "Send")
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    observed.spans()
    sqs.create_queue(QueueName="later")
    platform.advance(1_000)
    states.redrive_execution(executionArn=execution)
    spans = [span for span in observed.spans() if span.kind in ("machine", "state")]
    told = sorted((span.kind, span.status) for span in spans)
    assert told == [("machine", "fault"), ("machine", "ok"), ("state", "fault"), ("state", "ok")]
    assert len({span.id for span in spans}) == 4
    assert {span.started_at_ms for span in spans if span.status == "ok"} == {max(span.started_at_ms for span in spans)}
