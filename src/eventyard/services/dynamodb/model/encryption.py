"""The key that encrypts a table, as it is described. There are no key services here: items are stored as they are.

Source: LocalStack's recordings of AWS, 2024-01-10 and 2024-12-09. The words of the refusals are Unverified.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

from eventyard.services.dynamodb import errors

_MANAGED_ALIAS = "alias/aws/dynamodb"


def managed_key_arn(account: str, region: str) -> str:
    """The key that AWS manages for all of an account's tables in a region: always the same one."""
    digest = blake2b(f"{account}/{region}/{_MANAGED_ALIAS}".encode(), digest_size=16).digest()
    return f"arn:aws:kms:{region}:{account}:key/{UUID(bytes=digest, version=4)}"


def sse_description(given: Mapping[str, Any] | None, *, account: str, region: str) -> dict[str, Any] | None:
    """The `SSEDescription`; `None` for the key that AWS owns, which is not described."""
    if given is None:
        return None
    if not given.get("Enabled", False):
        if "KMSMasterKeyId" in given:
            raise errors.invalid_parameters("KMSMasterKeyId can be specified only when SSE is enabled")
        return None
    if given.get("SSEType", "KMS") != "KMS":
        raise errors.invalid_parameters(f"SSEType {given['SSEType']} is not supported. The supported value is KMS")
    arn = _key_arn(given.get("KMSMasterKeyId", _MANAGED_ALIAS), account=account, region=region)
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}


def _key_arn(key: str, *, account: str, region: str) -> str:
    name = key.rpartition(":")[2]
    if name == _MANAGED_ALIAS:
        return managed_key_arn(account, region)
    if name.startswith("alias/"):
        raise errors.unserved("KMSMasterKeyId with an alias of a key")
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"
