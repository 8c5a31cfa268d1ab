"""PutMetricAlarm and PutCompositeAlarm: what is asked for, judged in AWS's words, becomes an alarm's settings.

What an alarm would not be evaluated by or could not do is refused: anomaly bands, PromQL, Metrics Insights, warm-ups,
windows on the wall clock, tags in actions, other accounts' metrics, and actions other than topics and functions.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and
API_PutCompositeAlarm.html for the limits; `alarms_errors.py` says where the words come from. Unverified: the order.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from eventyard.languages.alarm_rules import AlarmRule, AlarmRuleError, compile_alarm_rule
from eventyard.services.cloudwatch.model import alarms_errors as errors
from eventyard.services.cloudwatch.model.alarms import ACTIONS_OF, alarm_name
from eventyard.services.cloudwatch.model.alarms_evaluation import OPERATORS, TREATMENTS
from eventyard.services.cloudwatch.model.alarms_queries import judge_queries, period_of
from eventyard.services.cloudwatch.model.statistics import parse_statistic
from eventyard.services.cloudwatch.model.tags import check_tags

Params = Mapping[str, Any]

PARENTS_MAX: Final = 150

_BANDS: Final = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
_LOW_SAMPLES: Final = ("evaluate", "ignore")
_NOT_SERVED: Final[Mapping[str, str]] = {
    "EvaluationCriteria": "A PromQL alarm",
    "EvaluationInterval": "EvaluationInterval",
    "WarmUpConfiguration": "WarmUpConfiguration",
    "ActionConfiguration": "ActionConfiguration",
}
_OF_ONE_METRIC: Final = ("MetricName", "Namespace", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic")
_KEPT: Final = (
    *("EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator"),
    *("TreatMissingData", "EvaluateLowSampleCountPercentile", "EvaluationWindow"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ARN = re.compile(r"arn:[a-z0-9-]+:([^:\s]+):([^:\s]*):([^:\s]*):(\S+)")
_SERVED_VENDORS: Final = frozenset({"sns", "lambda"})
_OTHER_VENDORS: Final = frozenset({"automate", "autoscaling", "ssm", "ssm-incidents", "swf", "aiops"})
_SUPPRESSOR_PERIODS: Final = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
_DAY_S: Final = 86_400
_HOUR_S: Final = 3_600


def metric_alarm_settings(params: Params, *, account: str, region: str) -> dict[str, Any]:
    """The settings of the metric alarm that is asked for. Raises ValidationError and InvalidParameterValue."""
    _judge_name_and_tags(params)
    _refuse_unserved(params)
    _judge_comparison(params)
    _judge_periods(params)
    _judge_options(params)
    if params.get("Metrics"):
        settings = _settings_of_queries(params, account=account)
    else:
        settings = _settings_of_one_metric(params)
    _judge_window(period_of(settings), params["EvaluationPeriods"])
    kept = {name: params[name] for name in _KEPT if name in params}
    return {**_settings_of_actions(params, region=region), **settings, **kept, "Threshold": float(params["Threshold"])}


def composite_alarm_settings(params: Params, *, account: str, region: str) -> tuple[dict[str, Any], AlarmRule]:
    """The settings of the composite alarm that is asked for, and its rule. Raises ValidationError."""
    _judge_name_and_tags(params)
    _refuse_unserved(params)
    rule = compiled_rule(params["AlarmRule"])
    if params["AlarmName"] in (alarm_name(child) for child in rule.children):
        raise errors.child_of_itself()
    for child in rule.children:
        _judge_place(child, account=account, region=region)
    settings = {**_settings_of_actions(params, region=region), "AlarmRule": params["AlarmRule"]}
    return {**settings, **_settings_of_suppression(params)}, rule


def _judge_place(child: str, *, account: str, region: str) -> None:
    """A child that is named by its ARN is of the caller's account and region."""
    if alarm_name(child) == child:
        return
    _, _, _, its_region, its_account, _ = child.split(":", 5)
    if its_region != region:
        raise errors.child_region_wrong(its_region, own=region)
    if its_account != account:
        raise errors.child_elsewhere()


def compiled_rule(text: str) -> AlarmRule:
    """The rule of that text. Raises ValidationError."""
    try:
        return compile_alarm_rule(text)
    except AlarmRuleError as refused:
        raise errors.rule_invalid(str(refused)) from refused


def _judge_name_and_tags(params: Params) -> None:
    if _CONTROL.search(params["AlarmName"]):
        raise errors.name_invalid()
    check_tags(params.get("Tags", ()))


def _refuse_unserved(params: Params) -> None:
    for name, what in _NOT_SERVED.items():
        if name in params:
            raise errors.not_served(what)
    if "WallClockWindow" in params.get("EvaluationWindow", {}):
        raise errors.not_served("A WallClockWindow")


