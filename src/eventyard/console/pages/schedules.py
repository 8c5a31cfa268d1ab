"""Schedules and when they fire."""

from eventyard.console.page import Action, Live, Shown
from eventyard.console.views import schedules

PAGES: tuple[Shown, ...] = (
    Shown("/schedules", "schedules.html", schedules.schedules),
    Shown("/schedules/{group}/{name}", "schedule.html", schedules.schedule),
)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = ()
