"""The tab “Runs” of the chat page: saved runs with their figures, found by the entry point `paperchat.tabs`."""

from __future__ import annotations

from assistant.errors import PaperchatError
from assistant.settings import Settings


def runs_tab(settings: Settings) -> str:
    """Return the saved runs of the settings' folder as HTML.

    What can't be shown is told in the tab: a missing package or a damaged run must not end the chat.
    """
    from html import escape

    from evals import extras
    from evals.runs.watch import runs_html

    try:
        extras.require()
        return runs_html(settings.runs)
    except PaperchatError as error:
        return f'<p class="runs-note">{escape(error.message)}. {escape(error.hint)}</p>'
