"""A collection's folder: the library, and the generation of indexes that is derived from it.

    store/library.sqlite3            the truth
    store/index/current.json         which generation serves, and the library's revision it was made at
    store/index/<generation>/        chroma/, vectors/, lexical/ and names/, written once, then only read
    store/writer.lock                one writer at a time; writer.txt tells which process it is

A generation is built in a fresh folder and swapped in by replacing current.json, so a killed writer
leaves the old generation serving. One that is behind the library, missing or damaged is made again
from the stored vectors, without embedding anything.
"""

from __future__ import annotations

import json
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from assistant.lexical import LexicalIndex, lexical_text
from assistant.library import Library
from assistant.name_index import NameIndex
from assistant.vector_index import Row, VectorIndex
from assistant.writer_lock import writing

EMBEDDED = "embedded"
_LEAST_FREE = 64_000_000  # bytes of disk: an index that can't be made with less lacks space


@dataclass(frozen=True)
class Generation:
    """One build of the indexes: its name, what it was built from, and where its Chroma runs."""

    name: str
    revision: int
    passages: int
    chroma: str


@dataclass(frozen=True)
class Indexes:
    """The open indexes of one generation."""

    generation: Generation
    vectors: VectorIndex
    lexical: LexicalIndex
    names: NameIndex

    @property
    def papers(self) -> int:
        """How many papers they hold."""
        return len(self.lexical)


