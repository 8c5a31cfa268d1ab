"""The one error of these languages: a `ValidationException` in AWS's words."""

from eventyard.base.errors import AwsError


def invalid(message: str) -> AwsError:
    """The `ValidationException` with this message."""
    return AwsError("ValidationException", message)


def invalid_parameters(message: str) -> AwsError:
    """The same, with the sentence that AWS puts before most refusals of a value."""
    return AwsError("ValidationException", f"One or more parameter values were invalid: {message}")
