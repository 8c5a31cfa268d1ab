"""SQS's errors: one function an error, AWS's code and AWS's exact words.

Source: recordings of AWS in LocalStack's tests (tests/aws/services/sqs/*.snapshot.json, 2022 to 2024) unless a function
says otherwise. Codes are the model's shapes; `InvalidParameterValue` and `MissingParameter` are in no model.
"""

from eventyard.base.errors import AwsError


def invalid_value(message: str) -> AwsError:
    """A parameter is wrong, in these words."""
    return AwsError("InvalidParameterValue", message)


def invalid_parameter(value: object, parameter: str, reason: str) -> AwsError:
    """A parameter has a wrong value, for this reason."""
    return AwsError("InvalidParameterValue", f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def missing_parameter(name: str) -> AwsError:
    """A parameter that is needed was not given."""
    return AwsError("MissingParameter", f"The request must contain the parameter {name}.")


def no_such_queue() -> AwsError:
    """There is no such queue."""
    return AwsError("QueueDoesNotExist", "The specified queue does not exist.")


def queue_deleted_recently() -> AwsError:
    """The name of a deleted queue is not free yet."""
    return AwsError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    )


def queue_name_exists(attribute: str) -> AwsError:
    """The queue is there with another value of the attribute."""
    return AwsError(
        "QueueNameExists",
        f"A queue already exists with the same name and a different value for attribute {attribute}",
    )


def invalid_queue_name() -> AwsError:
    """No standard queue can have the name."""
    return invalid_value("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")


def invalid_fifo_queue_name() -> AwsError:
    """Source: provider bug reports that quote AWS, such as Terraform's aws_sqs_queue."""
    return invalid_value(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
        "must end with .fifo suffix and be 1 to 80 in length."
    )


def empty_queue_name() -> AwsError:
    """A queue needs a name."""
    return invalid_value("Queue name cannot be empty")


def unknown_attribute(name: str) -> AwsError:
    """No queue of this type has the attribute."""
    return AwsError("InvalidAttributeName", f"Unknown Attribute {name}.")


def invalid_attribute(name: str) -> AwsError:
    """The attribute cannot have the value."""
    return AwsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def fixed_queue_type() -> AwsError:
    """A queue stays standard or FIFO."""
    return AwsError(
        "InvalidAttributeValue",
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
    )


def two_encryptions() -> AwsError:
    """A queue is encrypted in one way only."""
    return AwsError(
        "InvalidAttributeName",
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    )


def purge_in_progress(queue_name: str) -> AwsError:
    """The queue was purged less than a minute ago."""
    return AwsError(
        "PurgeQueueInProgress", f"Only one PurgeQueue operation on {queue_name} is allowed every 60 seconds."
    )


def empty_batch(operation: str) -> AwsError:
    """The batch has no entries."""
    return AwsError("EmptyBatchRequest", f"There should be at least one {operation}RequestEntry in the request.")


def too_many_entries(count: int) -> AwsError:
    """The batch has more than ten entries."""
    return AwsError(
        "TooManyEntriesInBatchRequest", f"Maximum number of entries per request are 10. You have sent {count}."
    )


def repeated_entry_id(entry_id: str) -> AwsError:
    """Two entries of the batch have the same id."""
    return AwsError("BatchEntryIdsNotDistinct", f"Id {entry_id} repeated.")


def invalid_entry_id() -> AwsError:
    """An entry of the batch has an id that none can have."""
    return AwsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long.",
    )


def batch_too_long(limit_bytes: int, sent_bytes: int) -> AwsError:
    """The entries of the batch are too long together."""
    return AwsError(
        "BatchRequestTooLong",
        f"Batch requests cannot be longer than {limit_bytes} bytes. You have sent {sent_bytes} bytes.",
    )


def message_too_long(limit_bytes: int) -> AwsError:
    """The message is longer than the queue takes."""
    reason = f"Message must be shorter than {limit_bytes} bytes."
    return invalid_value(f"One or more parameters are invalid. Reason: {reason}")


def entry_too_long(limit_bytes: int) -> AwsError:
    """An entry of a batch is longer than the queue takes; AWS has other words for it than for a single message."""
    reason = f"Message must be shorter than {limit_bytes} bytes."
    return invalid_value(f"One or more parameters cannot be validated. Reason: {reason}")


def needs_fifo_queue(attribute: str) -> AwsError:
    """The new queue would have to be FIFO for the attribute (recorded 15 May 2024)."""
    return AwsError("InvalidAttributeName", f"You can specify the {attribute} only when FifoQueue is set to true.")


