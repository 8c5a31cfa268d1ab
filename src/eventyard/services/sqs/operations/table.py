"""Every operation of SQS by AWS's name."""

from collections.abc import Mapping
from types import MappingProxyType

from eventyard.engine.registry import Operation
from eventyard.services.sqs.operations import (
    move_tasks,
    permissions,
    queues,
    receipts,
    receive,
    send,
    tags,
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "AddPermission": permissions.add_permission,
        "CancelMessageMoveTask": move_tasks.cancel_message_move_task,
        "ChangeMessageVisibility": receipts.change_message_visibility,
        "ChangeMessageVisibilityBatch": receipts.change_message_visibility_batch,
        "CreateQueue": queues.create_queue,
        "DeleteMessage": receipts.delete_message,
        "DeleteMessageBatch": receipts.delete_message_batch,
        "DeleteQueue": queues.delete_queue,
        "GetQueueAttributes": queues.get_queue_attributes,
        "GetQueueUrl": queues.get_queue_url,
        "ListDeadLetterSourceQueues": queues.list_dead_letter_source_queues,
        "ListMessageMoveTasks": move_tasks.list_message_move_tasks,
        "ListQueues": queues.list_queues,
        "ListQueueTags": tags.list_queue_tags,
        "PurgeQueue": queues.purge_queue,
        "ReceiveMessage": receive.receive_message,
        "RemovePermission": permissions.remove_permission,
        "SendMessage": send.send_message,
        "SendMessageBatch": send.send_message_batch,
        "SetQueueAttributes": queues.set_queue_attributes,
        "StartMessageMoveTask": move_tasks.start_message_move_task,
        "TagQueue": tags.tag_queue,
        "UntagQueue": tags.untag_queue,
    }
)
