"""SNS as the engine knows it."""

from eventyard.engine.registry import Service
from eventyard.outside.http import HttpClient
from eventyard.services.sns.operations import archiving, counting, pages, phones, table
from eventyard.services.sns.work import handshakes, http, targets


def sns_service(client: HttpClient) -> Service:
    """All that SNS brings along; `client` is how it reaches endpoints."""
    return Service(
        name="sns",
        operations=table.OPERATIONS,
        targets={"sns": targets.deliver},
        timers={**handshakes.TIMERS, **archiving.TIMERS},
        remotes={http.KIND: http.remote_target(client)},
        pages={**pages.PAGES, **phones.PAGES},
        heard=counting.heard,
    )
