"""The assistant: questions about a store of papers, answered in sentences that are checked or quoted.

from assistant import build_assistant
answer = build_assistant().ask("Which papers prune attention heads?")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.models import Answer, Turn
    from assistant.pipeline import Assistant
    from assistant.settings import Settings
    from assistant.wiring import build_assistant

__all__ = ["Answer", "Assistant", "Settings", "Turn", "build_assistant"]

_HOME = {
    "Answer": "assistant.models",
    "Assistant": "assistant.pipeline",
    "Settings": "assistant.settings",
    "Turn": "assistant.models",
    "build_assistant": "assistant.wiring",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import assistant` costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
