"""Sampling rules, and what clients that sample are told."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages import page_tokens
from eventyard.services.xray import errors
from eventyard.services.xray.model import sampling
from eventyard.services.xray.model.sampling import DEFAULT, RULES_MAX, Rule
from eventyard.services.xray.queries import settings
from eventyard.services.xray.work.keeping import forget_later
from eventyard.store.tx import Tx

RULES_A_PAGE = 100
STATISTICS_MAX = 1_000
STATISTICS_AGE_S = 3_600
"""How far back GetSamplingStatisticSummaries tells; unverified."""
_NAMES = ("RuleName", "RuleARN")


def create_sampling_rule(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Make a rule, with tags."""
    given = call.params["SamplingRule"]
    _refuse_boost(given)
    name = given.get("RuleName")
    if name is None or "RuleARN" in given:
        raise errors.rule_unnamed()
    if given["Version"] != 1:
        raise errors.version_unknown()
    rules = settings.rules(tx, account=call.account, region=call.region)
    if any(rule.name == name for rule in rules):
        raise errors.rule_exists()
    if len(rules) > RULES_MAX:
        raise errors.too_many_rules()
    fields = {"Attributes": {}, **{key: value for key, value in given.items() if key not in _NAMES}}
    rule = Rule(call.account, call.region, name, fields, call.now_ms, call.now_ms)
    settings.put_rule(tx, rule)
    settings.TAGS.put(tx, rule.arn, [(tag["Key"], tag["Value"]) for tag in call.params.get("Tags", ())])
    return {"SamplingRuleRecord": rule.shown()}


def get_sampling_rules(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Show every rule, the default one among them."""
    after = page_tokens.name_of(call.params.get("NextToken"))
    if after is None:
        raise errors.token_invalid()
    rules = [rule for rule in settings.rules(tx, account=call.account, region=call.region) if rule.name > after]
    shown, token = page_tokens.cut(rules, RULES_A_PAGE, lambda rule: rule.name)
    answer: dict[str, Any] = {"SamplingRuleRecords": [rule.shown() for rule in shown]}
    return {**answer, "NextToken": token} if token else answer


def update_sampling_rule(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Change what the request names of a rule; of the default one only its rate and its reservoir."""
    update = call.params["SamplingRuleUpdate"]
    _refuse_boost(update)
    rule = _named(tx, call, update)
    if rule.name == DEFAULT and not sampling.is_allowed_for_default(update):
        raise errors.default_rule_fixed()
    changed = rule.updated(update, call.now_ms)
    settings.put_rule(tx, changed)
    return {"SamplingRuleRecord": changed.shown()}


def delete_sampling_rule(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Delete a rule, which is shown once more."""
    rule = _named(tx, call, call.params)
    if rule.name == DEFAULT:
        raise errors.default_rule_stays()
    settings.delete_rule(tx, rule)
    return {"SamplingRuleRecord": rule.shown()}


def get_sampling_targets(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Take what clients did with rules, and tell them their part of each reservoir until they report again."""
    if call.params.get("SamplingBoostStatisticsDocuments"):
        raise errors.not_served("SamplingBoostStatisticsDocuments")
    rules = {rule.name: rule for rule in settings.rules(tx, account=call.account, region=call.region)}
    told, refused = [], []
    for document in call.params["SamplingStatisticsDocuments"]:
        name = document["RuleName"]
        rule, at_s = rules.get(name), document["Timestamp"] // 1000
        if rule is None:
            refused.append(_unprocessed(name, "Sampling rule does not exist."))
        elif at_s < call.now_ms // 1000 - sampling.REPORT_AGE_MAX_S:
            refused.append(_unprocessed(name, "The statistics document is too old."))
        else:
            told.append(_target(tx, call, rule, document))
    forget_later(tx, call)
    modified_ms = max(rule.modified_at_ms for rule in rules.values())
    return {
        "SamplingTargetDocuments": told,
        "LastRuleModification": modified_ms,
        "UnprocessedStatistics": refused,
    }


def _target(tx: Tx, call: Call[Any], rule: Rule, document: Mapping[str, Any]) -> dict[str, Any]:
    client, now_s = document["ClientID"], call.now_ms // 1000
    settings.report(
        tx,
        rule,
        client,
        at_s=now_s,
        requests=document["RequestCount"],
        sampled=document["SampledCount"],
        borrowed=document.get("BorrowCount", 0),
    )
    clients = settings.clients_of(tx, rule, since_s=now_s - sampling.REPORTED_S)
    return sampling.target(rule, client=client, clients=clients, now_ms=call.now_ms)


def _unprocessed(name: str, message: str) -> dict[str, str]:
    """Codes and words unverified; the page on sampling says which cases there are."""
    return {"RuleName": name, "ErrorCode": "InvalidRequest", "Message": message}


def get_sampling_statistic_summaries(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """What was reported of each rule in the last hour, all clients together."""
    since_s = call.now_ms // 1000 - STATISTICS_AGE_S
    place = {"account": call.account, "region": call.region}
    rows = settings.statistics(tx, **place, since_s=since_s, rows_max=STATISTICS_MAX)
    return {
        "SamplingStatisticSummaries": [
            {
                "RuleName": rule,
                "Timestamp": at_s * 1000,
                "RequestCount": int(requests),
                "BorrowCount": int(borrowed),
                "SampledCount": int(sampled),
            }
            for rule, at_s, requests, borrowed, sampled in rows
        ]
    }


def _named(tx: Tx, call: Call[Any], given: Mapping[str, Any]) -> Rule:
    """The rule of that name or ARN, one of which is given. Raises InvalidRequestException."""
    name, arn = given.get("RuleName"), given.get("RuleARN")
    if (name is None) is (arn is None):
        raise errors.rule_unnamed()
    for rule in settings.rules(tx, account=call.account, region=call.region):
        if name == rule.name or arn == rule.arn:
            return rule
    raise errors.rule_not_found()


def _refuse_boost(given: Mapping[str, Any]) -> None:
    if "SamplingRateBoost" in given:
        raise errors.not_served("SamplingRateBoost")
