"""What is counted of tables."""

import pytest

ORDERS = {"TableName": "orders"}


@pytest.fixture
def dynamodb(platform):
    client = platform.client("dynamodb")
    client.create_table(
        **ORDERS,
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "kind", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def item(id: str, **more) -> dict:
    return {"id": {"S": id}, "kind": {"S": "a"}, **more}


def test_what_requests_consume_is_counted_by_table_and_index(dynamodb, observed):
    dynamodb.put_item(**ORDERS, Item=item("1"))
    dynamodb.batch_write_item(RequestItems={"orders": [{"PutRequest": {"Item": item("2")}}]})
    dynamodb.get_item(**ORDERS, Key={"id": {"S": "1"}}, ConsistentRead=True)
    found = dynamodb.query(
        **ORDERS,
        IndexName="by-kind",
        KeyConditionExpression="kind = :kind",
        ExpressionAttributeValues={":kind": {"S": "a"}},
    )
    assert found["Count"] == 2
    index = {**ORDERS, "GlobalSecondaryIndexName": "by-kind"}
    assert observed.total("AWS/DynamoDB", "ConsumedWriteCapacityUnits", **ORDERS) == 2
    assert observed.total("AWS/DynamoDB", "ConsumedWriteCapacityUnits", **index) == 2
    assert observed.total("AWS/DynamoDB", "ConsumedReadCapacityUnits", **ORDERS) == 1
    assert observed.total("AWS/DynamoDB", "ConsumedReadCapacityUnits", **index) == 0.5
    assert observed.counted("AWS/DynamoDB", "ReturnedItemCount", **ORDERS, Operation="Query") == {2: 1}
    assert observed.counted("AWS/DynamoDB", "SuccessfulRequestLatency", **ORDERS, Operation="PutItem") == {0: 1}
    assert observed.units("AWS/DynamoDB")["SuccessfulRequestLatency"] == "Milliseconds"


def test_a_refusal_is_counted_although_it_leaves_nothing_else(dynamodb, observed):
    dynamodb.put_item(**ORDERS, Item=item("1"))
    absent = {"ConditionExpression": "attribute_not_exists(id)"}
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(**ORDERS, Item=item("1"), **absent)
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(TransactItems=[{"Put": {**ORDERS, "Item": item("1"), **absent}}])
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.put_item(TableName="nowhere", Item=item("1"))
    assert observed.total("AWS/DynamoDB", "ConditionalCheckFailedRequests", **ORDERS) == 2
    assert observed.total("AWS/DynamoDB", "UserErrors") == 1
    assert observed.total("AWS/DynamoDB", "ConsumedWriteCapacityUnits", **ORDERS) == 1


def test_items_that_expire_are_counted(platform, dynamodb, observed):
    dynamodb.update_time_to_live(**ORDERS, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    now_s = platform.call(platform.platform.engine.clock.now_ms) // 1000
    dynamodb.put_item(**ORDERS, Item=item("1", until={"N": str(now_s + 60)}))
    platform.advance(120_000)
    assert observed.total("AWS/DynamoDB", "TimeToLiveDeletedItemCount", **ORDERS) == 1
