"""CloudWatch's refusals, in AWS's words. Codes are those of the query protocol; the gateway knows their shapes.

Sources: responses of AWS that localstack/localstack recorded or asserts against AWS
(tests/aws/services/cloudwatch, 2023 to 2025; called "recorded" below); getmoto/moto, tests/test_cloudwatch ("moto");
Eucalyptus's CloudWatch, written to AWS's messages of 2014; radkawar/stackd, fitted to captures of AWS ("stackd");
users' reports. `Unverified` says that nobody has seen it. Where stackd is named, its captures of AWS of 2026-09 are
meant (testdata/aws/cloudwatch), which show the code, the words and what is taken.
"""

from collections.abc import Iterable

from eventyard.base.errors import AwsError


def invalid(message: str) -> AwsError:
    """A parameter is wrong, in these words."""
    return AwsError("InvalidParameterValue", message)


def invalid_combination(message: str) -> AwsError:
    """Parameters do not go together, in these words."""
    return AwsError("InvalidParameterCombination", message)


def validation(message: str) -> AwsError:
    """GetMetricData's and later operations' refusals, in these words."""
    return AwsError("ValidationError", message)


def not_served(what: str) -> AwsError:
    """A setting that Eventyard would not act on and therefore does not take. The words are ours."""
    return validation(f"{what} is not supported by Eventyard.")


def required(parameter: str) -> AwsError:
    """Source: Eucalyptus."""
    return AwsError("MissingParameter", f"The parameter {parameter} is required.")


def too_long(parameter: str, length_max: int) -> AwsError:
    """Source: Eucalyptus."""
    return invalid(f"The parameter {parameter} must be shorter than {length_max + 1} characters.")


def too_many(collection: str, size_max: int) -> AwsError:
    """Source: Eucalyptus; users' reports (`MetricData`)."""
    return invalid(f"The collection {collection} must not have a size greater than {size_max}.")


def value_invalid(value: object, parameter: str) -> AwsError:
    """Source: moto (`NaN`); Netflix/servo's exploration of the limits."""
    return invalid(f"The value {value} for parameter {parameter} is invalid.")


def not_in_set(parameter: str, members: Iterable[object]) -> AwsError:
    """Source: users' reports (`Unit`)."""
    return invalid(f"The parameter {parameter} must be a value in the set [ {', '.join(map(str, members))} ].")


def both_specified(one: str, other: str) -> AwsError:
    """Recorded."""
    return invalid_combination(f"The parameters {one} and {other} are mutually exclusive and you have specified both.")


def no_value() -> AwsError:
    """A datum without any value. Source: users' reports; stackd."""
    return invalid_combination("At least one of the parameters must be specified.")


def no_metric_datum() -> AwsError:
    """Source: stackd."""
    return AwsError("MissingParameter", "At least one MetricDatum object must be present in the request.")


def counts_without_values() -> AwsError:
    """Source: stackd."""
    return invalid_combination("The parameter values must appears when the counts parameter is specified.")


def sizes_differ(one: str, other: str) -> AwsError:
    """Recorded."""
    return invalid(f"The parameters {one} and {other} must be of the same size.")


def too_old(parameter: str) -> AwsError:
    """Source: users' reports."""
    return invalid(f"The parameter {parameter} must specify a time within the past two weeks.")


def too_new(parameter: str) -> AwsError:
    """Source: users' reports."""
    return invalid(f"The parameter {parameter} must specify a time no more than two hours in the future.")


def dimension_twice() -> AwsError:
    """Source: stackd; the documentation of a Scala client."""
    return invalid("No metric may specify the same dimension name twice.")


def blank(parameter: str) -> AwsError:
    """Unverified."""
    return invalid(f"The parameter {parameter} must contain at least one non-whitespace character.")


def not_greater(one: str, other: str) -> AwsError:
    """Source: Eucalyptus."""
    return invalid(f"The parameter {one} must be greater than {other}.")


def next_token_invalid() -> AwsError:
    """Source: moto."""
    return invalid("Request parameter NextToken is invalid")


def no_statistic() -> AwsError:
    """Source: moto."""
    return invalid_combination("Must specify either Statistics or ExtendedStatistics")


def extended_not_supported(name: str, place: int) -> AwsError:
    """Source: stackd."""
    return invalid(f"The value {name} for parameter ExtendedStatistics.member.{place}.<list element> is not supported.")


def statistic_not_in_set(place: int, members: Iterable[str]) -> AwsError:
    """Source: stackd."""
    return invalid(
        f"The parameter Statistics.member.{place}.<list element> must be a value in the set [{', '.join(members)}]."
    )


def count_negative(parameter: str) -> AwsError:
    """Zero is taken, whatever the words say. Source: stackd."""
    return invalid(f"The parameter {parameter} must contain only values greater than 0.")


def strictness_wanted() -> AwsError:
    """Source: stackd."""
    return invalid_combination("Field StrictEntityValidation is required when setting EntityMetricData")


def entity_type_unknown() -> AwsError:
    """Source: stackd."""
    return invalid("InvalidTypeValue: Unknown entity type")


