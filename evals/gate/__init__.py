"""The gate: whether a run is good enough, for CI."""
