"""What becomes of asynchronous invocations: retries, age, destinations."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model.invokes import InvokeConfig
from eventyard.services.lambda_.model.names import LATEST, FunctionRef
from eventyard.services.lambda_.queries import invocations
from eventyard.services.lambda_.work.finding import existing, resolved
from eventyard.store.tx import Tx

_SETTINGS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
_REACHED = frozenset({"sqs", "events", "lambda"})


def put_function_event_invoke_config(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Set all; what is not given has AWS's default again."""
    return _put(tx, call, {})


def update_function_event_invoke_config(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Set what is given, and leave the rest."""
    return _put(tx, call, _existing(tx, call).given)


def get_function_event_invoke_config(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Answer GetFunctionEventInvokeConfig."""
    return _existing(tx, call).shown(resolved(tx, call).ref.arn)


def delete_function_event_invoke_config(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Answer DeleteFunctionEventInvokeConfig."""
    config = _existing(tx, call)
    invocations.delete_invoke_config(tx, resolved(tx, call).ref.arn, config.qualifier)


def list_function_event_invoke_configs(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Answer ListFunctionEventInvokeConfigs."""
    function = existing(tx, call)
    return {"FunctionEventInvokeConfigs": [c.shown(function.arn) for c in invocations.invoke_configs(tx, function.arn)]}


def _put(tx: Tx, call: Call[Mapping[str, Any]], before: Mapping[str, Any]) -> dict[str, Any]:
    ref = resolved(tx, call).ref
    given = {name: call.params[name] for name in _SETTINGS if name in call.params}
    if not given:
        raise errors.invalid("You must specify at least one of error handling or destination setting.")
    _check_destinations(given.get("DestinationConfig", {}), ref)
    config = InvokeConfig(ref.qualifier or LATEST, {**before, **given}, call.now_ms)
    invocations.put_invoke_config(tx, ref.arn, config)
    return config.shown(ref.arn)


def _existing(tx: Tx, call: Call[Mapping[str, Any]]) -> InvokeConfig:
    ref = resolved(tx, call).ref
    qualifier = ref.qualifier or LATEST
    config = invocations.invoke_config(tx, ref.arn, qualifier)
    if config is None:
        raise errors.no_invoke_config(f"{ref.arn}:{qualifier}")
    return config


def _check_destinations(config: Mapping[str, Any], ref: FunctionRef) -> None:
    for chosen in config.values():
        destination = (chosen or {}).get("Destination")
        if not destination:
            continue
        arn = parse_arn(destination)
        if arn is None or arn.service not in _REACHED:
            raise errors.not_served(f"The destination {destination}")
        if destination.startswith(ref.arn):
            raise errors.invalid("You can't specify the function as a destination for itself.")
