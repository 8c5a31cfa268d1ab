"""Spoiled bodies of every served operation: never a 5xx, never a hang, and a refused request leaves nothing behind.

`make test` runs a short seeded round, `make fuzz` a long one.
"""

import pytest

from tests.fuzz.mutations import spoil
from tests.fuzz.requests import Requests
from tests.fuzz.victim import Victim

SEED = 20260201

pytestmark = pytest.mark.timeout(600)


def bombard(victim: Victim, *, seed: int, rounds: int) -> None:
    """Each operation `rounds` times, spoiled three times out of four."""
    requests = Requests(victim.endpoint, seed)
    targets = [(service, operation) for service, operations in victim.served.items() for operation in operations]
    for _ in range(rounds):
        victim.furnish()
        before = victim.state()
        for service, operation in targets:
            sent = draw(requests, service, operation)
            before = judge(victim, f"{service}:{operation}", sent, before)
    assert victim.is_well()


def draw(requests: Requests, service: str, operation: str) -> bytes:
    """A signed request, its body spoiled three times out of four."""
    request = requests.draw(service, operation)
    body = request["body"]
    if requests.chance.random() < 0.75:
        body = spoil(body, requests.chance)
    return requests.write(service, request, body)


def judge(victim: Victim, operation: str, sent: bytes, before: str) -> str:
    """Send it; gives back the state afterwards."""
    statuses = victim.exchange(sent)
    told = f"{operation} {statuses}: {sent[:3000]!r}"
    assert len(statuses) == 1, told
    assert statuses[0] < 500, told
    after = victim.state()
    assert statuses[0] < 400 or after == before, f"a refused request left something: {told}"
    return after


def test_spoiled_requests_are_refused_and_leave_nothing(victim: Victim):
    bombard(victim, seed=SEED, rounds=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_many_spoiled_requests_are_refused_and_leave_nothing(victim: Victim, seed: int):
    bombard(victim, seed=SEED + 1 + seed, rounds=40)
