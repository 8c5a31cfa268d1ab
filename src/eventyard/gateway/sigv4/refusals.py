"""AWS's words for a request that is not rightly signed, in the four dialects that its services use.

The same fault has another code in each: JSON services say `UnrecognizedClientException` where query services say
`InvalidClientTokenId` and S3 `InvalidAccessKeyId`; JSON services answer 400, all others mostly 403.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html, the services' pages of
common errors, and answers of AWS quoted in public issue threads (2014-2024). Unverified: SQS over JSON, which is
taken to keep the codes of its query days. Differs: the window is 15 minutes for all; a few services of AWS have 5.
"""

from collections.abc import Mapping
from enum import Enum

from eventyard.base.errors import AwsError
from eventyard.base.http import Request

_NO_MATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
_S3_NO_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


class Dialect(Enum):
    """How a service's family of protocols names these faults."""

    JSON = "json"
    REST_JSON = "rest-json"
    QUERY = "query"
    S3 = "s3"


_CODES: Mapping[str, Mapping[Dialect, tuple[str, int]]] = {
    "unknown key": {
        Dialect.JSON: ("UnrecognizedClientException", 400),
        Dialect.REST_JSON: ("UnrecognizedClientException", 403),
        Dialect.QUERY: ("InvalidClientTokenId", 403),
        Dialect.S3: ("InvalidAccessKeyId", 403),
    },
    "no match": {
        Dialect.JSON: ("InvalidSignatureException", 400),
        Dialect.REST_JSON: ("InvalidSignatureException", 403),
        Dialect.QUERY: ("SignatureDoesNotMatch", 403),
        Dialect.S3: ("SignatureDoesNotMatch", 403),
    },
    "incomplete": {
        Dialect.JSON: ("IncompleteSignatureException", 400),
        Dialect.REST_JSON: ("IncompleteSignatureException", 403),
        Dialect.QUERY: ("IncompleteSignature", 400),
        Dialect.S3: ("AuthorizationHeaderMalformed", 400),
    },
    "missing": {
        Dialect.JSON: ("MissingAuthenticationTokenException", 400),
        Dialect.REST_JSON: ("MissingAuthenticationTokenException", 403),
        Dialect.QUERY: ("MissingAuthenticationToken", 403),
        Dialect.S3: ("AccessDenied", 403),
    },
}


def dialect_of(request: Request, *, service: str) -> Dialect:
    """The dialect to refuse `request` in; `service` is the signing name that it claims, or empty."""
    content_type = request.headers.get("content-type", "")
    if service == "s3":
        return Dialect.S3
    if "application/x-www-form-urlencoded" in content_type or service == "sqs" or "Action=" in request.query:
        return Dialect.QUERY
    if "x-amz-target" in request.headers or "smithy-protocol" in request.headers:
        return Dialect.JSON
    return Dialect.REST_JSON if service or content_type else Dialect.QUERY


def _refusal(fault: str, dialect: Dialect, message: str) -> AwsError:
    code, status = _CODES[fault][dialect]
    return AwsError(code, message, status=status)


def unknown_key(dialect: Dialect) -> AwsError:
    """Nobody has this access key."""
    if dialect is Dialect.S3:
        return _refusal("unknown key", dialect, "The AWS Access Key Id you provided does not exist in our records.")
    return _refusal("unknown key", dialect, "The security token included in the request is invalid.")


def signature_differs(dialect: Dialect) -> AwsError:
    """Another secret, or something was changed after signing."""
    return _refusal("no match", dialect, _S3_NO_MATCH if dialect is Dialect.S3 else _NO_MATCH)


def body_differs() -> AwsError:
    """S3 alone tells a wrong body hash from a wrong signature."""
    message = "The provided 'x-amz-content-sha256' header does not match what was computed."
    return AwsError("XAmzContentSHA256Mismatch", message, status=400)


def unsigned_host(dialect: Dialect) -> AwsError:
    """A signature that would be good for any server."""
    message = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    return _refusal("no match", dialect, message)


def unsigned_operation(dialect: Dialect) -> AwsError:
    """A signature that would be good for any operation. Unverified words, made after those for the host."""
    message = "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."
    return _refusal("no match", dialect, message)


def missing(dialect: Dialect) -> AwsError:
    """No claim at all."""
    if dialect is Dialect.S3:
        return _refusal("missing", dialect, "Access Denied")
    is_rest = dialect is Dialect.REST_JSON
    message = "Missing Authentication Token" if is_rest else "Request is missing Authentication Token"
    return _refusal("missing", dialect, message)


def incomplete(dialect: Dialect, message: str) -> AwsError:
    """A claim that cannot be read; `message` is AWS's sentence about it."""
    return _refusal("incomplete", dialect, message)


def expired(dialect: Dialect, *, signed: str, earliest: str, now: str) -> AwsError:
    """The three instants as `YYYYMMDDTHHMMSSZ`."""
    if dialect is Dialect.S3:
        return _skewed()
    sentence = f"Signature expired: {signed} is now earlier than {earliest} ({now} - 15 min.)"
    return _refusal("no match", dialect, sentence)


def not_yet_current(dialect: Dialect, *, signed: str, latest: str, now: str) -> AwsError:
    """The three instants as `YYYYMMDDTHHMMSSZ`."""
    if dialect is Dialect.S3:
        return _skewed()
    sentence = f"Signature not yet current: {signed} is still later than {latest} ({now} + 15 min.)"
    return _refusal("no match", dialect, sentence)


def _skewed() -> AwsError:
    message = "The difference between the request time and the current time is too large."
    return AwsError("RequestTimeTooSkewed", message, status=403)


def presign_expired(dialect: Dialect, *, signed: str, earliest: str, now: str, expires_s: int) -> AwsError:
    """As `expired`, for a lifetime that the client chose."""
    if dialect is Dialect.S3:
        return AwsError("AccessDenied", "Request has expired", status=403)
    sentence = f"Signature expired: {signed} is now earlier than {earliest} ({now} - {expires_s // 60} min.)"
    return _refusal("no match", dialect, sentence)


def wrong_date(dialect: Dialect, *, scope_date: str, timestamp: str) -> AwsError:
    """The credential is scoped to another day than the request's."""
    message = (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'{scope_date}' != '{timestamp[:8]}', from '{timestamp}'."
    )
    return _refusal("no match", dialect, message)