class Store:
    """An open collection: `library` for what is known, `indexes()` for finding it."""

    def __init__(self, folder: Path, *, chroma: str = EMBEDDED, create: bool = False) -> None:
        """Open the store in `folder`.

        Args:
            folder: The store's folder.
            chroma: `embedded`, or a Chroma server's address.
            create: Make the store where there is none.

        Raises:
            StoreMissing: There is none, and `create` is false.
            StoreDamaged: Its library can't be read.
        """
        self.folder = folder
        self.library = Library(folder, create=create)
        self._chroma = chroma.rstrip("/")
        self._opened: Indexes | None = None
        self._retired: Indexes | None = None
        self._mutex = threading.RLock()

    def writing(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold the store's writer lock; the system frees it when a process dies.

        Args:
            wait: Seconds to wait for another writer.

        Raises:
            StoreBusy: Another process kept writing.
            StoreFull: The lock file can't be made.
        """
        return writing(self.folder, wait)

    def indexes(self) -> Indexes:
        """Return the current indexes, opening or mending them first where that is needed.

        While another process writes, the generation before its changes goes on serving.

        Raises:
            StoreBusy: There is no generation to serve yet, and another process is making it.
            StoreError: They can't be made.
        """
        with self._mutex:
            current = self._current()
            if current is not None and current.chroma == self._chroma and self._open(current):
                assert self._opened is not None
                if current.revision == self.library.revision():
                    return self._opened
                try:
                    with self.writing():
                        return self.rebuild()
                except (StoreBusy, StoreFull):
                    return self._opened  # still right about every paper that it finds
            with self.writing(wait=60):
                return self.rebuild()

    def rebuild(self, change: Callable[[], None] = lambda: None) -> Indexes:
        """Make a new generation from the library and swap it in. The caller holds `writing`.

        Args:
            change: A change of the library that comes into force together with the new generation:
                until then readers have the old papers and the old indexes, and go on with them if
                anything fails.
        """
        with self._mutex:
            before = self._current()
            folder = self._folder(name := f"{int(time.time()):x}-{secrets.token_hex(3)}")
            try:
                folder.mkdir(parents=True)
                with self.library.transaction():
                    change()
                    texts = ((paper.id, lexical_text(paper)) for paper in self.library.papers())
                    lexical = LexicalIndex.build(folder / "lexical", texts)
                    names = NameIndex.build(folder / "names", self.library.papers())
                    passages = self.library.count()[1]
                    vectors = VectorIndex.build(
                        self._place(name), self._collection(name), self._rows(), passages, folder / "vectors"
                    )
                    generation = Generation(name, self.library.revision(), passages, self._chroma)
                self._swap(generation)
            except BaseException as error:
                full = shutil.disk_usage(self.folder).free < _LEAST_FREE  # libraries tell it in many ways
                shutil.rmtree(folder, ignore_errors=True)
                if isinstance(error, OSError) or (full and isinstance(error, StoreError)):
                    said = f"{folder}: the index can't be written: {getattr(error, 'message', error)}"
                    raise StoreFull(said, "free some space, then run the same command again") from error
                raise
            self._replace_opened(Indexes(generation, vectors, lexical, names))
            self._tidy({name, before.name if before else name})
            assert self._opened is not None
            return self._opened

    def health(self) -> list[str]:
        """Return what is wrong with the derived indexes, in plain sentences; nothing where all is well."""
        current = self._current()
        if current is None:
            return ["there is no index yet"] if self.library.count()[0] else []
        problems = []
        if current.revision != self.library.revision():
            problems.append("the index is behind the papers; the next question makes it again")
        try:
            with closing(self._vectors(current)) as vectors:
                vectors.check()
            self._texts(current.name)
        except StoreError as error:
            problems.append(error.message)
        return problems

    def close(self) -> None:
        """Let go of all files."""
        with self._mutex:
            self._replace_opened(None)
            self._replace_opened(None)
            self.library.close()

    def _open(self, current: Generation) -> bool:
        """Open that generation; tell whether it can be used."""
        if self._opened is not None and self._opened.generation.name == current.name:
            return True
        try:
            with ExitStack() as undone:
                vectors = self._vectors(current)
                undone.callback(vectors.close)
                vectors.check(keep=True)
                lexical, names = self._texts(current.name)
                undone.pop_all()
        except StoreDamaged:
            return False
        self._replace_opened(Indexes(current, vectors, lexical, names))
        return True

    def _replace_opened(self, indexes: Indexes | None) -> None:
        """Keep the generation before open for answers in flight; the one before that is closed."""
        if self._retired is not None:
            self._retired.vectors.close()
        self._opened, self._retired = indexes, self._opened

    def _rows(self) -> Iterator[Row]:
        for paper_id, n, _, _, vector in self.library.passages():
            yield Row(f"{paper_id}#{n}", vector)

    def _vectors(self, generation: Generation) -> VectorIndex:
        name, flat = generation.name, self._folder(generation.name) / "vectors"
        return VectorIndex(self._place(name), self._collection(name), generation.passages, flat)

    def _texts(self, generation: str) -> tuple[LexicalIndex, NameIndex]:
        folder = self._folder(generation)
        return LexicalIndex.open(folder / "lexical"), NameIndex.open(folder / "names")

    def _current(self) -> Generation | None:
        try:
            told = (self.folder / "index" / "current.json").read_text(encoding="utf-8")
            return Generation(**json.loads(told))
        except (OSError, ValueError, TypeError):
            return None  # absent or torn: a new one is made from the library

    def _swap(self, generation: Generation) -> None:
        pointer = self.folder / "index" / "current.json"
        fresh = pointer.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(generation)), encoding="utf-8")
        fresh.replace(pointer)

    def _tidy(self, keep: set[str]) -> None:
        """Delete old generations; the one before stays, for other processes may be reading it."""
        for folder in (self.folder / "index").iterdir():
            if folder.is_dir() and folder.name not in keep:
                shutil.rmtree(folder, ignore_errors=True)
        if self._chroma != EMBEDDED and self._opened is not None:
            ours = {self._collection(name) for name in keep}
            with suppress(StoreError):  # tidying can wait for the next time
                self._opened.vectors.drop_others(self._collection(""), ours)

    def _folder(self, generation: str) -> Path:
        return self.folder / "index" / generation

    def _place(self, generation: str) -> Path | str:
        return self._folder(generation) / "chroma" if self._chroma == EMBEDDED else self._chroma

    def _collection(self, generation: str) -> str:
        """The store's id is in the name, so that stores can share a server."""
        return f"paperchat-{self.library.meta('id')}-{generation}"
