"""What must hold of every history, whenever the server was killed: pure functions from entries to broken promises.

Each gives back one sentence for each breach, so an empty list is a kept promise. They rest on two facts of the load:
at the end everything was received and deleted until the queues were empty, and tokens are unique.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.crash.history import Entry

History = Sequence[Entry]


def nothing_is_lost(history: History) -> Iterator[str]:
    """What was acknowledged was consumed: deleted in each of its places, or perhaps deleted."""
    deleted = {(e.values["place"], e.values["token"]) for e in _calls(history, "delete") if e.outcome != "refused"}
    for entry in _calls(history, "send", "done"):
        for place in entry.values["places"]:
            if (place, entry.values["token"]) not in deleted:
                yield f"{entry.values['token']} was acknowledged and never came out of {place}"


def nothing_is_invented(history: History) -> Iterator[str]:
    """What came out was put in, there, by a call that had begun."""
    sent: dict[tuple[str, str], int] = {}
    for entry in _calls(history, "send"):
        for place in entry.values["places"] if entry.outcome != "refused" else ():
            key = (place, entry.values["token"])
            sent[key] = min(sent.get(key, entry.began), entry.began)
    for entry, (token, _, _) in _received(history):
        began = sent.get((entry.values["place"], token))
        if began is None or began > entry.ended:
            yield f"{token} came out of {entry.values['place']} and nobody had put it there"


def an_event_is_in_all_of_its_queues_or_in_none(history: History) -> Iterator[str]:
    """One event is one fact: also when nobody was told, it is in each matched queue or in none."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry, (token, _, _) in _received(history):
        found[token].add(entry.values["place"])
    for entry in _calls(history, "send", "unknown"):
        places = set(entry.values["places"])
        if (got := found[entry.values["token"]] & places) and got != places:
            yield f"{entry.values['token']} came out of {sorted(got)} and not of {sorted(places - got)}"


def once_is_once(history: History) -> Iterator[str]:
    """Where a queue deduplicates, and in each queue of an event, a token is one message: the acknowledged one."""
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry, (token, message_id, _) in _received(history):
        ids[entry.values["place"], token].add(message_id)
    for entry in _calls(history, "send"):
        if not entry.values["is_once"]:
            continue
        for place in entry.values["places"]:
            key = (place, entry.values["token"])
            known = {entry.values["id"]} - {""} if len(entry.values["places"]) == 1 else set()
            if len(ids[key] | known) > 1:
                yield f"{key[1]} is {len(ids[key] | known)} messages in {place}"
                ids[key] = set()


def a_group_comes_out_in_its_order(history: History) -> Iterator[str]:
    """A message of a FIFO group is never received before an earlier one of the group was received."""
    places: dict[tuple[str, str], tuple[str, int]] = {}
    numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
    for entry in _calls(history, "send"):
        group = entry.values.get("group")
        if group is None:
            continue
        (place,) = entry.values["places"]
        places[place, entry.values["token"]] = (group, entry.values["number"])
        if entry.outcome == "done":
            numbers[place, group].add(entry.values["number"])
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    for entry, (token, _, _) in _received(history):
        place = entry.values["place"]
        if (place, token) not in places:
            continue
        group, number = places[place, token]
        earlier = {n for n in numbers[place, group] if n < number}
        if missing := earlier - seen[place, group]:
            yield f"number {number} of group {group} came before {sorted(missing)}"
        seen[place, group].add(number)


def receive_counts_only_grow(history: History) -> Iterator[str]:
    """Each later receive of a message counts higher than every receive that had ended when it began."""
    receives: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for entry, (_, message_id, count) in _received(history):
        receives[entry.values["place"], message_id].append((entry.began, entry.ended, count))
    for (place, message_id), times in receives.items():
        for (_, ended, count), (began, _, later) in pairwise(sorted(times, key=lambda time: time[1])):
            if began > ended and later <= count:
                yield f"{message_id} of {place} was counted {count} and then {later}"


