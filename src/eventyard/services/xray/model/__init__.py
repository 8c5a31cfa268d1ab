"""What X-Ray decides, as values: documents, traces, causes, summaries, graphs, sampling. No store, no clock."""
