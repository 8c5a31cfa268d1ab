"""Which services there are, and what each is made of: with `app.py`, the only file that knows them.

Each is promised: its name, its migrations, its pages, and a function that imports its code at its first use
(docs/decisions/0013).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventyard.base.clock import Clock
from eventyard.base.ids import Ids
from eventyard.engine.engine import Engine
from eventyard.engine.keys import KeyRing
from eventyard.engine.registry import Promised, Registry, Service
from eventyard.gateway.http.server import serve
from eventyard.gateway.models import ServiceModels
from eventyard.outside.http import HttpClient
from eventyard.services.lambda_.queries.presence import has_functions
from eventyard.services.pipes.queries import has_pipes
from eventyard.settings import Settings

SERVICES = Path(__file__).parent / "services"
CODEGEN = Path(__file__).parents[2] / "tools" / "codegen"


@dataclass(frozen=True, slots=True)
class Parts:
    """What services are made of beside their own code; `endpoint_url` is where functions find the server."""

    settings: Settings
    folder: Path
    clock: Clock
    ids: Ids
    keys: KeyRing
    models: ServiceModels
    http: HttpClient
    endpoint_url: Callable[[], str]
    xray_address: Callable[[], str]


def make_registry(parts: Parts) -> Registry:
    """All services of a platform.

    A store that several nodes share runs its calls on threads, where no module may be met halfway, so there every
    service is read now.
    """
    made: list[Registry] = []
    registry = Registry(_promised(parts, lambda: made[0]))
    made.append(registry)
    if parts.settings.store_url is not None:
        registry.read_all()
    return registry


def _promised(parts: Parts, registry: Callable[[], Registry]) -> list[Promised]:
    return [
        Promised("cloudwatch", lambda: _cloudwatch(registry()), SERVICES / "cloudwatch/tables"),
        Promised("dynamodb", _dynamodb, SERVICES / "dynamodb/tables"),
        Promised(
            "lambda",
            lambda: _lambda(parts),
            SERVICES / "lambda_/tables",
            has_work=has_functions,
            pages=("/_eventyard/lambda/code",),
        ),
        Promised("pipes", _pipes, SERVICES / "pipes/tables", has_work=has_pipes),
        Promised("logs", _logs, SERVICES / "logs/tables"),
        Promised("schemas", _schemas, SERVICES / "schemas/tables"),
        Promised(
            "events",
            lambda: _events(parts),
            SERVICES / "events/tables",
            pages=(
                *("/_eventyard/events", "/_eventyard/events/"),
                *("/_eventyard/webhooks", "/_eventyard/webhooks/", "/_eventyard/partner/"),
            ),
        ),
        Promised("sns", lambda: _sns(parts), SERVICES / "sns/tables", pages=("/_eventyard/sms", "/_eventyard/sns/")),
        Promised("sqs", _sqs, SERVICES / "sqs/tables"),
        Promised("ses", lambda: _ses(parts), SERVICES / "ses/tables", pages=("/_eventyard/mail", "/_eventyard/mail/")),
        Promised("sesv2", lambda: _sesv2(parts)),
        Promised("scheduler", lambda: _scheduler(parts.models, registry()), SERVICES / "scheduler/tables"),
        Promised(
            "xray",
            lambda: _xray(parts),
            SERVICES / "xray/tables",
            has_work=lambda tx: parts.settings.otlp_endpoint is not None,
            pages=("/v1/traces", "/opentelemetry/v1/traces"),
        ),
        Promised("stepfunctions", _stepfunctions, SERVICES / "stepfunctions/tables", arn_service="states"),
    ]


def _cloudwatch(registry: Registry) -> Service:
    from eventyard.services.cloudwatch.work.service import cloudwatch_service

    return cloudwatch_service(lambda: registry.gauges)


def _dynamodb() -> Service:
    from eventyard.services.dynamodb import work
    from eventyard.services.dynamodb.operations import counting, served

    return Service(name="dynamodb", operations=served.OPERATIONS, timers=work.TIMERS, answered=counting.answered)


def _lambda(parts: Parts) -> Service:
    """Lambda, with what runs functions; what they left on disk when the server last ran is thrown away."""
    from eventyard.functions.runner import Runner
    from eventyard.functions.spec import RunnerSettings
    from eventyard.services.lambda_.work.invoking import Invoker
    from eventyard.services.lambda_.work.service import LambdaSettings, lambda_service

    settings, work_dir = parts.settings, parts.folder / "functions"
    runner_settings = RunnerSettings(
        work_dir=work_dir / "environments",
        environments_max=settings.environments_max,
        idle_ms=int(settings.environment_idle_s * 1000),
        xray_daemon_address=parts.xray_address(),
    )
    runner = Runner(serve=serve, clock=parts.clock, ids=parts.ids, settings=runner_settings)
    invoker = Invoker(runner=runner, keys=parts.keys, work_dir=work_dir, endpoint_url=parts.endpoint_url)
    return lambda_service(
        invoker, LambdaSettings(is_strict_aws=settings.is_strict_aws, parallel_max=settings.environments_max)
    )


def _events(parts: Parts) -> Service:
    from eventyard.services.events.work.service import events_service

    return events_service(parts.http, is_strict_aws=parts.settings.is_strict_aws)


def _logs() -> Service:
    from eventyard.services.logs.work.service import logs_service

    return logs_service()


def _pipes() -> Service:
    from eventyard.services.pipes.operations import table
    from eventyard.services.pipes.work import arriving
    from eventyard.services.pipes.work.upkeep import Upkeep

    return Service(
        name="pipes",
        operations=table.OPERATIONS,
        timers={arriving.TIMER: arriving.arrive},
        start=(Upkeep().start,),
    )


def _scheduler(models: ServiceModels, registry: Registry) -> Service:
    from eventyard.gateway.sdk_json import read_params
    from eventyard.services.scheduler.operations.table import OPERATIONS
    from eventyard.services.scheduler.work import scheduler_service

    def read_request(service: str, operation: str, text: str) -> Mapping[str, Any] | None:
        is_served = service in registry.names and registry.operation(service, operation) is not None
        return read_params(models.operation(service, operation), text) if is_served else None

    return scheduler_service(OPERATIONS, read_request)


def _schemas() -> Service:
    from eventyard.services.schemas.work.service import schemas_service

    return schemas_service(CODEGEN)


def _ses(parts: Parts) -> Service:
    """SES, with the relay where one was named."""
    from eventyard.outside.smtp import SmtpClient, smtp_server
    from eventyard.services.ses.work.service import ses_service

    url = parts.settings.smtp_relay
    if url is None:
        return ses_service(None)
    return ses_service(SmtpClient(smtp_server(url), timeout_max_s=parts.settings.http_timeout_max_s))


def _sesv2(parts: Parts) -> Service:
    from eventyard.services.ses.work.service import sesv2_service

    return sesv2_service(is_relaying=parts.settings.smtp_relay is not None)


def _sns(parts: Parts) -> Service:
    from eventyard.services.sns.work.service import sns_service

    return sns_service(parts.http)


def _sqs() -> Service:
    from eventyard.services.sqs import work
    from eventyard.services.sqs.operations import counting, feeding, peeking, table

    return Service(
        name="sqs",
        operations=table.OPERATIONS,
        feed=feeding.FEED,
        targets={"sqs": work.deliver},
        bulk_targets={"sqs": work.deliver_many},
        broadcast_targets={"sqs": work.take_broadcast},
        timers=work.TIMERS,
        views=peeking.VIEWS,
        gauges=counting.gauges,
    )


def _stepfunctions() -> Service:
    from eventyard.services.stepfunctions.work.service import stepfunctions_service

    return stepfunctions_service()


def xray_gatherer(engine: Engine, settings: Settings) -> Callable[[bytes], None]:
    """What takes datagrams of X-Ray's SDKs; its code is read at the first one."""
    gatherers: list[Callable[[bytes], None]] = []

    def take(datagram: bytes) -> None:
        if not gatherers:
            from eventyard.services.xray.work.gathering import Gatherer

            gatherer = Gatherer(engine, settings.region)
            engine.on_stop(gatherer.close)
            engine.on_idle_check(lambda: gatherer.is_quiet)
            gatherers.append(gatherer.take)
        gatherers[0](datagram)

    return take


def _xray(parts: Parts) -> Service:
    """X-Ray, with what sends traces on to a collector where one was named."""
    from eventyard.services.xray.operations import annotated, otlp, table
    from eventyard.services.xray.work import exporting, keeping

    url = parts.settings.otlp_endpoint
    return Service(
        name="xray",
        operations=table.OPERATIONS,
        timers=keeping.TIMERS,
        pages=otlp.PAGES,
        views=annotated.VIEWS,
        start=() if url is None else (exporting.Exporter(url, parts.http).start,),
    )
