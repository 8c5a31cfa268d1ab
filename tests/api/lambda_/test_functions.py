"""Functions: created, shown, invoked, changed, deleted."""

import base64
import hashlib
import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from tests.api.lambda_.conftest import ROLE, zipped

ECHO = """
    import os
    def handler(event, context):
        print("hello from", context.function_name)
        return {"event": event, "variable": os.environ.get("COLOUR"), "arn": context.invoked_function_arn}
"""


def invoke(functions, payload=None, name="shop", **options):
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(payload), **options)
    return answer, json.loads(answer["Payload"].read() or b"null")


def refusal(work, *args, **options):
    with pytest.raises(ClientError) as caught:
        work(*args, **options)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"], caught.value.response


def test_a_new_function_is_shown_as_aws_shows_it(functions, create):
    made = create(ECHO, Environment={"Variables": {"COLOUR": "red"}})
    code = zipped(ECHO)

    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (made["State"], made["StateReasonCode"]) == ("Pending", "Creating")
    assert "LastUpdateStatus" not in made
    assert made["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode()
    shown = functions.get_function(FunctionName="shop")
    configuration = shown["Configuration"]
    assert configuration["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:shop"
    assert (configuration["State"], configuration["LastUpdateStatus"]) == ("Active", "Successful")
    assert configuration["Environment"] == {"Variables": {"COLOUR": "red"}}
    assert configuration["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/shop"}
    assert (configuration["MemorySize"], configuration["Timeout"]) == (128, 10)
    with urllib.request.urlopen(shown["Code"]["Location"]) as answer:
        assert answer.read() == code


def test_an_invocation_answers_with_what_the_function_returned(functions, create):
    create(ECHO, Environment={"Variables": {"COLOUR": "red"}})

    answer, said = invoke(functions, {"order": 1}, LogType="Tail")

    assert said["event"] == {"order": 1}
    assert said["variable"] == "red"
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    log = base64.b64decode(answer["LogResult"]).decode()
    assert log.startswith("START RequestId: ")
    assert "hello from shop" in log


def test_a_functions_exception_is_told(functions, create):
    create("""
        def handler(event, context):
            raise ValueError("no such order")
    """)

    answer, said = invoke(functions)

    assert answer["FunctionError"] == "Unhandled"
    assert (said["errorType"], said["errorMessage"]) == ("ValueError", "no such order")


def test_a_function_can_call_back(functions, create, sqs):
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    create("""
        import boto3
        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl=event["url"], MessageBody="from inside")
    """)

    answer, said = invoke(functions, {"url": url})

    assert "FunctionError" not in answer, said
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "from inside"


def test_changed_code_and_configuration_are_used_at_once(functions, create):
    create(ECHO)
    invoke(functions)

    updated = functions.update_function_code(
        FunctionName="shop", ZipFile=zipped("def handler(event, context): return 'new'")
    )

    assert updated["LastUpdateStatus"] == "InProgress"
    assert invoke(functions)[1] == "new"
    functions.update_function_code(FunctionName="shop", ZipFile=zipped(ECHO))
    functions.update_function_configuration(FunctionName="shop", Environment={"Variables": {"COLOUR": "blue"}})
    assert invoke(functions)[1]["variable"] == "blue"
    functions.get_waiter("function_updated").wait(FunctionName="shop", WaiterConfig={"Delay": 1, "MaxAttempts": 2})


def test_a_deleted_function_is_gone(functions, create):
    create(ECHO)

    functions.delete_function(FunctionName="shop")

    code, message, response = refusal(functions.get_function, FunctionName="shop")
    assert code == "ResourceNotFoundException"
    assert message == "Function not found: arn:aws:lambda:us-east-1:000000000000:function:shop"
    assert response["Type"] == "User"
    assert refusal(functions.invoke, FunctionName="shop")[0] == "ResourceNotFoundException"


def test_a_name_is_taken_once(functions, create):
    create(ECHO)

    code, message, _ = refusal(create, ECHO)

    assert (code, message) == ("ResourceConflictException", "Function already exist: shop")


@pytest.mark.parametrize(
    "name",
    [
        "shop",
        "shop:$LATEST",
        "000000000000:function:shop",
        "arn:aws:lambda:us-east-1:000000000000:function:shop",
        "arn:aws:lambda:us-east-1:000000000000:function:shop:$LATEST",
    ],
)
def test_a_function_answers_to_every_form_of_its_name(functions, create, name):
    create(ECHO)
    assert invoke(functions, 1, name=name)[1]["event"] == 1


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"Runtime": "nodejs20.x"}, "InvalidParameterValueException", "nodejs20.x is not served"),
        ({"Runtime": "python3.0"}, "InvalidParameterValueException", "Value python3.0 at 'runtime' failed"),
        ({"Code": {"ZipFile": b"no zip"}}, "InvalidParameterValueException", "Could not unzip uploaded file."),
        ({"Layers": ["arn:aws:lambda:us-east-1:000000000000:layer:x:1"]}, "InvalidParameterValueException", "Layers"),
        ({"Timeout": 901}, "ValidationException", "less than or equal to 900"),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION",
        ),
        (
            {"Environment": {"Variables": {"LONG": "x" * 4096}}},
            "InvalidParameterValueException",
            "exceeded the 4KB limit",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(create, changes, code, message):
    told, words, _ = refusal(create, ECHO, **changes)
    assert told == code
    assert message in words


def test_functions_are_listed_by_name(functions, create):
    for name in ("b", "a", "c"):
        create(ECHO, name=name)

    first = functions.list_functions(MaxItems=2)
    second = functions.list_functions(Marker=first["NextMarker"])

    assert [one["FunctionName"] for one in first["Functions"] + second["Functions"]] == ["a", "b", "c"]
    assert "NextMarker" not in second


def test_a_dry_run_only_asks(functions, create):
    create(ECHO)
    assert functions.invoke(FunctionName="shop", InvocationType="DryRun")["StatusCode"] == 204


def test_a_payload_that_is_no_json_is_refused(functions, create):
    create(ECHO)
    assert refusal(functions.invoke, FunctionName="shop", Payload=b"{")[0] == "InvalidRequestContentException"


def test_an_event_is_taken_in_and_the_function_runs(functions, create, sqs, eventually):
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    create("""
        import boto3
        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl=event["url"], MessageBody="later")
    """)

    answer = functions.invoke(FunctionName="shop", InvocationType="Event", Payload=json.dumps({"url": url}))

    assert answer["StatusCode"] == 202
    found = eventually(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5).get("Messages"))
    assert found[0]["Body"] == "later"


def test_the_role_has_to_be_one(functions):
    code, message, _ = refusal(
        functions.create_function,
        FunctionName="shop",
        Runtime="python3.12",
        Role="nobody",
        Handler="app.handler",
        Code={"ZipFile": zipped(ECHO)},
    )
    assert code == "ValidationException"
    assert "at 'role' failed to satisfy constraint" in message
    assert ROLE not in message
