"""Which targets of a bus an event goes to, and what each of them gets: a bus's enabled rules, compiled once.

The routes of a bus are derived from its rows alone and kept until one of them changes (see `queries.routes`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from eventyard.languages.patterns import PatternIndex, compile_pattern
from eventyard.languages.transformers import (
    INGESTION_TIME,
    RULE_ARN,
    RULE_NAME,
    apply_path,
    compile_path,
    compile_transformer,
)
from eventyard.services.events.model.events import Event
from eventyard.services.events.model.rules import Rule
from eventyard.services.events.model.targets import Target
from eventyard.services.events.model.trace_keys import Path
from eventyard.services.events.model.validation import Validation

Render = Callable[[Event], str]
"""From an event to the text that a target gets instead of it."""


@dataclass(frozen=True, slots=True)
class Route:
    """One target of one rule; `render` is `None` where the target gets the event itself.

    `archive_id` is there where the rule is an archive's: what it matches is stored, not delivered.
    """

    target_arn: str
    rule_arn: str
    target_id: str
    attempts_max: int
    age_max_ms: int
    dead_letter_arn: str | None
    parameters: Mapping[str, Any]
    render: Render | None
    archive_id: int | None = None
    role_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """The compiled rules of one bus: the index gives places in `by_rule`, `fired` those of rules with a schedule.

    `validation` is what the bus asks of its events, `trace_keys` by which of their values their traces are found.
    """

    index: PatternIndex[int]
    by_rule: Sequence[tuple[Route, ...]]
    fired: Mapping[str, int]
    validation: Validation | None
    trace_keys: Sequence[Path] = ()

    def of(self, event: Event, *, fired_rule_arn: str | None = None) -> list[Route]:
        """The routes of every rule that matches the event, in the order in which the rules were given.

        `fired_rule_arn` is the rule whose schedule made the event: it has it whatever its pattern says.
        """
        places = self.index.match(event.json)
        if fired_rule_arn is not None and (own := self.fired.get(fired_rule_arn)) is not None and own not in places:
            places = [*places, own]
        return [route for place in sorted(places) for route in self.by_rule[place]]


def compile_routes(
    rules: Iterable[tuple[Rule, Sequence[Target]]],
    archives: Mapping[str, int],
    validation: Validation | None,
    trace_keys: Sequence[Path] = (),
) -> Routes:
    """The routes of enabled rules; their patterns were found valid when they were put. Rules without targets go.

    `archives` are the ids of the bus's archives by the names of their rules.
    """
    reaching = [(rule, targets) for rule, targets in rules if targets]
    patterns = {place: compile_pattern(rule.pattern) for place, (rule, _) in enumerate(reaching) if rule.pattern}
    by_rule = [tuple(_route(rule, target, archives.get(rule.name)) for target in targets) for rule, targets in reaching]
    fired = {rule.arn: place for place, (rule, _) in enumerate(reaching) if rule.schedule}
    return Routes(PatternIndex(patterns), by_rule, fired, validation, trace_keys)


def _route(rule: Rule, target: Target, archive_id: int | None) -> Route:
    return Route(
        target_arn=target.arn,
        rule_arn=rule.arn,
        target_id=target.id,
        attempts_max=target.attempts_max,
        age_max_ms=target.age_max_ms,
        dead_letter_arn=target.dead_letter_arn,
        parameters=target.parameters,
        render=_render(rule, target) if archive_id is None else None,
        archive_id=archive_id,
        role_arn=target.spec.get("RoleArn"),
    )


def _render(rule: Rule, target: Target) -> Render | None:
    spec = target.spec
    if "Input" in spec:
        return _constant(spec["Input"])
    if "InputPath" in spec:
        return _part(spec["InputPath"])
    if "InputTransformer" in spec:
        return _transformed(rule, spec["InputTransformer"])
    return None


def _constant(text: str) -> Render:
    return lambda event: text


def _part(path_text: str) -> Render | None:
    if path_text == "$":
        return None
    path = compile_path(path_text)
    return lambda event: orjson.dumps(apply_path(event.json, path)).decode()


def _transformed(rule: Rule, given: Mapping[str, Any]) -> Render:
    transform = compile_transformer(given.get("InputPathsMap", {}), given["InputTemplate"])
    of_rule = {RULE_ARN: rule.arn, RULE_NAME: rule.name}
    return lambda event: transform(event.json, {**of_rule, INGESTION_TIME: event.accepted_at})
