"""Judges: language models that judge, RAGAS's metrics through them, and how far they can be trusted."""
