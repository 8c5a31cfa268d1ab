"""BatchGetItem and BatchWriteItem."""

import pytest

from eventyard.base.errors import AwsError


def _key(number: int):
    return {"pk": {"S": str(number)}}


@pytest.fixture
def table(db):
    db.create_table()
    return db


def _write(db, *entries):
    return db.call("BatchWriteItem", RequestItems={"table": list(entries)})


def test_a_batch_puts_and_deletes(table):
    table.put(_key(1))
    answer = _write(table, {"PutRequest": {"Item": _key(2)}}, {"DeleteRequest": {"Key": _key(1)}})
    assert answer == {"UnprocessedItems": {}}
    assert table.get(_key(1)) is None
    assert table.get(_key(2)) == _key(2)


def test_a_batch_reads_what_is_there_of_several_tables(table):
    table.create_table("other")
    table.put({**_key(1), "a": {"S": "x"}})
    table.put(_key(2), table="other")
    wanted = {
        "table": {"Keys": [_key(1), _key(9)], "ProjectionExpression": "a"},
        "other": {"Keys": [_key(2)], "ConsistentRead": True},
    }
    answer = table.call("BatchGetItem", RequestItems=wanted, ReturnConsumedCapacity="TOTAL")
    assert answer["Responses"] == {"table": [{"a": {"S": "x"}}], "other": [_key(2)]}
    assert answer["UnprocessedKeys"] == {}
    assert answer["ConsumedCapacity"] == [
        {"TableName": "table", "CapacityUnits": 1.0},
        {"TableName": "other", "CapacityUnits": 1.0},
    ]


def test_what_is_beyond_sixteen_megabytes_is_left_for_another_request(table):
    for number in range(45):
        table.put({**_key(number), "text": {"S": "x" * 390_000}})
    keys = [_key(number) for number in range(45)]
    answer = table.call("BatchGetItem", RequestItems={"table": {"Keys": keys}})
    assert len(answer["Responses"]["table"]) == 43
    assert answer["UnprocessedKeys"] == {"table": {"Keys": keys[43:]}}


def test_the_same_item_twice_is_refused_and_nothing_is_written(table):
    with pytest.raises(AwsError, match="Provided list of item keys contains duplicates"):
        _write(table, {"PutRequest": {"Item": _key(1)}}, {"DeleteRequest": {"Key": _key(1)}})
    assert table.get(_key(1)) is None


def test_a_put_with_a_key_of_another_type_is_refused_as_a_wrong_key(table):
    with pytest.raises(AwsError, match="The provided key element does not match the schema"):
        _write(table, {"PutRequest": {"Item": {"pk": {"N": "5"}}}})


def test_more_than_twenty_five_writes_are_refused(table):
    table.create_table("other")
    entries = [{"PutRequest": {"Item": _key(number)}} for number in range(13)]
    with pytest.raises(AwsError, match="Too many items requested for the BatchWriteItem call"):
        table.call("BatchWriteItem", RequestItems={"table": entries, "other": entries})
