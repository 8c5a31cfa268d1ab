"""EventBridge's refusals, in AWS's words.

Source, unless a function says otherwise: responses of AWS recorded by localstack/localstack
(tests/aws/services/events/*.snapshot.json, 2024-05 to 2024-12).
"""

from eventyard.base.errors import AwsError


def invalid(message: str) -> AwsError:
    """A refusal that the model does not declare; the message is the whole of what AWS says."""
    return AwsError("ValidationException", message)


def parameter_invalid(name: str, reason: str) -> AwsError:
    return invalid(f"Parameter {name} is not valid. Reason: {reason}")


def not_served(what: str) -> AwsError:
    """A setting that Eventyard would not act on and therefore does not take. The words are ours."""
    return invalid(f"{what} is not supported by Eventyard.")


def no_such_bus(name: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Event bus {name} does not exist.")


def bus_exists(name: str) -> AwsError:
    return AwsError("ResourceAlreadyExistsException", f"Event bus {name} already exists.")


def bus_not_deletable(name: str) -> AwsError:
    return invalid(f"Cannot delete event bus {name}.")


def bus_has_rules() -> AwsError:
    """Source: users' reports of failed stack deletions."""
    return invalid("EventBus can't be deleted since it has rules.")


def bus_name_with_slash() -> AwsError:
    """Only a partner's bus has slashes in its name. Source: getmoto/moto, events tests."""
    return invalid("Event bus name must not contain '/'.")


def no_such_rule(name: str, *, bus: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {bus}.")


def rule_has_targets() -> AwsError:
    return invalid("Rule can't be deleted since it has targets.")


def rule_without_trigger() -> AwsError:
    return invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")


def schedule_on_custom_bus() -> AwsError:
    return invalid("ScheduleExpression is supported only on the default event bus.")


def pattern_invalid(message: str) -> AwsError:
    return AwsError("InvalidEventPatternException", message)


def limit_exceeded() -> AwsError:
    return AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")


def target_arn_invalid(arn: str) -> AwsError:
    """Source: getmoto/moto, events tests."""
    return parameter_invalid(arn, "Provided Arn is not in correct format.")


def target_needs(parameter: str, *, target_id: str) -> AwsError:
    """Source: getmoto/moto, events tests (`SqsParameters` of a FIFO queue)."""
    return invalid(f"Parameter(s) {parameter} must be specified for target: {target_id}.")


def several_inputs(target_id: str) -> AwsError:
    return invalid(f"Only one of Input, InputPath, or InputTransformer must be provided for target {target_id}.")


def template_placeholder_invalid(placeholder: str, *, target_id: str) -> AwsError:
    return invalid(f"InputTemplate for target {target_id} contains invalid placeholder {placeholder}.")


def input_not_json(target_id: str) -> AwsError:
    """Unverified."""
    return invalid(f"JSON syntax error in input for target {target_id}.")


def input_path_invalid(target_id: str) -> AwsError:
    """Unverified."""
    return invalid(f"Invalid InputPath for target {target_id}.")


def test_event_invalid() -> AwsError:
    return invalid("Parameter Event is not valid.")


def entries_too_large() -> AwsError:
    return invalid("Total size of the entries in the request is over the limit.")


def no_such_statement() -> AwsError:
    return AwsError("ResourceNotFoundException", "Statement with the provided id does not exist.")


def no_policy() -> AwsError:
    """Unverified."""
    return AwsError("ResourceNotFoundException", "EventBus does not have a policy.")


def policy_too_long() -> AwsError:
    """Unverified."""
    return AwsError("PolicyLengthExceededException", "The event bus policy is too long.")


def next_token_invalid() -> AwsError:
    """Unverified."""
    return parameter_invalid("NextToken", "Provided token is not valid.")
