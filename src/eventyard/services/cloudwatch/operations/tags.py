"""Tags of alarms and dashboards, by ARN."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.tags import TAGS_MAX, check_keys
from eventyard.services.cloudwatch.queries import alarms, dashboards
from eventyard.services.cloudwatch.queries.tags import TAGS
from eventyard.store.tx import Tx

Find = Callable[[Tx, Call[Any], str], bool]


def tag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Add tags, or give them other values."""
    tags = call.params["Tags"]
    if not tags:
        raise errors.invalid("tags cannot be empty.")
    check_keys(tag["Key"] for tag in tags)
    arn = _existing(tx, call)
    added = {tag["Key"]: tag["Value"] for tag in tags}
    if len(TAGS.of(tx, arn).keys() | added.keys()) > TAGS_MAX:
        raise errors.invalid("tags are invalid.")
    TAGS.put(tx, arn, added.items())
    _touch(tx, call, arn)
    return {}


def untag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Take tags off; those that are not there do no harm."""
    keys = call.params["TagKeys"]
    if not keys:
        raise errors.invalid("tagKeys cannot be empty.")
    check_keys(keys)
    arn = _existing(tx, call)
    TAGS.take_off(tx, arn, keys)
    _touch(tx, call, arn)
    return {}


def list_tags_for_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The tags, by key."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in TAGS.of(tx, _existing(tx, call)).items()]}


def _existing(tx: Tx, call: Call[Mapping[str, Any]]) -> str:
    """The ARN of a thing of the caller's that is there. Raises ResourceNotFoundException."""
    text = str(call.params["ResourceARN"])
    arn = parse_arn(text)
    if arn is None or arn.service != "cloudwatch":
        raise errors.invalid("ARN is invalid.")
    kind = next((kind for kind in _FIND if arn.resource.startswith(kind)), None)
    if kind is None:
        raise errors.invalid("ARN is invalid.")
    is_own = arn.account == call.account and arn.region == ("" if kind == _DASHBOARD else call.region)
    if not is_own or not _FIND[kind](tx, call, arn.resource.removeprefix(kind)):
        raise errors.no_such_resource()
    return text


def _touch(tx: Tx, call: Call[Any], arn: str) -> None:
    _, is_dashboard, name = arn.partition(f":{_DASHBOARD}")
    if is_dashboard:
        dashboards.touch_tags(tx, account=call.account, name=name, now_ms=call.now_ms)


def _has_dashboard(tx: Tx, call: Call[Any], name: str) -> bool:
    return dashboards.dashboard(tx, account=call.account, name=name) is not None


def _has_alarm(tx: Tx, call: Call[Any], name: str) -> bool:
    return alarms.alarm(tx, name, account=call.account, region=call.region) is not None


_ALARM = "alarm:"
_DASHBOARD = "dashboard/"
_FIND: Mapping[str, Find] = MappingProxyType({_ALARM: _has_alarm, _DASHBOARD: _has_dashboard})
