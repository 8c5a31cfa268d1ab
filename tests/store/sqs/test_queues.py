"""Queues themselves: their attributes, tags, names and permissions."""

import json

import pytest

from eventyard.base.errors import AwsError
from tests.support.engine import Platform
from tests.support.sqs import Queues, arn


def test_a_fresh_queue_has_awss_attributes(sqs: Queues, platform: Platform) -> None:
    second = str(platform.clock.now_ms() // 1000)
    fresh = {
        "QueueArn": arn("orders"),
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": second,
        "LastModifiedTimestamp": second,
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
    }
    assert sqs.attributes(sqs.create()) == fresh
    fifo = {
        "QueueArn": arn("orders.fifo"),
        "FifoQueue": "true",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }
    assert sqs.attributes(sqs.create("orders.fifo")) == {**fresh, **fifo}


def test_only_the_attributes_asked_for_are_shown(sqs: Queues) -> None:
    url = sqs.create(VisibilityTimeout="17")
    assert sqs.attributes(url, "VisibilityTimeout", "Policy") == {"VisibilityTimeout": "17"}
    assert sqs("GetQueueAttributes", QueueUrl=url) == {}
    with pytest.raises(AwsError, match=r"Unknown Attribute Nothing\."):
        sqs.attributes(url, "Nothing")


def test_a_kms_key_switches_the_managed_encryption_off(sqs: Queues) -> None:
    url = sqs.create(KmsMasterKeyId="alias/aws/sqs")
    names = ("KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")
    assert sqs.attributes(url, *names) == {
        "KmsMasterKeyId": "alias/aws/sqs",
        "KmsDataKeyReusePeriodSeconds": "300",
        "SqsManagedSseEnabled": "false",
    }
    sqs("SetQueueAttributes", QueueUrl=url, Attributes={"SqsManagedSseEnabled": "true"})
    assert sqs.attributes(url, *names) == {"SqsManagedSseEnabled": "true"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DelaySeconds", "901"),
        ("DelaySeconds", "-1"),
        ("DelaySeconds", ""),
        ("DelaySeconds", " 6"),
        ("MaximumMessageSize", "1048577"),
        ("MaximumMessageSize", "1023"),
        ("MessageRetentionPeriod", "59"),
        ("ReceiveMessageWaitTimeSeconds", "21"),
        ("VisibilityTimeout", "43201"),
        ("Policy", "badjson"),
        ("KmsDataKeyReusePeriodSeconds", "59"),
    ],
)
def test_a_value_out_of_bounds_is_refused(sqs: Queues, name: str, value: str) -> None:
    with pytest.raises(AwsError) as refused:
        sqs.create("bad", **{name: value})
    assert (refused.value.code, refused.value.message) == (
        "InvalidAttributeValue",
        f"Invalid value for the parameter {name}.",
    )


def test_creating_a_queue_again_finds_it(sqs: Queues) -> None:
    url = sqs.create(VisibilityTimeout="17")
    assert sqs.create() == url
    assert sqs.create(VisibilityTimeout="17") == url


@pytest.mark.parametrize("name", ["in.fo", "x" * 81, "ordered.fifo", "sch\u00f6n", "a b"])
def test_a_name_that_no_queue_can_have_is_refused(sqs: Queues, name: str) -> None:
    with pytest.raises(AwsError) as refused:
        sqs("CreateQueue", QueueName=name)
    assert refused.value.message == (
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    )


def test_a_name_is_free_again_a_minute_after_the_queue_was_deleted(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    sqs.send(url, "old")
    sqs("DeleteQueue", QueueUrl=url)
    with pytest.raises(AwsError) as refused:
        sqs.create()
    assert refused.value.code == "QueueDeletedRecently"
    platform.advance(60_000)
    assert sqs.bodies(sqs.create()) == []


def test_a_handle_of_a_deleted_queue_is_not_valid_for_its_successor(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    sqs.send(url, "old")
    (received,) = sqs.receive(url)
    sqs("DeleteQueue", QueueUrl=url)
    platform.advance(60_000)
    sqs.create()
    with pytest.raises(AwsError) as refused:
        sqs.delete(url, received)
    assert refused.value.code == "ReceiptHandleIsInvalid"


def test_queues_are_listed_in_pages_by_prefix(sqs: Queues) -> None:
    for name in ("a1", "a2", "a3", "b1"):
        sqs.create(name)
    first = sqs("ListQueues", QueueNamePrefix="a", MaxResults=2)
    rest = sqs("ListQueues", QueueNamePrefix="a", MaxResults=2, NextToken=first["NextToken"])
    names = [url.rpartition("/")[2] for url in first["QueueUrls"] + rest["QueueUrls"]]
    assert names == ["a1", "a2", "a3"]
    assert "NextToken" not in rest
    assert len(sqs("ListQueues")["QueueUrls"]) == 4
    assert sqs("ListQueues", QueueNamePrefix="none") == {}


def test_tags_are_added_replaced_and_removed(sqs: Queues) -> None:
    url = sqs.create()
    assert sqs("ListQueueTags", QueueUrl=url) == {}
    sqs("TagQueue", QueueUrl=url, Tags={"team": "orders", "stage": "test"})
    sqs("TagQueue", QueueUrl=url, Tags={"stage": "prod"})
    sqs("UntagQueue", QueueUrl=url, TagKeys=["team", "unknown"])
    assert sqs("ListQueueTags", QueueUrl=url) == {"Tags": {"stage": "prod"}}


def test_permissions_are_statements_of_the_policy(sqs: Queues) -> None:
    url = sqs.create()
    sqs(
        "AddPermission",
        QueueUrl=url,
        Label="crossaccountpermission",
        AWSAccountIds=["111111111111", "668614515564"],
        Actions=["ReceiveMessage"],
    )
    assert json.loads(sqs.attributes(url)["Policy"]) == {
        "Version": "2008-10-17",
        "Id": f"{arn('orders')}/SQSDefaultPolicy",
        "Statement": [
            {
                "Sid": "crossaccountpermission",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111111111111:root", "arn:aws:iam::668614515564:root"]},
                "Action": "SQS:ReceiveMessage",
                "Resource": arn("orders"),
            }
        ],
    }
    sqs("RemovePermission", QueueUrl=url, Label="crossaccountpermission")
    assert "Policy" not in sqs.attributes(url)


def test_another_accounts_queue_is_reached_by_its_address(sqs: Queues, platform: Platform) -> None:
    url = sqs.create()
    platform.call("sqs", "SendMessage", account="111111111111", QueueUrl=url, MessageBody="from outside")
    assert sqs.bodies(url) == ["from outside"]
