"""What alarms refuse, in AWS's words.

Sources: messages of PutMetricAlarm and PutCompositeAlarm measured by badmintoncryer/cdk-preflight, 2026-09 ("measured"
below); captures of AWS to which radkawar/stackd was fitted ("captured"); users' reports in the issues of Terraform,
cfn-lint, cloud-custodian and the CDK ("reported"); recordings of localstack/localstack, 2023-11 ("recorded").
`Unverified` says that nobody has seen it.
"""

from collections.abc import Sequence

from eventyard.base.errors import AwsError


def invalid(message: str) -> AwsError:
    """In these words."""
    return AwsError("ValidationError", message)


def not_served(what: str) -> AwsError:
    """A setting that Eventyard would not act on and therefore does not take. The words are ours."""
    return invalid(f"{what} is not supported by Eventyard.")


def no_such_alarm() -> AwsError:
    """SetAlarmState; it has no message. Recorded."""
    return AwsError("ResourceNotFound")


def no_alarm_named(name: str) -> AwsError:
    """DescribeAlarmContributors. Captured."""
    return AwsError("ResourceNotFoundException", f"No alarm for name {name} was found")


def no_contributors(name: str) -> AwsError:
    """Captured."""
    return invalid(f"Alarm {name} is not a multi time series alarm")


def next_token_invalid(token: str) -> AwsError:
    """Captured."""
    return AwsError("InvalidNextToken", f"Invalid NextToken : {token}")


def reason_data_invalid() -> AwsError:
    """It has no message. Captured."""
    return AwsError("InvalidFormat")


def name_invalid() -> AwsError:
    """Captured."""
    return invalid("AlarmName must not contain ASCII Control characters")


def name_taken(name: str) -> AwsError:
    """Captured."""
    return invalid(f"AlarmName [{name}] is already used by another alarm of a different type")


def parameter_wanted(parameter: str) -> AwsError:
    """Captured (`EvaluationPeriods`, `Statistic`, `Period`)."""
    article = "an" if parameter[0] in "AEIOU" else "a"
    return invalid(f"PutMetricAlarm request should have {article} {parameter} parameter")


def parameter_null(parameter: str) -> AwsError:
    """Measured (`ActionsSuppressorWaitPeriod`, a query's `Period`); reported (`MetricName`)."""
    return invalid(f"{parameter} must not be null")


def operator_wanted() -> AwsError:
    """Captured."""
    return invalid("PutMetricAlarm request should have a valid ComparisonOperator parameter")


def threshold_wanted() -> AwsError:
    """Measured."""
    return invalid("PutMetricAlarm request should have valid Threshold parameter")


def threshold_id_wanted() -> AwsError:
    """A band's operator without the band. Measured."""
    return invalid("ComparisonOperators for ranges require ThresholdMetricId to be set")


def two_thresholds() -> AwsError:
    """Reported."""
    return invalid("Threshold and ThresholdMetricId cannot both be set")


def too_many_datapoints() -> AwsError:
    """Measured."""
    return invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")


def option_invalid(parameter: str, option: str, options: Sequence[str]) -> AwsError:
    """Source: getmoto/moto (`EvaluateLowSampleCountPercentile`); Unverified for `TreatMissingData`."""
    listed = f"{', '.join(options[:-1])} and {options[-1]}"
    return invalid(f"Option {option} is not supported. Supported options for parameter {parameter} are {listed}.")


def no_percentile(statistic: str) -> AwsError:
    """Measured and captured."""
    return invalid(
        f"Option evaluateLowSampleCountPercentile can not be applied with statistic {statistic}. "
        "This option is enabled only for percentile statistics."
    )


def two_statistics() -> AwsError:
    """Captured."""
    return invalid(
        "PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic parameters. "
        "Only one of them should be present"
    )


def statistic_invalid(statistic: str) -> AwsError:
    """Measured; the code by getmoto/moto."""
    return AwsError("InvalidParameterValue", f"The value {statistic} for parameter ExtendedStatistic is not supported.")


def period_invalid() -> AwsError:
    """Measured."""
    return invalid("Period must be 10, 20, 30 or a multiple of 60")


def more_than_a_day() -> AwsError:
    """Measured and captured."""
    return invalid(
        "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) "
        "for alarms using period < 3600"
    )


def more_than_a_week() -> AwsError:
    """Measured and captured."""
    return invalid(
        "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800) "
        "for alarms using period >= 3600"
    )


def namespace_not_ascii() -> AwsError:
    """Measured."""
    return invalid("Namespace must not contain Non-ASCII characters.")


