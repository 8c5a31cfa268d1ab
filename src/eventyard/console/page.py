"""What a page of the console is made of: rows of three kinds for the tables in `pages/`.

    Shown   GET  address ─► view(tx, call) ─► its mapping in a template, or as JSON
    Action  POST address ─► perform(look, form) ─► one sentence on the page that follows
    Live    GET  address ─► pieces(look) ─► server-sent events, until the browser leaves

Addresses are Starlette's, below `/_eventyard`: `/queues/{name}`, `/traces/{trace:path}`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from eventyard.console.look import Look
from eventyard.engine.call import Call
from eventyard.store.tx import Tx

View = Callable[[Tx, Call[Any]], Any]
"""The mapping that a page shows; or a `Park`, where the answer is still to come."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: `template` is a file of `templates/`, which finds the view's mapping as `told`."""

    address: str
    template: str
    view: View


class Done(NamedTuple):
    """What came of an action: one sentence, the page to go on with (the one it came from when empty), and for programs
    more."""

    sentence: str
    to: str = ""
    told: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Action:
    """A change. `perform` raises AwsError where it is refused; the form's fields are text."""

    address: str
    perform: Callable[[Look, Mapping[str, str]], Awaitable[Done]]


class Piece(NamedTuple):
    """One server-sent event: its name and its text, JSON or HTML.

    A browser that has lost the stream comes back with the last `id`, which is then the parameter `after`.
    """

    event: str
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """A stream of server-sent events."""

    address: str
    pieces: Callable[[Look], AsyncIterator[Piece]]
