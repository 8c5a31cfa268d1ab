"""The commands, their options and their help; what they do is in the file named after each."""

from pathlib import Path
from typing import Annotated

import typer

from eventyard.base.errors import StartRefused
from eventyard.cli.environment import fault_points
from eventyard.settings import KEPT_LEAST_H, OBSERVED, AuthMode, Observed, Settings, observed_of, server_url

DEFAULTS = Settings()

app = typer.Typer(
    name="eventyard",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Event-driven AWS systems on one durable engine, anywhere. Start with: eventyard up",
)

Port = Annotated[int, typer.Option(help="The server's port.", min=0, max=65535)]
Host = Annotated[str, typer.Option(help="The server's address.")]
Region = Annotated[str, typer.Option(help="The region of requests that name none.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
XrayPort = Annotated[
    int,
    typer.Option(help="The UDP port for X-Ray's SDKs; a free one where it is taken, 0 for none.", min=0, max=65535),
]
OtlpEndpoint = Annotated[
    str | None, typer.Option(help="Send every trace on to an OpenTelemetry collector: http://host:4318.")
]
DataFolder = Annotated[Path, typer.Option("--data", help="The folder that holds everything.")]


@app.command()
def up(
    *,
    host: Host = DEFAULTS.host,
    port: Port = DEFAULTS.port,
    data: DataFolder = DEFAULTS.data_folder,
    store: Annotated[
        str | None, typer.Option(help="Keep the state in PostgreSQL: postgresql://user@host/database.")
    ] = None,
    ephemeral: Annotated[
        bool, typer.Option("--ephemeral", help="Forget everything at the end; nothing is safe from a power cut.")
    ] = False,
    auth: Annotated[
        str, typer.Option(help="open: any credentials, loopback only. strict: every signature is checked.")
    ] = DEFAULTS.auth,
    region: Region = DEFAULTS.region,
    strict_aws: Annotated[
        bool, typer.Option("--strict-aws", help="Refuse what AWS refuses, our declared extensions too.")
    ] = False,
    observe: Annotated[
        str, typer.Option(help="What is written down of what happens: traces, metrics, ledger, or none.")
    ] = ",".join(OBSERVED),
    xray_port: XrayPort = DEFAULTS.xray_port,
    otlp_endpoint: OtlpEndpoint = None,
    kept_h: Annotated[
        float, typer.Option(help="For how many hours traces and outcomes are kept.", min=KEPT_LEAST_H)
    ] = DEFAULTS.observed_kept_h,
    smtp_relay: Annotated[
        str | None, typer.Option(help="Bring SES's mails on to smtp://[user:password@]host:port.")
    ] = None,
) -> None:
    """Serve. Prints one line when ready; stops on Ctrl-C or SIGTERM after what is in progress has ended.

    Then: AWS_ENDPOINT_URL=http://127.0.0.1:4566 aws events list-event-buses, or: eventyard run -- python my_app.py
    """
    from eventyard.cli.up import serve_until_stopped  # noqa: PLC0415  (help must not pay for the server)

    try:
        settings = Settings(
            host=host,
            port=port,
            data_folder=data,
            store_url=store,
            is_ephemeral=ephemeral,
            auth=_auth_mode(auth),
            region=region,
            is_strict_aws=strict_aws,
            observed=_observed(observe),
            observed_kept_h=kept_h,
            xray_port=xray_port,
            otlp_endpoint=otlp_endpoint,
            smtp_relay=smtp_relay,
            crash_at=fault_points(),
        )
        serve_until_stopped(settings)
    except StartRefused as refusal:
        typer.echo(f"eventyard: {refusal}", err=True)
        raise typer.Exit(1) from None


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(
    context: typer.Context,
    *,
    host: Host = DEFAULTS.host,
    port: Port = DEFAULTS.port,
    region: Region = DEFAULTS.region,
    data: DataFolder = DEFAULTS.data_folder,
) -> None:
    """Run a command whose AWS SDK or CLI talks to the server: eventyard run -- aws events list-event-buses

    Sets AWS_ENDPOINT_URL, the region and credentials (those of a strict server are read from its data folder).
    """
    from eventyard.cli import run as run_command  # noqa: PLC0415  (the server must not pay for the other commands)

    if not context.args:
        typer.echo("eventyard: Say what to run: eventyard run -- COMMAND [ARGUMENTS].", err=True)
        raise typer.Exit(2)
    raise typer.Exit(run_command.run(context.args, host=host, port=port, region=region, data_folder=data))


@app.command()
def status(*, host: Host = DEFAULTS.host, port: Port = DEFAULTS.port) -> None:
    """Say whether a server is up, what it serves, and how it is."""
    from eventyard.cli import status as status_command  # noqa: PLC0415

    raise typer.Exit(status_command.show(host=host, port=port))


@app.command()
def why(
    event_id: Annotated[str, typer.Argument(help="The id that PutEvents (or Publish) answered.")],
    *,
    host: Host = DEFAULTS.host,
    port: Port = DEFAULTS.port,
    region: Region = DEFAULTS.region,
    data: DataFolder = DEFAULTS.data_folder,
    is_json: Json = False,
) -> None:
    """Say what became of an event: which rules matched, why the others did not, and every try at every target."""
    from eventyard.cli import why as why_command  # noqa: PLC0415

    address = server_url(host, port)
    raise typer.Exit(why_command.show(event_id, address, is_json=is_json, region=region, data_folder=data))


@app.command()
def trace(
    key: Annotated[str, typer.Argument(help="An order's id, a correlation id, an event's id or a trace's.")],
    *,
    host: Host = DEFAULTS.host,
    port: Port = DEFAULTS.port,
    region: Region = DEFAULTS.region,
    data: DataFolder = DEFAULTS.data_folder,
    is_json: Json = False,
) -> None:
    """Show everything that one order brought about, as one tree: events, waits, invocations, states, log lines, mails.

    A business key is found where the bus has the tag eventyard:trace-keys, or a function has annotated it.
    """
    from eventyard.cli import trace as trace_command  # noqa: PLC0415

    address = server_url(host, port)
    raise typer.Exit(trace_command.show(key, address, is_json=is_json, region=region, data_folder=data))


@app.command()
def tail(
    bus: Annotated[str, typer.Argument(help="The bus, by name or ARN; all of them without it.")] = "",
    *,
    source: Annotated[str, typer.Option(help="Only events of this source.")] = "",
    detail_type: Annotated[str, typer.Option(help="Only events of this detail-type.")] = "",
    text: Annotated[str, typer.Option(help="Only events that contain this text.")] = "",
    count: Annotated[int | None, typer.Option("-n", help="End after so many events.", min=1)] = None,
    host: Host = DEFAULTS.host,
    port: Port = DEFAULTS.port,
    region: Region = DEFAULTS.region,
    data: DataFolder = DEFAULTS.data_folder,
    is_json: Json = False,
) -> None:
    """Show events as they pass, until Ctrl-C: eventyard tail orders --detail-type order.placed"""
    from eventyard.cli import tail as tail_command  # noqa: PLC0415

    wanted = {"bus": bus, "source": source, "detail-type": detail_type, "text": text}
    address = server_url(host, port)
    raise typer.Exit(
        tail_command.follow(address, wanted, is_json=is_json, events_max=count, region=region, data_folder=data)
    )


@app.command()
def execution(
    name: Annotated[str, typer.Argument(help="The execution, by name or ARN.")],
    *,
    machine: Annotated[str, typer.Option(help="The state machine, by name or ARN; any of them without it.")] = "",
    host: Host = DEFAULTS.host,
    port: Port = DEFAULTS.port,
    region: Region = DEFAULTS.region,
    data: DataFolder = DEFAULTS.data_folder,
    is_json: Json = False,
) -> None:
    """Show what ran in an execution: its states with input, output, tries and times, and branches and items inside."""
    from eventyard.cli import execution as execution_command  # noqa: PLC0415

    address = server_url(host, port)
    raise typer.Exit(execution_command.show(name, machine, address, is_json=is_json, region=region, data_folder=data))


@app.command()
def reset(
    *,
    data: DataFolder = DEFAULTS.data_folder,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete everything in the data folder. The server that uses it has to be stopped first."""
    from eventyard.cli import reset as reset_command  # noqa: PLC0415

    try:
        raise typer.Exit(reset_command.reset(data, is_confirmed=yes))
    except StartRefused as refusal:
        typer.echo(f"eventyard: {refusal}", err=True)
        raise typer.Exit(1) from None


def _observed(text: str) -> frozenset[Observed]:
    """Raises StartRefused for what is not observed."""
    try:
        return observed_of(text)
    except ValueError as refused:
        raise StartRefused(str(refused)) from None


def _auth_mode(text: str) -> AuthMode:
    if text == "open":
        return "open"
    if text == "strict":
        return "strict"
    raise StartRefused(f"--auth is open or strict, not {text}.")