def beside_metrics(parameter: str) -> AwsError:
    """Reported (`Statistic`, `Unit`)."""
    return invalid(f"{parameter} should not be set if list of Metrics is set.")


def two_kinds_of_query() -> AwsError:
    """Measured."""
    return invalid(
        "The parameters MetricDataQuery Expression and MetricStat are mutually exclusive and you have specified both."
    )


def metrics_invalid() -> AwsError:
    """A statistic of a query that is none. Measured."""
    return invalid("Invalid metrics list")


def too_many_queries(kind: str) -> AwsError:
    """`kind` is metrics or expressions. Measured."""
    return invalid(f"Too many {kind} in alarm, maximum is 10")


def one_returns() -> AwsError:
    """Measured."""
    return invalid("Exactly one element of the metrics list should return data.")


def ids_not_unique() -> AwsError:
    """GetMetricData's words for the same, recorded."""
    return invalid("The values for parameter id in MetricDataQueries are not unique.")


def search_not_served() -> AwsError:
    """Measured; AWS does not take it either."""
    return invalid("SEARCH is not supported on Metric Alarms.")


def expression_invalid(query_id: str, reason: str) -> AwsError:
    """Reported."""
    return invalid(f"Error in expression '{query_id}': {reason}")


def many_series() -> AwsError:
    """Measured."""
    return invalid(
        "Metrics expression that return multi time series are only allowed for MetricsInsights expression "
        "with an ORDER BY clause"
    )


def arn_invalid(arn: str) -> AwsError:
    """Captured."""
    return invalid(f"Invalid arn syntax: {arn}")


def vendor_unknown(vendor: str) -> AwsError:
    """Measured."""
    return invalid(f"Unsupported AWS vendor {vendor}")


def region_differs(region: str, *, own: str) -> AwsError:
    """Measured (EC2 actions); reported (topics)."""
    return invalid(f"Invalid region {region} specified. Only {own} is supported.")


def rule_invalid(reason: str) -> AwsError:
    """Measured and reported."""
    return invalid(f"Error in AlarmRule [{reason}]")


def child_of_itself() -> AwsError:
    """Captured."""
    return invalid(
        "A composite alarm cannot have a child relation with itself via its AlarmRule, as it would introduce a "
        "circular dependency"
    )


def child_elsewhere() -> AwsError:
    """Captured."""
    return invalid("A composite alarm cannot have a child relation with alarms from another AWS account")


def child_region_wrong(region: str, *, own: str) -> AwsError:
    """Captured."""
    return rule_invalid(f"Wrong ARN region, it was {region} but {own} was expected instead")


def children_missing(arns: Sequence[str]) -> AwsError:
    """Captured."""
    return invalid(f"Could not save the composite alarm as alarms [{', '.join(arns)}] in the alarm rule do not exist")


def suppressor_invalid() -> AwsError:
    """Measured."""
    return invalid("ActionsSuppressor must be a valid CloudWatch Alarm ARN or an Alarm name")


def suppressor_missing(name: str) -> AwsError:
    """Unverified; said as of children."""
    return invalid(f"Could not save the composite alarm as the ActionsSuppressor alarm [{name}] does not exist")


def suppressor_wanted(parameter: str) -> AwsError:
    """Measured."""
    return invalid(f"{parameter} requires an ActionSuppressor")


def suppressor_period_invalid(parameter: str) -> AwsError:
    """Unverified."""
    return invalid(f"{parameter} must be greater than or equal to 0")


def too_many_parents(name: str) -> AwsError:
    """An alarm in more than 150 rules. Unverified words."""
    return AwsError("LimitExceeded", f"Alarm {name} cannot be referenced by more than 150 composite alarms.")


def others_depend_on(names: Sequence[str]) -> AwsError:
    """Reported."""
    them = "it" if len(names) == 1 else "them"
    return invalid(f"Cannot delete {','.join(names)} as there are composite alarm(s) depending on {them}.")


def two_composites() -> AwsError:
    """Unverified words; the limit is DeleteAlarms' documentation."""
    return invalid("You cannot delete more than one composite alarm in one operation.")


def filters_exclusive(parameter: str) -> AwsError:
    """Unverified words; the limit is DescribeAlarms' documentation."""
    return invalid(f"{parameter} can be combined with MaxRecords and NextToken only.")


def names_and_prefix() -> AwsError:
    """Unverified words; the limit is DescribeAlarms' documentation."""
    return invalid("AlarmNames and AlarmNamePrefix cannot be specified together.")


def dates_reversed() -> AwsError:
    """Unverified."""
    return invalid("StartDate must not be after EndDate.")
