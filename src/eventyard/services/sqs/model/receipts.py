"""Receipt handles: a text that says which message of which queue, received for which time.

It holds (queue id, bin id, seq, receive count) with a checksum, so that a malformed one is told apart without looking
anything up. It proves nothing: whoever may reach the queue may receive from it anyway.
"""

import base64
import binascii
import struct
import zlib
from dataclasses import dataclass

_LAYOUT = struct.Struct(">3sQQQIQ")
_CHECK = struct.Struct(">I")
_MARK = b"\x01\x01\x01"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receiving of one message, which is the `receive_count`th."""

    queue_id: int
    bin_id: int
    seq: int
    receive_count: int
    received_at_ms: int

    def handle(self) -> str:
        """The text for the client."""
        plain = _LAYOUT.pack(_MARK, self.queue_id, self.bin_id, self.seq, self.receive_count, self.received_at_ms)
        return base64.b64encode(plain + _CHECK.pack(zlib.crc32(plain))).decode("ascii")


def read_handle(handle: str) -> Receipt | None:
    """What `Receipt.handle` made, or `None` for anything else."""
    try:
        kept = base64.b64decode(handle, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(kept) != _LAYOUT.size + _CHECK.size:
        return None
    plain = kept[: _LAYOUT.size]
    mark, queue_id, bin_id, seq, receive_count, received_at_ms = _LAYOUT.unpack(plain)
    if mark != _MARK or _CHECK.unpack(kept[_LAYOUT.size :])[0] != zlib.crc32(plain):
        return None
    return Receipt(queue_id, bin_id, seq, receive_count, received_at_ms)
