"""A promised service comes at the first use of what it has, and is started when it comes."""

from collections.abc import Callable

import pytest

from eventyard.engine.registry import Effect, Promised, Registry, Service


async def perform(row):
    return row


SERVICE = Service(
    name="toy",
    operations={"Play": lambda tx, call: None},
    targets={"toy": lambda tx, call, delivery: None},
    timers={"toy.tidy": lambda tx, call, row: None},
    effects={"toy.throw": Effect(perform, lambda tx, call, row, outcome: None)},
)

USES: dict[str, Callable[[Registry], object]] = {
    "operation": lambda registry: registry.operation("toy", "Play"),
    "target": lambda registry: registry.target("toy"),
    "timer": lambda registry: registry.timer("toy.tidy"),
    "effect": lambda registry: registry.effect("toy.throw"),
    "services": lambda registry: registry.services["toy"],
}


def promised(loaded: list[str], started: list[object]) -> Promised:
    def load() -> Service:
        loaded.append("toy")
        return Service(name="toy", operations=SERVICE.operations, targets=SERVICE.targets, timers=SERVICE.timers,
                       effects=SERVICE.effects, start=(started.append,))  # fmt: skip

    return Promised("toy", load, has_work=lambda tx: True)


@pytest.mark.parametrize("use", USES)
def test_a_service_is_read_once_at_its_first_use(use: str):
    loaded: list[str] = []
    registry = Registry([promised(loaded, [])])
    assert (registry.names, loaded) == (("toy",), [])
    assert USES[use](registry) is not None
    assert USES[use](registry) is not None
    assert loaded == ["toy"]


def test_what_others_have_reads_nothing():
    loaded: list[str] = []
    registry = Registry([promised(loaded, [])])
    assert registry.operation("other", "Play") is None
    assert registry.target("other") is None
    assert registry.timer("other.tidy") is None
    assert registry.effect("delivery") is None
    assert loaded == []


def test_a_service_that_comes_late_is_started_when_it_comes():
    started: list[object] = []
    registry = Registry([promised([], started)])
    registry.start("engine")
    assert started == []
    registry.operation("toy", "Play")
    assert started == ["engine"]


def test_a_service_with_work_is_there_at_the_start():
    started: list[object] = []
    registry = Registry([promised([], started)])
    registry.load_those_with_work(None)  # type: ignore[arg-type]
    registry.start("engine")
    assert started == ["engine"]
