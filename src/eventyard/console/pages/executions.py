"""Executions, and how they go on."""

from collections.abc import Mapping

from eventyard.console.look import Look
from eventyard.console.page import Action, Done, Live, Shown
from eventyard.console.views import executions


async def _redrive(look: Look, form: Mapping[str, str]) -> Done:
    """Have it go on from where it failed."""
    arn = look.params["arn"]
    await look.operate("stepfunctions", "RedriveExecution", {"executionArn": arn})
    return Done("It goes on from where it failed.", executions.address(arn))


async def _stop(look: Look, form: Mapping[str, str]) -> Done:
    arn = look.params["arn"]
    await look.operate("stepfunctions", "StopExecution", {"executionArn": arn, "cause": "Stopped in the console."})
    return Done("It is stopped.", executions.address(arn))


async def _start_again(look: Look, form: Mapping[str, str]) -> Done:
    """Start the machine once more, with the input of the form."""
    told = await look.operate("stepfunctions", "DescribeExecution", {"executionArn": look.params["arn"]})
    asked = {"stateMachineArn": told["stateMachineArn"], "input": form.get("input", "")}
    arn = (await look.operate("stepfunctions", "StartExecution", asked))["executionArn"]
    return Done("Started.", executions.address(arn), {"arn": arn})


PAGES: tuple[Shown, ...] = (
    Shown("/executions", "executions.html", executions.executions),
    Shown("/executions/{arn:path}", "execution.html", executions.execution),
)
ACTIONS: tuple[Action, ...] = (
    Action("/executions/{arn:path}/redrive", _redrive),
    Action("/executions/{arn:path}/stop", _stop),
    Action("/executions/{arn:path}/start-again", _start_again),
)
LIVES: tuple[Live, ...] = ()
