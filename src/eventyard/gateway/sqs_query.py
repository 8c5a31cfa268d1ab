"""The names that SQS's `query` protocol uses and botocore's current, JSON-only model of it has dropped.

Old SDKs and plain HTTP clients still send `Action=SendMessage&MessageAttribute.1.Name=...` and read XML. Everything is
a pure function of the model: `with_query_names` gives the model as it was when it spoke `query`.

Source: the SQS API reference of 2012-11-05 (parameter and element names, error codes), checked against the last model
in `query` that botocore shipped (1.31, October 2023).
"""

from collections.abc import Mapping
from typing import Any, Final

_NAMESPACE: Final = "http://queue.amazonaws.com/doc/2012-11-05/"

# A flattened list's elements are repeated under this name, in requests and in results.
_LIST_ELEMENTS: Final[Mapping[str, str]] = {
    "AWSAccountIdList": "AWSAccountId",
    "ActionNameList": "ActionName",
    "AttributeNameList": "AttributeName",
    "BatchResultErrorEntryList": "BatchResultErrorEntry",
    "BinaryList": "BinaryListValue",
    "ChangeMessageVisibilityBatchRequestEntryList": "ChangeMessageVisibilityBatchRequestEntry",
    "ChangeMessageVisibilityBatchResultEntryList": "ChangeMessageVisibilityBatchResultEntry",
    "DeleteMessageBatchRequestEntryList": "DeleteMessageBatchRequestEntry",
    "DeleteMessageBatchResultEntryList": "DeleteMessageBatchResultEntry",
    "ListMessageMoveTasksResultEntryList": "ListMessageMoveTasksResultEntry",
    "MessageAttributeNameList": "MessageAttributeName",
    "MessageList": "Message",
    "MessageSystemAttributeList": "MessageSystemAttributeName",
    "QueueUrlList": "QueueUrl",
    "SendMessageBatchRequestEntryList": "SendMessageBatchRequestEntry",
    "SendMessageBatchResultEntryList": "SendMessageBatchResultEntry",
    "StringList": "StringListValue",
    "TagKeyList": "TagKey",
}

# A flattened map's pairs: (name of the map's member, name of the key, name of the value).
_MAPS: Final[Mapping[str, tuple[str, str, str]]] = {
    "MessageBodyAttributeMap": ("MessageAttribute", "Name", "Value"),
    "MessageBodySystemAttributeMap": ("MessageSystemAttribute", "Name", "Value"),
    "MessageSystemAttributeMap": ("Attribute", "Name", "Value"),
    "QueueAttributeMap": ("Attribute", "Name", "Value"),
    "TagMap": ("Tag", "Key", "Value"),
}

