"""Who looks, and at which account and region: the door of the console.

An open server lets in whoever comes to a loopback name (a page of the Internet that points its own name at this machine
does not) and shows any account. A strict one wants a session or a right signature, and shows the account of the key.
Account and region are chosen by the query of any address and then kept in a cookie, which holds nothing secret.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from eventyard.console import sessions
from eventyard.engine.identity import Caller
from eventyard.engine.keys import DEFAULT_ACCOUNT, KeyRing

PLACE_COOKIE = "eventyard-place"
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]{1,16}){1,3}-\d{1,2}")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `session` is the cookie of a login, empty on an open server and for a signed request."""

    caller: Caller
    session: str

    @property
    def place(self) -> str:
        """The account and region that are shown, as the cookie keeps them."""
        return f"{self.caller.account}/{self.caller.region}"


@dataclass(frozen=True, slots=True)
class Door:
    """How one server lets people in; `region` is the one that is shown first."""

    keys: KeyRing
    is_strict: bool
    region: str

    def viewer(
        self, *, query: Mapping[str, str], cookies: Mapping[str, str], signed: Caller, now_ms: int
    ) -> Viewer | None:
        """Whoever asks, or `None` where a login is wanted. `signed` is whose signature the request has, if any."""
        kept_account, _, kept_region = cookies.get(PLACE_COOKIE, "").partition("/")
        region = _first(_REGION, query.get("region", ""), kept_region) or (signed.access_key and signed.region)
        region = region or self.region
        if not self.is_strict:
            account = _first(_ACCOUNT, query.get("account", ""), kept_account)
            return Viewer(_root(account or signed.account or DEFAULT_ACCOUNT, region, access_key=""), "")
        session = cookies.get(sessions.COOKIE, "")
        access_key = sessions.access_key_of(self.keys, session, now_ms)
        if access_key is not None:
            return Viewer(_root(self.keys.account(access_key) or DEFAULT_ACCOUNT, region, access_key), session)
        return Viewer(_root(signed.account, region, signed.access_key), "") if signed.is_verified else None

    def refuses_host(self, host: str) -> bool:
        """Whether an open server may not be looked at under that name."""
        return not self.is_strict and not _is_local(host)


def _first(pattern: re.Pattern[str], *texts: str) -> str:
    return next((text for text in texts if pattern.fullmatch(text)), "")


def _root(account: str, region: str, access_key: str) -> Caller:
    return Caller(account, region, access_key, f"arn:aws:iam::{account}:root", account, is_verified=True)


def _is_local(host: str) -> bool:
    """A name that only this machine gives a meaning to, or an address: whatever a page of another name cannot be."""
    name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
    name = name.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
