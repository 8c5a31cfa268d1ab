"""Receive ten and delete ten from a deep queue: the rate at a depth of 1,000,000 against that at 1,000.

Each round receives ten and deletes them in a batch; ten new ones are sent between rounds, outside the time, so that the
depth stays. Cost must not depend on depth.
"""

import asyncio
import time

import orjson
import uvloop

from bench import signing
from bench.harness import Table, ours, publish, ratio, started
from bench.load import Talk

DEPTHS = (1_000, 1_000_000)
TURNS = 6
ROUNDS = 500
WARM_UP_ROUNDS = 200
BODY = "m" * 100
FILLING_CONNECTIONS = 16


class Queue:
    """One queue over one connection."""

    def __init__(self, talk: Talk, port: int, url: str) -> None:
        self._talk = talk
        self._signer = signing.sqs(port)
        self._url = url
        entries = [{"Id": str(number), "MessageBody": BODY} for number in range(10)]
        self._ten = self._signer.request("SendMessageBatch", orjson.dumps({"QueueUrl": url, "Entries": entries}))
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 43_200}
        self._receive = self._signer.request("ReceiveMessage", orjson.dumps(asked))

    @classmethod
    async def named(cls, name: str, port: int) -> "Queue":
        """The queue of that name over a connection of its own, made if need be."""
        talk = await Talk.to(port)
        create = signing.sqs(port).request("CreateQueue", orjson.dumps({"QueueName": name}))
        return cls(talk, port, (await talk.ask(create))["QueueUrl"])

    async def send_tens(self, count: int) -> None:
        """Send that many batches of ten, one after the other."""
        for _ in range(count):
            await self._talk.ask(self._ten)

    async def take_ten(self) -> float:
        """Receive ten and delete them; gives back the seconds that took."""
        began_at = time.perf_counter()
        messages = (await self._talk.ask(self._receive))["Messages"]
        entries = [{"Id": str(at), "ReceiptHandle": one["ReceiptHandle"]} for at, one in enumerate(messages)]
        asked = orjson.dumps({"QueueUrl": self._url, "Entries": entries})
        answer = await self._talk.ask(self._signer.request("DeleteMessageBatch", asked))
        assert len(messages) == len(answer["Successful"]) == 10, (len(messages), answer)
        return time.perf_counter() - began_at


async def measure(port: int) -> dict[int, float]:
    """Messages received and deleted per second at each depth, one connection, in turns so that both see one machine."""
    queues = {depth: await _filled(port, depth) for depth in DEPTHS}
    for queue in queues.values():
        await _rounds(queue, WARM_UP_ROUNDS)
    taken_s = dict.fromkeys(DEPTHS, 0.0)
    for _ in range(TURNS):
        for depth, queue in queues.items():
            taken_s[depth] += await _rounds(queue, ROUNDS)
    return {depth: TURNS * ROUNDS * 10 / taken for depth, taken in taken_s.items()}


async def _filled(port: int, depth: int) -> Queue:
    name = f"deep-{depth}"
    fillers = [await Queue.named(name, port) for _ in range(FILLING_CONNECTIONS)]
    each, rest = divmod(depth // 10, FILLING_CONNECTIONS)
    await asyncio.gather(*(one.send_tens(each + (at < rest)) for at, one in enumerate(fillers)))
    return await Queue.named(name, port)


async def _rounds(queue: Queue, count: int) -> float:
    taken_s = 0.0
    for _ in range(count):
        taken_s += await queue.take_ten()
        await queue.send_tens(1)
    return taken_s


def run() -> None:
    """Measure and publish."""
    with started(ours()) as running:
        rates = uvloop.run(measure(running.port))
    base = rates[DEPTHS[0]]
    rows = [(f"{depth:,}", f"{rate:,.0f}", ratio(rate, base)) for depth, rate in rates.items()]
    columns = ("depth", "messages/s", "of the shallow one")
    publish(
        "sqs-depth", Table("Receive ten and delete ten, by depth", columns, rows, ("Goal: at least 0.9 at 1,000,000.",))
    )


if __name__ == "__main__":
    run()
