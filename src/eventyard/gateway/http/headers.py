"""The header lines of a request, read into one mapping of lower-case names."""

from collections.abc import Mapping, Sequence

# The names that nearly every request carries, in the spellings that clients use, so that they need no decoding.
_KNOWN_NAMES: Mapping[bytes, str] = {
    spelling.encode(): name
    for name in (
        *("host", "accept", "accept-encoding", "user-agent", "content-type", "content-length", "connection"),
        *("authorization", "expect", "x-amz-target", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"),
        *("x-amzn-query-mode", "x-amz-user-agent", "x-amzn-trace-id", "amz-sdk-invocation-id", "amz-sdk-request"),
    )
    for spelling in (name, name.title(), name.title().replace("Sdk", "SDK"))
}


def read_headers(lines: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Values by name; those of repeated names are joined by `", "`."""
    headers: dict[str, str] = {}
    for name, value in lines:
        key = _KNOWN_NAMES.get(name) or name.decode("latin-1").lower()
        text = value.decode("latin-1").strip(" \t")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
