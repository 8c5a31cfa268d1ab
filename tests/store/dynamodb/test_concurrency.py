"""Writers of one item at once: on PostgreSQL each call is a transaction of its own, on SQLite they share one."""

from eventyard.base.errors import AwsError

WRITERS = 24
KEY = {"pk": {"S": "a"}}


def _outcomes(db, operation, requests):
    """What became of each request, all submitted at once: `None`, or the error's code."""
    outcomes = db.platform.together(*(("dynamodb", operation, request) for request in requests))
    return [outcome.code if isinstance(outcome, AwsError) else None for outcome in outcomes]


def test_of_many_conditional_puts_exactly_one_wins(db):
    db.create_table()
    put = {"TableName": "table", "ConditionExpression": "attribute_not_exists(pk)"}
    requests = [{**put, "Item": {**KEY, "writer": {"N": str(number)}}} for number in range(WRITERS)]
    codes = _outcomes(db, "PutItem", requests)
    assert codes.count(None) == 1
    assert set(codes) == {None, "ConditionalCheckFailedException"}
    assert db.get(KEY)["writer"] == {"N": str(codes.index(None))}


def test_of_many_updates_of_one_version_exactly_one_wins(db):
    db.create_table()
    db.put({**KEY, "version": {"N": "1"}})
    update = {
        "TableName": "table",
        "Key": KEY,
        "UpdateExpression": "SET version = version + :one",
        "ConditionExpression": "version = :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    assert _outcomes(db, "UpdateItem", [update] * WRITERS).count(None) == 1
    assert db.get(KEY)["version"] == {"N": "2"}


def test_no_addition_is_lost(db):
    db.create_table()
    add = {"TableName": "table", "Key": KEY, "UpdateExpression": "ADD n :one"}
    add["ExpressionAttributeValues"] = {":one": {"N": "1"}}
    assert _outcomes(db, "UpdateItem", [add] * WRITERS) == [None] * WRITERS
    assert db.get(KEY)["n"] == {"N": str(WRITERS)}


def test_transactions_under_one_token_happen_once(db):
    db.create_table()
    update = {
        "TableName": "table",
        "Key": KEY,
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    request = {"TransactItems": [{"Update": update}], "ClientRequestToken": "token"}
    assert _outcomes(db, "TransactWriteItems", [request] * WRITERS) == [None] * WRITERS
    assert db.get(KEY)["n"] == {"N": "1"}
