"""Executions in the console: found by machine and status, drawn with each state's input and output, redriven."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.conftest import Pages
from tests.support import console_shop
from tests.support.platform import RunningPlatform


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    platform = RunningPlatform(Path(tmp_path_factory.mktemp("shop")))
    console_shop.build(platform.client)
    console_shop.place_orders(platform.client, 13)
    platform.run(platform.platform.engine.settle())
    pages = Pages(platform)
    yield pages
    pages.http.close()
    platform.close()


def test_executions_are_found_by_machine_and_status(shop: Pages) -> None:
    told = shop.json("/executions")
    assert len(told["executions"]) == 13
    failed = shop.json("/executions?machine=fulfil&status=FAILED")["executions"]
    assert [one["status"] for one in failed] == ["FAILED"]
    assert shop.json("/executions?machine=other")["executions"] == []
    assert "status is one of" in shop.html("/executions?status=WELL", 400)
    assert failed[0]["name"] in shop.html("/executions?status=FAILED")


def test_an_execution_is_drawn_with_what_went_into_each_state_and_came_out(shop: Pages) -> None:
    [one, *_] = shop.json("/executions?status=SUCCEEDED")["executions"]
    path = one["href"].removeprefix("/_eventyard")
    told = shop.json(path)
    nodes = {node["label"]: node for node in told["graph"]["nodes"]}
    assert (nodes["Pick"]["state"], nodes["Refuse"]["state"]) == ("busy", "")
    assert {(edge["source"], edge["target"]) for edge in told["graph"]["edges"]} >= {
        ("(start)", "/IsLarge"),
        ("/IsLarge", "/Refuse"),
        ("/Pick", "/Tell"),
    }
    states = {state["name"]: state["runs"][0] for state in told["states"]}
    assert '"picked":true' in states["Pick"]["output"]
    assert states["Tell"]["attempts"] == 1
    assert told["history"][0]["type"] == "ExecutionStarted"
    assert told["trace"], "its event's trace"
    assert "Redrive" not in shop.html(path)


def test_a_failed_execution_says_why_and_is_redriven_or_started_again(shop: Pages) -> None:
    [one] = shop.json("/executions?status=FAILED")["executions"]
    path = one["href"].removeprefix("/_eventyard")
    told = shop.json(path)
    assert (told["error"], told["is_redrivable"]) == ("TooLarge", True)
    assert next(state for state in told["states"] if state["name"] == "Refuse")["status"] == "failed"
    assert "Somebody has to look" in shop.html(path)
    assert shop.post(f"{path}/redrive").headers["location"] == one["href"]
    shop.platform.run(shop.platform.platform.engine.settle())
    assert shop.json(path)["execution"]["redrives"] == 1
    answer = shop.post(f"{path}/start-again", input=told["input"].replace("959", "9"))
    shop.platform.run(shop.platform.platform.engine.settle())
    again = shop.json(answer.headers["location"].removeprefix("/_eventyard"))
    assert again["execution"]["status"] == "SUCCEEDED"


def test_an_execution_that_is_not_there_is_not_found(shop: Pages) -> None:
    shop.html("/executions/arn:aws:states:us-east-1:000000000000:execution:fulfil:nobody", 404)
    shop.html("/executions/nonsense", 404)
