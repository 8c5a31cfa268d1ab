"""No setting is taken in silence: every member of every served operation's input is looked at, or refused.

Each operation is given requests that watch themselves being read; what the service model knows and no request saw read
is a setting that does nothing.
"""

from dataclasses import replace

import pytest

from eventyard.base.errors import AwsError
from eventyard.gateway import models
from eventyard.services.dynamodb.operations.served import OPERATIONS

MODEL = models.load("dynamodb")
KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
VALUE = {":v": {"S": "a"}}
NAME = {"#pk": "pk"}
EXPECTED = {"n": {"Exists": False}, "m": {"ComparisonOperator": "NE", "AttributeValueList": [{"S": "x"}]}}
EXPECTED |= {"o": {"ComparisonOperator": "NE", "Value": {"S": "x"}}}
CONDITION = {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}
READ = {"ReturnConsumedCapacity": "INDEXES"}
USAGE = {**READ, "ReturnItemCollectionMetrics": "SIZE"}
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
WARMER = {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}
CAPS = {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 10}
ALL = {"ProjectionType": "ALL"}
SOME = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]}
SSE = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "key"}
ATTRIBUTES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "l")]
SCHEMA = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
LOCAL = {"IndexName": "local", "KeySchema": [SCHEMA[0], {"AttributeName": "l", "KeyType": "RANGE"}], "Projection": SOME}
GLOBAL = {"IndexName": "global", "KeySchema": [{"AttributeName": "l", "KeyType": "HASH"}], "Projection": ALL}
NEW_TABLE = {"TableName": "new", "AttributeDefinitions": ATTRIBUTES, "KeySchema": SCHEMA}
NEW_TABLE |= {"LocalSecondaryIndexes": [LOCAL], "GlobalSecondaryIndexes": [GLOBAL], "BillingMode": "PAY_PER_REQUEST"}
SINGLE = {
    "TableName": "table",
    "ConditionExpression": "attribute_not_exists(#pk) OR pk = :v",
    "ExpressionAttributeNames": NAME,
    "ExpressionAttributeValues": VALUE,
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}
PROJECTED = {"ProjectionExpression": "#pk", "ExpressionAttributeNames": NAME}

