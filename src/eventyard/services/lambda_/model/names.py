"""The ways to name a function: its name, a partial ARN, its whole ARN, each with or without a qualifier.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (FunctionName, Qualifier)
"""

import re
from dataclasses import dataclass

from eventyard.services.lambda_ import errors

LATEST = "$LATEST"
_FORM = re.compile(
    r"(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[a-zA-Z0-9-_]+)(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)
NAME_MAX = 64


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function as somebody named it; `qualifier` a version or an alias, empty when none was given."""

    account: str
    region: str
    name: str
    qualifier: str = ""

    @property
    def arn(self) -> str:
        """Without the qualifier."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"

    @property
    def qualified_arn(self) -> str:
        """With the qualifier, where one was given."""
        return f"{self.arn}:{self.qualifier}" if self.qualifier else self.arn


def function_ref(text: str, *, account: str, region: str, qualifier: str = "") -> FunctionRef:
    """The function that `text` names for a caller of that account and region.

    Errors: InvalidParameterValueException when the name carries another qualifier than the one given beside it.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise errors.invalid(f"Invalid function name: {text}")
    named = match["qualifier"] or ""
    if named and qualifier and named != qualifier:
        raise errors.invalid("The derived qualifier from the function name does not match the specified qualifier.")
    return FunctionRef(
        account=match["account"] or account,
        region=match["region"] or region,
        name=match["name"],
        qualifier=qualifier or named,
    )
