"""Which process serves an invocation, and when it goes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from eventyard.base.clock import VirtualClock
from eventyard.base.errors import EffectFailed

_WHO = "import os, time\ndef handler(event, context):\n  time.sleep(event.get('s', 0))\n  return os.getpid()"
_ROOT = Path(__file__).parents[2]


async def _pid(runner, spec, *, seconds: float = 0.0, **options) -> int:
    payload = json.dumps({"s": seconds}).encode()
    answer = await runner.invoke(spec, payload, request_id="request-1", **options)
    return int(answer.payload)


async def _until_dead(pid: int) -> None:
    """Wait for the kernel to say that the process, which may be nobody's child here, is gone."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(fd, gone.set)
    try:
        await asyncio.wait_for(gone.wait(), 10)
    finally:
        asyncio.get_running_loop().remove_reader(fd)
        os.close(fd)


def test_a_second_invocation_finds_the_process_warm(function, run):
    async def story(runner):
        first = await runner.invoke(function(_WHO), b"{}", request_id="a")
        second = await runner.invoke(function(_WHO), b"{}", request_id="b")
        assert first.payload == second.payload
        assert first.log_stream == second.log_stream
        assert second.init_ms is None
        assert "Init Duration" not in second.log[-1].message

    run(story)


def test_an_exception_leaves_the_process_warm_and_an_exit_does_not(function, run):
    source = """
        import os
        def handler(event, context):
            if event == "exit": os._exit(1)
            if event == "raise": raise ValueError(os.getpid())
            return os.getpid()
    """

    async def story(runner):
        pids = []
        for payload in (b"1", b'"raise"', b"1", b'"exit"', b"1"):
            answer = json.loads((await runner.invoke(function(source), payload, request_id="a")).payload)
            pids.append(int(answer["errorMessage"]) if "raise" in payload.decode() else answer)
        assert pids[0] == pids[1] == pids[2] != pids[4]

    run(story)


def test_five_invocations_at_once_run_in_five_processes(function, run):
    async def story(runner):
        pids = await asyncio.gather(*(_pid(runner, function(_WHO), seconds=0.5) for _ in range(5)))
        assert len(set(pids)) == 5
        assert runner.environments_count == 5

    run(story)


def test_invocations_above_the_limit_wait_their_turn(function, run):
    async def story(runner):
        pids = await asyncio.gather(*(_pid(runner, function(_WHO), seconds=0.1) for _ in range(6)))
        assert len(set(pids)) == 2

    run(story, environments_max=2)


def test_a_function_without_a_process_gets_one_before_a_busy_one_goes_on(function, run):
    busy = function(_WHO)
    other = replace(busy, arn=busy.arn + "-other")
    finished = []

    async def note(name, spec):
        await _pid(runner_of[0], spec, seconds=0.1)
        finished.append(name)

    runner_of = []

    async def story(runner):
        runner_of.append(runner)
        await asyncio.gather(*(note("busy", busy) for _ in range(4)), note("other", other))
        assert finished.index("other") == 1

    run(story, environments_max=1)


def test_who_waits_too_long_for_a_process_is_told(function, run):
    async def story(runner):
        spec = function(_WHO)
        long_one = asyncio.ensure_future(_pid(runner, spec, seconds=1))
        await asyncio.sleep(0)
        with pytest.raises(EffectFailed, match="TooManyRequestsException"):
            await _pid(runner, spec, give_up_at_ms=1)
        await long_one

    run(story, environments_max=1)


def test_changed_code_runs_in_a_new_process_and_the_old_one_goes(function, run):
    async def story(runner):
        old = await _pid(runner, function(_WHO))
        changed = await _pid(runner, function(_WHO, folder="changed", code_sha256="changed"))
        assert changed != old
        await _until_dead(old)
        assert runner.environments_count == 1

    run(story)


