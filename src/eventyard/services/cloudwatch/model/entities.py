"""Entities that metrics are said to belong to: judged when the client wants that, and then left aside.

Without strictness AWS takes the metrics of an entity that it does not understand. Which types there are and which keys
each needs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Entity.html; the words: stackd.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventyard.services.cloudwatch import errors

_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Service": ("Name", "Environment"),
        "RemoteService": ("Name",),
        "AWS::Service": ("Name",),
        "Resource": ("ResourceType", "Identifier"),
        "AWS::Resource": ("ResourceType", "Identifier"),
    }
)


def check_entities(params: Mapping[str, Any]) -> None:
    """Raises AwsError where the client is strict and an entity is none, or where it does not say how strict it is."""
    given = params.get("EntityMetricData") or ()
    if not given:
        return
    if params.get("StrictEntityValidation") is None:
        raise errors.strictness_wanted()
    if params["StrictEntityValidation"]:
        for one in given:
            _check((one.get("Entity") or {}).get("KeyAttributes") or {})


def _check(attributes: Mapping[str, str]) -> None:
    needed = _KEYS.get(attributes.get("Type", ""))
    if needed is None:
        raise errors.entity_type_unknown()
    for name in needed:
        if not attributes.get(name):
            raise errors.entity_key_missing(name)
