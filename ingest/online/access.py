"""How the services are reached: their addresses, the user's keys, and how patient to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import SettingsInvalid

ARXIV = "https://export.arxiv.org/api/query"
OPENALEX = "https://api.openalex.org/works"
S2 = "https://api.semanticscholar.org/graph/v1/paper/search/bulk"


def default_cache() -> Path:
    """Return the folder in which fetched pages are kept for a day."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("paperchat", appauthor=False)) / "online"


@dataclass(frozen=True, slots=True)
class Access:
    """Addresses, keys and patience; the fields have the services' own names.

    `mailto` is told to arXiv and OpenAlex so that they can write to whoever asks too much. `pause`
    is the least time in seconds between two requests to one service, None for what each asks for.
    """

    arxiv: str = ARXIV
    openalex: str = OPENALEX
    s2: str = S2
    mailto: str = ""
    openalex_key: str = field(default="", repr=False)
    s2_key: str = field(default="", repr=False)
    pause: float | None = None
    timeout: float = 60.0
    attempts: int = 6

    def __post_init__(self) -> None:
        """Refuse addresses that are none.

        Raises:
            SettingsInvalid: An address doesn't begin with http:// or https://.
        """
        for name in ("arxiv", "openalex", "s2"):
            address = getattr(self, name)
            if not address.startswith(("http://", "https://")):
                raise SettingsInvalid(
                    f"the address for {name} is {address!r}", "it must begin with https:// or http://"
                )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Access:
        """Take addresses and keys from the environment, the defaults for what isn't set there.

        Args:
            environ: `ARXIV_API_URL`, `OPENALEX_API_URL`, `SEMANTIC_SCHOLAR_API_URL` (the whole
                address of the search, for a proxy or mirror), `OPENALEX_MAILTO`, `OPENALEX_API_KEY`,
                and `SEMANTIC_SCHOLAR_API_KEY` or `S2_API_KEY`.
        """
        return cls(
            arxiv=environ.get("ARXIV_API_URL") or ARXIV,
            openalex=environ.get("OPENALEX_API_URL") or OPENALEX,
            s2=environ.get("SEMANTIC_SCHOLAR_API_URL") or S2,
            mailto=environ.get("OPENALEX_MAILTO", ""),
            openalex_key=environ.get("OPENALEX_API_KEY", ""),
            s2_key=environ.get("SEMANTIC_SCHOLAR_API_KEY") or environ.get("S2_API_KEY", ""),
        )
