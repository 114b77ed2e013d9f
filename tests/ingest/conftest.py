"""Hypothesis without its deadline: how long an example takes is a matter of the machine's load."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("any-load", deadline=None)
settings.load_profile("any-load")
