"""TransactWriteItems and TransactGetItems: all or nothing, told by position, once for each token."""

import pytest

from eventyard.base.errors import AwsError


def _key(name: str):
    return {"pk": {"S": name}}


@pytest.fixture
def table(db):
    db.create_table()
    return db


def _transact(db, *actions, **params):
    named = [{verb: {"TableName": "table", **given}} for verb, given in actions]
    return db.call("TransactWriteItems", TransactItems=named, **params)


def _cancelled(db, *actions):
    with pytest.raises(AwsError) as refused:
        _transact(db, *actions)
    assert refused.value.code == "TransactionCanceledException"
    return refused.value.fields["CancellationReasons"]


def test_all_actions_happen_together(table):
    table.put({**_key("b"), "n": {"N": "1"}})
    table.put(_key("c"))
    add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    check = {"Key": _key("d"), "ConditionExpression": "attribute_not_exists(pk)"}
    answer = _transact(
        table,
        ("Put", {"Item": _key("a")}),
        ("Update", {"Key": _key("b"), **add}),
        ("Delete", {"Key": _key("c")}),
        ("ConditionCheck", check),
    )
    assert answer == {}
    assert [table.get(_key(name)) for name in "abc"] == [_key("a"), {**_key("b"), "n": {"N": "2"}}, None]


def test_one_failed_condition_undoes_all_and_each_reason_has_its_place(table):
    table.put({**_key("b"), "n": {"N": "1"}})
    absent = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    reasons = _cancelled(table, ("Put", {"Item": _key("a")}), ("Put", {"Item": _key("b"), **absent}))
    assert reasons == [
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {**_key("b"), "n": {"N": "1"}},
        },
    ]
    assert table.get(_key("a")) is None


def test_a_key_of_another_type_is_a_reason_but_an_empty_one_a_refusal(table):
    assert _cancelled(table, ("Put", {"Item": {"pk": {"N": "5"}}})) == [
        {
            "Code": "ValidationError",
            "Message": "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
        }
    ]
    assert _cancelled(table, ("Delete", {"Key": {"pk": {"N": "5"}}})) == [
        {"Code": "ValidationError", "Message": "The provided key element does not match the schema"}
    ]
    with pytest.raises(AwsError, match="cannot contain an empty string value") as refused:
        _transact(table, ("Put", {"Item": _key("")}))
    assert refused.value.code == "ValidationException"


def test_two_actions_on_one_item_are_refused(table):
    with pytest.raises(AwsError, match="Transaction request cannot include multiple operations on one item"):
        _transact(table, ("Put", {"Item": _key("a")}), ("Delete", {"Key": _key("a")}))


def test_a_repeated_token_does_nothing_for_ten_minutes_and_then_acts_again(table):
    add = {"Key": _key("a"), "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    for _ in range(2):
        _transact(table, ("Update", add), ClientRequestToken="t")
    assert table.get(_key("a"))["n"] == {"N": "1"}
    table.advance(10 * 60_000)
    _transact(table, ("Update", add), ClientRequestToken="t")
    assert table.get(_key("a"))["n"] == {"N": "2"}


def test_a_token_of_another_transaction_is_refused(table):
    _transact(table, ("Put", {"Item": _key("a")}), ClientRequestToken="t")
    with pytest.raises(AwsError) as refused:
        _transact(table, ("Put", {"Item": _key("b")}), ClientRequestToken="t")
    assert refused.value.code == "IdempotentParameterMismatchException"


def test_a_cancelled_transaction_does_not_use_up_its_token(table):
    present = {"Item": _key("a"), "ConditionExpression": "attribute_exists(pk)"}
    with pytest.raises(AwsError):
        _transact(table, ("Put", present), ClientRequestToken="t")
    table.put(_key("a"))
    assert _transact(table, ("Put", present), ClientRequestToken="t") == {}


def test_a_transaction_costs_twice(table):
    answer = _transact(table, ("Put", {"Item": _key("a")}), ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [{"TableName": "table", "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}]
    gets = [{"Get": {"TableName": "table", "Key": _key(name)}} for name in "ab"]
    answer = table.call("TransactGetItems", TransactItems=gets, ReturnConsumedCapacity="TOTAL")
    assert answer["Responses"] == [{"Item": _key("a")}, {}]
    assert answer["ConsumedCapacity"] == [{"TableName": "table", "CapacityUnits": 4.0, "ReadCapacityUnits": 4.0}]


def test_a_transaction_reads_at_most_4_mb(db):
    db.create_table()
    keys = [{"pk": {"S": str(number)}} for number in range(12)]
    for key in keys:
        db.put({**key, "payload": {"S": "x" * 350_000}})
    gets = [{"Get": {"TableName": "table", "Key": key}} for key in keys]
    assert len(db.call("TransactGetItems", TransactItems=gets[:11])["Responses"]) == 11
    with pytest.raises(AwsError, match="cannot exceed 4 MB"):
        db.call("TransactGetItems", TransactItems=gets)
