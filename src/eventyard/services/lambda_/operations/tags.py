"""Tags of functions and of mappings."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.lambda_ import errors
from eventyard.services.lambda_.model.names import function_ref
from eventyard.services.lambda_.queries import functions, mappings
from eventyard.store.tx import Tx

TAGS_MAX = 50


def list_tags(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Answer ListTags."""
    return {"Tags": functions.tags(tx, _resource(tx, call))}


def tag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Answer TagResource."""
    arn = _resource(tx, call)
    tags = {**functions.tags(tx, arn), **call.params["Tags"]}
    if not call.params["Tags"]:
        raise errors.invalid("An error occurred and the request cannot be processed.")
    if len(tags) > TAGS_MAX:
        raise errors.invalid("Number of tags exceeds resource tag limit.")
    functions.put_tags(tx, arn, tags)


def untag_resource(tx: Tx, call: Call[Mapping[str, Any]]) -> None:
    """Answer UntagResource."""
    arn = _resource(tx, call)
    gone = call.params["TagKeys"]
    functions.put_tags(tx, arn, {name: text for name, text in functions.tags(tx, arn).items() if name not in gone})


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
