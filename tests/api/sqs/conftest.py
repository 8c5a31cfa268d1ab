"""A client in each of SQS's protocols, and plain signed requests in the older one."""

from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.platform import REGION, RunningPlatform
from tests.support.sqs_query_client import query_client

Get = Callable[..., urllib3.BaseHTTPResponse]


@pytest.fixture(params=["json", "query"])
def sqs(request: pytest.FixtureRequest, platform: RunningPlatform) -> Any:
    """A client; each test runs once in each protocol."""
    return platform.client("sqs") if request.param == "json" else query_client(platform.endpoint)


@pytest.fixture
def get(platform: RunningPlatform) -> Get:
    """A signed GET of an address with these parameters."""
    credentials = Credentials("test", "test")

    def signed_get(url: str, **params: str) -> urllib3.BaseHTTPResponse:
        request = AWSRequest("GET", url, params=params)
        SigV4Auth(credentials, "sqs", REGION).add_auth(request)
        prepared = request.prepare()
        return urllib3.request("GET", prepared.url, headers=dict(prepared.headers), retries=False)

    return signed_get
