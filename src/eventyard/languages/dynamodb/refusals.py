"""The one error of these languages: a `ValidationException` in AWS's words."""

from eventyard.base.errors import AwsError


def invalid(message: str) -> AwsError:
    """The `ValidationException` with this message."""
    return AwsError("ValidationException", message)


def invalid_parameters(message: str) -> AwsError:
    """The same, with the sentence that AWS puts before most refusals of a value."""
    return AwsError("ValidationException", f"One or more parameter values were invalid: {message}")


class EmptyKeyValue(AwsError):
    """The refusal of an empty key value: a transaction tells it as its own error, not as a reason to be cancelled."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", f"One or more parameter values are not valid. {message}")