def test_an_idle_process_goes_after_its_time_and_takes_its_folder_along(function, run, settings):
    clock = VirtualClock()

    async def rest():
        await asyncio.sleep(0)

    async def story(runner):
        pid = await _pid(runner, function(_WHO))
        await clock.advance(settings.idle_ms - 1, rest)
        assert runner.environments_count == 1
        await clock.advance(1, rest)
        assert runner.environments_count == 0
        await _until_dead(pid)
        await runner.close()
        assert list(settings.work_dir.iterdir()) == []

    run(story, clock=clock)


def test_a_process_killed_while_idle_is_replaced_unseen(function, run):
    async def story(runner):
        spec = function(_WHO)
        first = await _pid(runner, spec)
        os.kill(first, signal.SIGKILL)
        await _until_dead(first)
        assert await _pid(runner, spec) != first

    run(story)


def test_a_cancelled_invocation_leaves_no_process_behind(function, run, tmp_path):
    async def story(runner):
        source = _WHO.replace("  time", f"  open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n  time", 1)
        spec = function(source)
        await _pid(runner, spec)
        waiting = asyncio.ensure_future(_pid(runner, spec, seconds=60))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert runner.environments_count == 0
        await _until_dead(int((tmp_path / "pid").read_text()))

    run(story)


def test_closing_the_runner_tells_a_running_invocation_and_kills_its_process(function, run):
    async def story(runner):
        pid = await _pid(runner, function(_WHO))
        waiting = asyncio.ensure_future(_pid(runner, function(_WHO), seconds=60))
        await asyncio.sleep(0)
        await runner.close()
        with pytest.raises(EffectFailed, match="stopping"):
            await waiting
        await _until_dead(pid)

    run(story)


def test_a_time_out_rings_by_the_platforms_clock(function, run):
    clock = VirtualClock()

    async def story(runner):
        spec = function(_WHO, timeout_ms=900_000)
        await _pid(runner, spec)
        sleeping = asyncio.ensure_future(runner.invoke(spec, b'{"s": 899}', request_id="request-1"))
        await asyncio.sleep(0)
        await clock.advance(900_000, lambda: asyncio.sleep(0))
        answer = await sleeping
        assert json.loads(answer.payload)["errorMessage"].endswith("Task timed out after 900.00 seconds")

    run(story, clock=clock)


def test_code_that_is_not_there_is_a_failure_of_the_world(function, run, tmp_path):
    async def story(runner):
        with pytest.raises(EffectFailed, match="ServiceException"):
            await _pid(runner, function(_WHO, code_dir=tmp_path / "nowhere"))
        assert runner.environments_count == 0

    run(story)


def test_a_variable_that_no_process_can_have_is_a_failure_of_the_world(function, run):
    async def story(runner):
        with pytest.raises(EffectFailed, match="ServiceException"):
            await _pid(runner, function(_WHO, environment={"NAME": "a\0b"}))
        assert runner.environments_count == 0

    run(story)


def test_processes_die_with_a_server_that_is_killed(function, tmp_path):
    function(_WHO + "\n")
    script = f"""
import asyncio, sys
from pathlib import Path
sys.path[:0] = [{str(_ROOT / "src")!r}, {str(_ROOT)!r}]
from tests.functions.sockets import serve
from eventyard.base.clock import RealClock
from eventyard.base.ids import Ids
from eventyard.functions.runner import Runner
from eventyard.functions.spec import Credentials, FunctionSpec, RunnerSettings
work = Path({str(tmp_path)!r})
spec = FunctionSpec(name="f", version="1", arn="arn", account="0", region="us-east-1", handler="app.handler",
    runtime="python3.11", code_dir=work / "code", code_sha256="", revision="", memory_mb=256, timeout_ms=9000,
    log_group="g", credentials=Credentials("a", "b"))
async def main():
    runner = Runner(serve=serve, clock=RealClock(), ids=Ids(), settings=RunnerSettings(work_dir=work / "work"))
    print(int((await runner.invoke(spec, b"{{}}", request_id="r")).payload), flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        server.kill()
    asyncio.run(_until_dead(pid))
