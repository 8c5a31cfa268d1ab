"""The one way in which an expression is refused, when it is compiled or evaluated.

AWS puts the query's id before the reason: `Error in expression 'e1': Invalid syntax`, with the code ValidationError.
Sources, as seen in public error reports (read 2026-11): "Invalid syntax" in Grafana's tests of its CloudWatch data
source; "Unsupported operand type(s) for MAX: '[Array[TimeSeries, Scalar]]'" and "Function 'ANOMALY_DETECTOR' not
found" in deployments that CloudFormation refused; "ID 'x' not found" in github.com/radkawar/stackd, whose CloudWatch
was fitted to captures of AWS. Every other reason is in our own words: Unverified.
"""

from collections.abc import Sequence

INVALID_SYNTAX = "Invalid syntax"


class MathError(Exception):
    """The expression is refused; `reason` is AWS's where one is known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def invalid_syntax() -> MathError:
    """The text is no expression, or its SEARCH no query."""
    return MathError(INVALID_SYNTAX)


def unknown_function(name: str) -> MathError:
    """A name that AWS has no function for either."""
    return MathError(f"Function '{name}' not found")


def unserved_function(name: str) -> MathError:
    """A function of AWS that needs what this platform does not have."""
    return MathError(f"Function '{name}' is not supported on this platform")


def unsupported_operands(name: str, kinds: Sequence[str]) -> MathError:
    """`name` is a function or an operator, `kinds` are what `values.kind_of` says of each operand."""
    return MathError(f"Unsupported operand type(s) for {name}: '[{', '.join(kinds)}]'")


def unknown_id(name: str) -> MathError:
    """The expression refers to a query that is not there."""
    return MathError(f"ID '{name}' not found")
