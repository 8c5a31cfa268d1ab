"""`eventyard up`: one server in the foreground until Ctrl-C or SIGTERM."""

import asyncio
import gc
import logging
import signal

import uvloop

from eventyard.app import Platform
from eventyard.settings import Settings, server_url

GARBAGE_THRESHOLD = 50_000
"""Allocations more than deallocations, after which the youngest objects are collected."""


def serve_until_stopped(settings: Settings) -> None:
    """Serve; gives back when a signal has stopped it and everything in progress has ended. Raises StartRefused."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    platform = Platform(settings)
    await platform.start()
    _collect_garbage_rarely()
    print(_ready_line(settings, platform.port), flush=True)
    await stopped.wait()
    await platform.stop()


def _ready_line(settings: Settings, port: int) -> str:
    folder = "nothing is kept" if settings.is_ephemeral else f"data in {settings.data_folder}"
    kept = f"{folder}, state in PostgreSQL" if settings.store_url else folder
    return f"Eventyard is ready on {server_url(settings.host, port)} ({kept}, auth {settings.auth})"


def _collect_garbage_rarely() -> None:
    """Leave what the start has made out of garbage collection, and collect less often.

    A request's values form no cycles, so reference counting frees them. Measured with SendMessage on 64 connections:
    the same rate, and a p99 of 9 ms instead of 18.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 20, 50)
