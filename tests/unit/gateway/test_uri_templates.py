"""From method and path to the operation of a rest service."""

import pytest

from eventyard.gateway import models
from eventyard.gateway.protocol.placement import query_fields
from eventyard.gateway.uri_templates import Routes

ROUTES = {service: Routes(models.load(service)) for service in ("lambda", "s3", "scheduler", "pipes")}


@pytest.mark.parametrize(
    ("service", "method", "target", "operation", "labels"),
    [
        ("lambda", "GET", "/2015-03-31/functions/", "ListFunctions", {}),
        ("lambda", "GET", "/2015-03-31/functions", "ListFunctions", {}),
        ("lambda", "POST", "/2015-03-31/functions/a%3Ab/invocations", "Invoke", {"FunctionName": "a:b"}),
        ("lambda", "GET", "/2018-10-31/layers?find=LayerVersion&Arn=x", "GetLayerVersionByArn", {}),
        ("lambda", "GET", "/2018-10-31/layers", "ListLayers", {}),
        ("scheduler", "POST", "/schedules/n", "CreateSchedule", {"Name": "n"}),
        ("pipes", "POST", "/tags/arn:aws:pipes:x", "TagResource", {"resourceArn": "arn:aws:pipes:x"}),
        ("s3", "PUT", "/b", "CreateBucket", {"Bucket": "b"}),
        ("s3", "PUT", "/b/", "CreateBucket", {"Bucket": "b"}),
        ("s3", "PUT", "/b/k/a%20b", "PutObject", {"Bucket": "b", "Key": "k/a b"}),
        ("s3", "PUT", "/b/folder/", "PutObject", {"Bucket": "b", "Key": "folder/"}),
        ("s3", "GET", "/b?list-type=2", "ListObjectsV2", {"Bucket": "b"}),
        ("s3", "GET", "/b", "ListObjects", {"Bucket": "b"}),
        ("s3", "GET", "/", "ListBuckets", {}),
        ("s3", "PUT", "/b?lifecycle", "PutBucketLifecycleConfiguration", {"Bucket": "b"}),
        ("s3", "PUT", "/b/k?uploadId=1&partNumber=2", "UploadPart", {"Bucket": "b", "Key": "k"}),
        ("s3", "PUT", "/b/k?tagging", "PutObjectTagging", {"Bucket": "b", "Key": "k"}),
    ],
)
def test_the_most_specific_template_wins(service, method, target, operation, labels):
    path, _, query = target.partition("?")
    assert ROUTES[service].find(method, path, query_fields(query), {}) == (operation, labels)


def test_a_required_header_tells_a_copy_from_a_put():
    found = ROUTES["s3"].find("PUT", "/b/k", {}, {"x-amz-copy-source": "/a/b"})
    assert found == ("CopyObject", {"Bucket": "b", "Key": "k"})


def test_a_path_of_no_operation_is_none():
    assert ROUTES["lambda"].find("DELETE", "/nowhere", {}, {}) is None
    assert ROUTES["lambda"].find("PATCH", "/2015-03-31/functions", {}, {}) is None
