"""Settings that nothing here would act on: each is refused by the name that it has, and leaves nothing behind.

`tests/unit/services/settings.toml` says of each of these members that it is refused as a whole; here it is tried.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.lambda_.conftest import ROLE, zipped
from tests.support.platform import ACCOUNT, REGION, RunningPlatform

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
SUBNET = "subnet-0123456789abcdef0"
ANY_ARN = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
KEY = {"AttributeName": "id", "KeyType": "HASH"}
TABLE = {
    "TableName": "unserved",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [KEY],
    "BillingMode": "PAY_PER_REQUEST",
}
NEW_FUNCTION = {
    "FunctionName": "unserved",
    "Runtime": "python3.12",
    "Role": ROLE,
    "Handler": "app.handler",
    "Code": {"ZipFile": zipped("def handler(event, context): pass")},
}
BASES: dict[str, tuple[str, dict[str, Any]]] = {
    "lambda create_function": ("lambda", NEW_FUNCTION),
    "lambda create_event_source_mapping": ("lambda", {"EventSourceArn": QUEUE, "FunctionName": "f"}),
    "lambda list_functions": ("lambda", {}),
    "dynamodb create_table": ("dynamodb", TABLE),
    "dynamodb update_table": ("dynamodb", {"TableName": "table"}),
    "pipes create_pipe": ("pipes", {"Name": "p", "RoleArn": ROLE, "Source": QUEUE, "Target": QUEUE}),
    "logs create_log_group": ("logs", {"logGroupName": "g"}),
    "logs describe_log_groups": ("logs", {}),
    "logs filter_log_events": ("logs", {"logGroupName": "groups"}),
    "events create_connection": (
        "events",
        {
            "Name": "c",
            "AuthorizationType": "BASIC",
            "AuthParameters": {"BasicAuthParameters": {"Username": "u", "Password": "p"}},
        },
    ),
    "events create_event_bus": ("events", {"Name": "b"}),
    "sesv2 create_configuration_set": ("sesv2", {"ConfigurationSetName": "s"}),
    "sesv2 put_account_suppression_attributes": ("sesv2", {}),
    "sns create_sms_sandbox_phone_number": ("sns", {"PhoneNumber": "+15550100"}),
    "scheduler create_schedule": (
        "scheduler",
        {"Name": "s", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}},
    ),
}
"""The service of each operation, and parameters that it takes."""

BATCH = {"JobDefinition": "d", "JobName": "n"}
RESOURCE = {"ResourceConfigurationArn": f"arn:aws:vpc-lattice:{REGION}:{ACCOUNT}:resourceconfiguration/rcfg-1"}
TARGET = {"Arn": QUEUE, "RoleArn": ROLE}
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("lambda create_function", {"VpcConfig": {"SubnetIds": [SUBNET]}}),
    (
        "lambda create_function",
        {
            "FileSystemConfigs": [
                {
                    "Arn": f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-0123456789abcdef0",
                    "LocalMountPath": "/mnt/a",
                }
            ]
        },
    ),
    ("lambda create_function", {"ImageConfig": {"Command": ["x"]}}),
    ("lambda create_function", {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}),
    ("lambda create_function", {"DurableConfig": {"ExecutionTimeout": 60}}),
    ("lambda create_function", {"SnapStart": {"ApplyOn": "PublishedVersions"}}),
    ("lambda create_function", {"PackageType": "Image"}),
    ("lambda create_function", {"LoggingConfig": {"LogFormat": "JSON"}}),
    ("lambda create_function", {"LoggingConfig": {"SystemLogLevel": "WARN"}}),
    ("lambda create_function", {"Code": {"S3ObjectStorageMode": "COPY", **NEW_FUNCTION["Code"]}}),
    ("lambda list_functions", {"MasterRegion": "eu-west-1", "FunctionVersion": "ALL"}),
    ("lambda create_event_source_mapping", {"MetricsConfig": {"Metrics": ["EventCount"]}}),
    (
        "lambda create_event_source_mapping",
        {"SourceAccessConfigurations": [{"Type": "VPC_SUBNET", "URI": f"subnet:{SUBNET}"}]},
    ),
    (
        "lambda create_event_source_mapping",
        {"SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["a.example.com:9092"]}}},
    ),
    (
        "lambda create_event_source_mapping",
        {"AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "g"}},
    ),
    ("lambda create_event_source_mapping", {"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "g"}}),
    ("lambda create_event_source_mapping", {"DocumentDBEventSourceConfig": {"DatabaseName": "d"}}),
    ("lambda create_event_source_mapping", {"ProvisionedPollerConfig": {"MinimumPollers": 2}}),
    ("lambda create_event_source_mapping", {"StartingPosition": "LATEST"}),
    ("dynamodb create_table", {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}),
    ("dynamodb create_table", {"SSESpecification": {"Enabled": True, "SSEType": "AES256"}}),
    ("dynamodb create_table", {"ResourcePolicy": '{"Version": "2012-10-17", "Statement": []}'}),
    ("dynamodb update_table", {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
    ("dynamodb update_table", {"MultiRegionConsistency": "STRONG"}),
    ("dynamodb update_table", {"GlobalTableWitnessUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
    ("pipes create_pipe", {"SourceParameters": {"KinesisStreamParameters": {"StartingPosition": "LATEST"}}}),
    ("pipes create_pipe", {"SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}}}),
    (
        "pipes create_pipe",
        {
            "SourceParameters": {
                "ManagedStreamingKafkaParameters": {"TopicName": "t"},
            }
        },
    ),
    ("pipes create_pipe", {"TargetParameters": {"KinesisStreamParameters": {"PartitionKey": "k"}}}),
    ("pipes create_pipe", {"TargetParameters": {"BatchJobParameters": BATCH}}),
    (
        "pipes create_pipe",
        {"TargetParameters": {"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}}},
    ),
    ("pipes create_pipe", {"TargetParameters": {"RedshiftDataParameters": {"Database": "d", "Sqls": ["select 1"]}}}),
    ("pipes create_pipe", {"TargetParameters": {"SageMakerPipelineParameters": {"PipelineParameterList": []}}}),
    ("pipes create_pipe", {"TargetParameters": {"CloudWatchLogsParameters": {"LogStreamName": "s"}}}),
    ("pipes create_pipe", {"LogConfiguration": {"Level": "INFO"}}),
    ("logs create_log_group", {"logGroupClass": "DELIVERY"}),
    ("logs describe_log_groups", {"includeLinkedAccounts": True}),
    ("logs filter_log_events", {"startFromHead": False}),
    ("logs describe_log_groups", {"accountIdentifiers": ["222222222222"]}),
    ("events create_connection", {"InvocationConnectivityParameters": {"ResourceParameters": RESOURCE}}),
    (
        "events create_connection",
        {"AuthParameters": {"ConnectivityParameters": {"ResourceParameters": RESOURCE}}},
    ),
    ("events create_event_bus", {"LogConfig": {"Level": "INFO", "IncludeDetail": "FULL"}}),
    ("sesv2 create_configuration_set", {"ReputationOptions": {"LastFreshStart": 1_760_000_000}}),
    ("sesv2 create_configuration_set", {"ArchivingOptions": {"ArchiveArn": "arn:aws:ses:us-east-1:1:archive/a-1"}}),
    (
        "sesv2 create_configuration_set",
        {"SuppressionOptions": {"ValidationOptions": {"ConditionThreshold": {"ConditionThresholdEnabled": "ENABLED"}}}},
    ),
    (
        "sesv2 put_account_suppression_attributes",
        {"ValidationAttributes": {"ConditionThreshold": {"ConditionThresholdEnabled": "ENABLED"}}},
    ),
    ("sns create_sms_sandbox_phone_number", {"LanguageCode": "de-DE"}),
    ("scheduler create_schedule", {"Target": {**TARGET, "KinesisParameters": {"PartitionKey": "k"}}}),
    (
        "scheduler create_schedule",
        {"Target": {**TARGET, "EcsParameters": {"TaskDefinitionArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:t/d"}}},
    ),
    ("scheduler create_schedule", {"Target": {**TARGET, "SageMakerPipelineParameters": {}}}),
]


@pytest.fixture(scope="module")
def anything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform for all of these tests, since refusals leave nothing behind; with a queue, a function, a table."""
    running = RunningPlatform(tmp_path_factory.mktemp("platform"))
    running.client("sqs").create_queue(QueueName="q")
    running.client("lambda").create_function(**{**NEW_FUNCTION, "FunctionName": "f"})
    running.client("logs").create_log_group(logGroupName="groups")
    running.client("dynamodb").create_table(**{**TABLE, "TableName": "table"})
    yield running
    running.close()


