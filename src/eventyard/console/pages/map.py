"""The live map of who sends what to whom."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from eventyard.console.look import Look
from eventyard.console.page import Action, Live, Piece, Shown, View
from eventyard.console.rendering import as_json
from eventyard.console.views import map as views
from eventyard.console.views.topology import GATHERERS, Topology, describe_rest
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

APART_MS = 2_000
LOOKS_EACH = 5
"""So many looks at what passes come between two at what is there."""


async def _follow(look: Look) -> AsyncIterator[Piece]:
    """The map, again whenever it has changed."""
    before, looks, known = "", 0, Topology()
    while not look.engine.is_resting:
        if looks % LOOKS_EACH == 0:
            known = await _gathered(look)
        looks += 1
        now = as_json(await look.read(_seen_on(known))).decode()
        if now != before:
            before = now
            yield Piece("map", now)
        await look.pause(APART_MS)


async def _gathered(look: Look) -> Topology:
    """All that is there, in short transactions, so that nobody waits long behind a large one."""
    found = Topology()
    for gather in GATHERERS:
        await look.read(_gathering(gather, found))
    describe_rest(found)
    return found


def _gathering(gather: Callable[[Tx, Call[Any], Topology], None], found: Topology) -> View:
    return lambda tx, call: gather(tx, call, found)


def _seen_on(known: Topology) -> View:
    return lambda tx, call: views.traffic_on(tx, call, known)


PAGES: tuple[Shown, ...] = (Shown("/map", "map.html", views.system_map),)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = (Live("/map/live", _follow),)
