"""The SQL of query definitions: queries that were saved under a name."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.store.tx import Row, Tx

_COLUMNS = "id, name, query, language, group_names, parameters, modified_at_ms"


@dataclass(frozen=True, slots=True)
class Definition:
    """A saved query; groups and parameters are `None` where none were given."""

    id: str
    name: str
    query: str
    language: str
    group_names: Sequence[str] | None
    parameters: Sequence[Mapping[str, Any]] | None
    modified_at_ms: int

    def shown(self) -> dict[str, Any]:
        """As DescribeQueryDefinitions shows it."""
        parameters = {} if self.parameters is None else {"parameters": list(self.parameters)}
        return {
            "queryLanguage": self.language,
            "queryDefinitionId": self.id,
            "name": self.name,
            "queryString": self.query,
            "lastModified": self.modified_at_ms,
            "logGroupNames": list(self.group_names or ()),
            **parameters,
        }


def put(tx: Tx, account: str, region: str, definition: Definition) -> None:
    """Add the definition, or put it in the place of the one with its id."""
    tx.run(
        """insert into logs_query_definitions
             (id, account, region, name, query, language, group_names, parameters, modified_at_ms)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (id) do update
             set name = excluded.name, query = excluded.query, language = excluded.language,
                 group_names = excluded.group_names, parameters = excluded.parameters,
                 modified_at_ms = excluded.modified_at_ms""",
        definition.id,
        account,
        region,
        definition.name,
        definition.query,
        definition.language,
        None if definition.group_names is None else json.dumps(list(definition.group_names)),
        None if definition.parameters is None else json.dumps(list(definition.parameters)),
        definition.modified_at_ms,
    )


def is_there(tx: Tx, account: str, region: str, definition_id: str) -> bool:
    """Whether the account has such a definition."""
    sql = "select 1 from logs_query_definitions where id = ? and account = ? and region = ?"
    return tx.one(sql, definition_id, account, region) is not None


def delete(tx: Tx, account: str, region: str, definition_id: str) -> bool:
    """Forget the definition; gives back whether there was one."""
    sql = "delete from logs_query_definitions where id = ? and account = ? and region = ?"
    return tx.run(sql, definition_id, account, region) > 0


def after(tx: Tx, account: str, region: str, *, place: tuple[str, str], rows_max: int) -> list[Definition]:
    """Definitions behind the place (name, id), in the order of their names."""
    name, definition_id = place
    rows = tx.all(
        f"""select {_COLUMNS} from logs_query_definitions
            where account = ? and region = ? and (name > ? or (name = ? and id > ?)) order by name, id limit ?""",
        account,
        region,
        name,
        name,
        definition_id,
        rows_max,
    )
    return [_definition(row) for row in rows]


def _definition(row: Row) -> Definition:
    return Definition(
        id=row[0],
        name=row[1],
        query=row[2],
        language=row[3],
        group_names=_list(row[4]),
        parameters=_list(row[5]),
        modified_at_ms=row[6],
    )


def _list(text: str | None) -> Sequence[Any] | None:
    return None if text is None else tuple(json.loads(text))