# Error shape: (its code in `query` and in the header x-amzn-query-error, HTTP status). Shapes that are not listed
# have their own name as code, and status 400.
ERRORS: Final[Mapping[str, tuple[str, int]]] = {
    "BatchEntryIdsNotDistinct": ("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400),
    "BatchRequestTooLong": ("AWS.SimpleQueueService.BatchRequestTooLong", 400),
    "EmptyBatchRequest": ("AWS.SimpleQueueService.EmptyBatchRequest", 400),
    "InvalidAddress": ("InvalidAddress", 404),
    "InvalidAttributeName": ("InvalidAttributeName", 400),
    "InvalidAttributeValue": ("InvalidAttributeValue", 400),
    "InvalidBatchEntryId": ("AWS.SimpleQueueService.InvalidBatchEntryId", 400),
    "InvalidIdFormat": ("InvalidIdFormat", 400),
    "InvalidMessageContents": ("InvalidMessageContents", 400),
    "InvalidSecurity": ("InvalidSecurity", 403),
    "KmsAccessDenied": ("KMS.AccessDeniedException", 400),
    "KmsDisabled": ("KMS.DisabledException", 400),
    "KmsInvalidKeyUsage": ("KMS.InvalidKeyUsageException", 400),
    "KmsInvalidState": ("KMS.InvalidStateException", 400),
    "KmsNotFound": ("KMS.NotFoundException", 400),
    "KmsOptInRequired": ("KMS.OptInRequired", 403),
    "KmsThrottled": ("KMS.ThrottlingException", 400),
    "MessageNotInflight": ("AWS.SimpleQueueService.MessageNotInflight", 400),
    "OverLimit": ("OverLimit", 403),
    "PurgeQueueInProgress": ("AWS.SimpleQueueService.PurgeQueueInProgress", 403),
    "QueueDeletedRecently": ("AWS.SimpleQueueService.QueueDeletedRecently", 400),
    "QueueDoesNotExist": ("AWS.SimpleQueueService.NonExistentQueue", 400),
    "QueueNameExists": ("QueueAlreadyExists", 400),
    "ReceiptHandleIsInvalid": ("ReceiptHandleIsInvalid", 404),
    "RequestThrottled": ("RequestThrottled", 403),
    "ResourceNotFoundException": ("ResourceNotFoundException", 404),
    "TooManyEntriesInBatchRequest": ("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400),
    "UnsupportedOperation": ("AWS.SimpleQueueService.UnsupportedOperation", 400),
}


# What the `query` protocol says in other words than JSON does.
# Source: recordings of 30 April 2024 in LocalStack's tests.
WORDS: Final[Mapping[str, str]] = {
    "The specified queue does not exist.": "The specified queue does not exist for this wsdl version.",
}

# Operations that a queue's own address does not serve: those that are about no queue.
# Source: validated against AWS in LocalStack's tests of the query API, as is that GetQueueUrl is served there.
NOT_AT_A_QUEUE: Final = frozenset(
    {
        "CancelMessageMoveTask",
        "CreateQueue",
        "ListMessageMoveTasks",
        "ListQueues",
        "StartMessageMoveTask",
    }
)


def one_list_of_names(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters with `AttributeNames` alone where `MessageSystemAttributeNames` came with it.

    Source: recorded on 4 June 2024; in JSON both lists count.
    """
    if "AttributeNames" in params:
        params.pop("MessageSystemAttributeNames", None)
    return params


def with_query_names(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of SQS's model with the names of its `query` days; what has not changed is shared with `raw`."""
    shapes = {name: _renamed(name, shape) for name, shape in raw["shapes"].items()}
    operations = {name: _wrapped(name, operation) for name, operation in raw["operations"].items()}
    metadata = {**raw["metadata"], "protocol": "query", "protocols": ["query"], "xmlNamespace": _NAMESPACE}
    return {"metadata": metadata, "operations": operations, "shapes": shapes}


def _wrapped(name: str, operation: Mapping[str, Any]) -> Mapping[str, Any]:
    if "output" not in operation:
        return operation
    return {**operation, "output": {**operation["output"], "resultWrapper": f"{name}Result"}}


def _renamed(name: str, shape: Mapping[str, Any]) -> Mapping[str, Any]:
    if name in _LIST_ELEMENTS:
        return {**shape, "member": {**shape["member"], "locationName": _LIST_ELEMENTS[name]}}
    if name in _MAPS:
        own, key, value = _MAPS[name]
        pair = {"key": {**shape["key"], "locationName": key}, "value": {**shape["value"], "locationName": value}}
        return {**shape, **pair, "locationName": own}
    if shape.get("exception"):
        code, status = ERRORS.get(name, (name, 400))
        return {**shape, "error": {"code": code, "httpStatusCode": status, "senderFault": True}}
    if name in ("MessageAttributeValue", "MessageSystemAttributeValue"):
        return {**shape, "members": {member: _flattened(member, ref) for member, ref in shape["members"].items()}}
    return shape


def _flattened(member: str, ref: Mapping[str, Any]) -> Mapping[str, Any]:
    names = {"StringListValues": "StringListValue", "BinaryListValues": "BinaryListValue"}
    return {**ref, "flattened": True, "locationName": names[member]} if member in names else ref
