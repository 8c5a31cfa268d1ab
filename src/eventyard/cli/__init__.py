"""The command line: `eventyard up`, `run`, `status`, `reset`. Read `main.py` first; each command is one file.

Help teaches, errors are one sentence, and nothing but this folder reads the environment.
"""
