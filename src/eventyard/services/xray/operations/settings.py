"""Single settings: encryption, where segments go, resource policies."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.policies.document import compile_policy
from eventyard.languages.policies.errors import PolicyError
from eventyard.services.xray import errors
from eventyard.services.xray.queries import settings
from eventyard.store.tx import Tx

ENCRYPTION = "encryption"
POLICIES_MAX = 5
POLICY_BYTES_MAX = 5 * 1024
"""Source of both: https://docs.aws.amazon.com/xray/latest/api/API_PutResourcePolicy.html"""


def put_encryption_config(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Keep the setting: nothing is encrypted. AWS answers UPDATING; here it has been applied when it is asked for."""
    kind, key = call.params["Type"], call.params.get("KeyId")
    if kind == "KMS" and key is None:
        raise errors.key_wanted()
    if kind == "NONE" and key is not None:
        raise errors.key_not_wanted()
    config = {"Type": kind, **({"KeyId": _key_arn(call, key)} if key else {})}
    settings.put_setting(tx, ENCRYPTION, config, account=call.account, region=call.region)
    return {"EncryptionConfig": {**config, "Status": "UPDATING"}}


def _key_arn(call: Call[Any], key: str) -> str:
    """AWS shows the key's ARN, whether it was named by that, by its id or by its alias."""
    if key.startswith("arn:"):
        return key
    resource = key if key.startswith("alias/") else f"key/{key}"
    return f"arn:aws:kms:{call.region}:{call.account}:{resource}"


def get_encryption_config(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Show the setting."""
    config = settings.setting(tx, ENCRYPTION, account=call.account, region=call.region) or {"Type": "NONE"}
    return {"EncryptionConfig": {**config, "Status": "ACTIVE"}}


def get_trace_segment_destination(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Segments stay in X-Ray."""
    return {"Destination": "XRay", "Status": "ACTIVE"}


def update_trace_segment_destination(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Segments stay in X-Ray."""
    if call.params.get("Destination") == "CloudWatchLogs":
        raise errors.not_served("Destination CloudWatchLogs")
    if "CloudWatchLogsConfiguration" in call.params:
        raise errors.not_served("CloudWatchLogsConfiguration")
    return {"Destination": "XRay", "Status": "ACTIVE"}


def put_resource_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Keep a policy, if its last revision is the one that the request knows."""
    name, document = call.params["PolicyName"], call.params["PolicyDocument"]
    _refuse_malformed(document)
    known = {row[0]: row[2] for row in settings.policies(tx, account=call.account, region=call.region)}
    _refuse_other_revision(call.params, known.get(name))
    if name not in known and len(known) >= POLICIES_MAX:
        raise errors.too_many_policies()
    revision = str(int(known.get(name, "0")) + 1)
    place = {"account": call.account, "region": call.region}
    settings.put_policy(tx, name, document, **place, revision=revision, now_ms=call.now_ms)
    return {"ResourcePolicy": _policy_shown(name, document, revision, call.now_ms)}


def _refuse_malformed(document: str) -> None:
    if len(document.encode()) > POLICY_BYTES_MAX:
        raise errors.policy_too_large()
    try:
        compile_policy(document)
    except PolicyError as wrong:
        raise errors.policy_malformed() from wrong


def _refuse_other_revision(params: Mapping[str, Any], known: str | None) -> None:
    """Revision 0 asks for a policy that is not there yet."""
    asked = params.get("PolicyRevisionId")
    if asked is not None and asked != (known or "0"):
        raise errors.policy_revision_differs()


def list_resource_policies(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Show the policies; they are few."""
    rows = settings.policies(tx, account=call.account, region=call.region)
    return {"ResourcePolicies": [_policy_shown(*row) for row in rows]}


def delete_resource_policy(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Delete a policy; one that is not there does no harm."""
    name = call.params["PolicyName"]
    known = {row[0]: row[2] for row in settings.policies(tx, account=call.account, region=call.region)}
    if name in known:
        _refuse_other_revision(call.params, known[name])
        settings.delete_policy(tx, name, account=call.account, region=call.region)
    return {}


def _policy_shown(name: str, document: str, revision: str, modified_at_ms: int) -> dict[str, Any]:
    return {
        "PolicyName": name,
        "PolicyDocument": document,
        "PolicyRevisionId": revision,
        "LastUpdatedTime": modified_at_ms,
    }
