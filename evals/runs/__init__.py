"""Saved runs: made, scored, compared and watched."""
