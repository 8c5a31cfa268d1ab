"""Who is calling."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind a call.

    `account` is 12 digits; `principal_arn` what AWS would print of it; `principal_id` its unique id, which is a
    message's `SenderId`; `is_verified` says that its signature was checked and right.
    """

    account: str
    region: str
    access_key: str
    principal_arn: str
    principal_id: str
    is_verified: bool = False


def service_caller(service: str, account: str, region: str) -> Caller:
    """An AWS service acting by itself, such as EventBridge delivering to a queue (`events.amazonaws.com`)."""
    principal = f"{service}.amazonaws.com"
    return Caller(account, region, access_key="", principal_arn=principal, principal_id=principal, is_verified=True)
