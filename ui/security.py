"""What the page may do in the browser, and which of Gradio's addresses are open."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    # Gradio's page holds inline scripts (its configuration); the nonce, new for each page, lets them
    # run and nothing that gets into the page later. No 'unsafe-inline', no 'unsafe-eval'.
    "script-src": "'self' 'nonce-{nonce}'",
    # Gradio's components set style attributes and add style elements as they load.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",  # data: for the icons inside Gradio's style sheets
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'self'",  # Gradio's page sets its base to ./
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
OTHER_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
GRADIO_API = re.compile(
    r"/gradio_api/(heartbeat|queue|run|call|cancel|reset|info|openapi\.json|startup-events|app_id)\b"
)
"""What the page and Gradio's client use. Uploads, files, proxies and the rest stay shut."""


class Guard:
    """ASGI middleware: security headers on every response, and the page's own head in the page.

    Args:
        app: The application behind it.
        head: HTML for the page's head: its style sheet and script.
    """

    def __init__(self, app: ASGIApp, head: str) -> None:
        self.app = app
        self.head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        nonce = secrets.token_urlsafe(16)
        respond = _with_headers(send, nonce)
        if path.startswith(("/gradio_api/", "/monitoring")) and not GRADIO_API.match(path):
            await _not_found(respond)
        elif path == "/" and scope["method"] == "GET":
            # Uncompressed, since the page is rewritten below.
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            rewrite = _Rewrite(respond, nonce, self.head)
            await self.app({**scope, "headers": plain}, receive, rewrite)
        else:
            await self.app(scope, receive, respond)


def _with_headers(send: Send, nonce: str) -> Send:
    policy = "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items())
    extra = {"content-security-policy": policy.format(nonce=nonce), **OTHER_HEADERS}
    encoded = [(name.encode(), value.encode()) for name, value in extra.items()]

    async def respond(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *encoded]}
        await send(message)

    return respond


class _Rewrite:
    """Collects the page, gives its scripts the nonce and adds to its head."""

    def __init__(self, send: Send, nonce: str, head: str) -> None:
        self.send = send
        self.nonce = nonce
        self.head = head
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        page = self.body.decode("utf-8").replace("</head>", f"{self.head}</head>", 1)
        # Gradio writes every `<` of its configuration as \u003c: what matches here is a real tag.
        page = re.sub(r"<script(?=[\s>])", f'<script nonce="{self.nonce}"', page)
        body = page.encode("utf-8")
        kept = [(name, value) for name, value in self.start["headers"] if name != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await self.send({**self.start, "headers": [*kept, length, (b"cache-control", b"no-store")]})
        await self.send({"type": "http.response.body", "body": body})


async def _not_found(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Not found"})
