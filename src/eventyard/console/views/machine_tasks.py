"""Which things the Task states of a state machine act on, read from its definition alone.

A task's resource is a function's ARN, or an integration whose arguments name what it acts on; a name that is computed
at run time (JSONPath, JSONata) leads nowhere here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

_Named = Callable[[str, str, str], str]
"""The ARN of something with that name, in that account and region."""

_ARGUMENTS: Mapping[str, tuple[str, _Named]] = {
    "lambda": ("FunctionName", lambda name, account, region: f"arn:aws:lambda:{region}:{account}:function:{name}"),
    "sqs": ("QueueUrl", lambda url, account, region: f"arn:aws:sqs:{region}:{account}:{url.rpartition('/')[2]}"),
    "sns": ("TopicArn", lambda arn, account, region: arn),
    "dynamodb": ("TableName", lambda name, account, region: f"arn:aws:dynamodb:{region}:{account}:table/{name}"),
    "states": ("StateMachineArn", lambda arn, account, region: arn),
    "sfn": ("StateMachineArn", lambda arn, account, region: arn),
}


def tasks_of(definition: str, *, account: str, region: str) -> Sequence[str]:
    """The ARNs that the definition's tasks act on, each once."""
    try:
        read = orjson.loads(definition)
    except orjson.JSONDecodeError:
        return ()
    found = (arn for state in _states(read) for arn in _targets(state, account, region))
    return tuple(dict.fromkeys(found))


def _states(machine: Any) -> Iterator[Mapping[str, Any]]:
    """Every state, those in branches and iterators too."""
    states = machine.get("States", {}) if isinstance(machine, dict) else {}
    for state in states.values() if isinstance(states, dict) else ():
        if not isinstance(state, dict):
            continue
        yield state
        branches = state.get("Branches")
        inner = [*(branches if isinstance(branches, list) else ()), state.get("ItemProcessor"), state.get("Iterator")]
        for machine_within in inner:
            yield from _states(machine_within)


def _targets(state: Mapping[str, Any], account: str, region: str) -> Iterator[str]:
    resource = state.get("Resource")
    if state.get("Type") != "Task" or not isinstance(resource, str):
        return
    if ":function:" in resource:
        yield resource
        return
    arguments = state.get("Arguments") or state.get("Parameters")
    if not isinstance(arguments, dict):
        return
    service = _service(resource)
    if service == "events":
        yield from _buses(arguments, account, region)
    elif service in _ARGUMENTS:
        name, arn_of = _ARGUMENTS[service]
        given = arguments.get(name)
        if isinstance(given, str) and not given.startswith(("{%", "$")):
            yield given if given.startswith("arn:") else arn_of(given, account, region)


def _service(resource: str) -> str:
    """`sqs` of `arn:aws:states:::sqs:sendMessage.waitForTaskToken` and of `…:::aws-sdk:sqs:sendMessage`."""
    parts = resource.split(":")[5:]
    parts = parts[1:] if parts[:1] == ["aws-sdk"] else parts
    return parts[0] if parts else ""


def _buses(arguments: Mapping[str, Any], account: str, region: str) -> Iterator[str]:
    entries = arguments.get("Entries")
    for entry in entries if isinstance(entries, list) else ():
        name = entry.get("EventBusName", "default") if isinstance(entry, dict) else ""
        if isinstance(name, str) and name and not name.startswith(("{%", "$")):
            yield name if name.startswith("arn:") else f"arn:aws:events:{region}:{account}:event-bus/{name}"
