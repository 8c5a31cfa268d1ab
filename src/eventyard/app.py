"""One platform, put together: the store, the services (`assembly.py`), the engine, the gateway.

Platform(settings).start() ─► store, migrations ─► engine ─► gateway on its port ─► ready
stop()                     ─► nothing new begins, functions end, then calls, the store closes
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from eventyard.assembly import Parts, make_registry, xray_gatherer
from eventyard.base.clock import Clock, RealClock
from eventyard.base.errors import AwsError, StartRefused, StoreFailed
from eventyard.base.faults import Faults
from eventyard.base.ids import Ids
from eventyard.engine import keys
from eventyard.engine.engine import HOUR_MS, Engine, Observing
from eventyard.gateway import pages, validate
from eventyard.gateway.asgi import AsgiHandler
from eventyard.gateway.front import Front
from eventyard.gateway.http.limits import HttpLimits
from eventyard.gateway.http.server import Server, serve
from eventyard.gateway.models import ServiceModels, catalog
from eventyard.gateway.pages import Health
from eventyard.gateway.router import Router
from eventyard.gateway.sdk_operations import SdkOperations
from eventyard.gateway.sigv4.verifier import Verifier
from eventyard.outside import datagrams
from eventyard.outside.http import HttpClient
from eventyard.settings import Settings, server_url
from eventyard.store.sqlite import SqliteStore, lock_folder
from eventyard.store.tx import Store

LAST_MOMENT_S = 0.5
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Platform:
    """One platform: everything it needs is its own, so several can live in one process."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> None:
        _refuse_open_doors(settings)
        _refuse_no_relay(settings)
        _refuse_no_collector(settings)
        self.settings = settings
        self._scratch = Path(tempfile.mkdtemp(prefix="eventyard-")) if settings.is_ephemeral else None
        self._folder = self._scratch or settings.data_folder
        _make(self._folder)
        self._held = ExitStack()  # the folder's lock, where the store does not hold it
        self._status = "starting"
        self._server: Server | None = None
        self._daemon: datagrams.DatagramPort | None = None
        self._keys = keys.strict_keys(settings.data_folder) if settings.auth == "strict" else keys.open_keys()
        self._models = ServiceModels()
        self._validators: dict[tuple[str, str], validate.Validator] = {}
        self._real = RealClock()
        self._clock = clock or self._real
        self._ids = ids or Ids()
        self._http = HttpClient(timeout_max_s=settings.http_timeout_max_s)
        self._registry = make_registry(
            Parts(
                settings=settings,
                folder=self._folder,
                clock=self._clock,
                ids=self._ids,
                keys=self._keys,
                models=self._models,
                http=self._http,
                endpoint_url=lambda: server_url(settings.host, self.port),
                xray_address=lambda: f"{datagrams.LOOPBACK}:{self.xray_port}",
            )
        )

    async def start(self) -> None:
        """Serve. Raises StartRefused with the sentence that the user reads."""
        settings = self.settings
        if settings.store_url is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(lock_folder(self._folder))
        self.engine = Engine(
            store=self._open_store(),
            registry=self._registry,
            clock=self._clock,
            ids=self._ids,
            faults=Faults(settings.crash_at),
            validate=self._validate,
            sdk=SdkOperations(self._models, self._is_served),
            observing=_observing(settings),
        )
        try:
            self.engine.migrate()
            self._server = await self._listen()
            self.engine.base_url = server_url(settings.host, self.port)
            if settings.xray_port:
                self._daemon = await datagrams.listen(settings.xray_port, xray_gatherer(self.engine, settings))
            await self.engine.start()
        except BaseException as failure:
            self._close_daemon()
            self.engine.store.close()
            self._held.close()
            if isinstance(failure, StoreFailed):
                raise StartRefused(f"{failure}.") from failure
            if isinstance(failure, AwsError):  # what the engine makes of a store that takes nothing
                raise StartRefused(f"{failure.message.rstrip('.')}.") from failure
            raise
        self._status = "ready"

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None, "not started"
        return self._server.port

    @property
    def xray_port(self) -> int:
        """The UDP port of X-Ray's daemon; AWS's where there is none."""
        return datagrams.AWS_PORT if self._daemon is None else self._daemon.port

    def _close_daemon(self) -> None:
        if self._daemon is not None:
            self._daemon.close()

    async def stop(self) -> None:
        """Begin nothing more, let functions and effects end, then the calls; all of it within `drain_s`.

        The door stays open for as long as functions run, since they come back through it.
        """
        self._status = "stopping"
        assert self._server is not None, "not started"
        ends_at_ms = self._real.now_ms() + int(self.settings.drain_s * 1000)
        await self.engine.rest(self._left_s(ends_at_ms))
        await self._server.drain(self._left_s(ends_at_ms))
        self._close_daemon()
        await self.engine.stop(self._left_s(ends_at_ms))
        await self._http.close()
        self._held.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _open_store(self) -> Store:
        try:
            return _open_store(self.settings, self._folder)
        except BaseException:
            self._held.close()
            raise

    def _left_s(self, ends_at_ms: int) -> float:
        """How much of the time to stop is left; answers that are ready get a moment in any case."""
        return max(LAST_MOMENT_S, (ends_at_ms - self._real.now_ms()) / 1000)

    async def _listen(self) -> Server:
        settings = self.settings
        front = Front(
            engine=self.engine,
            models=self._models,
            router=Router(self._models, catalog()),
            verifier=Verifier(secret_of=self._keys.secret, mode=settings.auth, region=settings.region),
            keys=self._keys,
            shown=pages.pages(status=lambda: self._status, health=self._health),
            make_console=self._make_console,
        )
        spool = self._folder / "spool"
        spool.mkdir(parents=True, exist_ok=True)
        limits = HttpLimits(
            spool_folder=spool, connections_max=settings.connections_max, idle_s=settings.idle_connection_s
        )
        try:
            return await serve(front.handle, host=settings.host, port=settings.port, limits=limits)
        except OSError as failure:
            reason = os.strerror(failure.errno) if failure.errno and failure.errno > 0 else failure.strerror
            raise StartRefused(f"{settings.host}:{settings.port} cannot be listened on: {reason}.") from failure

    def _make_console(self) -> AsgiHandler:
        """The console, with the libraries that it alone needs (docs/decisions/0022)."""
        from eventyard.console.application import application
        from eventyard.console.desk import Desk
        from eventyard.console.viewer import Door

        settings = self.settings
        door = Door(keys=self._keys, is_strict=settings.auth == "strict", region=settings.region)
        desk = Desk(engine=self.engine, door=door, secret=keys.new_secret(), version=_version())
        return AsgiHandler(application(desk))

    def _health(self) -> Health:
        return Health(
            version=_version(),
            status=self._status,
            services={name: len(service.operations) for name, service in self._registry.services.items()},
            store="postgresql" if self.settings.store_url else "sqlite",
            store_bytes=self.engine.store.size_bytes(),
            auth=self.settings.auth,
            parked=self.engine.group.parks.count,
        )

    def _validate(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """The model's own limits for a call that did not come by the wire."""
        key = (service, operation)
        if key not in self._validators:
            self._validators[key] = validate.validator(self._models.operation(service, operation))
        self._validators[key](params)

    def _is_served(self, service: str, operation: str) -> bool:
        return service in self._registry.names and self._registry.operation(service, operation) is not None


def _version() -> str:
    from importlib.metadata import version

    return version("eventyard")


def _observing(settings: Settings) -> Observing:
    return Observing(
        is_tracing="traces" in settings.observed,
        is_metering="metrics" in settings.observed,
        is_recording="ledger" in settings.observed,
        kept_ms=int(settings.observed_kept_h * HOUR_MS),
        spans_max=settings.spans_max,
    )


def _open_store(settings: Settings, folder: Path) -> Store:
    if settings.store_url is None:
        return SqliteStore(folder, is_durable=not settings.is_ephemeral)
    if not settings.store_url.startswith(("postgresql://", "postgres://")):
        raise StartRefused(f"--store is a postgresql:// address, not {settings.store_url}.")
    return _postgres()(settings.store_url)


def _postgres() -> Callable[[str], Store]:
    try:
        from eventyard.store.postgres import PostgresStore  # psycopg is optional
    except ImportError as missing:
        raise StartRefused("PostgreSQL needs its driver: pip install 'eventyard[postgresql]'.") from missing
    return PostgresStore


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise StartRefused(f"The data folder {folder} cannot be made: {failure.strerror}.") from failure


def _refuse_open_doors(settings: Settings) -> None:
    if settings.auth == "open" and settings.host not in LOOPBACK:
        raise StartRefused(f"--host {settings.host} is not loopback, so it needs --auth strict.")


def _refuse_no_collector(settings: Settings) -> None:
    url = settings.otlp_endpoint
    if url is not None and not url.startswith(("http://", "https://")):
        raise StartRefused(f"--otlp-endpoint {url} is no address such as http://localhost:4318.")


def _refuse_no_relay(settings: Settings) -> None:
    if settings.smtp_relay is None:
        return
    from eventyard.outside.smtp import smtp_server

    try:
        smtp_server(settings.smtp_relay)
    except ValueError as failure:
        raise StartRefused(f"--smtp-relay {failure}") from failure
