"""From PutEvents to the queues whose rules match, and what is said of entries that are not accepted."""

import json

import pytest

from eventyard.base.errors import AwsError
from eventyard.engine import ledger

QUEUE = "arn:aws:sqs:eu-central-1:111122223333:orders"
OTHER_QUEUE = "arn:aws:sqs:eu-central-1:111122223333:audit"
FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:process"
DEAD_LETTERS = "arn:aws:sqs:eu-central-1:111122223333:dead"
PLACED = {"Source": "com.myapp.orders", "DetailType": "order.placed", "Detail": '{"orderId": "ord-1", "total": 149.95}'}


@pytest.fixture
def bus(platform):
    platform.call("CreateEventBus", Name="shop")
    return platform


def add_rule(platform, name="placed", bus="shop", pattern=None, **target):
    platform.call(
        "PutRule",
        Name=name,
        EventBusName=bus,
        EventPattern=json.dumps(pattern or {"source": ["com.myapp.orders"]}),
    )
    return platform.call("PutTargets", Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": QUEUE, **target}])


def put(platform, *entries, bus="shop"):
    return platform.call("PutEvents", Entries=[{"EventBusName": bus, **entry} for entry in entries])


def test_an_event_arrives_in_the_queue_of_a_rule_that_matches(bus):
    add_rule(bus)
    answer = put(bus, PLACED)
    event_id = answer["Entries"][0]["EventId"]
    assert answer == {"FailedEntryCount": 0, "Entries": [{"EventId": event_id}]}
    assert bus.bodies(QUEUE) == [
        f'{{"version":"0","id":"{event_id}","detail-type":"order.placed","source":"com.myapp.orders",'
        '"account":"111122223333","time":"2026-02-01T14:32:00Z","region":"eu-central-1","resources":[],'
        '"detail":{"orderId":"ord-1","total":149.95}}'
    ]


def test_an_event_that_no_rule_matches_is_accepted_and_goes_nowhere(bus):
    add_rule(bus, pattern={"source": ["other"]})
    assert put(bus, PLACED)["FailedEntryCount"] == 0
    assert bus.delivered == []


def test_an_event_goes_to_every_target_of_every_rule_that_matches(bus):
    add_rule(bus, name="a")
    add_rule(bus, name="b", Id="other", Arn=OTHER_QUEUE)
    put(bus, PLACED)
    assert len(bus.bodies(QUEUE)) == len(bus.bodies(OTHER_QUEUE)) == 1


def test_a_rule_of_the_default_bus_sees_events_that_name_no_bus(platform):
    add_rule(platform, bus="default")
    platform.call("PutEvents", Entries=[PLACED])
    assert len(platform.bodies(QUEUE)) == 1


def test_a_bus_may_be_named_by_its_arn(bus):
    add_rule(bus)
    put(bus, PLACED, bus="arn:aws:events:eu-central-1:111122223333:event-bus/shop")
    assert len(bus.bodies(QUEUE)) == 1


def test_an_event_for_a_bus_that_is_not_there_gets_an_id_like_any_other(platform):
    answer = put(platform, PLACED, bus="missing")
    assert answer["FailedEntryCount"] == 0
    assert "EventId" in answer["Entries"][0]


def test_a_bus_of_another_account_takes_no_events(bus):
    answer = put(bus, PLACED, bus="arn:aws:events:eu-central-1:999999999999:event-bus/shop")
    assert answer["Entries"][0]["ErrorCode"] == "AccessDeniedException"


def test_a_disabled_rule_sees_nothing_until_it_is_enabled(bus):
    add_rule(bus)
    bus.call("DisableRule", Name="placed", EventBusName="shop")
    put(bus, PLACED)
    assert bus.delivered == []
    bus.call("EnableRule", Name="placed", EventBusName="shop")
    put(bus, PLACED)
    assert len(bus.delivered) == 1


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"Source": None}, "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."),
        (
            {"DetailType": ""},
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        ),
        ({"Detail": None}, "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."),
        ({"Source": "aws.s3"}, "NotAuthorizedForSourceException", "Not authorized for the source."),
        ({"Detail": "text"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": "[1]"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": '{"a": '}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": '"{}"'}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": "[" * 5000}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": '{"a":' + "[" * 400 + "]" * 400 + "}"}, "MalformedDetail", "Detail is malformed."),
        ({"Detail": '{"a":' * 900 + "1e5" + "}" * 900}, "MalformedDetail", "Detail is malformed."),
    ],
)
def test_a_bad_entry_fails_alone(bus, change, code, message):
    add_rule(bus)
    entry = {name: value for name, value in {**PLACED, **change}.items() if value is not None}
    answer = put(bus, entry, PLACED)
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0] == {"ErrorCode": code, "ErrorMessage": message}
    assert len(bus.bodies(QUEUE)) == 1


