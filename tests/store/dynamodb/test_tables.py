"""Tables: created, described, listed, changed and deleted."""

import pytest

from eventyard.base.errors import AwsError

INDEX = {
    "IndexName": "by_a",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


def _described(db, name: str = "table"):
    return db.call("DescribeTable", TableName=name)["Table"]


def test_a_created_table_is_active_when_it_is_described(db):
    created = db.create_table()["TableDescription"]
    assert created["TableStatus"] == "CREATING"
    assert created["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/table"
    described = _described(db)
    assert described["TableStatus"] == "ACTIVE"
    assert described["TableId"] == created["TableId"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["ItemCount"] == 0


def test_items_and_bytes_are_counted(db):
    db.create_table()
    db.put({"pk": {"S": "a"}, "text": {"S": "12345"}})
    db.put({"pk": {"S": "b"}})
    db.put({"pk": {"S": "a"}, "text": {"S": "1"}})
    described = _described(db)
    assert (described["ItemCount"], described["TableSizeBytes"]) == (2, 3 + 5 + 3)


def test_a_table_answers_to_its_arn(db):
    arn = db.create_table()["TableDescription"]["TableArn"]
    db.put({"pk": {"S": "a"}}, table=arn)
    assert db.get({"pk": {"S": "a"}}) == {"pk": {"S": "a"}}


def test_a_name_is_taken_until_the_table_is_deleted(db):
    db.create_table()
    db.put({"pk": {"S": "a"}})
    with pytest.raises(AwsError) as refused:
        db.create_table()
    assert (refused.value.code, refused.value.message) == ("ResourceInUseException", "Table already exists: table")
    deleted = db.call("DeleteTable", TableName="table")["TableDescription"]
    assert deleted["TableStatus"] == "DELETING"
    with pytest.raises(AwsError, match="Requested resource not found: Table: table not found"):
        _described(db)
    db.create_table()
    assert db.get({"pk": {"S": "a"}}) is None


def test_a_protected_table_is_not_deleted(db):
    db.create_table(DeletionProtectionEnabled=True)
    with pytest.raises(AwsError, match="protected against deletion"):
        db.call("DeleteTable", TableName="table")
    db.call("UpdateTable", TableName="table", DeletionProtectionEnabled=False)
    db.call("DeleteTable", TableName="table")


def test_tables_are_listed_in_pages(db):
    for name in ("ccc", "aaa", "bbb"):
        db.create_table(name)
    first = db.call("ListTables", Limit=2)
    assert first == {"TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"}
    assert db.call("ListTables", ExclusiveStartTableName="bbb") == {"TableNames": ["ccc"]}


def test_a_new_index_is_filled_with_the_items_that_are_there(db):
    db.create_table()
    for number in range(1200):
        db.put({"pk": {"S": str(number)}, "a": {"S": "x"}})
    db.put({"pk": {"S": "unfit"}, "a": {"N": "1"}})
    answer = db.call(
        "UpdateTable",
        TableName="table",
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": INDEX}],
    )["TableDescription"]
    assert (answer["TableStatus"], answer["GlobalSecondaryIndexes"][0]["IndexStatus"]) == ("UPDATING", "CREATING")
    db.settle()
    index = _described(db)["GlobalSecondaryIndexes"][0]
    assert (index["IndexStatus"], index["ItemCount"]) == ("ACTIVE", 1200)
    assert db.call("Scan", TableName="table", IndexName="by_a", Select="COUNT")["Count"] == 1200


def test_a_deleted_index_takes_its_attribute_along(db):
    db.create_table(GlobalSecondaryIndexes=[INDEX])
    db.put({"pk": {"S": "1"}, "a": {"S": "x"}})
    db.call("UpdateTable", TableName="table", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_a"}}])
    described = _described(db)
    assert "GlobalSecondaryIndexes" not in described
    assert described["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]
    db.settle()
    with pytest.raises(AwsError, match="The table does not have the specified index: by_a"):
        db.call("Scan", TableName="table", IndexName="by_a")


def test_throughput_changes_are_counted_and_no_change_is_refused(db):
    db.create_table(BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    throughput = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 5}
    db.call("UpdateTable", TableName="table", ProvisionedThroughput=throughput)
    described = _described(db)["ProvisionedThroughput"]
    assert (described["ReadCapacityUnits"], described["NumberOfDecreasesToday"]) == (3, 1)
    with pytest.raises(AwsError, match="The provisioned throughput for the table will not change"):
        db.call("UpdateTable", TableName="table", ProvisionedThroughput=throughput)


def test_tags_are_kept_until_they_are_taken_away(db):
    arn = db.create_table(Tags=[{"Key": "a", "Value": "1"}])["TableDescription"]["TableArn"]
    db.call("TagResource", ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    db.call("UntagResource", ResourceArn=arn, TagKeys=["a"])
    assert db.call("ListTagsOfResource", ResourceArn=arn) == {"Tags": [{"Key": "b", "Value": "2"}]}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"BillingMode": "PROVISIONED"}, "ReadCapacityUnits and WriteCapacityUnits must both be specified"),
        ({"StreamSpecification": {"StreamEnabled": True}}, "StreamSpecification with StreamEnabled is not supported"),
        ({"LocalSecondaryIndexes": [INDEX]}, "Table KeySchema does not have a range key"),
        ({"GlobalSecondaryIndexes": [INDEX, INDEX]}, "Duplicate index name: by_a"),
        ({"GlobalSecondaryIndexes": []}, "List of GlobalSecondaryIndexes is empty"),
    ],
)
def test_a_wrong_table_is_refused(db, params, message):
    with pytest.raises(AwsError, match=message):
        db.create_table(**params)
