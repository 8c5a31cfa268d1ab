"""The ids of spans that follow from what they took."""

from eventyard.base.ids import Ids
from eventyard.engine.trace.span import span_id


def test_each_identifier_has_a_span_of_its_own():
    ids = Ids(1)
    made = [*ids.uuids(5_000), *(ids.ordered_uuid(1_795_000_000_000) for _ in range(5_000)), "e1", "e1@00000000"]
    spans = {span_id(text) for text in made}
    assert len(spans) == len(made)
    assert {len(span) for span in spans} == {16}
