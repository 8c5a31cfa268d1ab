"""The live map of who sends what to whom."""

from collections.abc import AsyncIterator

from eventyard.console.look import Look
from eventyard.console.page import Action, Live, Piece, Shown
from eventyard.console.rendering import as_json
from eventyard.console.views import map as views

APART_MS = 2_000


async def _follow(look: Look) -> AsyncIterator[Piece]:
    """The map, again whenever it has changed."""
    before = ""
    while not look.engine.is_resting:
        now = as_json(await look.read(views.system_map)).decode()
        if now != before:
            before = now
            yield Piece("map", now)
        await look.pause(APART_MS)


PAGES: tuple[Shown, ...] = (Shown("/map", "map.html", views.system_map),)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = (Live("/map/live", _follow),)