def test_a_request_of_more_than_a_mebibyte_is_refused_whole(bus):
    half = {**PLACED, "Detail": json.dumps({"a": "x" * 520_000})}
    assert put(bus, half)["FailedEntryCount"] == 0
    with pytest.raises(AwsError, match=r"Total size of the entries in the request is over the limit\.") as refused:
        put(bus, half, half, half)
    assert refused.value.code == "ValidationException"


def test_numbers_keep_their_digits_on_the_way(bus):
    add_rule(bus)
    detail = '{ "big": 123456789012345678901234567890, "exact": 0.10000000000000000001, "e": 1E5, "t": " a : 1e5 " }'
    put(bus, {**PLACED, "Detail": detail})
    assert bus.bodies(QUEUE)[0].endswith(
        '"detail":{"big":123456789012345678901234567890,"exact":0.10000000000000000001,"e":1E5,"t":" a : 1e5 "}}'
    )


def test_time_and_resources_are_the_entrys_own_when_given(bus):
    add_rule(bus)
    put(bus, {**PLACED, "Time": 1_000, "Resources": ["arn:aws:s3:::bucket"]})
    event = json.loads(bus.bodies(QUEUE)[0])
    assert (event["time"], event["resources"]) == ("1970-01-01T00:00:01Z", ["arn:aws:s3:::bucket"])


def test_a_constant_input_replaces_the_event(bus):
    add_rule(bus, Input='{"a": 1}')
    put(bus, PLACED)
    assert bus.bodies(QUEUE) == ['{"a": 1}']


def test_a_target_may_get_a_part_of_the_event(bus):
    add_rule(bus, InputPath="$.detail.orderId")
    put(bus, PLACED)
    assert bus.bodies(QUEUE) == ['"ord-1"']


def test_a_transformer_makes_the_text_of_its_target(bus):
    add_rule(
        bus,
        InputTransformer={
            "InputPathsMap": {"order": "$.detail.orderId", "missing": "$.detail.other"},
            "InputTemplate": '{"id": <order>, "text": "<order> <missing> <aws.events.rule-name>", '
            '"at": "<aws.events.event.ingestion-time>"}',
        },
    )
    put(bus, PLACED)
    assert bus.bodies(QUEUE) == ['{"id": "ord-1", "text": "ord-1  placed", "at": "2026-02-01T14:32:00Z"}']


def test_a_template_that_names_no_known_variable_is_refused(bus):
    with pytest.raises(AwsError) as refused:
        add_rule(bus, InputTransformer={"InputPathsMap": {"a": "$.detail"}, "InputTemplate": '"<notdefinedkey>"'})
    assert refused.value.message == "InputTemplate for target queue contains invalid placeholder notdefinedkey."


def test_a_dead_letter_carries_the_event_and_not_what_was_made_of_it(bus):
    bus.refusals[QUEUE] = AwsError("QueueDoesNotExist", "gone")
    add_rule(bus, InputPath="$.detail", DeadLetterConfig={"Arn": DEAD_LETTERS})
    event_id = put(bus, PLACED)["Entries"][0]["EventId"]
    (letter,) = bus.delivered
    assert json.loads(letter.body)["id"] == event_id


def test_the_message_group_of_a_target_is_on_its_delivery(bus):
    add_rule(bus, Arn=QUEUE + ".fifo", SqsParameters={"MessageGroupId": "g"})
    put(bus, PLACED)
    assert bus.delivered[0].parameters == {"MessageGroupId": "g"}


