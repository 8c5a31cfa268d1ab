"""Embedded metrics: which lines embed which."""

import json

import pytest

from eventyard.languages.emf import EmbeddedMetric, embedded_metrics, may_embed


def document(*directives, **members):
    return json.dumps({"_aws": {"Timestamp": 1_574_109_732_004, "CloudWatchMetrics": list(directives)}, **members})


def directive(*metrics, dimensions=(("service",),), **others):
    return {"Namespace": "shop", "Dimensions": [list(one) for one in dimensions], "Metrics": list(metrics), **others}


def test_a_document_embeds_a_metric_for_each_set_of_its_dimensions():
    message = document(
        directive({"Name": "latency", "Unit": "Milliseconds"}, dimensions=[["service", "stage"], []]),
        service="orders",
        stage="test",
        latency=100,
    )
    assert may_embed(message)
    assert embedded_metrics(message) == [
        EmbeddedMetric("shop", "latency", "Milliseconds", 60, dimensions, [100.0], 1_574_109_732_004)
        for dimensions in ((("service", "orders"), ("stage", "test")), ())
    ]


def test_a_metric_may_have_many_values_and_a_high_resolution():
    message = document(
        directive({"Name": "a.b", "StorageResolution": 1}, {"Name": "n", "Unit": "Parsecs"}, dimensions=[]),
        **{"a.b": [1, 2.5], "n": 0},
    )
    first, second = embedded_metrics(message)
    assert (first.name, first.values, first.resolution_s, first.unit) == ("a.b", [1.0, 2.5], 1, "None")
    assert (second.name, second.values, second.unit) == ("n", [0.0], "None")


def test_what_a_runtime_writes_before_the_document_is_skipped():
    message = "2026-01-01T00:00:00.000Z\t8a1f\tINFO\t" + document(directive({"Name": "n"}), service="s", n=1) + "\n"
    assert [metric.name for metric in embedded_metrics(message)] == ["n"]


def test_a_directive_that_is_wrong_leaves_the_others_alone():
    message = document(
        directive({"Name": "n"}, dimensions=[["missing"]]),
        directive({"Name": "n"}, dimensions=[["n"]]),
        directive({"Name": "n"}, Namespace=""),
        directive(*({"Name": f"n{number}"} for number in range(101))),
        directive({"Name": ""}),
        directive("n"),
        "directive",
        directive({"Name": "n"}, {"Name": "missing"}, {"Name": "service"}),
        service="s",
        n=1,
    )
    assert [metric.name for metric in embedded_metrics(message)] == ["n"]


@pytest.mark.parametrize(
    "message",
    [
        '"_aws"',
        '{"_aws": 1}',
        '{"_aws": {"CloudWatchMetrics": {}}}',
        '{"_aws": {"CloudWatchMetrics": []}} trailing',
        document(directive({"Name": "n"}), service="s", n="1"),
        document(directive({"Name": "n"}), service="s", n=True),
        document(directive({"Name": "n"}), service="s", n=[1] * 101),
        document(directive({"Name": "n"}), service="s", n=[1, None]),
        document(directive({"Name": "n"}, dimensions=[[f"d{number}" for number in range(31)]]), n=1),
        document({"Namespace": "shop", "Dimensions": "service", "Metrics": [{"Name": "n"}]}, n=1),
    ],
)
def test_a_line_that_breaks_the_specification_embeds_nothing(message):
    assert embedded_metrics(message) == []


def test_a_document_without_a_time_leaves_it_to_its_line():
    message = json.dumps({"_aws": {"CloudWatchMetrics": [directive({"Name": "n"})]}, "service": "s", "n": 1})
    assert [metric.at_ms for metric in embedded_metrics(message)] == [None]


def test_a_line_without_the_mark_is_not_looked_at():
    assert not may_embed('{"latency": 100}')
