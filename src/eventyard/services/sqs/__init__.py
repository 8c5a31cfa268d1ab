"""Amazon SQS: queues, the messages in them, and the tasks that move messages back. Read `model/queue.py` and
`model/message.py` for the nouns, then `operations/send.py` and `operations/receive.py`: a message's way in and out.
`operations/table.py` lists every operation; `work.py` has what happens without a client asking.
"""
