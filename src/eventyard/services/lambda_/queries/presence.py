"""Whether there is any function: it decides at the start whether the rest of this service is read at once.

So it may import nothing of the service.
"""

from eventyard.store.tx import Tx


def has_functions(tx: Tx) -> bool:
    """There is at least one function, so there may be mappings to serve and processes to look after."""
    return tx.one("select 1 from lambda_functions limit 1") is not None
