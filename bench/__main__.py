"""`python -m bench [NAME ...]`: run the measurements, or those named; each prints its table and keeps it."""

import sys

from bench import (
    events_archive,
    events_put,
    fsync,
    insights,
    invoke,
    metrics_storage,
    observing,
    schedules,
    sns_fanout,
    sqs_depth,
    sqs_send,
    start,
    traces,
    workflows,
)

MEASUREMENTS = {
    "sqs_send": sqs_send.run,
    "events_put": events_put.run,
    "events_archive": events_archive.run,
    "sns_fanout": sns_fanout.run,
    "sqs_depth": sqs_depth.run,
    "insights": insights.run,
    "invoke": invoke.run,
    "metrics_storage": metrics_storage.run,
    "observing": observing.run,
    "schedules": schedules.run,
    "workflows": workflows.run,
    "start": start.run,
    "traces": traces.run,
    "fsync": fsync.run,
}


def main(names: list[str]) -> int:
    """Run those named, or all; 2 when there is none of a name."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    for name in names or MEASUREMENTS:
        MEASUREMENTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