def invalid_contents() -> AwsError:
    """The message has characters that none may have."""
    return AwsError(
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are "
        "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    )


def missing_group_in_batch() -> AwsError:
    """In a batch AWS gives it another code than for a single message (recorded 2 August 2023)."""
    return invalid_value(missing_parameter("MessageGroupId").message)


def same_destination() -> AwsError:
    """Source: AWS moves messages to another queue only; the words are Unverified."""
    return invalid_value("Source queue arn and destination queue arn cannot be the same.")


def no_deduplication_id() -> AwsError:
    """Nothing tells the FIFO queue whether it has seen the message."""
    return invalid_value(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )


def not_for_this_queue_type(value: object, parameter: str) -> AwsError:
    """Queues of this type do not take the parameter."""
    return invalid_parameter(value, parameter, "The request include parameter that is not valid for this queue type.")


def malformed_receipt_handle(handle: str) -> AwsError:
    """The text is no handle of this queue."""
    return AwsError("ReceiptHandleIsInvalid", f'The input receipt handle "{handle}" is not a valid receipt handle.')


def expired_receipt_handle(handle: str) -> AwsError:
    """The handle of a FIFO queue holds its message no longer."""
    return invalid_parameter(handle, "ReceiptHandle", "The receipt handle has expired.")


def no_visibility_to_change(handle: str) -> AwsError:
    """The message is gone, or in other hands."""
    return invalid_parameter(
        handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change."
    )


def too_many_in_flight() -> AwsError:
    """Source: the developer guide says when; the words are AWS's in Cbsoftware/pressureNET-server#74 (2014)."""
    return AwsError(
        "OverLimit",
        "Too many messages have been received without being deleted. "
        "Please delete your received messages or let them timeout before receiving more.",
    )


def no_such_resource(parameter: str) -> AwsError:
    """What the parameter names is not there."""
    return AwsError(
        "ResourceNotFoundException", f"The resource that you specified for the {parameter} parameter doesn't exist."
    )


def invalid_attribute_because(name: str, reason: str) -> AwsError:
    """The attribute cannot have the value, for this reason."""
    return AwsError("InvalidAttributeValue", f"Invalid value for the parameter {name}. Reason: {reason}")


def throughput_without_scope() -> AwsError:
    """Source: the attribute's documentation; the words are Unverified."""
    return invalid_attribute_because(
        "FifoThroughputLimit",
        "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
    )


def too_many_statements(count: int) -> AwsError:
    """The policy has more than twenty statements."""
    return AwsError("OverLimit", f"{count} statements were found in the submitted policy, max allowed is 20")


def unsupported_redrive_allow() -> AwsError:
    """The redrive allow policy is not one."""
    return invalid_attribute_because(
        "RedriveAllowPolicy",
        "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
    )


def refused_redrive_allow(text: str, reason: str) -> AwsError:
    """The redrive allow policy contradicts itself."""
    return invalid_parameter(text, "RedriveAllowPolicy", f"Amazon SQS can't create the redrive allow policy. {reason}")


def attribute_needs_fifo(parameter: str) -> AwsError:
    """Only FIFO queues take the parameter."""
    return invalid_value(f"The request include parameter {parameter} which is not valid for this queue type")


def refused_by_dead_letter_queue(text: str) -> AwsError:
    """Source: the words are Unverified; AWS refuses, says the page on redrive allow policies."""
    return invalid_parameter(
        text, "RedrivePolicy", "Queue is not allowed as a source by the redrive allow policy of the dead-letter queue."
    )


def too_many_actions(count: int) -> AwsError:
    """Source: moto's tests of AddPermission."""
    return AwsError("OverLimit", f"{count} Actions were found, maximum allowed is 7.")


def too_many_labels(count: int) -> AwsError:
    """The policy has twenty statements already."""
    return AwsError("OverLimit", f"{count} Statements were found, maximum allowed is 20.")


def not_shareable_action(action: str) -> AwsError:
    """Source: moto's and LocalStack's tests of AddPermission."""
    return invalid_parameter(f"SQS:{action}", "ActionName", "Only the queue owner is allowed to invoke this action.")


def unknown_action(action: str) -> AwsError:
    """Source: moto's tests of AddPermission."""
    return invalid_parameter(
        f"SQS:{action}", "ActionName", "Please refer to the appropriate WSDL for a list of valid actions."
    )


def unverifiable_principals() -> AwsError:
    """Source: moto's tests of AddPermission."""
    return invalid_parameter("[]", "PrincipalId", "Unable to verify.")


def not_a_dead_letter_queue() -> AwsError:
    """No queue sends its dead letters here."""
    return invalid_value("Source queue must be configured as a Dead Letter Queue.")


def task_is_running() -> AwsError:
    """The source has a running task already."""
    return invalid_value(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
    )


def invalid_task_handle() -> AwsError:
    """The text is no handle of a task."""
    return invalid_value("Value for parameter TaskHandle is invalid.")


def no_such_task() -> AwsError:
    """There is no such task."""
    return AwsError("ResourceNotFoundException", "Task does not exist.")


def task_is_over() -> AwsError:
    """Source: the API reference says that only a running task can be cancelled; the words are Unverified."""
    return invalid_value("Only active tasks can be cancelled.")
