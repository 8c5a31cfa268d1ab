"""The first page, and how the server is."""

from eventyard.console.page import Action, Live, Shown
from eventyard.console.views import overview

PAGES: tuple[Shown, ...] = (Shown("/", "overview.html", overview.overview),)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = ()
