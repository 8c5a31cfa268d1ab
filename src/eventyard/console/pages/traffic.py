"""What was accepted: the live stream."""

from collections.abc import AsyncIterator

from eventyard.console.look import Look
from eventyard.console.page import Action, Live, Piece, Shown
from eventyard.console.views import traffic

APART_MS = 250
"""Between two looks of a stream, so that a busy bus costs its watcher four a second."""


async def _follow(look: Look) -> AsyncIterator[Piece]:
    """Rows of what is accepted from now on, or from the cursor `after`; each piece brings the next cursor as its id."""
    after = look.params.get("after", "")
    while not look.engine.is_resting:
        told = await look.read(traffic.follow, after=after)
        after = told["after"]
        if told["events"]:
            yield Piece("rows", look.render("event_rows.html", {"events": told["events"]}), after)
        else:
            yield Piece("beat", "", after)
        await look.pause(APART_MS)


PAGES: tuple[Shown, ...] = (Shown("/stream", "stream.html", traffic.latest),)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = (Live("/stream/live", _follow),)
