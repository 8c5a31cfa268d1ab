"""CloudWatch Logs' refusals in AWS's words. Source: the service model, and answers of AWS quoted in public issues."""

from eventyard.base.errors import AwsError


def no_such_group() -> AwsError:
    return AwsError("ResourceNotFoundException", "The specified log group does not exist.")


def no_such_stream() -> AwsError:
    return AwsError("ResourceNotFoundException", "The specified log stream does not exist.")


def no_such_resource() -> AwsError:
    return AwsError("ResourceNotFoundException", "The specified resource does not exist.")


def group_exists() -> AwsError:
    return AwsError("ResourceAlreadyExistsException", "The specified log group already exists")


def stream_exists() -> AwsError:
    return AwsError("ResourceAlreadyExistsException", "The specified log stream already exists")


def invalid(message: str) -> AwsError:
    """A parameter that AWS refuses with words of its own."""
    return AwsError("InvalidParameterException", message)


def not_served(what: str) -> AwsError:
    """A setting that would not be acted on. The words are ours."""
    return invalid(f"{what} is not served by Eventyard.")
