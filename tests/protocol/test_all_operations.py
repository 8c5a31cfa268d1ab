"""Every operation of the services around us compiles, in every protocol that its service speaks."""

import pytest

from eventyard.base.errors import AwsError
from eventyard.gateway import models
from eventyard.gateway.protocol.table import codec
from eventyard.gateway.validate import validator

SERVICES = (
    "sqs sns events lambda dynamodb dynamodbstreams logs cloudwatch stepfunctions scheduler pipes iam sts kms ssm "
    "secretsmanager ses sesv2 xray athena cloudformation kinesis firehose apigateway apigatewayv2 schemas s3"
)
STREAMING = {
    "InvokeWithResponseStream",
    "StartLiveTail",
    "GetLogObject",
    "SubscribeToShard",
    "SelectObjectContent",
}


@pytest.mark.parametrize("service", SERVICES.split(" "))
def test_all_operations_of_a_service_compile(service):
    model = models.load(service)
    refused = set()
    for protocol in model.protocols:
        for operation in model.operations.values():
            assert callable(validator(operation))
            try:
                codec(model, operation.name, protocol)
            except AwsError:
                refused.add(operation.name)
    assert refused <= STREAMING
