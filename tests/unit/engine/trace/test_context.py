"""The trace context as a header, and the hops in it."""

import pytest

from eventyard.engine.trace.context import HOPS_MAX, TraceContext, as_given, read_header


def test_a_context_survives_its_header():
    context = TraceContext("1-67890abc-0123456789abcdef01234567", "53995c3f42cd8ad8", hops=7)
    assert read_header(context.header()) == context


def test_a_context_without_hops_says_nothing_of_them():
    assert "Lineage" not in TraceContext("1-67890abc-0123456789abcdef01234567").header()


@pytest.mark.parametrize("lineage", ["hops:", "hops:x", "hops:-1", "a87bd80c:1|68fd508a:5", "hops:123456789012"])
def test_a_lineage_that_is_not_ours_counts_no_hops(lineage):
    context = read_header(f"Root=1-67890abc-0123456789abcdef01234567;Lineage={lineage}")
    assert context is not None
    assert context.hops == 0


def test_hops_stop_at_the_limit():
    context = read_header("Root=1-67890abc-0123456789abcdef01234567;Lineage=hops:99999")
    assert context is not None
    assert context.hops == HOPS_MAX


def test_rounds_are_counted_for_each_function_and_survive_the_header():
    context = TraceContext("1-67890abc-0123456789abcdef01234567", "53995c3f42cd8ad8")
    context = context.one_round_further("aa").one_round_further("bb").one_round_further("aa")
    assert (context.hops, context.rounds_of("aa"), context.rounds_of("bb"), context.rounds_of("cc")) == (3, 2, 1, 0)
    assert read_header(context.header()) == context


def test_only_the_latest_functions_are_counted():
    context = TraceContext("1-67890abc-0123456789abcdef01234567")
    for number in range(20):
        context = context.one_round_further(f"f{number}")
    assert [name for name, _ in context.rounds] == [f"f{number}" for number in range(12, 20)]


@pytest.mark.parametrize("rounds", ["aa", "aa:x", ":3", "a-b:3", "aa:0"])
def test_rounds_that_are_not_ours_are_left_out(rounds):
    context = read_header(f"Root=1-67890abc-0123456789abcdef01234567;Lineage=hops:2+{rounds}")
    assert context is not None
    assert (context.hops, context.rounds) == (2, ())


@pytest.mark.parametrize("lineage", ["", ";Lineage=hops:2+aa:1"])
def test_what_a_client_is_shown_is_the_header_without_the_platform_s_own_span(lineage):
    given = f"Root=1-67890abc-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1{lineage}"
    context = read_header(given)
    assert context is not None
    assert as_given(context.below("0123456789abcdef").header()) == given
