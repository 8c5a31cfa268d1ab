"""Which command lines start the server at once, and which are left to the command line proper."""

from pathlib import Path

import pytest
import typer.main

from eventyard.cli.entry import FLAGS, VALUES, plain_up
from eventyard.cli.main import app
from eventyard.settings import Settings


def test_up_alone_has_the_default_settings() -> None:
    assert plain_up(["up"]) == Settings()


def test_every_option_becomes_its_setting() -> None:
    line = "up --host ::1 --port 0 --data folder --store postgresql://db --auth strict --region eu-west-1"
    assert plain_up([*line.split(), "--ephemeral", "--strict-aws"]) == Settings(
        host="::1",
        port=0,
        data_folder=Path("folder"),
        store_url="postgresql://db",
        auth="strict",
        region="eu-west-1",
        is_ephemeral=True,
        is_strict_aws=True,
    )


def test_the_options_are_those_of_the_command_line() -> None:
    command = typer.main.get_command(app)
    params = command.commands["up"].params  # type: ignore[attr-defined]
    known = {name: param.is_flag for param in params for name in (*param.opts, *param.secondary_opts)}
    known.pop("--help", None)
    assert known == {**dict.fromkeys(VALUES, False), **dict.fromkeys(FLAGS, True)}


def test_the_last_of_two_values_counts() -> None:
    assert plain_up(["up", "--port", "1", "--port", "2"]) == Settings(port=2)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "status",
        "run -- up",
        "up --help",
        "up --port",
        "up --port=1",
        "up --port x",
        "up --port 65536",
        "up --port -1",
        "up --port ²",
        "up --auth maybe",
        "up --data --ephemeral",
        "up --nothing x",
        "up x",
        "--help",
    ],
)
def test_whatever_is_not_plain_is_left_to_the_command_line(line: str) -> None:
    assert plain_up(line.split()) is None
