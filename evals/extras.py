"""Whether what an evaluation needs is installed: the extra `evals`, which answering questions doesn't need."""

from __future__ import annotations

import importlib.util

from assistant.errors import UsageError

_NEEDED = (
    "ir_measures",
    "jinja2",
    "matplotlib",
    "py3langid",
    "ragas",
    "rapidfuzz",
    "rouge_score",
    "scipy",
    "sklearn",
)


def require() -> None:
    """Check that the extra's packages are there.

    Raises:
        UsageError: Some aren't.
    """
    if lacking := [name for name in _NEEDED if importlib.util.find_spec(name) is None]:
        raise UsageError(
            f"evaluation needs packages that aren't installed: {', '.join(lacking)}",
            "`make setup-dev` in the project's folder installs them",
        )
