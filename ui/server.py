"""The web server: the chat page, its own files and `/healthz`, on one address."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import UsageError
from ui.conversation import read_status
from ui.security import Guard
from ui.service import ChatService

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.chat_app import Tab

STATIC = Path(__file__).parent / "static"


def create_app(service: ChatService, tabs: Sequence[Tab] = ()) -> FastAPI:
    """Return the web application over a service. Needs no model: those may still be loading.

    Args:
        service: Who answers.
        tabs: What the page offers beside the chat.
    """
    # Read by Gradio when it is imported: without it, it reports its use over the network.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from ui.chat_app import build_page
    from ui.theme import theme

    # No API pages: they load their scripts from elsewhere.
    app = FastAPI(title="paperchat", openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/healthz")
    def healthz() -> dict[str, Any]:
        status = read_status(service)
        return {"status": "ok", "ready": status.ready, "papers": status.papers, "model": status.model}

    app.mount("/page", StaticFiles(directory=STATIC), name="page")
    gr.mount_gradio_app(
        app,
        build_page(service, tabs=tabs),
        path="/",
        app_kwargs={"openapi_url": None},
        theme=theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        favicon_path=str(STATIC / "favicon.svg"),
    )
    app.add_middleware(Guard, head=_head())
    return app


def _head() -> str:
    """Return the page's own head; a file's time in its address makes browsers fetch what changed."""
    css, js = (f"page/{name}?{int((STATIC / name).stat().st_mtime)}" for name in ("page.css", "page.js"))
    return (
        "<title>paperchat</title>"
        '<meta name="description" content="Ask a collection of scientific papers.">'
        f'<link rel="stylesheet" href="{css}"><script src="{js}" defer></script>'
    )


def serve(
    service: ChatService,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    on_ready: Callable[[str], None] = print,
    tabs: Sequence[Tab] = (),
) -> None:
    """Serve the page until interrupted.

    Args:
        service: Who answers.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        open_browser: Whether to open the page in the user's browser.
        on_ready: Called with the page's address as soon as it answers.
        tabs: What the page offers beside the chat.

    Raises:
        UsageError: Nothing can listen on that address and port.
    """
    import uvicorn

    listener = _listen(host, port)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            address = _address(host, listener.getsockname()[1])
            on_ready(address)
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    # Every open page holds a connection for as long as it is open: don't wait for those at the end.
    config = uvicorn.Config(create_app(service, tabs), log_level="warning", timeout_graceful_shutdown=1)
    with listener, contextlib.suppress(KeyboardInterrupt):  # uvicorn passes Ctrl-C on once it has stopped
        Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Bind before the slow imports, so that a port in use is told at once."""
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        if listener is not None:
            listener.close()
        hint = "choose another port with --port, or --port 0 for a free one"
        raise UsageError(f"the page can't be served on {host} port {port}: {error.strerror}", hint) from error
    return listener


def _address(host: str, port: int) -> str:
    """Return where a browser on this machine finds the page."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name and not name.startswith('[') else name}:{port}"
