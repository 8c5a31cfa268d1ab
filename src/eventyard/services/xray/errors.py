"""X-Ray's refusals, in AWS's words where somebody has seen them.

Sources: hashicorp/terraform-provider-aws (internal/service/xray, which looks for these messages) and its issue 49597
(called "seen" below); the service model. `Unverified` says that nobody has seen it.
"""

from eventyard.base.errors import AwsError


def invalid(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)


def not_served(what: str) -> AwsError:
    """A setting that Eventyard would not act on and therefore does not take. The words are ours."""
    return invalid(f"{what} is not supported by Eventyard.")


def group_not_found() -> AwsError:
    """Seen."""
    return invalid("Group not found")


def group_exists(name: str) -> AwsError:
    """Unverified."""
    return invalid(f"Group {name} already exists.")


def group_name_reserved(name: str) -> AwsError:
    """The default group, which is there by itself. Unverified."""
    return invalid(f"Group name {name} is reserved.")


def group_unnamed() -> AwsError:
    """Unverified."""
    return invalid("Either GroupName or GroupARN must be specified.")


def too_many_groups() -> AwsError:
    """Unverified."""
    return invalid("The maximum number of groups has been reached.")


def filter_invalid(reason: str, text: str) -> AwsError:
    """AWS says little more; the reason is ours. Unverified."""
    return invalid(f"Invalid filter expression: {reason}: {text}")


def rule_not_found() -> AwsError:
    """Seen."""
    return invalid("Sampling rule does not exist.")


def rule_exists() -> AwsError:
    """Unverified."""
    return invalid("Sampling rule already exists.")


def rule_unnamed() -> AwsError:
    """Unverified."""
    return invalid("Exactly one of RuleName or RuleARN must be specified.")


def default_rule_fixed() -> AwsError:
    """Seen."""
    return invalid("Invalid update request for default sampling rule")


def default_rule_stays() -> AwsError:
    """Unverified."""
    return invalid("Default sampling rule cannot be deleted.")


def too_many_rules() -> AwsError:
    """Unverified."""
    return AwsError("RuleLimitExceededException", "You have reached the maximum number of sampling rules.")


def version_unknown() -> AwsError:
    """Unverified; the model says that there is only version 1."""
    return invalid("Version must be 1.")


def times_invalid() -> AwsError:
    """Unverified."""
    return invalid("StartTime must be before EndTime.")


def times_too_long(hours: int) -> AwsError:
    """Unverified; the limits are those of AWS's page of quotas and of the operations' pages."""
    return invalid(f"The time range cannot be longer than {hours} hours.")


def token_invalid() -> AwsError:
    """Unverified."""
    return invalid("Invalid NextToken.")


def too_many_trace_ids(at_most: int) -> AwsError:
    """Unverified."""
    return invalid(f"The number of trace IDs cannot exceed {at_most}.")


def period_invalid() -> AwsError:
    """Source: the model, of `Period`."""
    return invalid("Period must be 60 or 300.")


def key_wanted() -> AwsError:
    """Unverified."""
    return invalid("KeyId is required for encryption type KMS.")


def key_not_wanted() -> AwsError:
    """Unverified."""
    return invalid("KeyId must not be specified for encryption type NONE.")


def no_such_resource(arn: str) -> AwsError:
    """Unverified; the shape is the model's."""
    return AwsError("ResourceNotFoundException", "Resource not found.", fields={"ResourceName": arn})


def too_many_tags(arn: str) -> AwsError:
    """Unverified."""
    return AwsError("TooManyTagsException", "The number of tags exceeds the limit of 50.", fields={"ResourceName": arn})


def policy_malformed() -> AwsError:
    """Unverified."""
    return AwsError("MalformedPolicyDocumentException", "The policy document is malformed.")


def policy_too_large() -> AwsError:
    """Unverified."""
    return AwsError("PolicySizeLimitExceededException", "The policy document exceeds the maximum size.")


def too_many_policies() -> AwsError:
    """Unverified."""
    return AwsError("PolicyCountLimitExceededException", "The maximum number of resource policies has been reached.")


def policy_revision_differs() -> AwsError:
    """Unverified; when it is raised is the model's word."""
    return AwsError("InvalidPolicyRevisionIdException", "The policy revision id does not match the latest revision.")


def insights_refused() -> AwsError:
    """Insights are found by AWS's own analysis, which Eventyard does not have. The words are ours."""
    return invalid("X-Ray insights are not supported by Eventyard.")
