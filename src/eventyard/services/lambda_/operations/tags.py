"""Tags of functions and of mappings."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model.names import function_ref
from eventyard.services.lambda_.queries import functions, mappings
from eventyard.store.tx import Tx

TAGS_MAX = 50


def list_tags(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The tags of a function or a mapping."""
    return {"Tags": functions.tags(tx, _resource(tx, call))}


def tag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Add tags to a function or a mapping, or give them other values."""
    arn = _resource(tx, call)
    tags = {**functions.tags(tx, arn), **call.params["Tags"]}
    if not call.params["Tags"]:
        raise errors.invalid("An error occurred and the request cannot be processed.")
    if len(tags) > TAGS_MAX:
        raise errors.invalid("Number of tags exceeds resource tag limit.")
    _put(tx, call, arn, tags)


def untag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Take tags off a function or a mapping; those it does not have do no harm."""
    arn = _resource(tx, call)
    gone = call.params["TagKeys"]
    _put(tx, call, arn, {name: text for name, text in functions.tags(tx, arn).items() if name not in gone})


def _put(tx: Tx, call: Call[Mapping[str, Any]], arn: str, tags: Mapping[str, str]) -> None:
    """Store the tags; recorded: a function has a new revision with them."""
    functions.put_tags(tx, arn, tags)
    function = functions.find(tx, arn)
    if function is not None:
        functions.put(tx, replace(function, revision_id=call.ids.uuid()))


def _resource(tx: Tx, call: Call[Mapping[str, Any]]) -> str:
    """The ARN of the function or mapping. Raises ResourceNotFoundException."""
    arn = str(call.params["Resource"])
    if ":event-source-mapping:" in arn:
        if mappings.find(tx, call.account, call.region, arn.rpartition(":")[2]) is None:
            raise errors.no_such_mapping()
        return arn
    ref = function_ref(arn, account=call.account, region=call.region)
    if ref.qualifier:
        raise errors.invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
    if functions.find(tx, ref.arn) is None:
        raise errors.no_such_function(ref.arn)
    return ref.arn
