"""HTTP/1.1 on asyncio: bytes to a `Request`, a `Response` to bytes, in order, within limits. Knows nothing of AWS.

`server.py` is the door (`serve`); read `connection.py` next: one socket's life. `body.py`, `answer.py`,
`streaming.py` and `deadlines.py` are its parts: a body on its way in, an answer on its way out, one that comes piece by
piece, and the one timer.
"""
