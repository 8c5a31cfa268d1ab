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


def malformed_query(message: str, *, start: int, end: int) -> AwsError:
    location = {"startCharOffset": start, "endCharOffset": end}
    compile_error = {"location": location, "message": message}
    return AwsError("MalformedQueryException", message, fields={"queryCompileError": compile_error})


def span_without_events(source_characters: int) -> AwsError:
    """AWS names the place of the span in the query that it makes (quoted in public: `([0,79])`)."""
    message = (
        "Query's end date and time is either before the log groups creation time or exceeds the log groups log "
        f"retention settings ([0,{source_characters}])"
    )
    return malformed_query(message, start=0, end=source_characters)


def no_such_group_to_query(name: str, *, account: str, request_id: str) -> AwsError:
    """Recorded by localstack/localstack, 2026-02-06."""
    return AwsError(
        "ResourceNotFoundException",
        f"Log group '{name}' does not exist for account ID '{account}' (Service: AWSLogs; Status Code: 400; "
        f"Error Code: ResourceNotFoundException; Request ID: {request_id}; Proxy: null)",
    )


def too_many_queries(limit: int) -> AwsError:
    """Quoted in public, with the limits of earlier years."""
    return AwsError("LimitExceededException", f"Account maximum query concurrency limit of [{limit}] reached.")


def no_such_query(query_id: str) -> AwsError:
    """The words are ours."""
    return AwsError("ResourceNotFoundException", f"Query with id '{query_id}' does not exist.")


def query_not_running() -> AwsError:
    """AWS documents that it is an error; the words are ours."""
    return invalid("The specified query is not running.")


def no_such_definition() -> AwsError:
    """The words are ours."""
    return AwsError("ResourceNotFoundException", "The specified query definition does not exist.")
