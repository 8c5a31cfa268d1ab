"""The commands beside `eventyard up`, and a strict server's doors, as a user meets them."""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from eventyard.engine.keys import read_credentials
from tests.support.server import REGION, ServerProcess, client, eventyard


def ended(*arguments: str) -> tuple[int, str, str]:
    """Run the command line to its end: exit code, standard output, standard error."""
    process = eventyard(*arguments)
    said, complained = process.communicate(timeout=60)
    return process.returncode, said, complained


def where(server: ServerProcess) -> tuple[str, ...]:
    return ("--port", str(server.port))


def test_run_points_a_programs_sdk_at_the_server(server: ServerProcess):
    program = "import boto3; print(boto3.client('sqs').create_queue(QueueName='mine')['QueueUrl'])"
    code, said, complained = ended("run", *where(server), "--", sys.executable, "-c", program)
    assert (code, complained) == (0, "")
    assert said.strip() == f"{server.endpoint}/000000000000/mine"


def test_run_ends_with_the_programs_exit_code(server: ServerProcess):
    assert ended("run", *where(server), "--", sys.executable, "-c", "raise SystemExit(7)")[0] == 7


def test_run_of_no_program_says_so(server: ServerProcess):
    code, said, complained = ended("run", *where(server), "--", "no-such-program")
    assert code == 127
    assert said + complained == "eventyard: There is no program no-such-program.\n"


def test_status_shows_the_services(server: ServerProcess):
    code, said, _ = ended("status", *where(server))
    assert code == 0
    assert "ready" in said
    assert all(service in said for service in ("sqs", "events", "dynamodb"))


def test_status_without_a_server_is_one_sentence(server: ServerProcess):
    server.stop()
    code, said, _ = ended("status", *where(server))
    assert code == 1
    assert said.startswith("eventyard: No server answers at http://127.0.0.1:")


def test_reset_refuses_while_the_server_runs_and_empties_the_folder_after(server: ServerProcess):
    server.client("sqs").create_queue(QueueName="gone-soon")
    code, _, complained = ended("reset", "--yes", "--data", str(server.folder))
    assert code == 1
    assert "is in use by another eventyard" in complained
    server.stop()
    (server.folder / "functions" / "code").mkdir(parents=True)
    assert ended("reset", "--yes", "--data", str(server.folder))[0] == 0
    assert [kept.name for kept in server.folder.iterdir()] == ["lock"]
    server.start()
    assert "QueueUrls" not in server.client("sqs").list_queues()


def test_a_strict_server_knows_its_own_key(strict_server: ServerProcess):
    ((key, secret),) = read_credentials(strict_server.folder).items()
    sqs = client("sqs", strict_server.endpoint, aws_access_key_id=key, aws_secret_access_key=secret)
    assert sqs.create_queue(QueueName="mine")["QueueUrl"].endswith("/000000000000/mine")
    sqs.close()


def test_run_takes_a_strict_servers_key_from_its_folder(strict_server: ServerProcess):
    program = f"import boto3; boto3.client('events', region_name='{REGION}').list_event_buses(); print('in')"
    options = (*where(strict_server), "--data", str(strict_server.folder))
    assert ended("run", *options, "--", sys.executable, "-c", program)[:2] == (0, "in\n")


@pytest.mark.parametrize(
    ("service", "operation", "is_known", "code"),
    [
        ("sqs", "list_queues", False, "InvalidClientTokenId"),
        ("sqs", "list_queues", True, "SignatureDoesNotMatch"),
        ("dynamodb", "list_tables", False, "UnrecognizedClientException"),
        ("dynamodb", "list_tables", True, "InvalidSignatureException"),
    ],
)
def test_a_strict_server_refuses_wrong_keys(
    strict_server: ServerProcess, service: str, operation: str, is_known: bool, code: str
):
    (known,) = read_credentials(strict_server.folder)
    keys = {"aws_access_key_id": known if is_known else "AKIAUNKNOWNUNKNOWN00", "aws_secret_access_key": "wrong"}
    intruder = client(service, strict_server.endpoint, **keys)
    with pytest.raises(ClientError) as refused:
        getattr(intruder, operation)()
    intruder.close()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)
    assert refused.value.response["Error"]["Code"] == code


