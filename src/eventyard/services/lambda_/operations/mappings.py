"""Event source mappings: create, read, change, delete. The consumers behind them follow in `work/consuming.py`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model import tokens
from eventyard.services.lambda_.model.mapping import EventSourceMapping, queue_of, settings_of
from eventyard.services.lambda_.model.names import function_ref
from eventyard.services.lambda_.queries import functions, mappings
from eventyard.services.lambda_.work.finding import Found, resolve
from eventyard.services.lambda_.work.invoking import CHANGED
from eventyard.store.tx import Tx

_PAGE_MAX = 100


def create_event_source_mapping(tx: Tx, call: Call[Mapping[str, Any]], *, is_strict: bool) -> dict[str, Any]:
    """Feed the function from the queue from now on; the queue must be there and hide messages long enough."""
    params = call.params
    source_arn = params.get("EventSourceArn")
    if not source_arn:
        raise errors.invalid("Unrecognized event source.")
    queue_of(source_arn)
    settings = settings_of(params, {}, is_fifo=source_arn.endswith(".fifo"), is_strict=is_strict)
    found = _function(tx, call, params["FunctionName"])
    _check_queue(tx, call, source_arn, found)
    known = mappings.of_pair(tx, source_arn, found.ref.qualified_arn)
    if known is not None:
        raise errors.mapping_exists(source_arn, found.ref.name, known.uuid)
    mapping = EventSourceMapping(
        uuid=call.ids.uuid(),
        account=call.account,
        region=call.region,
        function_arn=found.ref.qualified_arn,
        source_arn=source_arn,
        settings=settings,
        is_enabled=params.get("Enabled", True),
        modified_at_ms=call.now_ms,
    )
    mappings.put(tx, mapping)
    if params.get("Tags"):
        functions.put_tags(tx, mapping.arn, params["Tags"])
    call.wake(CHANGED)
    return mapping.shown("Creating" if mapping.is_enabled else "")


def get_event_source_mapping(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The mapping, in the state that it is in."""
    return _existing(tx, call).shown()


def list_event_source_mappings(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Mappings by identifier, of one source or one function if asked."""
    params = call.params
    name = params.get("FunctionName")
    function_arn = function_ref(name, account=call.account, region=call.region).qualified_arn if name else ""
    limit = min(params.get("MaxItems", _PAGE_MAX), _PAGE_MAX)
    found = mappings.listed(
        tx,
        account=call.account,
        region=call.region,
        source_arn=params.get("EventSourceArn", ""),
        function_arn=function_arn,
        after=tokens.read(params.get("Marker", "")),
        rows_max=limit + 1,
    )
    shown, more = tokens.page(found, limit=limit, key=lambda mapping: mapping.uuid)
    return {"EventSourceMappings": [mapping.shown() for mapping in shown], **more}


def update_event_source_mapping(tx: Tx, call: Call[Mapping[str, Any]], *, is_strict: bool) -> dict[str, Any]:
    """Set what is given and leave the rest; batches in progress end under the old settings."""
    params = call.params
    mapping = _existing(tx, call)
    settings = settings_of(params, mapping.settings, is_fifo=mapping.is_fifo, is_strict=is_strict)
    function_arn = mapping.function_arn
    if params.get("FunctionName"):
        found = _function(tx, call, params["FunctionName"])
        function_arn = found.ref.qualified_arn
        _check_queue(tx, call, mapping.source_arn, found)
        known = mappings.of_pair(tx, mapping.source_arn, function_arn)
        if known is not None and known.uuid != mapping.uuid:
            raise errors.mapping_exists(mapping.source_arn, found.ref.name, known.uuid)
    changed = replace(
        mapping,
        settings=settings,
        function_arn=function_arn,
        is_enabled=params.get("Enabled", mapping.is_enabled),
        modified_at_ms=max(call.now_ms, mapping.modified_at_ms + 1),
    )
    mappings.put(tx, changed)
    call.wake(CHANGED)
    return changed.shown(_state_on_the_way(mapping, changed))


def delete_event_source_mapping(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Receive nothing more for the mapping; batches in progress still end."""
    mapping = _existing(tx, call)
    mappings.delete(tx, mapping.uuid)
    functions.put_tags(tx, mapping.arn, {})
    call.wake(CHANGED)
    return mapping.shown("Deleting")


def _state_on_the_way(before: EventSourceMapping, after: EventSourceMapping) -> str:
    """Recorded: Enabling and Disabling where that changes, else Updating; a disabled mapping stays Disabled."""
    if before.is_enabled != after.is_enabled:
        return "Enabling" if after.is_enabled else "Disabling"
    return "Updating" if after.is_enabled else "Disabled"


def _existing(tx: Tx, call: Call[Mapping[str, Any]]) -> EventSourceMapping:
    found = mappings.find(tx, call.account, call.region, call.params["UUID"])
    if found is None:
        raise errors.no_such_mapping()
    return found


def _function(tx: Tx, call: Call[Any], name: str) -> Found:
    try:
        return resolve(tx, function_ref(name, account=call.account, region=call.region))
    except AwsError as refusal:
        if refusal.code != "ResourceNotFoundException":
            raise
        raise errors.mapping_without_function() from None


def _check_queue(tx: Tx, call: Call[Any], source_arn: str, found: Found) -> None:
    """The queue is there, and keeps its messages hidden for as long as the function may take."""
    account, region, name = queue_of(source_arn)
    inner = call.within(service="lambda", operation=call.operation, params={}, account=account, region=region)
    asked = {"QueueUrl": f"{call.base_url or 'http://localhost'}/{account}/{name}", "AttributeNames": ["All"]}
    try:
        attributes = inner.dispatch(tx, "sqs", "GetQueueAttributes", asked)["Attributes"]
    except AwsError as refusal:
        code = "AWS.SimpleQueueService.NonExistentQueue" if refusal.code == "QueueDoesNotExist" else refusal.code
        raise errors.unreceivable_queue(code, refusal.message) from None
    visibility_s = int(attributes["VisibilityTimeout"])
    if visibility_s < found.function.timeout_s:
        raise errors.short_visibility(visibility_s, found.function.timeout_s)
