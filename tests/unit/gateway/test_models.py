"""What the service models say, and our corrections to them."""

from pathlib import Path

import pytest

from eventyard.gateway import catalog, models
from eventyard.gateway.models import ServiceModels, UnknownService
from eventyard.gateway.sqs_query import ERRORS


def test_the_catalog_is_what_its_command_writes():
    written = Path(catalog.__file__).with_name("catalog.tsv").read_text("utf-8")
    assert written == catalog.table()


def test_the_catalog_names_what_routing_needs():
    entries = models.catalog()
    assert entries["sqs"].target_prefix == "AmazonSQS"
    assert entries["sqs"].protocols == ("json", "query")
    assert entries["events"].target_prefix == "AWSEvents"
    assert entries["dynamodbstreams"].signing_name == "dynamodb"
    assert entries["cloudwatch"].protocols[0] == "smithy-rpc-v2-cbor"
    assert entries["cloudwatch"].endpoint_prefix == "monitoring"
    assert entries["sns"].api_version == "2010-03-31"
    assert len(entries) > 400


def test_a_model_is_read_once():
    loaded = ServiceModels()
    assert loaded.service("sqs") is loaded.service("sqs")


@pytest.mark.parametrize("name", ["nothing", "", "..", "../../etc", "sqs/2012-11-05", "Sqs\x00"])
def test_an_unknown_service_is_refused(name):
    with pytest.raises(UnknownService):
        ServiceModels().service(name)


def test_an_operation_is_named_by_its_service():
    operation = ServiceModels().operation("lambda", "Invoke")
    assert (operation.method, operation.uri) == ("POST", "/2015-03-31/functions/{FunctionName}/invocations")
    assert operation.output.payload == "Payload"


def test_sqs_in_query_has_its_old_names_and_json_has_not():
    sqs = models.load("sqs")
    old = sqs.speaking("query")
    assert old.operation("SendMessage").input.members["MessageAttributes"].text("locationName") == "MessageAttribute"
    assert sqs.operation("SendMessage").input.members["MessageAttributes"].text("locationName") == ""
    assert sqs.speaking("json") is sqs


def test_the_table_of_sqs_errors_holds_errors_of_the_model_alone():
    sqs = models.load("sqs")
    assert all(sqs.error_shape(name) is not None for name in ERRORS)


def test_an_error_is_found_by_its_query_code_too():
    assert models.load("sqs").error_shape("AWS.SimpleQueueService.NonExistentQueue").name == "QueueDoesNotExist"
    assert models.load("sns").error_shape("NotFound").name == "NotFoundException"
    assert models.load("sns").error_shape("Nothing") is None
