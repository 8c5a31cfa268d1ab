"""What CloudWatch was recorded to answer about alarms, replayed against ours in each of its protocols.

A case has a `source`, a `base` of parameters and `steps`. A step calls an operation with the base (not where it is
`bare`) and its own parameters (`with`; null takes one away), or lets time pass (`advance_s`), or reads what a queue has
been told (`told`: the notification's Message). It says what is `answered`, or with which code and message it is
`refused`. `${account}`, `${region}`, `${topic}` and `${queue}` stand for what they say, `<time>` for any instant;
StateReasonData and HistoryData are shown as the JSON that they are.
"""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import json5
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from eventyard.base.clock import VirtualClock
from tests.support.platform import ACCOUNT, REGION, RunningPlatform

CASES = sorted(Path(__file__).parent.glob("*.json5"))
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


class _OneProtocol(botocore.loaders.Loader):
    """Reads service models as if CloudWatch spoke one protocol only."""

    def __init__(self, protocol: str) -> None:
        super().__init__()
        self._protocol = protocol

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(service_name, type_name, api_version)
        if service_name == "cloudwatch" and type_name == "service-2":
            told = {**model["metadata"], "protocol": self._protocol, "protocols": [self._protocol]}
            return {**model, "metadata": told}
        return model


def _client(platform: RunningPlatform, protocol: str) -> Any:
    session = botocore.session.Session()
    session.register_component("data_loader", _OneProtocol(protocol))
    return boto3.session.Session(botocore_session=session, region_name=REGION).client(
        "cloudwatch",
        endpoint_url=platform.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


@pytest.fixture
def platform(tmp_path):
    running = RunningPlatform(tmp_path, clock=VirtualClock())
    yield running
    running.close()


@pytest.mark.parametrize("protocol", ["smithy-rpc-v2-cbor", "json", "query"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_conversation_goes_as_recorded(path, protocol, platform):
    topic = platform.client("sns").create_topic(Name="alarms")["TopicArn"]
    queue = platform.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    queue_arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:told"
    platform.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    text = path.read_text().replace("${account}", ACCOUNT).replace("${region}", REGION).replace("${topic}", topic)
    case = json5.loads(text)
    assert case["source"]
    client = _client(platform, protocol)
    refusals = [_take(step, case.get("base", {}), platform, client, queue=queue) for step in case["steps"]]
    client.close()
    assert any(refusals) is path.stem.endswith("_REFUSED")


def _take(step: dict[str, Any], base: dict[str, Any], platform: RunningPlatform, client: Any, *, queue: str) -> bool:
    """Do one step; answers whether it was to be refused."""
    if "advance_s" in step:
        platform.advance(step["advance_s"] * 1000)
        return False
    if "told" in step:
        messages = platform.client("sqs").receive_message(QueueUrl=queue).get("Messages", [])
        for message in messages:
            platform.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        notifications = [json.loads(json.loads(message["Body"])["Message"]) for message in messages]
        assert _masked(notifications) == step["told"]
        return False
    given = {**({} if step.get("bare") else base), **step.get("with", {})}
    call = getattr(client, step["call"])
    asked = {name: value for name, value in given.items() if value is not None}
    if "refused" in step:
        with pytest.raises(ClientError) as caught:
            call(**asked)
        error = caught.value.response["Error"]
        assert {"Code": error["Code"], "Message": error.get("Message", "")} == step["refused"]
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == step.get("status", 400)
        return True
    answer = call(**asked)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    if "answers" in step:
        assert _masked(answer) == step["answers"]
    return False


def _masked(value: Any) -> Any:
    """The value with instants masked and the JSON in texts read."""
    if isinstance(value, dict):
        read = {
            name: json.loads(one) if name in ("StateReasonData", "HistoryData") else one for name, one in value.items()
        }
        return {name: _masked(one) for name, one in read.items()}
    if isinstance(value, list):
        return [_masked(one) for one in value]
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return "<time>"
    return value
