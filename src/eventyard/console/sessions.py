"""Who is logged in: a cookie that says which access key until when, signed with that key's own secret.

    ACCESSKEY.EXPIRES.MAC      EXPIRES in seconds since the epoch; MAC hexadecimal, over what stands before it

So nothing is kept on the server, a session outlives a restart, and one ends when its key is taken away or changed.
The token of a page proves that a change was asked for by a page of ours: a MAC over the session with a secret that the
server makes at its start.
"""

import hashlib
import hmac

from eventyard.engine.keys import KeyRing

COOKIE = "eventyard-session"
LASTS_S = 12 * 3600
_PURPOSE = b"eventyard console session\n"


def log_in(keys: KeyRing, *, access_key: str, secret: str, now_ms: int) -> str | None:
    """The session's cookie, or `None` where the key is unknown or the secret is not its own."""
    known = keys.secret(access_key)
    if known is None or not hmac.compare_digest(known.encode(), secret.encode()):
        return None
    claim = f"{access_key}.{now_ms // 1000 + LASTS_S}"
    return f"{claim}.{_mac(known, claim)}"


def access_key_of(keys: KeyRing, cookie: str, now_ms: int) -> str | None:
    """The access key of a session that is still good, or `None`."""
    claim, _, mac = cookie.rpartition(".")
    access_key, _, expires = claim.rpartition(".")
    known = keys.secret(access_key)
    if known is None or not (expires.isdecimal() and len(expires) < 12) or not mac.isascii():
        return None
    is_ours = hmac.compare_digest(_mac(known, claim), mac)
    return access_key if is_ours and now_ms < int(expires) * 1000 else None


def token(server_secret: str, session: str) -> str:
    """What a page of this session sends along with a change."""
    return hmac.new(server_secret.encode(), session.encode(), hashlib.sha256).hexdigest()[:32]


def _mac(secret: str, claim: str) -> str:
    return hmac.new(secret.encode(), _PURPOSE + claim.encode(), hashlib.sha256).hexdigest()
