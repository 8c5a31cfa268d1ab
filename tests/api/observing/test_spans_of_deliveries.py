"""The hops of schedules, pipes, HTTP endpoints and mails, and what is counted of them."""

import json

import pytest

from tests.support.endpoint import Answer, Endpoint

ROLE = "arn:aws:iam::000000000000:role/any"
QUEUE = "arn:aws:sqs:us-east-1:000000000000"


@pytest.fixture
def endpoint():
    with Endpoint() as made:
        yield made


def destination(platform, endpoint) -> str:
    events = platform.client("events")
    auth = {"BasicAuthParameters": {"Username": "user", "Password": "pass"}}
    connection = events.create_connection(Name="c", AuthorizationType="BASIC", AuthParameters=auth)
    platform.advance(0)
    made = events.create_api_destination(
        Name="d", ConnectionArn=connection["ConnectionArn"], InvocationEndpoint=endpoint.url + "/", HttpMethod="POST"
    )
    return made["ApiDestinationArn"]


def test_each_try_of_an_endpoint_is_a_hop_below_its_rule(platform, endpoint, observed):
    events = platform.client("events")
    arn = destination(platform, endpoint)
    events.put_rule(Name="all", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": arn, "RoleArn": ROLE}])
    endpoint.answers = [Answer(503), Answer(200)]
    events.put_events(Entries=[{"Source": "shop", "DetailType": "x", "Detail": "{}"}])
    observed.spans()
    platform.advance(600_000)
    spans = observed.spans()
    assert observed.trees() == [["bus", ".rule", "..destination", "..destination"]]
    tries = [span for span in spans if span.kind == "destination"]
    told = [(span.arn, span.status, json.loads(span.detail)["http_status"]) for span in tries]
    assert told == [(arn, "fault", 503), (arn, "ok", 200)]


def test_an_endpoint_of_a_topic_is_a_hop_below_its_subscription(platform, endpoint, observed):
    sns = platform.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url + "/")
    observed.spans()
    (asked,) = endpoint.requests
    sns.confirm_subscription(TopicArn=topic, Token=json.loads(asked.body)["Token"])
    sns.publish(TopicArn=topic, Message="m")
    (tree,) = [tree for tree in observed.trees() if "topic" in tree[0]]
    assert tree == ["topic", ".subscription", "..destination"]


def test_a_schedule_is_the_root_of_what_it_starts(platform, observed):
    platform.client("sqs").create_queue(QueueName="due")
    platform.client("scheduler").create_schedule(
        Name="s",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"{QUEUE}:due", "RoleArn": ROLE},
    )
    platform.advance(0)
    url = platform.client("sqs").get_queue_url(QueueName="due")["QueueUrl"]
    assert platform.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert observed.trees() == [["schedule", ".schedule", "..queue"]]
    assert observed.total("AWS/Scheduler", "InvocationAttemptCount", ScheduleGroup="default") == 1


def test_an_invocation_that_no_target_takes_is_counted_as_dropped(platform, observed):
    platform.client("sqs").create_queue(QueueName="dead")
    target = {"Arn": f"{QUEUE}:nowhere", "RoleArn": ROLE, "DeadLetterConfig": {"Arn": f"{QUEUE}:dead"}}
    platform.client("scheduler").create_schedule(
        Name="s",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={**target, "RetryPolicy": {"MaximumRetryAttempts": 0}},
    )
    platform.advance(0)
    for name in ("InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount"):
        assert observed.total("AWS/Scheduler", name) == 1
    assert observed.total("AWS/Scheduler", "InvocationsSentToDeadLetterCount", ScheduleGroup="default") == 1


def test_a_pipe_is_below_the_wait_of_its_message_and_its_enrichment_below_it(platform, function, observed):
    sqs = platform.client("sqs")
    source = sqs.create_queue(QueueName="source")["QueueUrl"]
    target = sqs.create_queue(QueueName="target")["QueueUrl"]
    enrichment = function("def handler(events, context): return events")
    platform.client("pipes").create_pipe(
        Name="p", Source=f"{QUEUE}:source", Target=f"{QUEUE}:target", Enrichment=enrichment, RoleArn=ROLE
    )
    platform.advance(0)
    sqs.send_message(QueueUrl=source, MessageBody="x")
    observed.spans()
    assert sqs.receive_message(QueueUrl=target)["Messages"]
    (tree,) = observed.trees()
    assert tree[:3] == ["request", ".queue", "..pipe"]
    assert {"...pipe", "...enrichment", "....function", ".....invocation"} <= set(tree)
    spans = observed.spans()
    assert {span.source for span in spans if span.kind == "function"} == {
        span.arn for span in spans if span.kind == "pipe" and span.source == ""
    }
    assert observed.counted("AWS/EventBridge/Pipes", "ExecutionFailed", PipeName="p") == {0: 1}
    assert observed.total("AWS/EventBridge/Pipes", "EventCount", PipeName="p") == 1
    assert observed.counted("AWS/EventBridge/Pipes", "Invocations", AwsAccountId="000000000000") == {1: 1}


def test_a_mail_is_a_hop_that_says_to_whom_and_about_what(platform, observed):
    ses = platform.client("ses")
    ses.verify_email_identity(EmailAddress="shop@example.com")
    sent = ses.send_email(
        Source="shop@example.com",
        Destination={"ToAddresses": ["ann@example.com", "bounce@simulator.amazonses.com"]},
        Message={"Subject": {"Data": "Shipped"}, "Body": {"Text": {"Data": "t"}}},
    )
    (span,) = [span for span in observed.spans() if span.kind == "mail"]
    told = json.loads(span.detail)
    assert (told["message_id"], told["subject"]) == (sent["MessageId"], "Shipped")
    assert told["to"] == ["ann@example.com", "bounce@simulator.amazonses.com"]
    assert observed.total("AWS/SES", "Send") == 2
    assert (observed.total("AWS/SES", "Delivery"), observed.total("AWS/SES", "Bounce")) == (1, 1)
