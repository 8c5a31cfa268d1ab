"""One function per SQS operation, split by noun. `table.py` names them all; `send.py` holds the one function that puts
a message into a queue, whoever asks.
"""
