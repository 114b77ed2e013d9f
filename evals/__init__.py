"""Evaluation: benchmarks and cases that measure retrieval, citations and answers."""
