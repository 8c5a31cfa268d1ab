"""Lambda: functions from zips, their invocations, and the mappings that feed them from queues.

A function's process is `functions/`'s business; here is what AWS's API says of it. Read `model/function.py` first, then
`work/invoking.py`: every invocation, whoever asks for it, goes through the one `Invoker`.
"""
