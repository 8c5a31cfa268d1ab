"""W3C's header beside X-Ray's: which are read, and as what."""

import pytest

from eventyard.engine.trace.context import TraceContext, read_traceparent

TRACE, SPAN = "4efaaf4d1e8720b39541901950019ee5", "53995c3f42cd8ad8"
ROOT = "1-4efaaf4d-1e8720b39541901950019ee5"


def test_a_traceparent_names_a_place_in_a_trace():
    assert read_traceparent(f"00-{TRACE}-{SPAN}-01") == TraceContext(ROOT, SPAN, True)
    assert read_traceparent(f"00-{TRACE}-{SPAN}-00") == TraceContext(ROOT, SPAN, False)
    assert read_traceparent(f" cc-{TRACE}-{SPAN}-03-what-comes-later ") == TraceContext(ROOT, SPAN, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-zz",
    ],
)
def test_what_is_no_traceparent_names_nothing(text):
    assert read_traceparent(text) is None
