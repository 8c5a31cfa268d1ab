"""From bytes to a call and back: sockets, routing, signatures, and the AWS wire protocols.

Nothing here knows what an operation does; services never see a wire format. `models.py` says what AWS's own service
models contain, `protocol/table.py` is the way in to reading requests and writing answers, `validate.py` holds the
models' limits in AWS's words. Read `models.py` first.
"""