def _judge_comparison(params: Params) -> None:
    operator = params.get("ComparisonOperator")
    if "Threshold" in params and "ThresholdMetricId" in params:
        raise errors.two_thresholds()
    if operator in _BANDS and "ThresholdMetricId" not in params:
        raise errors.threshold_id_wanted()
    if operator in _BANDS or "ThresholdMetricId" in params:
        raise errors.not_served("An alarm on an anomaly detection band")
    if operator not in OPERATORS:
        raise errors.operator_wanted()
    if "Threshold" not in params or not math.isfinite(params["Threshold"]):
        raise errors.threshold_wanted()


def _judge_periods(params: Params) -> None:
    if "EvaluationPeriods" not in params:
        raise errors.parameter_wanted("EvaluationPeriods")
    if params.get("DatapointsToAlarm", 1) > params["EvaluationPeriods"]:
        raise errors.too_many_datapoints()


def _judge_options(params: Params) -> None:
    treatment = params.get("TreatMissingData")
    if treatment is not None and treatment not in TREATMENTS:
        raise errors.option_invalid("TreatMissingData", treatment, TREATMENTS)
    low_samples = params.get("EvaluateLowSampleCountPercentile")
    if low_samples is not None and low_samples not in _LOW_SAMPLES:
        raise errors.option_invalid("EvaluateLowSampleCountPercentile", low_samples, _LOW_SAMPLES)


def _settings_of_queries(params: Params, *, account: str) -> dict[str, Any]:
    for name in _OF_ONE_METRIC:
        if name in params:
            raise errors.beside_metrics(name)
    if "EvaluateLowSampleCountPercentile" in params:
        raise errors.not_served("EvaluateLowSampleCountPercentile of an alarm with Metrics")
    return {"Dimensions": [], "Metrics": judge_queries(params["Metrics"], account=account)}


def _settings_of_one_metric(params: Params) -> dict[str, Any]:
    for name in ("MetricName", "Namespace"):
        if name not in params:
            raise errors.parameter_null(name)
    if not params["Namespace"].isascii():
        raise errors.namespace_not_ascii()
    statistic = _statistic(params)
    low_samples = params.get("EvaluateLowSampleCountPercentile")
    if low_samples is not None and (parsed := parse_statistic(statistic)) is not None and parsed.kind != "P":
        raise errors.no_percentile(statistic)
    if "Period" not in params:
        raise errors.parameter_wanted("Period")
    kept = {name: params[name] for name in _OF_ONE_METRIC if name in params}
    return {"Dimensions": [], **kept}


def _statistic(params: Params) -> str:
    """The statistic of either kind. Raises ValidationError and InvalidParameterValue."""
    if "Statistic" in params and "ExtendedStatistic" in params:
        raise errors.two_statistics()
    if "Statistic" in params:
        return str(params["Statistic"])
    if "ExtendedStatistic" not in params:
        raise errors.parameter_wanted("Statistic")
    extended = str(params["ExtendedStatistic"])
    parsed = parse_statistic(extended)
    if parsed is None or parsed.is_simple:
        raise errors.statistic_invalid(extended)
    return extended


def _judge_window(period_s: int, periods: int) -> None:
    if period_s not in (10, 20, 30) and period_s % 60:
        raise errors.period_invalid()
    if period_s < _HOUR_S and period_s * periods > _DAY_S:
        raise errors.more_than_a_day()
    if period_s * periods > 7 * _DAY_S:
        raise errors.more_than_a_week()


def _settings_of_actions(params: Params, *, region: str) -> dict[str, Any]:
    actions = {name: list(params.get(name, ())) for name in ACTIONS_OF.values()}
    for arn in (arn for arns in actions.values() for arn in arns):
        _judge_action(arn, region=region)
    settings: dict[str, Any] = {"ActionsEnabled": params.get("ActionsEnabled", True), **actions}
    if "AlarmDescription" in params:
        settings["AlarmDescription"] = params["AlarmDescription"]
    return settings


def _judge_action(arn: str, *, region: str) -> None:
    match = _ARN.fullmatch(arn)
    if match is None:
        raise errors.arn_invalid(arn)
    vendor, place = match[1], match[2]
    if vendor in _OTHER_VENDORS:
        raise errors.not_served(f"An alarm action of {vendor}")
    if vendor not in _SERVED_VENDORS:
        raise errors.vendor_unknown(vendor)
    if place != region:
        raise errors.region_differs(place, own=region)


def _settings_of_suppression(params: Params) -> dict[str, Any]:
    if "ActionsSuppressor" not in params:
        for name in _SUPPRESSOR_PERIODS:
            if name in params:
                raise errors.suppressor_wanted(name)
        return {}
    suppressor = params["ActionsSuppressor"]
    if suppressor.startswith("arn:") and alarm_name(suppressor) == suppressor:
        raise errors.suppressor_invalid()
    for name in _SUPPRESSOR_PERIODS:
        if name not in params:
            raise errors.parameter_null(name)
        if params[name] < 0:
            raise errors.suppressor_period_invalid(name)
    return {name: params[name] for name in ("ActionsSuppressor", *_SUPPRESSOR_PERIODS)}
