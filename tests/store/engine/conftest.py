"""The engine with a toy service on both stores."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from eventyard.base.errors import AwsError, EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.due.policy import Policy
from eventyard.engine.due.row import DueRow
from eventyard.engine.park import Park, Perform
from eventyard.engine.registry import Effect, Service
from eventyard.store.tx import Store, Tx
from tests.support.engine import Platform


@dataclass
class Toy:
    """A service that records what happens to it; `fails` is how often its effect still fails.

    `log` is written within transactions, which a shared database may ask to repeat; `performed` outside of any.
    """

    log: list[Any] = field(default_factory=list)
    performed: list[str] = field(default_factory=list)
    fails: int = 0

    def service(self, tables: Path) -> Service:
        return Service(
            "toy",
            {
                "Note": self.note,
                "Wait": self.wait,
                "Refuse": self.refuse,
                "Break": self.break_,
                "Later": self.later,
                "Ask": self.ask,
            },
            tables=tables,
            timers={"toy.timer": self.timer},
            effects={"toy.effect": Effect(self.perform, self.settle, self.failed)},
        )

    def note(self, tx: Tx, call: Call[Any]) -> dict[str, Any]:
        tx.run("insert into toy_notes (text) values (?)", call.params["text"])
        call.wake("notes")
        return {"count": _count(tx)}

    def wait(self, tx: Tx, call: Call[Any]) -> dict[str, Any] | Park:
        if _count(tx) >= call.params["notes"] or call.must_answer:
            return {"count": _count(tx), "at_ms": call.now_ms}
        return Park("notes", call.params["until_ms"], self.wait, again_at_ms=call.params.get("again_at_ms"))

    def refuse(self, tx: Tx, call: Call[Any]) -> None:
        tx.run("insert into toy_notes (text) values ('refused')")
        raise AwsError("Refused", "no")

    def break_(self, tx: Tx, call: Call[Any]) -> None:
        tx.run("insert into toy_notes (text) values ('broken')")
        raise KeyError("a mistake of ours")

    def later(self, tx: Tx, call: Call[Any]) -> dict[str, Any]:
        params = call.params
        policy = Policy(attempts_max=params["attempts_max"]) if "attempts_max" in params else None
        call.later(tx, kind=params["kind"], key=params["key"], at_ms=call.now_ms + params["in_ms"], policy=policy)
        return {}

    def ask(self, tx: Tx, call: Call[Any]) -> Perform:
        async def effect() -> str:
            return "asked"

        return Perform(effect, lambda tx, call, outcome: {"outcome": outcome, "count": _count(tx)})

    def timer(self, tx: Tx, call: Call[Any], row: DueRow) -> None:
        self.log.append((row.key, call.now_ms))

    async def perform(self, row: DueRow) -> str:
        self.performed.append(row.key)
        if self.fails:
            self.fails -= 1
            raise EffectFailed("Down", "is down")
        return row.key

    def settle(self, tx: Tx, call: Call[Any], row: DueRow, outcome: Any) -> None:
        self.log.append((outcome, row.attempt))

    def failed(self, tx: Tx, call: Call[Any], row: DueRow, failure: EffectFailed) -> None:
        self.log.append((failure.code, row.attempt))


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def platform(store: Store, toy: Toy, tmp_path: Path) -> Iterator[Platform]:
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "0001_notes.sql").write_text("create table toy_notes (id {serial}, text text not null);\n")
    platform = Platform(store, [toy.service(tables)])
    yield platform
    platform.close()


def _count(tx: Tx) -> int:
    row = tx.one("select count(*) from toy_notes")
    assert row is not None
    return int(row[0])
