"""The code that runs in the functions: ordinary AWS Lambda code. Read `consumer.py` first; each handler is one file."""
