"""The log of an invocation, as CloudWatch Logs would get it."""

import re


def _messages(answer) -> list[str]:
    return [line.message for line in answer.log]


def test_a_cold_invocation_logs_start_end_and_report_around_its_lines(function, invoke_once):
    answer = invoke_once(function("print('loading')\ndef handler(event, context): print('working')"))
    init, loading, start, working, end, report = _messages(answer)
    assert init.startswith("INIT_START Runtime Version: python:3.")
    assert (loading, working) == ("loading\n", "working\n")
    assert start == "START RequestId: request-1 Version: $LATEST\n"
    assert end == "END RequestId: request-1\n"
    assert re.fullmatch(
        r"REPORT RequestId: request-1\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t"
        r"Max Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t\n",
        report,
    )


def test_a_record_of_several_lines_is_one_event_and_keeps_its_place(function, invoke_once):
    source = """
        import logging
        def handler(event, context):
            print("before", flush=True)
            logging.warning("one\\ntwo")
            print("after")
            raise ValueError("no")
    """
    messages = _messages(invoke_once(function(source)))[2:-2]
    assert messages[0] == "before\n"
    assert messages[1].startswith("[WARNING]\t")
    assert messages[1].endswith("\trequest-1\tone\ntwo\n")
    assert messages[2] == "after\n"
    assert messages[3].startswith("[ERROR] ValueError: no\nTraceback (most recent call last):\n")


def test_the_tail_is_the_last_four_kilobytes(function, invoke_once):
    answer = invoke_once(function("def handler(event, context):\n  for n in range(1000): print('line', n)"))
    assert len(answer.log_tail) == 4_096
    assert answer.log_tail.endswith(answer.log[-1].message.encode())
    assert b"line 999\nEND RequestId" in answer.log_tail


def test_a_flood_of_output_neither_blocks_the_function_nor_stays_in_memory(function, run):
    spec = function("def handler(event, context):\n  for n in range(40_000): print('x' * 1_000)\n  return n")
    answer = run(lambda runner: runner.invoke(spec, b"{}", request_id="request-1"), log_bytes_max=1_000_000)
    assert answer.payload == b"39999"
    assert sum(len(message) for message in _messages(answer)) < 1_100_000
    assert re.fullmatch(r"EVENTYARD \d+ bytes of log output above 1000000 were dropped\n", _messages(answer)[-3])


def test_output_without_a_final_newline_stands_before_the_closing_lines(function, invoke_once):
    messages = _messages(invoke_once(function("def handler(event, context): print('open', end='')")))
    assert messages[2] == "open\n"
    assert messages[3].startswith("END ")


def test_a_traced_invocation_reports_its_trace(function, invoke_once):
    answer = invoke_once(
        function("def handler(event, context): pass", is_traced=True),
        trace_header="Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    )
    assert _messages(answer)[-1].endswith(
        "\nXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: 53995c3f42cd8ad8\tSampled: true\t\n"
    )
