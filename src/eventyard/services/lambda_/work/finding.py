"""From the words of a call to the function that is meant, and from a function to its next version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model import tokens
from eventyard.services.lambda_.model.function import Function
from eventyard.services.lambda_.model.names import LATEST, NAME_MAX, FunctionRef, function_ref
from eventyard.services.lambda_.queries import functions
from eventyard.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Found:
    """A function version and the name it was found under."""

    ref: FunctionRef
    function: Function

    @property
    def shown_arn(self) -> str:
        return self.ref.qualified_arn


def named(call: Call[Mapping[str, Any]]) -> FunctionRef:
    """The function that the call names by FunctionName and Qualifier. ResourceNotFoundException in another region."""
    params = call.params
    qualifier = params.get("Qualifier") or ""
    ref = function_ref(params["FunctionName"], account=call.account, region=call.region, qualifier=qualifier)
    if ref.region != call.region:
        raise errors.other_region(ref.region, call.region)
    return ref


def named_anew(call: Call[Mapping[str, Any]]) -> FunctionRef:
    """The name of a function that is to be made; it has no qualifier and at most 64 characters."""
    ref = named(call)
    if ref.qualifier or ref.account != call.account:
        raise errors.invalid(f"Invalid function name: {call.params['FunctionName']}")
    if len(ref.name) > NAME_MAX:
        raise AwsError(
            "ValidationException",
            f"1 validation error detected: Value '{ref.name}' at 'functionName' failed to satisfy constraint: "
            f"Member must have length less than or equal to {NAME_MAX}",
        )
    return ref


def existing(tx: Tx, call: Call[Mapping[str, Any]], *, is_told_unqualified: bool = False) -> Function:
    """The function itself (`$LATEST`), whatever the qualifier. Raises ResourceNotFoundException."""
    ref = named(call)
    found = functions.find(tx, ref.arn)
    if found is None:
        raise errors.no_such_function(ref.arn if is_told_unqualified else ref.qualified_arn)
    return found


def resolved(tx: Tx, call: Call[Mapping[str, Any]]) -> Found:
    """The version that the call names, through its alias if need be. Raises ResourceNotFoundException."""
    return resolve(tx, named(call))


def resolve(tx: Tx, ref: FunctionRef) -> Found:
    """The version that `ref` names. Raises ResourceNotFoundException."""
    version = ref.qualifier or LATEST
    if version != LATEST and not version.isdigit():
        alias = functions.alias(tx, ref.arn, version)
        version = alias["FunctionVersion"] if alias else version
    found = functions.find(tx, ref.arn, version)
    if found is None:
        raise errors.no_such_function(ref.qualified_arn)
    return Found(ref, found)


def found(tx: Tx, ref: FunctionRef) -> Found | None:
    """The version that `ref` names, or `None`."""
    try:
        return resolve(tx, ref)
    except AwsError:
        return None


def of_revision(function: Function, params: Mapping[str, Any]) -> Function:
    """The function, when the call's RevisionId is its own or absent. Raises PreconditionFailedException."""
    if params.get("RevisionId") not in (None, "", function.revision_id):
        raise errors.outdated_revision()
    return function


def published(tx: Tx, call: Call[Any], latest: Function, *, description: str) -> Function:
    """The version that publishing `$LATEST` now gives: a new one, or the last when nothing has changed since.

    A new version gives `$LATEST` itself a new revision, as on AWS.
    """
    known = functions.versions(tx, latest.arn)
    if len(known) > 1 and known[-1].code_sha256 == latest.code_sha256:
        before = {**known[-1].settings, "Description": ""}
        if before == {**latest.settings, "Description": ""}:
            return known[-1]
    version = replace(
        latest,
        version=str(functions.next_version(tx, latest.arn)),
        settings={**latest.settings, "Description": description},
        revision_id=call.ids.uuid(),
        modified_at_ms=call.now_ms,
    )
    functions.put(tx, version)
    functions.put(tx, replace(latest, revision_id=call.ids.uuid()))
    return version


def stored_code(tx: Tx, url_safe_sha256: str) -> bytes | None:
    """The zip with this digest, as `GetFunction` writes it into an address."""
    return functions.code(tx, tokens.from_url_safe(url_safe_sha256))
