"""A function's lines in CloudWatch Logs."""

from tests.api.lambda_.conftest import ROLE, zipped
from tests.support.platform import RunningPlatform


def test_a_functions_lines_are_in_its_group(platform, functions, create, eventually):
    create("def handler(event, context): print('an order came')")
    request_id = functions.invoke(FunctionName="shop")["ResponseMetadata"]["RequestId"]
    logs = platform.client("logs")

    def lines():
        groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/shop")["logGroups"]
        return groups and [
            event["message"] for event in logs.filter_log_events(logGroupName="/aws/lambda/shop")["events"]
        ]

    found = eventually(lines)
    assert found[1] == f"START RequestId: {request_id} Version: $LATEST\n"
    assert found[2] == "an order came\n"
    assert found[3] == f"END RequestId: {request_id}\n"
    assert found[4].startswith(f"REPORT RequestId: {request_id}\tDuration: ")


def test_a_clean_stop_loses_no_line(tmp_path):
    first = RunningPlatform(tmp_path, is_ephemeral=False)
    functions = first.client("lambda")
    code = {"ZipFile": zipped("def handler(event, context): print('the last words')")}
    functions.create_function(
        FunctionName="shop", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code=code, Timeout=10
    )
    functions.invoke(FunctionName="shop")
    first.close()

    second = RunningPlatform(tmp_path, is_ephemeral=False)
    events = second.client("logs").filter_log_events(logGroupName="/aws/lambda/shop", filterPattern="last")["events"]
    answer = second.client("lambda").invoke(FunctionName="shop")
    second.close()

    assert [event["message"] for event in events] == ["the last words\n"]
    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
