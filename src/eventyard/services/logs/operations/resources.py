"""Destinations and resource policies: put, describe, delete."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.model.groups import with_tags
from eventyard.services.logs.model.resources import (
    POLICIES_MAX,
    Destination,
    ResourcePolicy,
    access_policy_given,
    document_given,
)
from eventyard.services.logs.operations.pages import after_of, cut, limit_of
from eventyard.services.logs.queries import resources
from eventyard.store.tx import Tx


def put_destination(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Name a stream as a destination, or point a name elsewhere; tags are added to those it has (recorded)."""
    params, name = call.params, call.params["destinationName"]
    made = Destination(
        account=call.account,
        region=call.region,
        name=name,
        target_arn=params["targetArn"],
        role_arn=params["roleArn"],
        access_policy=None,
        created_at_ms=call.now_ms,
    )
    before = resources.find_destination(tx, call.account, call.region, name)
    tags = {} if before is None else resources.destination_tags(tx, before)
    resources.put_destination(tx, made, tags)
    if params.get("tags"):
        resources.put_destination_tags(tx, made, with_tags(tags, params["tags"]))
    return {"destination": _existing(tx, call, name).shown()}


def describe_destinations(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Destinations by name that begin with a prefix."""
    params, limit = call.params, limit_of(call.params)
    place = after_of(params, str)
    found = resources.destinations(
        tx,
        call.account,
        call.region,
        prefix=params.get("DestinationNamePrefix", ""),
        after=place[0] if place else "",
        rows_max=limit + 1,
    )
    shown, more = cut(found, limit, lambda one: (one.name,))
    return {"destinations": [one.shown() for one in shown], **more}


def put_destination_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Say who may subscribe to the destination."""
    params = call.params
    destination = _existing(tx, call, params["destinationName"])
    is_forced = bool(params.get("forceUpdate"))
    policy = access_policy_given(params["accessPolicy"], before=destination.access_policy, is_forced=is_forced)
    resources.put_access_policy(tx, destination, policy)


def delete_destination(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Delete the destination. Raises ResourceNotFoundException."""
    if not resources.delete_destination(tx, call.account, call.region, call.params["destinationName"]):
        raise errors.no_such_destination()


def put_resource_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Add a policy of the account, or put it in the place of the one with its name; ten there may be."""
    params = call.params
    for name in ("resourceArn", "expectedRevisionId"):
        if params.get(name):
            raise errors.not_served(name)
    if not params.get("policyName") or not params.get("policyDocument"):
        raise errors.invalid("policyName and policyDocument have to be given.")
    policy = ResourcePolicy(params["policyName"], document_given(params["policyDocument"]), call.now_ms)
    others = resources.policies(tx, call.account, call.region, after="", rows_max=POLICIES_MAX)
    if len(others) >= POLICIES_MAX and all(other.name != policy.name for other in others):
        raise errors.limit_exceeded()
    resources.put_policy(tx, call.account, call.region, policy)
    return {"resourcePolicy": policy.shown()}


def describe_resource_policies(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Policies of the account by name; there are none of single resources."""
    params, limit = call.params, limit_of(call.params)
    if params.get("resourceArn") or params.get("policyScope", "ACCOUNT") != "ACCOUNT":
        return {"resourcePolicies": []}
    place = after_of(params, str)
    found = resources.policies(tx, call.account, call.region, after=place[0] if place else "", rows_max=limit + 1)
    shown, more = cut(found, limit, lambda one: (one.name,))
    return {"resourcePolicies": [one.described() for one in shown], **more}


def delete_resource_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Delete the policy. Raises ResourceNotFoundException."""
    params = call.params
    for name in ("resourceArn", "expectedRevisionId"):
        if params.get(name):
            raise errors.not_served(name)
    name = params.get("policyName", "")
    if not resources.delete_policy(tx, call.account, call.region, name):
        raise errors.no_such_policy(name)


def _existing(tx: Tx, call: Call[Mapping[str, Any]], name: str) -> Destination:
    destination = resources.find_destination(tx, call.account, call.region, name)
    if destination is None:
        raise errors.no_such_destination()
    return destination
