"""Event and pattern pairs recorded against AWS: the file's name says the verdict (see the data's README)."""

import json
from pathlib import Path

import json5
import pytest

from eventyard.languages.patterns import PatternError, compile_pattern

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "event-patterns"
CASES = sorted(FOLDER.glob("*.json5"))

pytestmark = pytest.mark.skipif(not CASES, reason=f"the recordings are not at {FOLDER}")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_pair_gets_its_recorded_verdict(path):
    case = json5.loads(path.read_text())
    pattern_text = json.dumps(case["EventPattern"])
    if path.stem.endswith("_EXC"):
        with pytest.raises(PatternError):
            compile_pattern(pattern_text)
    else:
        assert compile_pattern(pattern_text)(case["Event"]) is not path.stem.endswith("_NEG")


def test_of_a_field_that_is_written_twice_the_later_pattern_counts():
    event = json.loads((FOLDER / "complex_multi_key_event.json").read_text())
    assert compile_pattern((FOLDER / "complex_multi_key_event_pattern.json").read_text())(event)
