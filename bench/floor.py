"""The floor: the gateway's own HTTP server with a constant answer, which is as fast as anything behind it can be.

`python -m bench.floor --port 4600` serves until it is told to end; the line it prints says that it is ready.
"""

import argparse
import asyncio
import signal

import uvloop

from eventyard.base.http import Request, Respond, Response
from eventyard.gateway.http.server import serve

_ANSWER = Response(
    200,
    (("content-type", "application/x-amz-json-1.0"), ("x-amzn-requestid", "8a0f5a0e-0000-4000-8000-000000000000")),
    b'{"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592","MessageId":"c2a7a4b5-0000-4000-8000-000000000000"}',
)


def answer_constantly(_request: Request, respond: Respond) -> None:
    respond(_ANSWER)


async def run(port: int) -> None:
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    server = await serve(answer_constantly, host="127.0.0.1", port=port)
    print(f"ready on port {server.port}", flush=True)
    await ending.wait()
    await server.drain(5)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    uvloop.run(run(parser.parse_args().port))
