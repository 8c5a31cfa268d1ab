"""A function's resource policy: AddPermission's words as a statement. Stored and shown, not enforced."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eventyard.services.lambda_ import errors

ACCOUNT_DIGITS = 12


def statement_of(params: Mapping[str, Any], resource_arn: str) -> dict[str, Any]:
    """The statement that AddPermission makes."""
    statement: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(params["Principal"]),
        "Action": params["Action"],
        "Resource": resource_arn,
    }
    if conditions := _conditions(params):
        statement["Condition"] = conditions
    return statement


def policy_text(statements: Sequence[Mapping[str, Any]]) -> str:
    """The whole policy as GetPolicy shows it."""
    return json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": list(statements)}, separators=(",", ":"))


def _principal(text: str) -> str | dict[str, str]:
    """Everyone, a service, an account or an ARN. Raises InvalidParameterValueException."""
    if text == "*":
        return text
    if ".amazonaws.com" in text or text.endswith(".amazon.com"):
        return {"Service": text}
    if text.startswith("arn:"):
        return {"AWS": text}
    if len(text) == ACCOUNT_DIGITS and text.isdigit():
        return {"AWS": f"arn:aws:iam::{text}:root"}
    raise errors.invalid("The provided principal was invalid. Please check the principal and try again.")


def _conditions(params: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    conditions: dict[str, dict[str, str]] = {}
    equals = {
        "AWS:SourceAccount": params.get("SourceAccount"),
        "lambda:FunctionUrlAuthType": params.get("FunctionUrlAuthType"),
        "lambda:EventSourceToken": params.get("EventSourceToken"),
        "aws:PrincipalOrgID": params.get("PrincipalOrgID"),
    }
    if given := {name: value for name, value in equals.items() if value}:
        conditions["StringEquals"] = given
    if params.get("SourceArn"):
        conditions["ArnLike"] = {"AWS:SourceArn": params["SourceArn"]}
    return conditions
