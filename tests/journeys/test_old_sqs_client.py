"""Clients from before SQS spoke JSON: form requests with `Action`, answers in XML, errors with their old codes."""

from urllib.parse import urlencode
from urllib.request import HTTPErrorProcessor, Request, build_opener
from xml.etree import ElementTree

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.server import REGION, ServerProcess

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"


class _EveryStatus(HTTPErrorProcessor):
    """Gives back answers of any status instead of raising."""

    def http_response(self, request: Request, response: object) -> object:
        return response


def ask(url: str, action: str, **parameters: str) -> tuple[int, ElementTree.Element]:
    """Sign and send a form as an SDK of 2022 would: the status and the answer's root."""
    body = urlencode({"Action": action, "Version": "2012-11-05", **parameters})
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    signed = AWSRequest(method="POST", url=url, data=body, headers=headers)
    SigV4Auth(Credentials("test", "test"), "sqs", REGION).add_auth(signed)
    request = Request(url, data=body.encode(), headers=dict(signed.headers.items()), method="POST")
    with build_opener(_EveryStatus).open(request, timeout=20) as answer:
        assert answer.headers["Content-Type"].startswith("text/xml")
        return answer.status, ElementTree.fromstring(answer.read())


def text(root: ElementTree.Element, path: str) -> str | None:
    return root.findtext("/".join(f"{NAMESPACE}{name}" for name in path.split("/")))


def test_a_message_goes_through_a_queue(server: ServerProcess):
    status, created = ask(f"{server.endpoint}/", "CreateQueue", QueueName="old")
    url = text(created, "CreateQueueResult/QueueUrl")
    assert (status, url) == (200, f"{server.endpoint}/000000000000/old")
    assert url is not None
    attribute = {"Name": "kind", "Value.DataType": "String", "Value.StringValue": "old"}
    named = {f"MessageAttribute.1.{name}": value for name, value in attribute.items()}
    _, sent = ask(url, "SendMessage", MessageBody="<ord & 1>", **named)
    _, received = ask(url, "ReceiveMessage", **{"AttributeName.1": "All", "MessageAttributeName.1": "All"})
    assert text(received, "ReceiveMessageResult/Message/Body") == "<ord & 1>"
    assert text(received, "ReceiveMessageResult/Message/MessageAttribute/Value/StringValue") == "old"
    message_id = text(sent, "SendMessageResult/MessageId")
    assert text(received, "ReceiveMessageResult/Message/MessageId") == message_id
    receipt = text(received, "ReceiveMessageResult/Message/ReceiptHandle")
    assert receipt is not None
    assert ask(url, "DeleteMessage", ReceiptHandle=receipt)[0] == 200
    _, nothing = ask(url, "ReceiveMessage")
    assert text(nothing, "ReceiveMessageResult/Message/Body") is None


def test_an_error_has_its_old_code(server: ServerProcess):
    status, answer = ask(f"{server.endpoint}/", "GetQueueUrl", QueueName="nowhere")
    assert status == 400
    assert text(answer, "Error/Code") == "AWS.SimpleQueueService.NonExistentQueue"
    assert text(answer, "Error/Type") == "Sender"
