"""The resource policy of a function, of one of its versions or aliases."""

import json
from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model.names import LATEST
from eventyard.services.lambda_.model.policy import policy_text, statement_of
from eventyard.services.lambda_.queries import policies
from eventyard.services.lambda_.work.finding import resolved
from eventyard.store.tx import Tx


def add_permission(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Add a statement to the policy of the function, version or alias; its identifier must be new there."""
    ref = resolved(tx, call).ref
    if ref.qualifier == LATEST:
        raise errors.invalid("We currently do not support adding policies for $LATEST.")
    if call.params.get("InvokedViaFunctionUrl"):
        raise errors.not_served("InvokedViaFunctionUrl")
    statement = statement_of(call.params, ref.qualified_arn)
    _check_revision(tx, call, ref.arn, ref.qualifier)
    if any(known["Sid"] == statement["Sid"] for known in policies.statements(tx, ref.arn, ref.qualifier)):
        raise errors.statement_exists(statement["Sid"])
    policies.insert(tx, ref.arn, ref.qualifier, statement)
    policies.put_revision(tx, ref.arn, ref.qualifier, call.ids.uuid())
    return {"Statement": json.dumps(statement, separators=(",", ":"))}


def remove_permission(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Take a statement out of the policy."""
    ref = resolved(tx, call).ref
    if not policies.statements(tx, ref.arn, ref.qualifier):
        raise errors.no_policy_of(ref.qualified_arn)
    _check_revision(tx, call, ref.arn, ref.qualifier)
    if not policies.delete(tx, ref.arn, ref.qualifier, call.params["StatementId"]):
        raise errors.no_such_statement(call.params["StatementId"])
    policies.put_revision(tx, ref.arn, ref.qualifier, call.ids.uuid())


def get_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The policy as JSON text, with the revision that the next change may ask for."""
    ref = resolved(tx, call).ref
    statements = policies.statements(tx, ref.arn, ref.qualifier)
    if not statements:
        raise errors.no_policy()
    return {"Policy": policy_text(statements), "RevisionId": policies.revision(tx, ref.arn, ref.qualifier)}


def _check_revision(tx: Tx, call: Call[Mapping[str, Any]], arn: str, qualifier: str) -> None:
    given = call.params.get("RevisionId")
    if given and given != policies.revision(tx, arn, qualifier):
        raise errors.outdated_revision()
