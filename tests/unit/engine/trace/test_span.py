"""Spans of things that have ids already."""

from eventyard.base.ids import Ids
from eventyard.engine.trace.span import span_id


def test_ids_of_one_series_give_spans_of_their_own() -> None:
    ids = Ids(7).uuids(1_000)
    assert len({span_id(id) for id in ids}) == 1_000


def test_events_of_one_millisecond_have_spans_of_their_own() -> None:
    ids = Ids(7)
    assert len({span_id(ids.ordered_uuid(1_795_296_219_244)) for _ in range(10_000)}) == 10_000


def test_a_span_has_sixteen_digits_whatever_it_is_the_span_of() -> None:
    for text in ("01a20004-f67b-7000-8178-f48cc62aa254", "01a20004-f67b-7000-8178-f48cc62aa254@a63b616f", "batch"):
        assert len(span_id(text)) == 16
        assert int(span_id(text), 16) >= 0
