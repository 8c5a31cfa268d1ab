"""What a connection may ask of the server; beyond each limit there is a status code or a cut, never a growing heap."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """The limits of one server.

    Reasons: AWS's front ends refuse headers beyond about 16-20 KiB; 32 KiB refuses nothing that they take. 64 MiB holds
    the largest payload of a service here (a function's zip, 50 MB as base64, is 67 MB: it goes through storage).
    `idle_s` is longer than what the SDKs' pools keep a connection for, so that rather the client ends it.
    """

    header_bytes_max: int = 32 * 1024  # all header lines together: 431
    headers_max: int = 128  # 431
    target_bytes_max: int = 32 * 1024  # 414; presigned and GET queries are long
    body_bytes_max: int = 64 * 1024 * 1024  # 413
    body_memory_bytes_max: int = 1024 * 1024  # a larger body is collected in a file
    spool_folder: Path | None = None  # where; `None` is the system's folder for temporary files
    connections_max: int = 4096  # 503, and the connection ends
    pipelined_max: int = 64  # requests of one connection in the handler at once; reading stops above
    idle_s: float = 75.0  # without a request
    request_s: float = 20.0  # from the first byte of a request to its last, plus the time of its body below
    body_bytes_per_s_min: int = 16 * 1024  # a body that trickles more slowly is cut: 408
    stall_s: float = 60.0  # a peer that does not read its answers is cut
    linger_s: float = 2.0  # after a refusal: time for the peer to read it before the socket closes