def entity_key_missing(name: str) -> AwsError:
    """Unverified."""
    return invalid(f"MissingRequiredFields: {name}")


def too_small(parameter: str, least: int) -> AwsError:
    """Source: Eucalyptus."""
    return invalid(f"The parameter {parameter} must be greater than or equal to {least}.")


def short_period_invalid(parameter: str, short: Iterable[int]) -> AwsError:
    """A period below a minute. Source: stackd."""
    return invalid(f"The parameter {parameter} must be a value in the set {list(short)}.")


def long_period_invalid(parameter: str) -> AwsError:
    """A period above a minute. Source: Eucalyptus."""
    return invalid(f"The parameter {parameter} must be a multiple of 60.")


def not_less(one: str, other: str) -> AwsError:
    """Source: moto."""
    return invalid(f"The parameter {one} must be less than the parameter {other}.")


def too_many_datapoints(wanted: int, count_max: int) -> AwsError:
    """Source: stackd; in 2023 the numbers had commas."""
    return invalid_combination(
        f"You have requested up to {wanted} datapoints, which exceeds the limit of {count_max}. You may reduce the "
        "datapoints requested by increasing Period, or decreasing the time range."
    )


def recently_active_invalid() -> AwsError:
    """Source: stackd."""
    return invalid("Request parameter recentlyActive value is invalid")


def in_expression(id: str, reason: str) -> AwsError:
    """An expression of GetMetricData or of an alarm is refused. Source: users' reports ("Invalid syntax")."""
    return validation(f"Error in expression '{id}': {reason}")


def must_not_equal(one: str, other: str) -> AwsError:
    """Source: Eucalyptus; stackd."""
    return invalid(f"The parameter {one} must not equal parameter {other}.")


def datapoints_out_of_range(count_max: int) -> AwsError:
    """Unverified."""
    return invalid(f"The parameter MaxDatapoints must be between 1 and {count_max}.")


def id_malformed(parameter: str, pattern: str) -> AwsError:
    """Source: stackd."""
    return validation(f"The value for parameter {parameter} is not matching the expected pattern {pattern}.")


def ids_not_unique(parameter: str) -> AwsError:
    """Source: stackd."""
    return validation(f"The values for parameter id in {parameter} are not unique.")


def statistic_invalid(parameter: str) -> AwsError:
    """Source: stackd."""
    return validation(f"The value for parameter {parameter} is not a valid statistic.")


def zone_invalid(zone: str) -> AwsError:
    """Unverified."""
    return validation(f"The value {zone} for parameter LabelOptions.Timezone is invalid.")


def data_token_invalid() -> AwsError:
    """GetMetricData's; it says no more than its code. Source: stackd."""
    return AwsError("InvalidNextToken", "")


def dashboard_part_required(field: str) -> AwsError:
    """Source: stackd (`DashboardBody`), with the end of the line."""
    return invalid(f"The parameter {field} is required.\n")


def dashboard_name_too_long(field: str, length_max: int) -> AwsError:
    """Source: stackd."""
    return invalid(
        f"The value for field {field} is too long. It must have length less than or equal to {length_max}.\n"
    )


def dashboard_name_invalid(field: str) -> AwsError:
    """Recorded, with the end of the line."""
    return invalid(
        f"The value for field {field} contains invalid characters. It can only contain alphanumerics, dash (-) and "
        "underscore (_).\n"
    )


def dashboard_body_no_object() -> AwsError:
    """Source: stackd."""
    return AwsError("DashboardInvalidInputError", "The field DashboardBody must be a valid JSON object")


def dashboard_body_invalid(count: int, told: str) -> AwsError:
    """Source: stackd; also of one alone. `told` is a JSON array of dataPath and message."""
    return AwsError(
        "DashboardInvalidInputError", f"The dashboard body is invalid, there are {count} validation errors:\n{told}"
    )


def no_such_dashboard(name: str) -> AwsError:
    """Source: stackd."""
    return AwsError("DashboardNotFoundError", f"Dashboard {name} does not exist")


def no_dashboard_names() -> AwsError:
    """Source: stackd."""
    return invalid("Field DashboardNames is required and has to contain at least 1 element.\n")


def too_many_dashboard_names(count_max: int) -> AwsError:
    """Unverified."""
    return invalid(f"Field DashboardNames can contain up to {count_max} elements.\n")


def too_many_dashboard_tags(count_max: int) -> AwsError:
    """Source: stackd."""
    return invalid(f"The collection Tags must not have a size greater than {count_max}.\n")


def too_many_alarm_tags(count_max: int) -> AwsError:
    """Source: stackd."""
    return validation(f"The resultant tag set must not have more than {count_max} user tags.")


def tag_key_reserved() -> AwsError:
    """Source: stackd."""
    return AwsError("AccessDenied", 'The provided tag keys must not start with any case of "aws:"', status=403)


def no_such_resource() -> AwsError:
    """It has no message. Source: stackd."""
    return AwsError("ResourceNotFoundException")
