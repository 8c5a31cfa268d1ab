"""Query definitions: queries saved under a name. They are kept as they are given; AWS does not read them either.

Unverified: whether AWS compiles a query when it is saved.
"""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.services.logs import errors
from eventyard.services.logs.queries import definitions
from eventyard.services.logs.queries.definitions import Definition
from eventyard.store.tx import Tx

_PAGE = 1_000


def put_query_definition(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Save a query, or put another in the place of the one whose id is given."""
    params = call.params
    definition_id = params.get("queryDefinitionId")
    if definition_id is not None and not definitions.is_there(tx, call.account, call.region, definition_id):
        raise errors.no_such_definition()
    definition = Definition(
        id=definition_id or _new_id(call),
        name=params["name"],
        query=params["queryString"],
        language=params.get("queryLanguage", "CWLI"),
        group_names=params.get("logGroupNames"),
        parameters=params.get("parameters"),
        modified_at_ms=call.now_ms,
    )
    definitions.put(tx, call.account, call.region, definition)
    return {"queryDefinitionId": definition.id}


def _new_id(call: Call[Mapping[str, Any]]) -> str:
    """The id of a definition that is made: a client's token names one, so that its repetition makes no second."""
    token = call.params.get("clientToken")
    if token is None:
        return call.ids.uuid()
    digest = hashlib.sha256(f"{call.account} {call.region} {token}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def describe_query_definitions(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The account's definitions by name: those whose names begin so, of a language."""
    params = call.params
    prefix, language = params.get("queryDefinitionNamePrefix", ""), params.get("queryLanguage")
    rows_max = params.get("maxResults", _PAGE)
    name, _, definition_id = params.get("nextToken", "").rpartition("/")
    found = [
        definition
        for definition in definitions.after(
            tx, call.account, call.region, place=(name, definition_id), rows_max=100_000
        )
        if definition.name.startswith(prefix) and language in (None, definition.language)
    ]
    shown = found[:rows_max]
    more = {"nextToken": f"{shown[-1].name}/{shown[-1].id}"} if len(found) > rows_max else {}
    return {"queryDefinitions": [definition.shown() for definition in shown], **more}


def delete_query_definition(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Forget a definition."""
    if not definitions.delete(tx, call.account, call.region, call.params["queryDefinitionId"]):
        raise errors.no_such_definition()
    return {"success": True}