def what_was_deleted_stays_deleted(history: History) -> Iterator[str]:
    """After an acknowledged delete of a message that was still ours, nobody receives it."""
    deleted: dict[tuple[str, str], int] = {}
    for entry in _calls(history, "delete", "done"):
        if entry.values["is_in_time"]:
            deleted.setdefault((entry.values["place"], entry.values["id"]), entry.ended)
    for entry, (token, message_id, _) in _received(history):
        at = deleted.get((entry.values["place"], message_id))
        if at is not None and entry.began > at:
            yield f"{token} came out of {entry.values['place']} after its deletion was acknowledged"


def a_key_has_one_owner(history: History) -> Iterator[str]:
    """Of all who claim a key on the condition that it is free, one wins, and it is still theirs in the end."""
    claims: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in _calls(history, "claim"):
        claims[entry.values["key"]][entry.outcome].add(entry.values["owner"])
    for entry in _calls(history, "owner"):
        key, owner = entry.values["key"], entry.values["owner"]
        won, perhaps, lost = (claims[key][outcome] for outcome in ("done", "unknown", "refused"))
        if len(won) > 1:
            yield f"{key} was won by {sorted(won)}"
        elif won and owner not in won:
            yield f"{key} was won by {sorted(won)} and is {owner}'s"
        elif not won and owner not in perhaps | (set() if lost else {None}):
            yield f"{key} is {owner}'s, and only {sorted(perhaps)} may have won it"


def a_number_is_the_sum_of_what_was_added(history: History) -> Iterator[str]:
    """Each acknowledged addition counts once, each unknown one once or not at all."""
    added: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in _calls(history, "add"):
        added[entry.values["key"]][entry.outcome] += 1
    for entry in _calls(history, "sum"):
        key, value = entry.values["key"], entry.values["value"]
        least = added[key]["done"]
        most = least + added[key]["unknown"]
        if not least <= value <= most:
            yield f"{key} is {value}, and {least} to {most} were added"


def every_effect_was_asked_for_and_happened(history: History) -> Iterator[str]:
    """An acknowledged order of an effect has its effect; an effect has an order."""
    asked = {e.values["token"]: e.outcome for e in _calls(history, "ask") if e.outcome != "refused"}
    happened = {e.values["token"] for e in _calls(history, "effect")}
    for token, outcome in asked.items():
        if outcome == "done" and token not in happened:
            yield f"the effect of {token} was acknowledged and never happened"
    for token in sorted(happened - asked.keys()):
        yield f"the effect of {token} happened and nobody had asked for it"


PROMISES: tuple[Callable[[History], Iterator[str]], ...] = (
    nothing_is_lost,
    nothing_is_invented,
    an_event_is_in_all_of_its_queues_or_in_none,
    once_is_once,
    a_group_comes_out_in_its_order,
    receive_counts_only_grow,
    what_was_deleted_stays_deleted,
    a_key_has_one_owner,
    a_number_is_the_sum_of_what_was_added,
    every_effect_was_asked_for_and_happened,
)


def broken(history: History) -> list[str]:
    """Every breach of every promise, with the promise's name."""
    return [f"{promise.__name__}: {breach}" for promise in PROMISES for breach in promise(history)]


def counts(history: History) -> Mapping[str, int]:
    """How many calls of each kind and outcome: what the round is worth."""
    totals: dict[str, int] = defaultdict(int)
    for entry in history:
        totals[f"{entry.call} {entry.outcome}"] += 1
    return totals


def _calls(history: History, call: str, outcome: str | None = None) -> Iterator[Entry]:
    return (entry for entry in history if entry.call == call and outcome in (None, entry.outcome))


def _received(history: History) -> Iterator[tuple[Entry, Any]]:
    """Each message of each receive, in the order of the receives' ends."""
    for entry in _calls(history, "receive", "done"):
        for message in entry.values["messages"]:
            yield entry, message
