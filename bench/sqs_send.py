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
DURATION_S = 5.0


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


def run() -> None:
    """Measure and publish."""
    contestants: list[Contestant] = [ours(), floor(), peer("ministack"), peer("moto")]
    rates: dict[tuple[str, int], Measured] = {}
    for connections in CONNECTIONS:
        for contestant in contestants:
            with started(contestant) as running:
                is_real = contestant.name != "floor"
                rates[contestant.name, connections] = uvloop.run(measure(running.port, connections, is_real=is_real))
    rows = []
    for (name, connections), measured in rates.items():
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
