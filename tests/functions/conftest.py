"""A runner with real processes, and functions written on the spot."""

import asyncio
import textwrap
from collections.abc import Callable, Coroutine
from dataclasses import replace

import pytest

from eventyard.base.clock import RealClock
from eventyard.base.ids import Ids
from eventyard.functions.runner import Runner
from eventyard.functions.spec import Credentials, FunctionSpec, RunnerSettings
from tests.functions.sockets import serve


@pytest.fixture
def function(tmp_path) -> Callable[..., FunctionSpec]:
    """Write `source` as app.py and give back its spec; keyword arguments change the spec."""

    def write(source: str, *, folder: str = "code", **changes) -> FunctionSpec:
        code_dir = tmp_path / folder
        code_dir.mkdir(exist_ok=True)
        (code_dir / "app.py").write_text(textwrap.dedent(source))
        spec = FunctionSpec(
            name="shop",
            version="$LATEST",
            arn="arn:aws:lambda:eu-west-1:000000000000:function:shop",
            account="000000000000",
            region="eu-west-1",
            handler="app.handler",
            runtime="python3.11",
            code_dir=code_dir,
            code_sha256=source,
            revision="1",
            memory_mb=256,
            timeout_ms=10_000,
            log_group="/aws/lambda/shop",
            credentials=Credentials("000000000000", "secret", "token"),
        )
        return replace(spec, **changes)

    return write


@pytest.fixture
def settings(tmp_path) -> RunnerSettings:
    return RunnerSettings(work_dir=tmp_path / "work")


@pytest.fixture
def run(settings) -> Callable[..., None]:
    """Run a story with a runner of its own, and close it after."""

    def run_story(story: Callable[[Runner], Coroutine], *, clock=None, **changes):
        async def tell():
            runner = Runner(serve=serve, clock=clock or RealClock(), ids=Ids(), settings=replace(settings, **changes))
            try:
                return await story(runner)
            finally:
                await runner.close()

        return asyncio.run(tell())

    return run_story


@pytest.fixture
def invoke_once(run):
    """Run a function once in a fresh runner."""

    def once(spec: FunctionSpec, payload: bytes = b"{}", **options):
        return run(lambda runner: runner.invoke(spec, payload, request_id="request-1", **options))

    return once
