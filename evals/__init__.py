"""Evaluation: cases, saved runs, metrics, reports, comparison and the gate."""

import os

# Read by RAGAS when it is imported: without it, it reports its use over the network.
os.environ.setdefault("RAGAS_DO_NOT_TRACK", "true")
