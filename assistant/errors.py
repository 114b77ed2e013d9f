"""The tree of errors that paperchat raises on purpose.

PaperchatError
├── UsageError            the caller asked for something impossible (a bad option, an unknown paper)
├── SettingsInvalid       a setting has a wrong name or value
├── SourceInvalid         an input file can't be read as papers
├── SourceUnavailable     an online source can't be reached, or gives no usable answer
├── StoreError
│   ├── StoreMissing      there is no store, or nothing in it, where one was asked for
│   ├── StoreMismatch     the store was made with another model, dimension or chunking
│   ├── StoreBusy         another process is writing to the store
│   ├── StoreDamaged      the store's own files can't be read
│   └── StoreFull         the disk is full or the store can't be written
└── ModelError
    ├── ModelUnavailable  a model can't be reached, found or loaded
    └── ModelFailed       a model was reached and failed while at work
"""

from __future__ import annotations


class PaperchatError(Exception):
    """What happened and where (`message`), and what to do next (`hint`).

    Args:
        message: What happened, and where: the file, line, record or address.
        hint: What the reader can do about it, as a sentence or a command.
        retryable: Whether the same call may succeed later with nothing changed.
    """

    def __init__(self, message: str, hint: str = "", *, retryable: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(PaperchatError):
    """The caller asked for something impossible."""


class SettingsInvalid(PaperchatError):
    """A setting has an unknown name or a wrong value."""


class SourceInvalid(PaperchatError):
    """An input file, or one record of it, can't be read as papers."""


class StoreError(PaperchatError):
    """Anything about the store of papers."""


class StoreMissing(StoreError):
    """There is no store, or no paper in it, where one was asked for."""


class StoreMismatch(StoreError):
    """The store was made with another embedding model, dimension or chunking."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class StoreDamaged(StoreError):
    """The store's files can't be read."""


class StoreFull(StoreError):
    """The store can't be written: the disk is full or read-only."""


class ModelError(PaperchatError):
    """Anything about an embedding or language model."""


class ModelUnavailable(ModelError):
    """A model can't be reached, found or loaded."""


class ModelFailed(ModelError):
    """A model was reached and failed while at work."""


class SourceUnavailable(PaperchatError):
    """An online source of papers can't be reached, or gives no usable answer."""
