"""The hops of functions: from whoever asks to what the function asks for itself."""

import json

import pytest

WORK = """
    import boto3, json, os
    def handler(event, context):
        if event.get("fails"):
            raise ValueError("no")
        boto3.client("dynamodb").put_item(TableName="orders", Item={"id": {"S": "1"}})
        boto3.client("sqs").send_message(QueueUrl=os.environ["NEXT"], MessageBody="on")
        return {"trace": os.environ["_X_AMZN_TRACE_ID"]}
"""
QUEUE = "arn:aws:sqs:us-east-1:000000000000"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:shop"


def world(platform, function) -> None:
    platform.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    told = platform.client("sqs").create_queue(QueueName="next")["QueueUrl"]
    function(WORK, Environment={"Variables": {"NEXT": told}})


def test_one_event_is_one_tree_from_the_bus_to_what_the_function_asked_for(platform, function, observed):
    world(platform, function)
    sqs, events = platform.client("sqs"), platform.client("events")
    sqs.create_queue(QueueName="source")
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": f"{QUEUE}:source", "InputPath": "$.detail"}])
    platform.client("lambda").create_event_source_mapping(FunctionName="shop", EventSourceArn=f"{QUEUE}:source")
    observed.spans()
    events.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": "{}"}])
    spans = observed.spans()
    by_id = {span.id: span for span in spans}
    assert [span.kind for span in spans if span.parent not in by_id] == ["bus"]
    (mapping,) = [span for span in spans if span.kind == "mapping"]
    assert (mapping.source, mapping.status) == (f"{QUEUE}:source", "ok")
    (invocation,) = [span for span in spans if span.kind == "invocation"]
    assert by_id[by_id[invocation.parent].parent] == mapping
    asked = {span.arn: span for span in spans if span.kind == "request"}
    table = "arn:aws:dynamodb:us-east-1:000000000000:table/orders"
    assert set(asked) == {table, f"{QUEUE}:next"}
    assert {(span.parent, span.source) for span in asked.values()} == {(invocation.id, FUNCTION)}
    told = json.loads(invocation.detail)
    assert (told["attempt"], told["is_cold"], told["log_group"]) == (1, True, "/aws/lambda/shop")
    assert len(spans) == len(by_id)


def test_a_batch_links_the_traces_of_all_of_its_messages(platform, function, observed):
    world(platform, function)
    source = platform.client("sqs").create_queue(QueueName="source")["QueueUrl"]
    for body in "ab":
        platform.client("sqs").send_message(QueueUrl=source, MessageBody=body)
    platform.client("lambda").create_event_source_mapping(FunctionName="shop", EventSourceArn=f"{QUEUE}:source")
    spans = observed.spans()
    (batch,) = [span for span in spans if span.kind == "mapping"]
    assert json.loads(batch.detail)["records"] == 2
    (first, second) = [span for span in spans if span.kind == "queue" and span.arn == f"{QUEUE}:source"]
    own, other = (first, second) if first.trace == batch.trace else (second, first)
    assert (batch.parent, batch.linked) == (own.id, ((other.trace, other.id),))
    assert observed.linked(other.trace) == [(batch.trace, batch.id)]


def test_the_tries_of_an_event_are_below_the_function_and_so_is_where_its_failure_goes(platform, function, observed):
    world(platform, function)
    functions = platform.client("lambda")
    platform.client("sqs").create_queue(QueueName="failed")
    functions.put_function_event_invoke_config(
        FunctionName="shop",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": f"{QUEUE}:failed"}},
    )
    functions.invoke(FunctionName="shop", InvocationType="Event", Payload=b'{"fails": 1}')
    observed.spans()
    platform.advance(60_000)
    spans = observed.spans()
    (whole,) = [span for span in spans if span.kind == "function"]
    assert (whole.parent, whole.status, json.loads(whole.detail)["condition"]) == ("", "error", "RetriesExhausted")
    tries = [span for span in spans if span.kind == "invocation"]
    assert [json.loads(span.detail)["attempt"] for span in tries] == [1, 2]
    assert {span.parent for span in tries} == {whole.id}
    assert json.loads(tries[0].detail)["error"] == {"code": "ValueError", "message": "no"}
    url = platform.client("sqs").get_queue_url(QueueName="failed")["QueueUrl"]
    assert len(platform.client("sqs").receive_message(QueueUrl=url)["Messages"]) == 1
    assert observed.counted("AWS/Lambda", "AsyncEventAge", FunctionName="shop") == {0: 1, 60_000: 1}
    assert observed.total("AWS/Lambda", "AsyncEventsReceived", FunctionName="shop") == 1
    assert observed.total("AWS/Lambda", "AsyncEventsDropped", FunctionName="shop") == 1
    assert observed.total("AWS/Lambda", "Errors", FunctionName="shop", Resource="shop") == 2


def test_a_traced_function_is_told_its_own_invocation_as_its_parent(platform, function, observed):
    world(platform, function)
    functions = platform.client("lambda")
    functions.update_function_configuration(FunctionName="shop", TracingConfig={"Mode": "Active"})
    answer = json.loads(functions.invoke(FunctionName="shop", Payload=b"{}")["Payload"].read())
    spans = observed.spans()
    (invocation,) = [span for span in spans if span.kind == "invocation"]
    assert f"Root={invocation.trace};Parent={invocation.id};Sampled=1" in answer["trace"]
    url = platform.client("sqs").get_queue_url(QueueName="next")["QueueUrl"]
    (message,) = platform.client("sqs").receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert f"Parent={invocation.id};Sampled=1" in message["Attributes"]["AWSTraceHeader"]
    assert "at:" not in message["Attributes"]["AWSTraceHeader"]


def test_a_throttled_function_is_told_of_and_counted(platform, function, observed):
    world(platform, function)
    functions = platform.client("lambda")
    functions.put_function_concurrency(FunctionName="shop", ReservedConcurrentExecutions=0)
    with pytest.raises(functions.exceptions.TooManyRequestsException):
        functions.invoke(FunctionName="shop")
    assert [(span.kind, span.status) for span in observed.spans()] == [("function", "throttle")]
    assert observed.counted("AWS/Lambda", "Throttles", FunctionName="shop") == {1: 1}
    assert observed.counted("AWS/Lambda", "Invocations") == {}


def test_an_invocation_is_counted_with_the_dimensions_of_its_alias(platform, function, observed):
    function("def handler(event, context): pass")
    functions = platform.client("lambda")
    version = functions.publish_version(FunctionName="shop")["Version"]
    functions.create_alias(FunctionName="shop", Name="live", FunctionVersion=version)
    functions.invoke(FunctionName="shop", Qualifier="live")
    for dimensions in (
        {},
        {"FunctionName": "shop"},
        {"FunctionName": "shop", "Resource": "shop:live"},
        {"FunctionName": "shop", "Resource": "shop:live", "ExecutedVersion": version},
    ):
        assert observed.counted("AWS/Lambda", "Invocations", **dimensions) == {1: 1}
        assert observed.counted("AWS/Lambda", "Errors", **dimensions) == {0: 1}
    assert observed.counted("AWS/Lambda", "UnreservedConcurrentExecutions") == {1: 1}
    assert observed.counted("AWS/Lambda", "ConcurrentExecutions", FunctionName="shop") == {1: 1}
    assert observed.units("AWS/Lambda")["Duration"] == "Milliseconds"
