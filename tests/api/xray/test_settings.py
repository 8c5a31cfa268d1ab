"""Groups, sampling rules, policies, encryption: made, shown, changed, refused."""

import json

import pytest
from botocore.exceptions import ClientError

RULE = {
    "RuleName": "polling",
    "ResourceARN": "*",
    "Priority": 5000,
    "FixedRate": 0.003,
    "ReservoirSize": 5,
    "ServiceName": "Scorekeep",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "GET",
    "URLPath": "/api/state/*",
    "Version": 1,
}
CLIENT = "ABCDEF1234567890ABCDEF10"


def refused(work, code="InvalidRequestException", message=None):
    with pytest.raises(ClientError) as error:
        work()
    told = error.value.response["Error"]
    assert told["Code"] == code
    assert message is None or told["Message"] == message


def test_groups_are_made_shown_changed_and_deleted(timed_platform):
    xray = timed_platform.client("xray")
    made = xray.create_group(
        GroupName="slow", FilterExpression="responsetime > 2", Tags=[{"Key": "team", "Value": "a"}]
    )["Group"]
    assert made["GroupARN"].startswith("arn:aws:xray:us-east-1:000000000000:group/slow/")
    assert made["InsightsConfiguration"] == {"InsightsEnabled": False, "NotificationsEnabled": False}
    assert xray.get_group(GroupARN=made["GroupARN"])["Group"] == made
    assert [one["GroupName"] for one in xray.get_groups()["Groups"]] == ["Default", "slow"]
    changed = xray.update_group(GroupName="slow", FilterExpression="responsetime > 3")["Group"]
    assert changed["FilterExpression"] == "responsetime > 3"
    assert xray.list_tags_for_resource(ResourceARN=made["GroupARN"])["Tags"] == [{"Key": "team", "Value": "a"}]
    refused(lambda: xray.create_group(GroupName="slow"))
    refused(lambda: xray.create_group(GroupName="default"))
    refused(lambda: xray.update_group(GroupName="slow", FilterExpression="nonsense ="))
    refused(lambda: xray.update_group(GroupName="slow", InsightsConfiguration={"InsightsEnabled": True}))
    xray.delete_group(GroupName="slow")
    refused(lambda: xray.get_group(GroupName="slow"), message="Group not found")
    refused(lambda: xray.list_tags_for_resource(ResourceARN=made["GroupARN"]), "ResourceNotFoundException")


def test_sampling_rules_are_made_shown_changed_and_deleted(timed_platform):
    xray = timed_platform.client("xray")
    (default,) = xray.get_sampling_rules()["SamplingRuleRecords"]
    assert default["SamplingRule"] == {
        **{"RuleName": "Default", "RuleARN": "arn:aws:xray:us-east-1:000000000000:sampling-rule/Default"},
        **{"ResourceARN": "*", "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*"},
        **{"Priority": 10000, "FixedRate": 0.05, "ReservoirSize": 1, "Version": 1, "Attributes": {}},
    }
    assert default["CreatedAt"].timestamp() == 0
    made = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]["SamplingRule"]
    assert made == {
        **RULE,
        "RuleARN": "arn:aws:xray:us-east-1:000000000000:sampling-rule/polling",
        "Attributes": {},
    }
    changed = xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "polling", "FixedRate": 0.5})
    assert changed["SamplingRuleRecord"]["SamplingRule"]["FixedRate"] == 0.5
    default = xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "ReservoirSize": 0})
    assert default["SamplingRuleRecord"]["SamplingRule"]["ReservoirSize"] == 0
    refused(
        lambda: xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "Priority": 1}),
        message="Invalid update request for default sampling rule",
    )
    refused(lambda: xray.create_sampling_rule(SamplingRule=RULE))
    refused(lambda: xray.delete_sampling_rule(RuleName="Default"))
    refused(xray.delete_sampling_rule)
    gone = xray.delete_sampling_rule(RuleARN=made["RuleARN"])["SamplingRuleRecord"]["SamplingRule"]
    assert gone["RuleName"] == "polling"
    refused(lambda: xray.delete_sampling_rule(RuleName="polling"), message="Sampling rule does not exist.")