def test_the_ready_page_answers_a_probe(server: ServerProcess):
    for page in ("_eventyard/ready", "_eventyard/health", "_localstack/health"):
        with urllib.request.urlopen(f"{server.endpoint}/{page}", timeout=5) as answer:
            assert answer.status == 200
            assert isinstance(json.load(answer), dict)


def test_an_address_of_ipv6_stands_in_brackets(server: ServerProcess):
    where_in_ipv6 = ("--host", "::1", *where(server))
    program = "import os; print(os.environ['AWS_ENDPOINT_URL'])"
    _, said, _ = ended("run", *where_in_ipv6, "--", sys.executable, "-c", program)
    assert said.strip() == f"http://[::1]:{server.port}"
    assert f"No server answers at http://[::1]:{server.port}" in ended("status", *where_in_ipv6)[1]


def published(events: Any) -> str:
    entry = {"Source": "shop", "DetailType": "order.placed", "Detail": '{"amount": 5}'}
    return str(events.put_events(Entries=[entry])["Entries"][0]["EventId"])


def test_why_names_the_field_that_kept_an_event_from_a_rule(server: ServerProcess):
    events = server.client("events")
    events.put_rule(Name="big", EventPattern='{"detail": {"amount": [{"numeric": [">", 100]}]}}')
    code, said, _ = ended("why", published(events), *where(server))
    assert code == 0
    assert 'detail.amount is 5, wanted {"numeric": [">", 100]}' in said


def test_why_of_an_unknown_event_is_one_sentence(server: ServerProcess):
    assert ended("why", "nobody", *where(server))[:2] == (
        1,
        "eventyard: No event nobody is known; they are kept for seven days.\n",
    )


def test_why_shows_a_strict_servers_event_to_whoever_has_its_key(strict_server: ServerProcess, tmp_path: Path):
    ((key, secret),) = read_credentials(strict_server.folder).items()
    events = client("events", strict_server.endpoint, aws_access_key_id=key, aws_secret_access_key=secret)
    event_id = published(events)
    events.close()
    folder = ("--data", str(strict_server.folder))
    assert ended("why", event_id, *where(strict_server), *folder)[0] == 0
    code, said, _ = ended("why", event_id, *where(strict_server), "--data", str(tmp_path))
    assert (code, "uthentication" in said) == (1, True), said


def test_trace_shows_an_order_from_end_to_end_by_its_id(server: ServerProcess):
    events, sqs = server.client("events"), server.client("sqs")
    sqs.create_queue(QueueName="payments")
    events.create_event_bus(Name="shop", Tags=[{"Key": "eventyard:trace-keys", "Value": "detail.orderId"}])
    events.put_rule(Name="pay", EventBusName="shop", EventPattern='{"source": ["shop"]}')
    queue = "arn:aws:sqs:us-east-1:000000000000:payments"
    events.put_targets(Rule="pay", EventBusName="shop", Targets=[{"Id": "1", "Arn": queue}])
    entry = {"EventBusName": "shop", "Source": "shop", "DetailType": "order.placed", "Detail": '{"orderId": "o-1"}'}
    (placed,) = events.put_events(Entries=[entry])["Entries"]
    code, said, complained = ended("trace", "o-1", *where(server))
    assert (code, complained) == (0, "")
    for words in ("o-1 ok", "bus shop order.placed", placed["EventId"], "rule pay → payments", "waits in the queue"):
        assert words in said
    code, said, _ = ended("trace", placed["EventId"], "--json", *where(server))
    assert (code, [tree["event_id"] for tree in json.loads(said)["trees"]]) == (0, [placed["EventId"]])
    assert ended("trace", "o-2", *where(server))[:2] == (1, "eventyard: Nothing is known of o-2.\n")


