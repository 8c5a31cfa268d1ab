"""What a client claims with its signature: read from the `Authorization` header or from a presigned query.

Nothing is verified here. `read_claim` gives `None` when the request carries no claim of Signature Version 4 at all.
Source of the sentences: answers of AWS quoted in public issue threads; see `refusals.py`.
"""

import base64
import calendar
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from eventyard.base.http import Request
from eventyard.gateway.sigv4.canonical import query_pairs

ALGORITHM = "AWS4-HMAC-SHA256"
_HEADER_PARTS = ("Credential", "Signature", "SignedHeaders")
_QUERY_PARTS = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
_EXPIRES_MAX_S = 604_800
_CREDENTIAL = re.compile(r"Credential=([^/,&\s]*)/([^/,&\s]*)/([a-z0-9-]*)/([a-z0-9-]*)/aws4_request")
_OLD_KEY = re.compile(r"(?:AWSAccessKeyId=|^AWS )([^:&\s]+)")


class Malformed(Exception):
    """A claim that cannot be read; the message is AWS's."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A credential scope: the key and what its signature is good for."""

    access_key: str
    date: str
    region: str
    service: str

    @property
    def text(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a request says it is from. `expires_s` is `None` for a header, the lifetime for a presigned query."""

    scope: Scope
    signed_names: tuple[str, ...]
    signature: str
    timestamp: str
    expires_s: int | None = None


def read_claim(request: Request) -> Claim | None:
    """The claim of `request`, `None` when it has none. Errors: `Malformed`."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return _from_header(authorization, request)
    if "X-Amz-Signature=" in request.target or "X-Amz-Credential=" in request.target:
        return _from_query(dict(query_pairs(request.query)))
    return None


def loose_scope(request: Request) -> Scope:
    """The scope of whatever claim there is, a part that it lacks empty: for callers who need not be right."""
    authorization = request.headers.get("authorization")
    text = unquote(request.query) if authorization is None else authorization
    found = _CREDENTIAL.search(text)
    if found is not None:
        return Scope(*found.groups(default=""))
    old = _OLD_KEY.search(text)  # Signature Version 2
    return Scope(access_key=old.group(1) if old else "", date="", region="", service="")


def _from_header(authorization: str, request: Request) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    parts: dict[str, str] = {}
    for pair in rest.split(",") if algorithm == ALGORITHM else (authorization,):
        name, equals, value = pair.strip().partition("=")
        if not equals or " " in value:
            fault = "Invalid key=value pair (missing equal-sign) in Authorization header"
            raise Malformed(f"{fault} {_hashed(authorization)}.")
        parts[name] = value
    sentences = [f"Authorization header requires '{name}' parameter." for name in _HEADER_PARTS if not parts.get(name)]
    timestamp = request_timestamp(request)
    if not timestamp:
        sentences.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if sentences:
        raise Malformed(f"{' '.join(sentences)} {_hashed(authorization)}")
    signed_names = tuple(parts["SignedHeaders"].lower().split(";"))
    return Claim(_read_scope(parts["Credential"]), signed_names, parts["Signature"], timestamp)


def _hashed(authorization: str) -> str:
    digest = base64.b64encode(hashlib.sha256(authorization.encode("latin-1", "replace")).digest()).decode()
    return f"(hashed with SHA-256 and encoded with Base64): '{digest}'"


def _from_query(pairs: dict[str, str]) -> Claim:
    absent = [f"AWS query-string parameters must include '{name}'." for name in _QUERY_PARTS if not pairs.get(name)]
    if absent:
        raise Malformed(f"{' '.join(absent)} Re-examine the query-string parameters.")
    if pairs["X-Amz-Algorithm"] != ALGORITHM:
        raise Malformed(f"Unsupported AWS 'algorithm': '{pairs['X-Amz-Algorithm']}'.")
    expires = pairs.get("X-Amz-Expires", "900")
    if not (expires.isascii() and expires.isdigit()):
        raise Malformed("X-Amz-Expires should be a number")
    if int(expires) > _EXPIRES_MAX_S:
        raise Malformed(
            "X-Amz-Expires must be less than a week (in seconds); "
            "that is, the given X-Amz-Expires must be less than 604800 seconds"
        )
    timestamp = pairs["X-Amz-Date"]
    epoch_s(timestamp)
    signed_names = tuple(pairs["X-Amz-SignedHeaders"].lower().split(";"))
    return Claim(
        _read_scope(pairs["X-Amz-Credential"]), signed_names, pairs["X-Amz-Signature"], timestamp, int(expires)
    )


def _read_scope(credential: str) -> Scope:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5:
        raise Malformed(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{credential}'"
        )
    access_key, date, region, service, terminator = parts
    if terminator != "aws4_request":
        raise Malformed(f"Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'.")
    return Scope(access_key, date, region, service)


def request_timestamp(request: Request) -> str:
    """`X-Amz-Date`, or `Date` in the same form; empty when there is neither. Errors: `Malformed`."""
    text = request.headers.get("x-amz-date") or request.headers.get("date", "")
    if not text or (len(text) == 16 and text[8] == "T"):
        if text:
            epoch_s(text)
        return text
    try:
        return parsedate_to_datetime(text).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, OverflowError):
        raise Malformed(_bad_date(text)) from None


def epoch_s(timestamp: str) -> int:
    """Seconds since the epoch of a `YYYYMMDDTHHMMSSZ`. Errors: `Malformed`."""
    try:
        return calendar.timegm(datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").timetuple())
    except ValueError:
        raise Malformed(_bad_date(timestamp)) from None


def _bad_date(text: str) -> str:
    return f"Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