REQUESTS = {
    "BatchGetItem": [
        {"RequestItems": {"table": {"Keys": [KEY], "ConsistentRead": True, **PROJECTED}}, **READ},
        {"RequestItems": {"table": {"Keys": [KEY], "AttributesToGet": ["pk"]}}},
    ],
    "BatchWriteItem": [
        {"RequestItems": {"table": [{"PutRequest": {"Item": KEY}}]}, **USAGE},
        {"RequestItems": {"table": [{"DeleteRequest": {"Key": KEY}}]}},
    ],
    "CreateTable": [
        {**NEW_TABLE, "SSESpecification": SSE, "Tags": [{"Key": "k", "Value": "v"}], "TableClass": "STANDARD"},
        {**NEW_TABLE, "WarmThroughput": WARMER, "OnDemandThroughput": CAPS, "DeletionProtectionEnabled": True},
        {**NEW_TABLE, "GlobalSecondaryIndexes": [{**GLOBAL, "WarmThroughput": WARMER, "OnDemandThroughput": CAPS}]},
        {
            **NEW_TABLE,
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": UNITS,
            "GlobalSecondaryIndexes": [{**GLOBAL, "ProvisionedThroughput": UNITS}],
            "StreamSpecification": {"StreamEnabled": False},
        },
    ],
    "DeleteItem": [
        {"Key": KEY, "ReturnValues": "ALL_OLD", **SINGLE, **USAGE},
        {"TableName": "table", "Key": KEY, "Expected": EXPECTED, "ConditionalOperator": "AND"},
    ],
    "DeleteTable": [{"TableName": "table"}],
    "DescribeContinuousBackups": [{"TableName": "table"}],
    "DescribeEndpoints": [{}],
    "DescribeLimits": [{}],
    "DescribeTable": [{"TableName": "table"}],
    "DescribeTimeToLive": [{"TableName": "table"}],
    "GetItem": [
        {"TableName": "table", "Key": KEY, "ConsistentRead": True, **PROJECTED, **READ},
        {"TableName": "table", "Key": KEY, "AttributesToGet": ["pk"]},
    ],
    "ListTables": [{"ExclusiveStartTableName": "a", "Limit": 1}],
    "ListTagsOfResource": [{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/table"}],
    "PutItem": [
        {"Item": KEY, "ReturnValues": "ALL_OLD", **SINGLE, **USAGE},
        {"TableName": "table", "Item": KEY, "Expected": EXPECTED, "ConditionalOperator": "AND"},
    ],
    "Query": [
        {
            "TableName": "table",
            "IndexName": "local",
            "KeyConditionExpression": "pk = :v",
            "FilterExpression": "x <> :v",
            "ExpressionAttributeValues": VALUE,
            "ExclusiveStartKey": {**KEY, "l": {"S": "c"}},
            **{"Limit": 1, "ScanIndexForward": False, "ConsistentRead": True, "Select": "SPECIFIC_ATTRIBUTES"},
            **{**PROJECTED, **READ},
        },
        {"TableName": "table", "KeyConditions": CONDITION, "AttributesToGet": ["pk"]},
        {
            "TableName": "table",
            "KeyConditions": CONDITION,
            "QueryFilter": {"x": CONDITION["pk"], "y": CONDITION["pk"]},
            "ConditionalOperator": "OR",
        },
    ],
    "Scan": [
        {
            "TableName": "table",
            "IndexName": "local",
            "FilterExpression": "x <> :v",
            "ExpressionAttributeValues": VALUE,
            **{"Limit": 1, "ConsistentRead": True, "Select": "SPECIFIC_ATTRIBUTES", "Segment": 0, "TotalSegments": 2},
            **{**PROJECTED, **READ},
        },
        {"TableName": "table", "AttributesToGet": ["pk"], "ExclusiveStartKey": KEY},
        {"TableName": "table", "ScanFilter": {"x": CONDITION["pk"], "y": CONDITION["pk"]}, "ConditionalOperator": "OR"},
    ],
    "TagResource": [
        {
            "ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/table",
            "Tags": [{"Key": "k", "Value": "v"}],
        }
    ],
    "TransactGetItems": [{"TransactItems": [{"Get": {"TableName": "table", "Key": KEY, **PROJECTED}}], **READ}],
    "TransactWriteItems": [
        {"TransactItems": [{"Put": {"Item": KEY, **SINGLE}}], "ClientRequestToken": "token", **USAGE},
        {"TransactItems": [{"Delete": {"Key": KEY, **SINGLE}}]},
        {"TransactItems": [{"ConditionCheck": {"Key": KEY, **SINGLE}}]},
        {"TransactItems": [{"Update": {"Key": KEY, "UpdateExpression": "SET x = :v", **SINGLE}}]},
    ],
    "UntagResource": [{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/table", "TagKeys": ["k"]}],
    "UpdateItem": [
        {"Key": KEY, "UpdateExpression": "SET x = :v", "ReturnValues": "ALL_NEW", **SINGLE, **USAGE},
        {
            "TableName": "table",
            "Key": KEY,
            "AttributeUpdates": {"x": {"Action": "PUT", "Value": {"S": "x"}}},
            "Expected": EXPECTED,
            "ConditionalOperator": "AND",
        },
    ],
    "UpdateTable": [
        {"TableName": "table", "SSESpecification": SSE, "TableClass": "STANDARD", "DeletionProtectionEnabled": True},
        {"TableName": "table", "WarmThroughput": WARMER, "OnDemandThroughput": CAPS},
        {"TableName": "table", "StreamSpecification": {"StreamEnabled": False}},
        {
            "TableName": "table",
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": UNITS,
            "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "global", "ProvisionedThroughput": UNITS}}],
        },
        {
            "TableName": "table",
            "GlobalSecondaryIndexUpdates": [
                {"Update": {"IndexName": "global", "WarmThroughput": WARMER, "OnDemandThroughput": CAPS}}
            ],
        },
        {"TableName": "table", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "global"}}]},
        {
            "TableName": "table",
            "AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}],
            "GlobalSecondaryIndexUpdates": [
                {
                    "Create": {
                        "IndexName": "newer",
                        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                        "Projection": SOME,
                        "WarmThroughput": WARMER,
                        "OnDemandThroughput": CAPS,
                    }
                }
            ],
        },
        {
            "TableName": "table",
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": UNITS,
            "GlobalSecondaryIndexUpdates": [
                {"Update": {"IndexName": "global", "ProvisionedThroughput": UNITS}},
                {"Create": {**GLOBAL, "IndexName": "newer", "ProvisionedThroughput": UNITS}},
            ],
        },
    ],
    "UpdateTimeToLive": [
        {"TableName": "table", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"}}
    ],
}
REFUSED = {
    ("CreateTable", "ResourcePolicy"): "{}",
    ("CreateTable", "GlobalTableSourceArn"): "arn:aws:dynamodb:us-west-2:000000000000:table/new",
    ("CreateTable", "GlobalTableSettingsReplicationMode"): "ENABLED",
    ("CreateTable", "VectorIndexes"): [{}],
    ("CreateTable", "StreamSpecification"): {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    ("ListTagsOfResource", "NextToken"): "token",
    ("UpdateTable", "ReplicaUpdates"): [{}],
    ("UpdateTable", "MultiRegionConsistency"): "STRONG",
    ("UpdateTable", "GlobalTableWitnessUpdates"): [{}],
    ("UpdateTable", "GlobalTableSettingsReplicationMode"): "ENABLED",
    ("UpdateTable", "DisassociationProtectionEnabled"): True,
    ("UpdateTable", "VectorIndexUpdates"): [{}],
    ("UpdateTable", "StreamSpecification"): {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}


class Watched(dict):
    """A structure, or a map of such, that notes in `seen` which of its shape's members are asked for."""

    def __init__(self, value, shape, seen):
        super().__init__({name: watched(inner, _below(shape, name), seen) for name, inner in value.items()})
        self._shape, self._seen = shape, seen

    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self._note(name)
        return super().__contains__(name)

    def get(self, name, default=None):
        self._note(name)
        return super().get(name, default)

    def __iter__(self):
        for name in super().__iter__():
            self._note(name)
            yield name

    def items(self):
        return [(name, self[name]) for name in self]

    def _note(self, name):
        if self._shape.type == "structure":
            self._seen.add((self._shape.name, name))


def watched(value, shape, seen):
    if isinstance(value, dict) and shape.name != "AttributeValue":
        return Watched(value, shape, seen)
    if isinstance(value, list) and shape.type == "list":
        return [watched(inner, shape.element, seen) for inner in value]
    return value


def _below(shape, name):
    return shape.members[name] if shape.type == "structure" else shape.value


def _known(operation, shape):
    """(structure, member) of everything that a request of the operation may hold."""
    if shape.type == "list":
        return _known(operation, shape.element)
    if shape.type == "map":
        return _known(operation, shape.value)
    if shape.type != "structure" or shape.name == "AttributeValue":
        return set()
    known = {(shape.name, name) for name in shape.members}
    for name, member in shape.members.items():
        if (operation, name) not in REFUSED:
            known |= _known(operation, member)
    return known


def _ask(db, operation, params):
    return db.platform.transact(lambda tx, call: OPERATIONS[operation](tx, replace(call, params=params)))


@pytest.fixture
def table(db):
    db.create_table(sort="sk", LocalSecondaryIndexes=[LOCAL], GlobalSecondaryIndexes=[GLOBAL])
    return db


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_member_of_a_request_is_looked_at(operation, db):
    shape = MODEL.operation(operation).input
    seen = set()
    for params in REQUESTS[operation]:
        db.create_table(sort="sk", LocalSecondaryIndexes=[LOCAL], GlobalSecondaryIndexes=[GLOBAL])
        _ask(db, operation, Watched(params, shape, seen))
        for name in db.call("ListTables")["TableNames"]:
            db.call("UpdateTable", TableName=name, DeletionProtectionEnabled=False)
            db.call("DeleteTable", TableName=name)
    refused = {(shape.name, name) for asked, name in REFUSED if asked == operation}
    assert _known(operation, shape) - seen - refused == set()


@pytest.mark.parametrize(("operation", "member"), sorted(REFUSED))
def test_a_member_that_is_not_acted_on_is_refused(operation, member, table):
    base = {"CreateTable": NEW_TABLE, "UpdateTable": {"TableName": "table"}}
    params = {**base.get(operation, REQUESTS[operation][0]), member: REFUSED[operation, member]}
    with pytest.raises(AwsError):
        _ask(table, operation, params)
