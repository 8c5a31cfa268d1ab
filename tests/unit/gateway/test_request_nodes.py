"""What a request acts on."""

import pytest

from eventyard.gateway.request_nodes import node_of

WHERE = "us-east-1:000000000000"


@pytest.mark.parametrize(
    ("service", "params", "expected"),
    [
        ("dynamodb", {"TableName": "t"}, f"arn:aws:dynamodb:{WHERE}:table/t"),
        ("dynamodb", {"RequestItems": {"t": [], "u": []}}, f"arn:aws:dynamodb:{WHERE}:table/t"),
        ("dynamodb", {"TransactItems": [{"Put": {"TableName": "t"}}]}, f"arn:aws:dynamodb:{WHERE}:table/t"),
        ("dynamodb", {}, f"arn:aws:dynamodb:{WHERE}:"),
        ("sqs", {"QueueUrl": "http://localhost:4566/111111111111/q"}, "arn:aws:sqs:us-east-1:111111111111:q"),
        ("sqs", {"QueueUrl": "http://localhost:4566/q"}, f"arn:aws:sqs:{WHERE}:q"),
        ("events", {"Entries": [{"Source": "s"}]}, f"arn:aws:events:{WHERE}:event-bus/default"),
        ("events", {"Entries": [{"EventBusName": "shop"}]}, f"arn:aws:events:{WHERE}:event-bus/shop"),
        ("sns", {"TopicArn": f"arn:aws:sns:{WHERE}:news"}, f"arn:aws:sns:{WHERE}:news"),
        ("lambda", {"FunctionName": "f:live"}, f"arn:aws:lambda:{WHERE}:function:f"),
        ("lambda", {"FunctionName": f"arn:aws:lambda:{WHERE}:function:f:1"}, f"arn:aws:lambda:{WHERE}:function:f"),
        (
            "stepfunctions",
            {"executionArn": f"arn:aws:states:{WHERE}:execution:m:e"},
            f"arn:aws:states:{WHERE}:stateMachine:m",
        ),
        ("logs", {"logGroupName": "/aws/lambda/f"}, f"arn:aws:logs:{WHERE}:log-group:/aws/lambda/f"),
        ("sesv2", {"FromEmailAddress": "a@b.example"}, f"arn:aws:ses:{WHERE}:identity/a@b.example"),
        ("sqs", {"QueueUrl": ""}, f"arn:aws:sqs:{WHERE}:"),
        ("events", {"Entries": []}, f"arn:aws:events:{WHERE}:"),
    ],
)
def test_a_request_acts_on_what_it_names(service, params, expected):
    assert node_of(service, params, account="000000000000", region="us-east-1") == expected
