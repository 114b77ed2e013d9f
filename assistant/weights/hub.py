"""Fetching one file from a model hub, from where an earlier attempt stopped."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from assistant.errors import ModelUnavailable
from assistant.weights.catalogue import HubFile

CONNECT_SECONDS = 4.0
"""A hub that can't be reached must not hold up the next source."""
READ_SECONDS = 30.0


def is_offline() -> bool:
    """Tell whether the user has asked for no contact with the hub (HF_HUB_OFFLINE)."""
    return os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in {"1", "ON", "YES", "TRUE"}


def download(source: HubFile, partial: Path, size: int, progress: Callable[[int, int], None]) -> None:
    """Append to `partial` what it lacks of the hub's file.

    The hub's address is that of HF_ENDPOINT, else the Hugging Face client's own.

    Args:
        source: The repository and the file.
        partial: File that holds the first bytes, or doesn't exist yet.
        size: Length that the whole file must have, in bytes.
        progress: Called with the bytes there and the whole size.

    Raises:
        ModelUnavailable: The hub can't be reached, lacks the file, or has one of another length.
    """
    if is_offline():
        raise ModelUnavailable("the model hub wasn't asked: HF_HUB_OFFLINE is set")
    import httpx
    from huggingface_hub import hf_hub_url

    url = hf_hub_url(source.repo, source.file, endpoint=os.environ.get("HF_ENDPOINT") or None)
    have = partial.stat().st_size if partial.exists() else 0
    if have >= size:
        return
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
    try:
        with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=timeout) as response:
            response.raise_for_status()
            if response.status_code != 206:
                have = 0  # this server doesn't continue downloads
            length = have + int(response.headers.get("Content-Length", -1))
            if length != size:
                raise ModelUnavailable(f"{source.repo}: {source.file} isn't the pinned file there any more")
            with partial.open("ab" if have else "wb") as file:
                for chunk in response.iter_bytes(1 << 20):
                    file.write(chunk)
                    have += len(chunk)
                    progress(have, size)
    except httpx.HTTPStatusError as error:
        raise ModelUnavailable(f"the model hub answered {error.response.status_code} for {url}") from error
    except httpx.HTTPError as error:
        raise ModelUnavailable(f"the model hub can't be reached: {error or type(error).__name__}") from error
