"""Whatever bytes come, reading gives parameters or an AwsError, and no error needs more than a moment."""

import gzip
import time
from contextlib import suppress

import cbor2
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventyard.base.errors import AwsError
from eventyard.base.http import Request
from eventyard.gateway.models import ServiceModels
from eventyard.gateway.protocol.table import codec
from eventyard.gateway.validate import validator

MODELS = ServiceModels()
OPERATIONS = [
    ("sqs", "SendMessage", "json"),
    ("sqs", "SendMessageBatch", "query"),
    ("sqs", "CreateQueue", "query"),
    ("sns", "Publish", "query"),
    ("events", "PutEvents", "json"),
    ("dynamodb", "PutItem", "json"),
    ("lambda", "CreateFunction", "rest-json"),
    ("lambda", "ListFunctions", "rest-json"),
    ("s3", "PutBucketLifecycleConfiguration", "rest-xml"),
    ("s3", "ListObjectsV2", "rest-xml"),
    ("cloudwatch", "PutMetricData", "smithy-rpc-v2-cbor"),
    ("cloudwatch", "PutMetricData", "query"),
]
CODECS = [
    (codec(MODELS.service(service), operation, protocol).read, validator(MODELS.operation(service, operation)))
    for service, operation, protocol in OPERATIONS
]
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def attempt(body: bytes, query: str = "", headers: dict[str, str] | None = None) -> None:
    for read, validate in CODECS:
        with suppress(AwsError):
            validate(read(Request("POST", "/?" + query, headers or {}, body), {}))


def trees(text: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | text
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=20)


WORDS = (
    "QueueUrl MessageBody Entries Id Item TableName MessageAttributes DelaySeconds Code ZipFile Timeout Time Source "
    "S M L B MetricData Timestamp Values Namespace Attributes Attribute"
)
NAMES = st.sampled_from(WORDS.split()) | st.text(max_size=8)


@given(st.binary(max_size=200))
@QUIET
def test_any_bytes_are_read_or_refused(body):
    attempt(body)


@given(trees(NAMES))
@QUIET
def test_any_json_is_read_or_refused(tree):
    attempt(orjson.dumps(tree, option=orjson.OPT_NON_STR_KEYS) if _fits(tree) else b"{}")


def _fits(tree: object) -> bool:
    try:
        orjson.dumps(tree)
    except TypeError:
        return False
    return True


@given(trees(NAMES))
@QUIET
def test_any_cbor_is_read_or_refused(tree):
    attempt(cbor2.dumps(tree))


@given(
    st.lists(
        st.tuples(
            st.lists(NAMES | st.sampled_from(["1", "2", "999999999", "member", "Name"]), min_size=1),
            st.text(max_size=5),
        )
    )
)
@QUIET
def test_any_form_is_read_or_refused(pairs):
    attempt("&".join(f"{'.'.join(path)}={value}" for path, value in pairs).encode("utf-8", "replace"))


@given(trees(NAMES), st.text(max_size=30))
@QUIET
def test_any_xml_is_read_or_refused(tree, tail):
    def element(name: str, value: object) -> str:
        if isinstance(value, dict):
            return f"<{name}>{''.join(element(key, item) for key, item in value.items())}</{name}>"
        return f"<{name}>{value}</{name}>"

    attempt((element("Root", tree) + tail).encode("utf-8", "replace"))


@given(st.text(max_size=60), st.text(max_size=20))
@QUIET
def test_any_query_string_and_header_are_read_or_refused(query, value):
    names = ("x-amz-acl", "x-amz-expected-bucket-owner", "content-md5", "x-amz-optional-object-attributes")
    attempt(b"", query, dict.fromkeys(names, value))
    attempt(b"", "MaxItems=" + query + "&max-keys=" + query + "&fetch-owner=" + value)


HOSTILE = {
    "deep json": b'{"Item":' + b'{"a":{"M":' * 400 + b"1" + b"}}" * 400 + b"}",
    "deeper json": b"[" * 100_000,
    "deep json lists": b'{"Item":{"a":' + b'{"L":[' * 450 + b"]}" * 450 + b"}}",
    "deep xml": b"<a>" * 100_000,
    "deep cbor": b"\x81" * 100_000,
    "entities": b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
    "outside entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "absurd index": b"Attribute.999999999999.Name=a&Attribute.999999999999.Value=b&Tag." + b"9" * 5000 + b".Key=a",
    "deep form": b"Attribute" + b".1" * 50_000 + b"=x",
    "wide form": b"a=1&" * 100_000,
    "cbor that claims gigabytes": b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
    "cbor that refers to itself": cbor2.dumps(cbor2.CBORTag(28, [cbor2.CBORTag(29, 0)])),
    "cbor with a huge exponent": cbor2.dumps({"Values": cbor2.CBORTag(4, [2**60, 1])}),
    "an instant out of time": b'{"Entries":[{"Time":1e300}]}',
    "an infinite instant": b'{"Entries":[{"Time":"9999999999999999999999999-01-01T00:00:00Z"}]}',
    "digits": b'{"DelaySeconds":' + b"9" * 100_000 + b"}",
    "surrogates": b'{"MessageBody":"\\ud800","QueueUrl":"\\udfff"}',
    "gzip of nothing": gzip.compress(b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_at_once(name):
    started = time.process_time()
    attempt(HOSTILE[name])
    assert time.process_time() - started < 2


def test_a_position_in_a_form_only_sorts():
    read = codec(MODELS.service("sqs"), "TagQueue", "query").read
    body = b"Tag.999999999.Key=late&Tag.999999999.Value=1&Tag.2.Key=early&Tag.2.Value=2"
    assert list(read(Request("POST", "/", {}, body), {})["Tags"].items()) == [("early", "2"), ("late", "1")]