def test_every_accepted_event_has_its_outcomes_in_the_ledger(bus):
    add_rule(bus)
    first, second = (entry["EventId"] for entry in put(bus, PLACED, {**PLACED, "Source": "other"})["Entries"])
    matched = bus.run(lambda tx, call: ledger.read(tx, first))
    assert [(outcome["target"], outcome["outcome"]) for outcome in matched] == [(QUEUE, "delivered")]
    assert bus.run(lambda tx, call: ledger.read(tx, second)) == []


def test_a_target_that_refuses_for_good_sends_the_event_to_its_dead_letter_queue_at_once(bus):
    bus.refusals[QUEUE] = AwsError("QueueDoesNotExist", "The specified queue does not exist.")
    add_rule(bus, DeadLetterConfig={"Arn": DEAD_LETTERS}, Input='{"a": 1}')
    add_rule(bus, name="well", Id="other", Arn=OTHER_QUEUE)
    put(bus, PLACED)
    (letter,) = [delivery for delivery in bus.delivered if delivery.arn == DEAD_LETTERS]
    assert json.loads(letter.body)["detail"]["orderId"] == "ord-1"
    assert letter.attributes["RULE_ARN"] == "arn:aws:events:eu-central-1:111122223333:rule/shop/placed"
    assert letter.attributes["TARGET_ARN"] == QUEUE
    assert letter.attributes["ERROR_CODE"] == "NO_RESOURCE"
    assert letter.attributes["ERROR_MESSAGE"] == "The specified queue does not exist."
    assert "EXHAUSTED_RETRY_CONDITION" not in letter.attributes
    assert len(bus.bodies(OTHER_QUEUE)) == 1


def test_a_target_that_takes_several_at_once_gets_them_in_their_order(bus):
    add_rule(bus, Arn=FUNCTION)
    answer = put(bus, PLACED, PLACED, PLACED)
    assert [json.loads(body)["id"] for body in bus.bodies(FUNCTION)] == [
        entry["EventId"] for entry in answer["Entries"]
    ]


def test_a_refusal_among_several_targets_takes_back_only_its_own(bus):
    bus.refusals[OTHER_QUEUE] = AwsError("QueueDoesNotExist", "gone")
    add_rule(bus, name="a", Arn=FUNCTION)
    add_rule(bus, name="b", Arn=OTHER_QUEUE)
    add_rule(bus, name="c")
    first, second = (entry["EventId"] for entry in put(bus, PLACED, PLACED)["Entries"])
    for arn in (FUNCTION, QUEUE):
        assert [json.loads(body)["id"] for body in bus.bodies(arn)] == [first, second]
    outcomes = bus.run(lambda tx, call: ledger.read(tx, second))
    assert [outcome["outcome"] for outcome in outcomes] == ["delivered", "failed", "delivered"]


def test_a_target_that_is_down_is_tried_again_by_its_retry_policy(bus):
    bus.refusals[QUEUE] = AwsError("InternalError", "down", is_server_fault=True)
    add_rule(bus, DeadLetterConfig={"Arn": DEAD_LETTERS}, RetryPolicy={"MaximumRetryAttempts": 2})
    put(bus, PLACED)
    assert bus.delivered == []
    bus.advance(3_600_000)
    (letter,) = bus.delivered
    assert letter.attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert letter.attributes["RETRY_ATTEMPTS"] == "2"


def test_a_target_that_comes_back_gets_its_event_late_and_once(bus):
    bus.refusals[QUEUE] = AwsError("InternalError", "down", is_server_fault=True)
    add_rule(bus)
    event_id = put(bus, PLACED)["Entries"][0]["EventId"]
    del bus.refusals[QUEUE]
    bus.advance(3_600_000)
    assert [json.loads(body)["id"] for body in bus.bodies(QUEUE)] == [event_id]
    (outcome,) = bus.run(lambda tx, call: ledger.read(tx, event_id))
    assert (outcome["outcome"], outcome["attempts"]) == ("delivered", 2)
