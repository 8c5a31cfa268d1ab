"""Bytes that are not quite HTTP, on a raw socket: an answer below 500 or none, an end, and a server that goes on."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.victim import Victim

SHORT = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))

METHODS = st.sampled_from(
    [b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"CONNECT", b"PRI", b"get", b"", b"\x00"]
)
TARGETS = st.sampled_from(
    [
        b"/",
        b"*",
        b"",
        b"//",
        b"/../..",
        b"/%zz",
        b"/?a=%",
        b"http://x/",
        b"/000000000000/orders",
        b"/2015-03-31/functions/%00",
    ]
) | st.binary(max_size=30)
VERSIONS = st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9", b"", b"HTTP/1.1 "])
NAMES = st.sampled_from(
    [
        *(
            b"Host",
            b"Content-Length",
            b"Content-Length",
            b"Transfer-Encoding",
            b"Content-Encoding",
            b"Expect",
            b"Upgrade",
        ),
        *(
            b"Authorization",
            b"X-Amz-Target",
            b"X-Amz-Date",
            b"Content-Type",
            b"X-Amz-Content-Sha256",
            b"Connection",
            b"a b",
            b"",
        ),
    ]
)
VALUES = st.sampled_from(
    [
        *(b"0", b"5", b"-1", b"99999999999999999999", b"1, 2", b"chunked", b"gzip, chunked", b"gzip", b"100-continue"),
        *(
            b"AmazonSQS.SendMessage",
            b"DynamoDB_20120810.PutItem",
            b"AWSEvents.PutEvents",
            b"AmazonSQS.",
            b".",
            b"a.b.c",
        ),
        *(
            b"AWS4-HMAC-SHA256 Credential=////, SignedHeaders=, Signature=",
            b"AWS4-HMAC-SHA256",
            b"Basic x",
            b"websocket",
        ),
        *(b"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",),
        *(
            b"application/x-amz-json-1.0",
            b"application/x-www-form-urlencoded",
            b"application/cbor",
            b"text/xml; charset=\xff",
        ),
        *(b"x" * 40_000, b"\x00", b"close", b"keep-alive"),
    ]
)
BODIES = st.sampled_from(
    [
        b"",
        b"hello",
        b"{}",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"zz\r\n",
        b"ffffffffffffffff\r\n",
        b"0\r\nX: y\r\n\r\n",
        b"Action=SendMessage",
    ]
) | st.binary(max_size=60)


@st.composite
def almost_http(draw: st.DrawFn) -> bytes:
    """One to three requests, each nearly right."""
    requests: Sequence[bytes] = draw(st.lists(almost_a_request(), min_size=1, max_size=3))
    return b"".join(requests)


@st.composite
def almost_a_request(draw: st.DrawFn) -> bytes:
    end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"]))
    headers = draw(st.lists(st.tuples(NAMES, VALUES), max_size=8))
    lines = [b" ".join((draw(METHODS), draw(TARGETS), draw(VERSIONS))), *(b": ".join(header) for header in headers)]
    return end.join(lines) + end + end + draw(BODIES)


def judge(victim: Victim, sent: bytes) -> None:
    statuses = victim.exchange(sent)
    assert all(status < 500 for status in statuses), (statuses, sent)


@given(sent=almost_http() | st.binary(max_size=200))
@SHORT
def test_almost_http_is_refused(victim: Victim, sent: bytes):
    judge(victim, sent)
    assert victim.is_well()


@pytest.mark.slow
@pytest.mark.timeout(600)
@given(sent=almost_http() | st.binary(max_size=2000))
@LONG
def test_much_that_is_almost_http_is_refused(victim: Victim, sent: bytes):
    judge(victim, sent)
