"""Benchmarks, run by hand: `python -m evals.bench.NAME --help`."""
