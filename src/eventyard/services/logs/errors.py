"""CloudWatch Logs' refusals in AWS's words.

Sources: answers of AWS recorded by localstack/localstack (tests/aws/services/logs/*.snapshot.json, 2026-02), measured
by badmintoncryer/cdk-preflight (2026), and quoted in public issues, as the functions say; the service model.
"""

from collections.abc import Sequence

from eventyard.base.errors import AwsError


def no_such_group() -> AwsError:
    """There is no such log group."""
    return AwsError("ResourceNotFoundException", "The specified log group does not exist.")


def no_such_stream() -> AwsError:
    """There is no such log stream."""
    return AwsError("ResourceNotFoundException", "The specified log stream does not exist.")


def no_such_resource() -> AwsError:
    """An ARN that names neither a group nor a destination."""
    return AwsError("ResourceNotFoundException", "The specified resource does not exist.")


def no_such_metric_filter() -> AwsError:
    """There is no such metric filter."""
    return AwsError("ResourceNotFoundException", "The specified metric filter does not exist.")


def no_such_subscription() -> AwsError:
    """There is no such subscription filter."""
    return AwsError("ResourceNotFoundException", "The specified subscription filter does not exist.")


def no_such_destination() -> AwsError:
    """There is no such destination. Unverified: the words."""
    return AwsError("ResourceNotFoundException", "The specified destination does not exist.")


def no_such_policy(name: str) -> AwsError:
    """There is no resource policy of that name."""
    return AwsError("ResourceNotFoundException", f"Policy with name [{name}] does not exist.")


def group_exists() -> AwsError:
    """The name of a group is taken."""
    return AwsError("ResourceAlreadyExistsException", "The specified log group already exists")


def stream_exists() -> AwsError:
    """The name of a stream is taken."""
    return AwsError("ResourceAlreadyExistsException", "The specified log stream already exists")


def group_is_protected() -> AwsError:
    """Source of the code: floci-io/floci 2256. Unverified: the words."""
    return AwsError(
        "ValidationException",
        "The specified log group has deletion protection enabled. Disable deletion protection before you delete it.",
        status=400,
    )


def group_named_twice() -> AwsError:
    """Both the name and the identifier of a group."""
    return AwsError(
        "ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.", status=400
    )


def next_token_invalid() -> AwsError:
    """A token that is none."""
    return invalid("The specified nextToken is invalid.")


def limit_exceeded() -> AwsError:
    """More filters, subscriptions or policies than AWS allows."""
    return AwsError("LimitExceededException", "Resource limit exceeded.")


def too_many_tags() -> AwsError:
    """Unverified: the words."""
    return AwsError("TooManyTagsException", "A resource can have no more than 50 tags.")


def transformation(problem: str) -> AwsError:
    """A metric filter's transformation is wrong. Sources: cdk-preflight, aws-cloudformation/cfn-lint 1525."""
    return invalid(f"Invalid metric transformation: {problem}")


def pattern_without_dimensions() -> AwsError:
    """Source: hashicorp/terraform-provider-aws 22105."""
    return invalid("The specified filter pattern does not support dimensions")


def too_many_dimensions() -> AwsError:
    """Recorded by radkawar/stackd, 2026-09."""
    return invalid("Number of dimensions exceeds the maximum number of dimensions supported per metric filter")


def system_fields(known: Sequence[str]) -> AwsError:
    """Recorded by radkawar/stackd, 2026-09."""
    return invalid(f"The provided system fields are invalid. The supported system fields are - [{', '.join(known)}]")


def field_selection() -> AwsError:
    """Recorded by radkawar/stackd, 2026-09."""
    return invalid("The provided field selection criteria is invalid")


def filters_of_what() -> AwsError:
    """Metric filters are described of a group or of a metric. Recorded by radkawar/stackd, 2026-09."""
    return invalid("Describe Metric Filters request must contain either logGroupName or metricName and metricNamespace")


def pagination_token_invalid() -> AwsError:
    """DescribeMetricFilters' words for a token that is none. Recorded by radkawar/stackd, 2026-09."""
    return invalid("Pagination token in request is invalid. Only token from previous list call or null is valid.")


def reserved_namespace() -> AwsError:
    """Source: cdk-preflight."""
    return invalid("Metric namespaces starting with AWS/ are reserved for AWS.")


def access_policy_unreadable() -> AwsError:
    """A destination's policy that is none. Recorded by radkawar/stackd, 2026-09, as are the next three."""
    return invalid(
        "Error occurred while parsing accessPolicy. Please check if the accessPolicy has been constructed correctly "
        "using IAM grammar."
    )


def principal_of_policy(kind: str, given: str) -> AwsError:
    """Somebody in a destination's policy who is no account."""
    return invalid(f"Principal section of policy contains {kind} instead of account ID: {given}")


def condition_keys(allowed: Sequence[str]) -> AwsError:
    """A condition about something else than organizations."""
    names = " and ".join(f"'{name}'" for name in allowed)
    return invalid(f"Only {names} condition keys are allowed in Condition block of the policy.")


def principals_change() -> AwsError:
    """Accounts were allowed, and now an organization is to be."""
    return invalid(
        "Cannot update existing policy on Subscription Destination. The existing policy specifies AWS Principals by "
        "Account Id while the provided policy specifies AWS Principals by Org Id. This can cause subscription delivery "
        "failures for Subscriptions using this destination that are not configured with a Role. Use the Force flag to "
        "accept this risk."
    )


def role_needed(vendor: str) -> AwsError:
    """A stream as destination without a role."""
    return invalid(f"destinationArn for vendor {vendor} cannot be used without roleArn")


def role_unwanted(vendor: str) -> AwsError:
    """A function as destination with a role. Source: cdk-preflight."""
    return invalid(f"destinationArn for vendor {vendor} cannot be used with roleArn")


def vendor_unknown(vendor: str) -> AwsError:
    """A destination of another kind. Source: cdk-preflight."""
    return invalid(f"PutSubscriptionFilter operation cannot work with destinationArn for vendor {vendor}")


def stream_not_active(kind: str, named: str) -> AwsError:
    """AWS's answer where a stream does not take the test message: here no stream does.

    Source: hashicorp/terraform-provider-aws 8050 and many issues since.
    """
    return invalid(
        f"Could not deliver test message to specified {kind} stream. "
        f"Check if the given {named} stream is in ACTIVE state."
    )


def function_not_executable() -> AwsError:
    """There is no such function, or it may not be called."""
    return invalid(
        "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your "
        "function."
    )


def function_of_another_account() -> AwsError:
    """A function of another account as destination."""
    return AwsError(
        "AccessDeniedException",
        "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross "
        "account lambda triggers.",
    )


def only_of_standard_class() -> AwsError:
    """A group of another class lacks filters. Source: turbot/steampipe-plugin-aws 2758."""
    return AwsError("ValidationException", "This operation is only supported on the Standard log class.", status=400)


def unreadable_class(group: str, log_class: str, operation: str) -> AwsError:
    """Lines of such a group are read by queries alone. Source: FilterLogEvents in aws/karpenter-provider-aws 9567."""
    return AwsError(
        "InvalidOperationException",
        f"The log group {group} is of log-group-class {log_class}. {operation} is not supported for this log class.",
        status=400,
    )


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
