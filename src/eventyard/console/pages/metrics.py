"""Metrics by namespace, as charts."""

from eventyard.console.page import Action, Live, Shown
from eventyard.console.views import metrics

PAGES: tuple[Shown, ...] = (Shown("/metrics", "metrics.html", metrics.metrics),)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = ()
