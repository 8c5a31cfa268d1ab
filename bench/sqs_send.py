"""SendMessage of 600 B, signed, one request in flight on each connection: ours against the floor, MiniStack and moto.

Ours is on disk before its answer; the peers keep everything in memory and check no signature. What was acknowledged is
counted in the queue afterwards, so that nobody is fast by dropping.
"""

import orjson
import uvloop

from bench import signing
from bench.harness import Contestant, Table, floor, ours, peer, publish, ratio, started
from bench.load import Measured, Talk, drive

BODY_BYTES = 600
CONNECTIONS = (16, 64)
DURATION_S = 3.0
TURNS = 3  # each contestant runs that often, in turns, and its best run counts: a busy machine only ever slows down


async def measure(port: int, connections: int, *, is_real: bool) -> Measured:
    """The rate at which one queue takes messages over that many connections; checked against the queue's own count."""
    signer = signing.sqs(port)
    url = "http://127.0.0.1/000000000000/load"
    talk = await Talk.to(port)
    if is_real:
        url = (await talk.ask(signer.request("CreateQueue", b'{"QueueName":"load"}')))["QueueUrl"]
        before = await _count(talk, signer, url)
    send = signer.request("SendMessage", orjson.dumps({"QueueUrl": url, "MessageBody": "m" * BODY_BYTES}))
    measured = await drive(port=port, requests=[[send]] * connections, duration_s=DURATION_S)
    if is_real:
        kept = await _count(talk, signer, url) - before
        assert kept >= measured.answered - measured.failed, f"{measured.answered} acknowledged, {kept} in the queue"
    talk.close()
    return measured


async def _count(talk: Talk, signer: signing.Signer, url: str) -> int:
    asked = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]}
    answer = await talk.ask(signer.request("GetQueueAttributes", orjson.dumps(asked)))
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def once(contestant: Contestant, connections: int) -> Measured:
    """One run of one contestant, from its start."""
    with started(contestant) as running:
        return uvloop.run(measure(running.port, connections, is_real=contestant.name != "floor"))


def run() -> None:
    """Measure and publish."""
    contestants: list[Contestant] = [ours(), floor(), peer("ministack"), peer("moto")]
    rates: dict[tuple[str, int], Measured] = {}
    for connections in CONNECTIONS * TURNS:
        for contestant in contestants:
            key = (contestant.name, connections)
            measured = once(contestant, connections)
            if key not in rates or measured.rate_per_s > rates[key].rate_per_s:
                rates[key] = measured
    rows = []
    for (name, connections), measured in sorted(rates.items(), key=lambda item: item[0][1]):
        mine = rates["Eventyard", connections]
        rows.append(
            (
                f"{connections}",
                name,
                f"{measured.rate_per_s:,.0f}",
                ratio(mine.rate_per_s, measured.rate_per_s) if name != "Eventyard" else "",
                f"{measured.p50_ms:.2f}",
                f"{measured.p99_ms:.2f}",
                f"{measured.failed}",
            )
        )
    goals = "Goals: 4x MiniStack, 60x moto, and 0.25 of the floor at 16 connections; 0.4 of the floor at 64."
    columns = ("connections", "who", "messages/s", "Eventyard is", "p50 ms", "p99 ms", "failed")
    publish("sqs-send", Table(f"SendMessage, {BODY_BYTES} B", columns, rows, (goals,)))


if __name__ == "__main__":
    run()