def test_clients_share_a_rules_reservoir(timed_platform):
    xray = timed_platform.client("xray")
    xray.create_sampling_rule(SamplingRule=RULE)

    def report(client, rule="polling"):
        now_s = 1_767_225_600
        return xray.get_sampling_targets(
            SamplingStatisticsDocuments=[
                {"RuleName": rule, "ClientID": client, "Timestamp": now_s, "RequestCount": 110, "SampledCount": 20}
            ]
        )

    answer = report(CLIENT)
    (target,) = answer["SamplingTargetDocuments"]
    assert (target["RuleName"], target["FixedRate"], target["ReservoirQuota"]) == ("polling", 0.003, 5)
    assert (target["ReservoirQuotaTTL"].timestamp(), target["Interval"]) == (1_767_225_900, 10)
    assert answer["LastRuleModification"].timestamp() == 1_767_225_600
    others = [report(client)["SamplingTargetDocuments"][0]["ReservoirQuota"] for client in (CLIENT[::-1], CLIENT)]
    assert sorted(others) == [2, 3]
    (missing,) = report(CLIENT, "nobody")["UnprocessedStatistics"]
    assert missing["RuleName"] == "nobody"
    (told,) = xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
    assert (told["RuleName"], told["RequestCount"], told["SampledCount"]) == ("polling", 220, 40)
    timed_platform.advance(40_000)
    assert report(CLIENT)["SamplingTargetDocuments"][0]["ReservoirQuota"] == 5


def test_encryption_destination_policies_and_telemetry(timed_platform):
    xray = timed_platform.client("xray")
    assert xray.get_encryption_config()["EncryptionConfig"] == {"Type": "NONE", "Status": "ACTIVE"}
    put = xray.put_encryption_config(Type="KMS", KeyId="alias/aws/xray")["EncryptionConfig"]
    key = "arn:aws:kms:us-east-1:000000000000:alias/aws/xray"
    assert put == {"Type": "KMS", "KeyId": key, "Status": "UPDATING"}
    assert xray.get_encryption_config()["EncryptionConfig"] == {"Type": "KMS", "KeyId": key, "Status": "ACTIVE"}
    refused(lambda: xray.put_encryption_config(Type="KMS"))

    assert xray.get_trace_segment_destination()["Destination"] == "XRay"
    refused(lambda: xray.update_trace_segment_destination(Destination="CloudWatchLogs"))

    allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "xray:Put*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    policy = xray.put_resource_policy(PolicyName="sns", PolicyDocument=document)["ResourcePolicy"]
    assert (policy["PolicyDocument"], policy["PolicyRevisionId"]) == (document, "1")
    refused(
        lambda: xray.put_resource_policy(PolicyName="sns", PolicyDocument=document, PolicyRevisionId="0"),
        "InvalidPolicyRevisionIdException",
    )
    refused(lambda: xray.put_resource_policy(PolicyName="x", PolicyDocument="{"), "MalformedPolicyDocumentException")
    assert [one["PolicyName"] for one in xray.list_resource_policies()["ResourcePolicies"]] == ["sns"]
    xray.delete_resource_policy(PolicyName="sns")
    assert xray.list_resource_policies()["ResourcePolicies"] == []

    xray.put_telemetry_records(TelemetryRecords=[{"Timestamp": 1_767_225_600, "SegmentsSentCount": 3}], Hostname="h")


def test_insights_are_refused(timed_platform):
    xray = timed_platform.client("xray")
    time, insight = {"StartTime": 1_767_225_600, "EndTime": 1_767_225_700}, "01234567-89ab-4cde-8fab-0123456789ab"
    words = "X-Ray insights are not supported by Eventyard."
    refused(lambda: xray.get_insight_summaries(**time), message=words)
    refused(lambda: xray.get_insight(InsightId=insight), message=words)
    refused(lambda: xray.get_insight_events(InsightId=insight), message=words)
    refused(lambda: xray.get_insight_impact_graph(InsightId=insight, **time), message=words)


def test_tags_of_rules_are_put_and_taken_off(timed_platform):
    xray = timed_platform.client("xray")
    arn = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]
    xray.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    xray.untag_resource(ResourceARN=arn, TagKeys=["a", "c"])
    assert xray.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    refused(lambda: xray.tag_resource(ResourceARN=arn, Tags=many), "TooManyTagsException")
