"""CloudWatch's dashboards."""

from eventyard.console.page import Action, Live, Shown
from eventyard.console.views import dashboards

PAGES: tuple[Shown, ...] = (
    Shown("/dashboards", "dashboards.html", dashboards.dashboards),
    Shown("/dashboards/{name}", "dashboard.html", dashboards.dashboard),
)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = ()
