"""The path that AWS Lambda Powertools' idempotency takes through a table, word for word."""

import pytest

from eventyard.base.errors import AwsError

CONDITION = (
    "attribute_not_exists(#id) OR #expiry < :now OR "
    "(#status = :inprogress AND attribute_exists(#in_progress_expiry) AND #in_progress_expiry < :now_in_millis)"
)


def _begin(db, *, expires_s: int = 3600, in_progress_ms: int = 30_000):
    now_ms = db.clock.now_ms()
    return db.put(
        {
            "id": {"S": "fn#1"},
            "expiration": {"N": str(now_ms // 1000 + expires_s)},
            "status": {"S": "INPROGRESS"},
            "in_progress_expiration": {"N": str(now_ms + in_progress_ms)},
        },
        ConditionExpression=CONDITION,
        ExpressionAttributeNames={
            "#id": "id",
            "#expiry": "expiration",
            "#in_progress_expiry": "in_progress_expiration",
            "#status": "status",
        },
        ExpressionAttributeValues={
            ":now": {"N": str(now_ms // 1000)},
            ":now_in_millis": {"N": str(now_ms)},
            ":inprogress": {"S": "INPROGRESS"},
        },
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


def _finish(db):
    return db.call(
        "UpdateItem",
        TableName="table",
        Key={"id": {"S": "fn#1"}},
        UpdateExpression="SET #response_data = :response_data, #expiry = :expiry, #status = :status",
        ExpressionAttributeNames={"#response_data": "data", "#expiry": "expiration", "#status": "status"},
        ExpressionAttributeValues={
            ":response_data": {"S": '{"paid": true}'},
            ":expiry": {"N": str(db.now_s() + 3600)},
            ":status": {"S": "COMPLETED"},
        },
    )


@pytest.fixture
def table(db):
    db.create_table(key="id")
    return db


def test_the_first_of_two_takes_the_record_and_the_second_sees_it(table):
    assert _begin(table) == {}
    with pytest.raises(AwsError) as refused:
        _begin(table)
    assert refused.value.code == "ConditionalCheckFailedException"
    assert refused.value.message == "The conditional request failed"
    assert refused.value.fields["Item"]["status"] == {"S": "INPROGRESS"}


def test_a_finished_record_is_shown_to_whoever_comes_later(table):
    _begin(table)
    _finish(table)
    with pytest.raises(AwsError) as refused:
        _begin(table)
    assert refused.value.fields["Item"]["data"] == {"S": '{"paid": true}'}
    assert table.get({"id": {"S": "fn#1"}}, ConsistentRead=True)["status"] == {"S": "COMPLETED"}


def test_a_record_whose_work_failed_is_deleted_and_can_be_taken_again(table):
    _begin(table)
    table.call("DeleteItem", TableName="table", Key={"id": {"S": "fn#1"}})
    assert _begin(table) == {}


def test_a_record_in_progress_can_be_taken_over_once_its_time_is_out(table):
    _begin(table, in_progress_ms=1000)
    table.advance(1001)
    assert _begin(table) == {}


def test_an_expired_record_can_be_taken_again_before_it_is_deleted(table):
    _begin(table, expires_s=10)
    _finish(table)
    table.advance(3_601_000)
    assert _begin(table) == {}
