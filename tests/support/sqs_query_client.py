"""A boto3 client that speaks SQS's `query` protocol, as every SDK did before November 2023."""

from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

from eventyard.gateway.sqs_query import with_query_names
from tests.support.platform import REGION


class QueryLoader(Loader):  # type: ignore[misc]
    """Loads SQS's model with the names of its `query` days; botocore's own serialiser and parser do the rest."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(service_name, type_name, api_version)
        return with_query_names(model) if (service_name, type_name) == ("sqs", "service-2") else model


def query_client(endpoint: str) -> Any:
    """A client that does not retry."""
    session = botocore.session.Session()
    session.register_component("data_loader", QueryLoader())
    return boto3.session.Session(botocore_session=session, region_name=REGION).client(
        "sqs",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
