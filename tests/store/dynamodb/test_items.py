"""Single items: what is written is read, conditions decide, and answers show what was asked for."""

import pytest

from eventyard.base.errors import AwsError

KEY = {"pk": {"S": "a"}}


@pytest.fixture
def table(db):
    db.create_table()
    return db


def _update(db, expression: str, values=None, names=None, **params):
    given = {}
    if values is not None:
        given["ExpressionAttributeValues"] = values
    if names is not None:
        given["ExpressionAttributeNames"] = names
    return db.call("UpdateItem", TableName="table", Key=KEY, UpdateExpression=expression, **given, **params)


def test_every_type_comes_back_as_it_was_put(table):
    item = {
        **KEY,
        "n": {"N": "12345678901234567890123456789012345678"},
        "b": {"B": b"\x00\xff"},
        "bs": {"BS": [b"1", b"2"]},
        "ss": {"SS": ["x", "y"]},
        "ns": {"NS": ["1", "2.5"]},
        "l": {"L": [{"B": b"in"}, {"BOOL": False}, {"NULL": True}]},
        "m": {"M": {"B": {"M": {"B": {"B": b"deep"}}}, "s": {"S": "ü\x00"}}},
    }
    table.put(item)
    assert table.get(KEY) == item


def test_an_item_that_is_not_there_gives_an_answer_without_one(table):
    assert table.call("GetItem", TableName="table", Key=KEY) == {}


def test_an_update_of_nothing_creates_the_item_with_its_key(table):
    _update(table, "SET a = :a", {":a": {"N": "1"}})
    assert table.get(KEY) == {**KEY, "a": {"N": "1"}}


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("NONE", None),
        ("ALL_OLD", {**KEY, "a": {"N": "1"}, "b": {"N": "2"}}),
        ("UPDATED_OLD", {"a": {"N": "1"}}),
        ("ALL_NEW", {**KEY, "a": {"N": "3"}, "b": {"N": "2"}}),
        ("UPDATED_NEW", {"a": {"N": "3"}}),
    ],
)
def test_an_update_returns_the_values_that_were_asked_for(table, wanted, shown):
    table.put({**KEY, "a": {"N": "1"}, "b": {"N": "2"}})
    answer = _update(table, "SET a = a + :two", {":two": {"N": "2"}}, ReturnValues=wanted)
    assert answer == ({} if shown is None else {"Attributes": shown})


def test_a_put_returns_what_it_replaced(table):
    table.put({**KEY, "a": {"S": "old"}})
    assert table.put(KEY, ReturnValues="ALL_OLD") == {"Attributes": {**KEY, "a": {"S": "old"}}}


def test_a_failed_condition_leaves_the_item_and_shows_it_only_when_asked(table):
    table.put({**KEY, "a": {"S": "old"}})
    with pytest.raises(AwsError) as refused:
        table.put(KEY, ConditionExpression="attribute_not_exists(pk)")
    assert refused.value.fields == {}
    assert table.get(KEY) == {**KEY, "a": {"S": "old"}}


def test_a_deleted_item_is_gone_and_deleting_again_does_no_harm(table):
    table.put(KEY)
    assert table.call("DeleteItem", TableName="table", Key=KEY, ReturnValues="ALL_OLD") == {"Attributes": KEY}
    assert table.call("DeleteItem", TableName="table", Key=KEY, ReturnValues="ALL_OLD") == {}


def test_the_older_parameters_do_the_same(table):
    table.put({**KEY, "a": {"N": "1"}}, Expected={"pk": {"Exists": False}})
    updates = {"a": {"Action": "ADD", "Value": {"N": "4"}}}
    answer = table.call("UpdateItem", TableName="table", Key=KEY, AttributeUpdates=updates, ReturnValues="UPDATED_NEW")
    assert answer == {"Attributes": {"a": {"N": "5"}}}
    assert table.get(KEY, AttributesToGet=["a"]) == {"a": {"N": "5"}}


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        (
            "PutItem",
            {"Item": {"x": {"S": "a"}}},
            "One or more parameter values were invalid: Missing the key pk in the item",
        ),
        ("GetItem", {"Key": {"x": {"S": "a"}}}, "The provided key element does not match the schema"),
        ("PutItem", {"Item": KEY, "ReturnValues": "ALL_NEW"}, "ReturnValues can only be ALL_OLD or NONE"),
        (
            "UpdateItem",
            {"Key": KEY, "UpdateExpression": "SET pk = :a", "ExpressionAttributeValues": {":a": {"S": "b"}}},
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
        ),
        (
            "PutItem",
            {"Item": KEY, "Expected": {}, "ConditionExpression": "attribute_exists(a)"},
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
        ),
    ],
)
def test_a_wrong_request_is_refused_in_awss_words(table, operation, params, message):
    with pytest.raises(AwsError) as refused:
        table.call(operation, TableName="table", **params)
    assert (refused.value.code, refused.value.message) == ("ValidationException", message)


def test_a_table_that_is_not_there_is_told_after_the_expressions_are_read(table):
    with pytest.raises(AwsError) as refused:
        table.get(KEY, table="nowhere")
    assert (refused.value.code, refused.value.message) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )


def test_what_a_request_consumes_follows_the_sizes(table):
    table.put({**KEY, "a": {"S": "x" * 5000}})
    read = table.call("GetItem", TableName="table", Key=KEY, ReturnConsumedCapacity="TOTAL")
    assert read["ConsumedCapacity"] == {"TableName": "table", "CapacityUnits": 1.0}
    write = table.put(KEY, ReturnConsumedCapacity="INDEXES")
    assert write["ConsumedCapacity"] == {
        "TableName": "table",
        "CapacityUnits": 5.0,
        "Table": {"CapacityUnits": 5.0},
    }
