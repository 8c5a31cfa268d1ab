"""A queue's access policy by labels: AddPermission and RemovePermission write statements of the attribute `Policy`."""

from typing import Any

from eventyard.engine.call import Call
from eventyard.services.sqs import errors
from eventyard.services.sqs.model import policies
from eventyard.services.sqs.operations.finding import queue_at
from eventyard.services.sqs.operations.queues import change_settings
from eventyard.store.tx import Tx


def add_permission(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Allow accounts to do things with the queue, under a label."""
    queue = queue_at(tx, call)
    params = call.params
    policies.refuse_invalid_actions(params["Actions"])
    if not params["AWSAccountIds"]:
        raise errors.unverifiable_principals()
    policy = policies.with_statement(
        queue, label=params["Label"], accounts=params["AWSAccountIds"], actions=params["Actions"]
    )
    change_settings(tx, call, queue, {**queue.settings, "Policy": policy})
    return {}


def remove_permission(tx: Tx, call: Call[Any]) -> dict[str, Any]:
    """Take the statement with that label away; with the last one goes the policy."""
    queue = queue_at(tx, call)
    policy = policies.without_statement(queue, call.params["Label"])
    settings = {name: text for name, text in queue.settings.items() if name != "Policy"}
    change_settings(tx, call, queue, settings if policy is None else {**settings, "Policy": policy})
    return {}
