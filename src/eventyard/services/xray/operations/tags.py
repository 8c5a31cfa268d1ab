"""Tags of groups and of sampling rules."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.xray import errors
from eventyard.services.xray.operations.filtering import all_groups
from eventyard.services.xray.queries import settings
from eventyard.store.tx import Tx

TAGS_MAX = 50
"""Source: https://docs.aws.amazon.com/xray/latest/api/API_TagResource.html"""


def tag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Add tags, or give them other values."""
    arn = _existing(tx, call)
    tags = [(tag["Key"], tag["Value"]) for tag in call.params["Tags"]]
    if len({*settings.TAGS.of(tx, arn), *(key for key, _ in tags)}) > TAGS_MAX:
        raise errors.too_many_tags(arn)
    settings.TAGS.put(tx, arn, tags)
    return {}


def untag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Take tags off; those that are not there do no harm."""
    settings.TAGS.take_off(tx, _existing(tx, call), call.params["TagKeys"])
    return {}


def list_tags_for_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The tags, by key."""
    tags = settings.TAGS.of(tx, _existing(tx, call))
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _existing(tx: Tx, call: Call[Mapping[str, Any]]) -> str:
    """The ARN of a group or of a rule of the caller's that is there. Raises ResourceNotFoundException."""
    arn = str(call.params["ResourceARN"])
    rules = settings.rules(tx, account=call.account, region=call.region)
    if arn in (*(group.arn for group in all_groups(tx, call)), *(rule.arn for rule in rules)):
        return arn
    raise errors.no_such_resource(arn)
