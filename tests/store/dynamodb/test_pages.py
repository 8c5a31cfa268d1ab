"""Query and Scan: order, ranges, pages, filters, indexes and segments."""

import pytest

from eventyard.base.errors import AwsError

GLOBAL = {
    "IndexName": "by_group",
    "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}
LOCAL = {
    "IndexName": "by_at",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kept"]},
}


@pytest.fixture
def table(db):
    db.create_table(sort="sk:N", GlobalSecondaryIndexes=[GLOBAL], LocalSecondaryIndexes=[LOCAL])
    return db


def _row(number: int, partition: str = "a", **more):
    return {"pk": {"S": partition}, "sk": {"N": str(number)}, **{name: {"S": text} for name, text in more.items()}}


def _query(db, condition: str = "pk = :pk", values=None, **params):
    values = {":pk": {"S": "a"}, **(values or {})}
    return db.call(
        "Query", TableName="table", KeyConditionExpression=condition, ExpressionAttributeValues=values, **params
    )


def _numbers(answer):
    return [int(item["sk"]["N"]) for item in answer["Items"]]


def test_a_query_goes_through_the_sort_keys_in_the_order_of_numbers(table):
    for number in (10, -2, 9, 100, 0, -30):
        table.put(_row(number))
    table.put(_row(1, "b"))
    assert _numbers(_query(table)) == [-30, -2, 0, 9, 10, 100]
    assert _numbers(_query(table, ScanIndexForward=False)) == [100, 10, 9, 0, -2, -30]
    between = {":low": {"N": "-2"}, ":high": {"N": "10"}}
    assert _numbers(_query(table, "pk = :pk AND sk BETWEEN :low AND :high", between)) == [-2, 0, 9, 10]


@pytest.mark.parametrize("is_forward", [True, False])
def test_pages_follow_each_other_without_gap_or_overlap(table, is_forward):
    for number in range(25):
        table.put(_row(number))
    seen, params = [], {}
    while True:
        answer = _query(table, Limit=10, ScanIndexForward=is_forward, **params)
        seen += _numbers(answer)
        if "LastEvaluatedKey" not in answer:
            break
        params = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert seen == sorted(range(25), reverse=not is_forward)


def test_a_page_ends_after_a_megabyte(table):
    for number in range(4):
        table.put(_row(number, text="x" * 390_000))
    answer = _query(table)
    assert _numbers(answer) == [0, 1, 2]
    assert answer["LastEvaluatedKey"] == _row(2)


def test_a_filter_takes_away_after_counting(table):
    for number in range(6):
        table.put(_row(number, kind="even" if number % 2 == 0 else "odd"))
    answer = _query(table, values={":kind": {"S": "odd"}}, FilterExpression="kind = :kind", Select="COUNT")
    assert answer == {"Count": 3, "ScannedCount": 6}


def test_a_global_index_has_only_items_with_its_key_and_only_what_it_projects(table):
    table.put(_row(1, group="g", at="2", extra="x"))
    table.put(_row(2, group="g", at="1"))
    table.put(_row(3, group="g"))
    answer = table.call(
        "Query",
        TableName="table",
        IndexName="by_group",
        KeyConditionExpression="#g = :g",
        ExpressionAttributeNames={"#g": "group"},
        ExpressionAttributeValues={":g": {"S": "g"}},
    )
    assert answer["Items"] == [_row(2, group="g", at="1"), _row(1, group="g", at="2")]
    assert table.call("Scan", TableName="table", IndexName="by_group")["Count"] == 2


def test_an_index_follows_updates_and_deletes(table):
    table.put(_row(1, group="g", at="1"))
    table.call(
        "UpdateItem",
        TableName="table",
        Key=_row(1),
        UpdateExpression="SET #g = :h",
        ExpressionAttributeNames={"#g": "group"},
        ExpressionAttributeValues={":h": {"S": "h"}},
    )
    assert table.call("Scan", TableName="table", IndexName="by_group")["Items"] == [_row(1, group="h", at="1")]
    table.call("DeleteItem", TableName="table", Key=_row(1))
    assert table.call("Scan", TableName="table", IndexName="by_group")["Items"] == []
    assert table.call("DescribeTable", TableName="table")["Table"]["GlobalSecondaryIndexes"][0]["ItemCount"] == 0


def test_a_local_index_fetches_what_it_does_not_project(table):
    table.put(_row(1, at="1", kept="k", other="o"))
    shown = _query(table, IndexName="by_at")["Items"]
    assert shown == [_row(1, at="1", kept="k")]
    whole = _query(table, IndexName="by_at", Select="ALL_ATTRIBUTES", ReturnConsumedCapacity="INDEXES")
    assert whole["Items"] == [_row(1, at="1", kept="k", other="o")]
    assert whole["ConsumedCapacity"]["LocalSecondaryIndexes"] == {"by_at": {"CapacityUnits": 0.5}}
    assert whole["ConsumedCapacity"]["Table"] == {"CapacityUnits": 0.5}


def test_segments_divide_a_scan_among_them(table):
    for number in range(40):
        table.put(_row(0, f"p{number}"))
    parts = [
        {item["pk"]["S"] for item in table.call("Scan", TableName="table", Segment=n, TotalSegments=7)["Items"]}
        for n in range(7)
    ]
    assert sum(map(len, parts)) == 40
    assert set.union(*parts) == {f"p{number}" for number in range(40)}


def test_a_scan_goes_on_where_it_stopped(table):
    for number in range(12):
        table.put(_row(number % 3, f"p{number // 3}"))
    seen, params = [], {}
    while True:
        answer = table.call("Scan", TableName="table", Limit=5, **params)
        seen += [(item["pk"]["S"], item["sk"]["N"]) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            break
        params = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert len(seen) == len(set(seen)) == 12


def test_a_start_key_of_another_partition_is_refused(table):
    with pytest.raises(AwsError) as refused:
        _query(table, ExclusiveStartKey=_row(1, "b"))
    assert refused.value.message == (
        "The provided starting key is outside query boundaries based on provided conditions"
    )


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"pk": {"S": "a"}}, "The provided starting key is invalid"),
        ({"pk": {"S": "a"}, "sk": {"S": "1"}}, "The provided key element does not match the schema"),
        ({"pk": {"S": "a"}, "sk": {"N": "1"}}, "The provided starting key does not match the range key predicate"),
        ({"pk": {"S": "b"}, "sk": {"N": "9"}}, "The query can return at most one row and cannot be restarted"),
    ],
)
def test_a_start_key_that_does_not_fit_is_refused_in_awss_words(table, start, message):
    with pytest.raises(AwsError) as refused:
        _query(table, "pk = :pk AND sk > :one", {":one": {"N": "1"}}, ExclusiveStartKey=start)
    assert refused.value.message == message


def test_a_scan_tells_of_its_start_key_in_other_words(table):
    with pytest.raises(AwsError) as refused:
        table.call("Scan", TableName="table", ExclusiveStartKey={"pk": {"S": "a"}})
    assert refused.value.message == (
        "The provided starting key is invalid: The provided key element does not match the schema"
    )
