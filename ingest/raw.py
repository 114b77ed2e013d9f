"""Records as they were read, packed for the library and unpacked again."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import fields
from typing import Any

from assistant.library import Telling
from ingest.records import Record

CLEANING = "2"
"""Version of the cleaning: with a new one, records that are read again are cleaned again."""

_DEFAULTS: dict[str, Any] = {
    field.name: field.default for field in fields(Record) if field.name not in ("title", "source", "where")
}


def pack(record: Record, run: int) -> Telling:
    """Return a record as the library keeps it.

    Args:
        record: As read.
        run: The ingest that read it.
    """
    told = {"title": record.title}
    told |= {
        name: value for name, default in _DEFAULTS.items() if (value := getattr(record, name)) != default
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(CLEANING.encode() + text, digest_size=8).digest()
    return Telling(record.source, record.where, digest, zlib.compress(text, 3), run)


def unpack(telling: Telling) -> Record | None:
    """Return the record of a telling, None for one that was stored before records were kept."""
    if not telling.raw:
        return None
    told = json.loads(zlib.decompress(telling.raw).decode("utf-8", "surrogatepass"))
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Record(source=telling.source, where=telling.where, **(told | lists))
