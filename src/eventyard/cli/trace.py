"""`eventyard trace`: one order from end to end, as the server's page of traces tells it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from rich.console import Console

from eventyard.cli.trace_shown import shown
from eventyard.cli.visit import VisitFailed, visit


def show(key: str, address: str, *, is_json: bool, **visitor: Any) -> int:
    """Print everything that is known of the key; gives back 0, or 1 after one sentence when that is nothing."""
    try:
        story = read_story(key, address, **visitor)
    except VisitFailed as failure:
        print(f"eventyard: {failure}")
        return 1
    if is_json:
        print(json.dumps(story, indent=2))
    else:
        Console(highlight=False).print(shown(story))
    return 0


def read_story(key: str, address: str, **visitor: Any) -> Mapping[str, Any]:
    """What the server knows of the key. Raises VisitFailed, where that is nothing, too."""
    query = urlencode({"key": key, "region": visitor["region"]})
    story: Mapping[str, Any] = visit(address, f"/_eventyard/traces?{query}", **visitor)["story"]
    if not story["trees"]:
        raise VisitFailed(f"Nothing is known of {key}.")
    return story