def test_trace_shows_a_strict_servers_order_to_whoever_has_its_key(strict_server: ServerProcess, tmp_path: Path):
    ((key, secret),) = read_credentials(strict_server.folder).items()
    events = client("events", strict_server.endpoint, aws_access_key_id=key, aws_secret_access_key=secret)
    event_id = published(events)
    events.close()
    assert ended("trace", event_id, *where(strict_server), "--data", str(strict_server.folder))[0] == 0
    assert ended("trace", event_id, *where(strict_server), "--data", str(tmp_path))[0] == 1


def test_tail_prints_an_event_when_it_passes(server: ServerProcess):
    events = server.client("events")
    tail = eventyard("tail", "default", "--json", "-n", "1", *where(server))
    while not parked(server):
        pass
    event_id = published(events)
    said, _ = tail.communicate(timeout=60)
    assert tail.returncode == 0
    assert json.loads(said)["id"] == event_id


def parked(server: ServerProcess) -> int:
    with urllib.request.urlopen(f"{server.endpoint}/_eventyard/health") as answer:
        return int(json.load(answer)["parked"])


def executed(states: Any, *, machine: str = "greeter", name: str = "first") -> None:
    """An execution that has passed through a branch to its end."""
    branch = {"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "Result": {"said": "hello"}, "End": True}}}
    flow = {"StartAt": "Greet", "States": {"Greet": {"Type": "Parallel", "Branches": [branch], "End": True}}}
    arn = states.create_state_machine(
        name=machine, definition=json.dumps(flow), roleArn="arn:aws:iam::000000000000:role/any"
    )["stateMachineArn"]
    states.start_execution(stateMachineArn=arn, name=name, input='{"to": "you"}')


def test_execution_shows_the_states_of_one_with_what_came_out_of_them(server: ServerProcess):
    executed(server.client("stepfunctions"))
    code, said, complained = ended("execution", "first", *where(server))
    assert (code, complained) == (0, "")
    for words in ("greeter first SUCCEEDED", "Greet Parallel succeeded", "branch 1", '{"said":"hello"}'):
        assert words in said
    code, said, _ = ended("execution", "first", "--machine", "greeter", "--json", *where(server))
    told = json.loads(said)
    assert (code, told["execution"]["status"]) == (0, "SUCCEEDED")
    (greet,) = told["ran"]["flow"]["states"]
    assert greet["flows"][0]["states"][0]["name"] == "Hello"


def test_execution_of_a_name_that_several_machines_have_asks_which(server: ServerProcess):
    for machine in ("greeter", "other"):
        executed(server.client("stepfunctions"), machine=machine)
    code, said, _ = ended("execution", "first", *where(server))
    assert code == 1
    assert said == ("eventyard: There are several executions first; say which one with --machine: greeter, other.\n")
    assert ended("execution", "first", "--machine", "other", *where(server))[0] == 0


def test_execution_of_nobody_is_one_sentence(server: ServerProcess):
    assert ended("execution", "nobody", *where(server))[:2] == (
        1,
        "eventyard: There is no execution nobody; those of express machines are not kept.\n",
    )
    arn = "arn:aws:states:us-east-1:000000000000:execution:none:nobody"
    assert ended("execution", arn, *where(server))[:2] == (1, f"eventyard: Execution Does Not Exist: '{arn}'\n")
    server.stop()
    code, said, _ = ended("execution", "nobody", *where(server))
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith(f"eventyard: No server answers at {server.endpoint}")


def test_execution_shows_a_strict_servers_to_whoever_has_its_key(strict_server: ServerProcess):
    ((key, secret),) = read_credentials(strict_server.folder).items()
    states = client("stepfunctions", strict_server.endpoint, aws_access_key_id=key, aws_secret_access_key=secret)
    executed(states)
    states.close()
    folder = ("--data", str(strict_server.folder))
    assert ended("execution", "first", *where(strict_server), *folder)[0] == 0
