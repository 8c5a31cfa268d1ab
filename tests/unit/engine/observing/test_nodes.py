"""Whose span it was: the latest are known, and no more than that."""

from eventyard.engine.observing.nodes import NODES_MAX, Nodes


def test_the_children_of_a_span_come_from_where_it_happened():
    nodes = Nodes()
    nodes.put("a" * 16, "arn:aws:lambda:us-east-1:000000000000:function:f")
    nodes.put("b" * 16, "")
    assert nodes.of("a" * 16).endswith(":f")
    assert nodes.of("b" * 16) == ""


def test_a_span_of_long_ago_is_forgotten():
    nodes = Nodes()
    for number in range(NODES_MAX + 1):
        nodes.put(str(number), "arn")
    assert (nodes.of("0"), nodes.of("1"), nodes.of(str(NODES_MAX))) == ("", "arn", "arn")
