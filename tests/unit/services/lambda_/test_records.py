"""The verdict of a partial batch response, the filter over records, the portions of a batch."""

import json

import pytest

from eventyard.services.lambda_.model.records import EVENT_BYTES_MAX, event_filter, failed_ids, portions

IDS = ["one", "two"]


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", b"{}", b'{"batchItemFailures": []}', b'{"batchItemFailures": null}', b'{"statusCode": 200}', b"  "],
)
def test_an_answer_that_names_nothing_succeeds(answer):
    assert list(failed_ids(answer, IDS)) == []


@pytest.mark.parametrize(
    "answer",
    [
        b"{",
        b'"text"',
        b"[]",
        b'{"batchItemFailures": "one"}',
        b'{"batchItemFailures": {}}',
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"itemIdentifier": 1}]}',
        b'{"batchItemFailures": [{"id": "one"}]}',
        b'{"batchItemFailures": ["one"]}',
        b'{"batchItemFailures": [{"itemIdentifier": "one"}, {"itemIdentifier": "unknown"}]}',
    ],
)
def test_an_answer_that_is_not_well_formed_fails_the_whole_batch(answer):
    assert list(failed_ids(answer, IDS)) == IDS


def test_only_the_named_messages_fail():
    assert list(failed_ids(b'{"batchItemFailures": [{"itemIdentifier": "two"}]}', IDS)) == ["two"]


@pytest.mark.parametrize(
    ("pattern", "body", "passes"),
    [
        ({"body": {"kind": ["order"]}}, '{"kind": "order"}', True),
        ({"body": {"kind": ["order"]}}, '{"kind": "other"}', False),
        ({"body": {"kind": ["order"]}}, "order", False),
        ({"body": {"kind": ["order"]}}, "[1]", False),
        ({"body": ["plain text"]}, "plain text", True),
        ({"body": ["plain text"]}, "other", False),
        ({"body": ["plain text"]}, '{"a": 1}', False),
        ({"body": {"n": [{"numeric": [">", 100]}]}}, '{"n": 105}', True),
        ({"body": {"n": [{"numeric": [">", 100]}]}}, '{"n": "105"}', False),
    ],
)
def test_a_filter_reads_the_body_as_its_pattern_does(pattern, body, passes):
    assert event_filter([json.dumps(pattern)])({"messageId": "one", "body": body}) is passes


def test_one_of_several_filters_is_enough():
    either = event_filter(['{"body": {"a": [1]}}', '{"body": {"b": [2]}}'])
    assert either({"body": '{"b": 2}'})
    assert not either({"body": '{"b": 3}'})


def test_a_batch_that_one_invocation_cannot_carry_is_cut_in_order():
    records = [{"body": "x" * 2_500_000, "n": n} for n in range(5)]
    cut = portions(records)
    assert [[record["n"] for record in batch] for batch in cut] == [[0, 1], [2, 3], [4]]
    assert all(len(json.dumps({"Records": list(batch)})) <= EVENT_BYTES_MAX + 64 for batch in cut)
