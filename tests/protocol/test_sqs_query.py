"""Old SDKs speak `query` to SQS: what they send and what they read."""

from botocore.awsrequest import HeadersDict
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser

from eventyard.base.http import Request
from eventyard.gateway import models
from eventyard.gateway.protocol.table import codec

SQS = models.load("sqs")


def read(operation: str, form: str) -> dict:
    return codec(SQS, operation, "query").read(Request("POST", "/", {}, form.encode()), {})


def as_an_old_sdk_reads_it(operation: str, result: dict) -> dict:
    response = codec(SQS, operation, "query").write(result, "rid")
    old = ServiceModel(dict(SQS.speaking("query")._raw), "sqs")
    shape = OperationModel(old.operation_model(operation)._operation_model, old, operation).output_shape
    described = {"status_code": response.status, "headers": HeadersDict(response.headers), "body": response.body}
    parsed = create_parser("query").parse(described, shape)
    assert parsed.pop("ResponseMetadata")["RequestId"] == "rid"
    return parsed


def test_attributes_of_a_message_are_numbered_pairs():
    form = (
        "Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Flocalhost%2Fq&MessageBody=a+b%26c&DelaySeconds=3"
        "&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=YWI%3D"
        "&MessageSystemAttribute.1.Name=AWSTraceHeader&MessageSystemAttribute.1.Value.DataType=String"
        "&MessageSystemAttribute.1.Value.StringValue=Root%3D1"
    )
    assert read("SendMessage", form) == {
        "QueueUrl": "http://localhost/q",
        "MessageBody": "a b&c",
        "DelaySeconds": 3,
        "MessageAttributes": {"n": {"DataType": "Binary", "BinaryValue": b"ab"}},
        "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}},
    }


def test_queue_attributes_and_tags_are_numbered_pairs():
    form = "QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5&Tag.1.Key=k&Tag.1.Value=v"
    assert read("CreateQueue", form) == {"QueueName": "q", "Attributes": {"DelaySeconds": "5"}, "tags": {"k": "v"}}
    assert read("TagQueue", "Tag.1.Key=k&Tag.1.Value=v") == {"Tags": {"k": "v"}}
    assert read("UntagQueue", "TagKey.1=a&TagKey.2=b") == {"TagKeys": ["a", "b"]}


def test_names_are_numbered_lists():
    form = "AttributeName.1=All&MessageAttributeName.1=x&MessageAttributeName.2=y&MaxNumberOfMessages=10"
    assert read("ReceiveMessage", form) == {
        "AttributeNames": ["All"],
        "MessageAttributeNames": ["x", "y"],
        "MaxNumberOfMessages": 10,
    }
    assert read("AddPermission", "Label=l&AWSAccountId.1=1&ActionName.1=SendMessage") == {
        "Label": "l",
        "AWSAccountIds": ["1"],
        "Actions": ["SendMessage"],
    }


def test_batches_are_numbered_entries_in_the_order_of_their_numbers():
    form = "&".join(
        f"SendMessageBatchRequestEntry.{n}.Id=i{n}&SendMessageBatchRequestEntry.{n}.MessageBody=b" for n in (10, 2, 1)
    )
    assert [entry["Id"] for entry in read("SendMessageBatch", form)["Entries"]] == ["i1", "i2", "i10"]
    assert read("DeleteMessageBatch", "DeleteMessageBatchRequestEntry.1.ReceiptHandle=r") == {
        "Entries": [{"ReceiptHandle": "r"}]
    }


def test_an_old_sdk_reads_messages():
    message = {
        "MessageId": "m",
        "Body": "line 1\r\nline 2 <&>",
        "Attributes": {"SenderId": "s", "SentTimestamp": "1"},
        "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": b"ab"}},
    }
    assert as_an_old_sdk_reads_it("ReceiveMessage", {"Messages": [message, message]}) == {"Messages": [message] * 2}


def test_an_old_sdk_reads_urls_attributes_tags_and_batch_results():
    assert as_an_old_sdk_reads_it("CreateQueue", {"QueueUrl": "u"}) == {"QueueUrl": "u"}
    assert as_an_old_sdk_reads_it("ListQueues", {"QueueUrls": ["u", "v"]}) == {"QueueUrls": ["u", "v"]}
    assert as_an_old_sdk_reads_it("ListQueueTags", {"Tags": {"k": "v"}}) == {"Tags": {"k": "v"}}
    attributes = {"Attributes": {"DelaySeconds": "0", "QueueArn": "a"}}
    assert as_an_old_sdk_reads_it("GetQueueAttributes", attributes) == attributes
    batch = {
        "Successful": [{"Id": "1", "MessageId": "m", "MD5OfMessageBody": "d"}],
        "Failed": [{"Id": "2", "SenderFault": True, "Code": "InvalidParameterValue", "Message": "why"}],
    }
    assert as_an_old_sdk_reads_it("SendMessageBatch", batch) == batch


def test_an_operation_without_a_result_answers_its_metadata():
    body = codec(SQS, "DeleteMessage", "query").write({}, "rid").body.decode()
    assert body.partition("\n")[2] == (
        '<DeleteMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">'
        "<ResponseMetadata><RequestId>rid</RequestId></ResponseMetadata></DeleteMessageResponse>"
    )