def _innermost(setting: dict[str, Any]) -> set[str]:
    """Every name and text in the setting: a refusal has one of them in its message."""
    found: set[str] = set()
    for name, value in setting.items():
        found.add(name)
        if isinstance(value, dict):
            found |= _innermost(value)
        elif isinstance(value, str):
            found.add(value)
    return found


@pytest.mark.parametrize(("asked", "setting"), REFUSED, ids=[f"{a}-{'.'.join(s)}" for a, s in REFUSED])
def test_a_setting_that_nothing_would_act_on_is_refused(
    anything: RunningPlatform, asked: str, setting: dict[str, Any]
) -> None:
    service, base = BASES[asked]
    client = anything.client(service)
    merged = {
        name: {**base[name], **value} if isinstance(value, dict) and name in base else value
        for name, value in setting.items()
    }
    with pytest.raises(ClientError) as refused:
        getattr(client, asked.split()[1])(**{**base, **merged})
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert any(name in answer["Error"]["Message"] for name in _innermost(setting)), answer["Error"]


@pytest.mark.parametrize("asked", BASES)
def test_the_same_request_without_the_setting_is_taken(anything: RunningPlatform, asked: str) -> None:
    service, base = BASES[asked]
    more = {"Target": TARGET} if service == "scheduler" else {}
    if asked == "dynamodb update_table":
        more = {"DeletionProtectionEnabled": False}
    getattr(anything.client(service), asked.split()[1])(**base, **more)
