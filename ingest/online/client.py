"""One polite request: paced, retried where another try may help, and a clear error where none will."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from assistant.errors import SettingsInvalid, SourceInvalid, SourceUnavailable
from ingest.online.access import Access
from ingest.online.service import PageDamaged, QueryRefused, Request, Service

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

LONGEST_WAIT = 120.0
"""Seconds that a service's own Retry-After is waited for; who asks for more is told to the user instead."""

_LARGEST = 64_000_000
_CONNECTING = 3
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSED = frozenset({401, 403})

T = TypeVar("T")


class _TryAgain(Exception):
    """What went wrong with one attempt, and when the service says to come back, in seconds."""

    def __init__(self, reason: str, after: float | None = None, *, connecting: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.connecting = connecting


class Client:
    """Asks one service.

    Args:
        service: The service.
        access: Keys and patience.
        folder: Where the time of the last request is kept, so that a new process keeps the pause too.
        sleep: How to wait; tests pass in their own.
    """

    def __init__(
        self, service: Service, access: Access, folder: Path, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._service = service
        self._access = access
        self._pause = service.pause if access.pause is None else access.pause
        self._last = folder / "last-request"
        self._lock = folder / "one-at-a-time.lock"
        self._sleep = sleep

    def get(self, request: Request, read: Callable[[bytes], T]) -> tuple[bytes, T]:
        """Return the answer to a request, as bytes and as `read` gives it.

        Raises:
            SourceInvalid: The service refuses the query.
            SourceUnavailable: There is no answer, after all attempts.
        """
        from filelock import FileLock, Timeout
        from tenacity import Retrying, retry_if_exception_type

        retrying = Retrying(
            retry=retry_if_exception_type(_TryAgain),
            stop=self._is_enough,
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        title, host = self._service.title, urlsplit(request.address).netloc
        try:
            with FileLock(self._lock, timeout=LONGEST_WAIT):  # one connection at a time, as arXiv asks
                return retrying(self._attempt, request, read)
        except Timeout:
            raise SourceUnavailable(
                f"another paperchat is asking {title}", "run this again when it is done", retryable=True
            ) from None
        except _TryAgain as error:
            if error.connecting:
                hint = (
                    "check the network and proxy (HTTPS_PROXY); the same command goes on where this stopped"
                )
                raise SourceUnavailable(
                    f"{title} ({host}) can't be reached: {error}", hint, retryable=True
                ) from error
            raise SourceUnavailable(
                f"{title} ({host}): {error}",
                "run the same command later: it goes on where this stopped",
                retryable=True,
            ) from error

    def _is_enough(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _TryAgain):
            if error.after is not None and error.after > LONGEST_WAIT:
                return True
            if error.connecting and state.attempt_number >= _CONNECTING:
                return True
        return state.attempt_number >= self._access.attempts

    def _attempt(self, request: Request, read: Callable[[bytes], T]) -> tuple[bytes, T]:
        import httpx

        self._keep_the_pause()
        try:
            status, headers, body = self._send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise _TryAgain(str(error) or "no connection", connecting=True) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise SettingsInvalid(f"{request.address}: no address: {error}", "correct the setting") from error
        except httpx.TimeoutException as error:
            raise _TryAgain(f"no answer within {self._access.timeout:g} seconds") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _TryAgain(f"the connection broke: {error or type(error).__name__}") from error
        finally:
            self._last.touch()
        if status != 200:
            raise self._error(status, headers, body)
        try:
            return body, read(body)
        except PageDamaged as error:
            raise _TryAgain(str(error)) from error
        except QueryRefused as error:
            raise self._wrong_query(str(error)) from error

    def _send(self, request: Request) -> tuple[int, httpx.Headers, bytes]:
        import httpx

        headers = request.headers | {"User-Agent": _user_agent(self._access.mailto)}
        params = request.params | request.secret
        if request.secret:  # httpx logs whole addresses
            logging.getLogger("httpx").setLevel(logging.WARNING)
        # Redirects aren't followed: a key goes to nobody but the address it was given for.
        with (
            httpx.Client(timeout=self._access.timeout, follow_redirects=False) as client,
            client.stream("GET", request.address, params=params, headers=headers) as response,
        ):
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST:
                    raise _TryAgain(f"its answer is larger than {_LARGEST // 1_000_000} MB")
            return response.status_code, response.headers, bytes(body)

    def _error(self, status: int, headers: httpx.Headers, body: bytes) -> Exception:
        """Return the exception that an answer other than 200 calls for."""
        title, said = self._service.title, self._service.complaint(body)
        words = f": {said}" if said else ""
        if status in _AGAIN:
            after = _retry_after(headers.get("retry-after", ""))
            wait = f", and asks to wait {_duration(after)}" if after and after > LONGEST_WAIT else ""
            what = "that is too many requests" if status == 429 else "the service is in trouble"
            return _TryAgain(f"{what} (HTTP {status}){wait}{words}", after)
        if status in _REFUSED:
            return SourceUnavailable(
                f"{title} refuses to answer (HTTP {status}){words}",
                "check the key in the environment, if any",
            )
        if 300 <= status < 400:
            return SourceUnavailable(
                f"{title} sends on to {headers.get('location', 'nowhere')[:200]} (HTTP {status})",
                "set the service's address to where it has moved; redirects aren't followed",
            )
        return self._wrong_query(f"{said or 'no reason given'} (HTTP {status})")

    def _wrong_query(self, said: str) -> SourceInvalid:
        return SourceInvalid(
            f"{self._service.title} refuses the query: {said}",
            "see docs/sources/online.md for how to write one",
        )

    def _keep_the_pause(self) -> None:
        """Wait until the service's pause since the last request, of whatever process, is over."""
        try:
            since = time.time() - self._last.stat().st_mtime
        except FileNotFoundError:
            return
        if 0 <= since < self._pause:
            self._sleep(self._pause - since)


def _wait(state: RetryCallState) -> float:
    """Return the seconds to wait: what the service asks for, else longer after each attempt."""
    from tenacity import wait_random_exponential

    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _TryAgain) and error.after:  # some say 0 and mean nothing by it
        return error.after
    return float(wait_random_exponential(multiplier=2, max=60)(state))


def _retry_after(text: str) -> float | None:
    """Return the seconds in a Retry-After header, which are told in seconds or as a date."""
    text = text.strip()
    if text.isdecimal():
        return min(float(text), 1e6)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"


def _user_agent(mailto: str) -> str:
    return f"paperchat/{metadata.version('paperchat')}" + (f" (mailto:{mailto})" if mailto else "")
