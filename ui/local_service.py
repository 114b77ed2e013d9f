"""The real system behind the page: it fills the store and loads the models in the background, then answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.conversation import short_name
from assistant.errors import ModelError, ModelUnavailable, PaperchatError, StoreMissing
from assistant.events import Event
from assistant.filters import NO_FILTERS, Filters
from assistant.language import detect_language
from assistant.llm import ChosenModel, choose_model
from assistant.models import IngestReport, Paper, Turn
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.store import Store
from assistant.wiring import assemble, build_embedder, build_reranker, open_store
from ingest.demo import demo_file, holds_only_demo
from ingest.pipeline import ingest
from ui.service import ServiceStatus

log = logging.getLogger(__name__)

NO_MODEL_HINT = "Answers are quotes. `make chat LLM=local` adds a language model (1.1 GB to download, once)."
_EXAMPLES = 4
_FOREIGN = "Quels articles en parlent ?"
"""Makes the language detector load its classifier, which plain English doesn't need and other questions wait for."""
OFFERED = 12
"""Venues, tags, authors and sources that are offered to restrict a search by."""


class LocalService:
    """Answers from one store in this process. `start` returns at once; the page shows how far things are."""

    def __init__(
        self,
        settings: Settings,
        *,
        papers: Sequence[Path] = (),
        demo: bool = False,
        on_report: Callable[[IngestReport], None] = lambda report: None,
        on_problem: Callable[[PaperchatError], None] = lambda error: None,
    ) -> None:
        """Prepare to serve.

        Args:
            settings: The settings in force.
            papers: Files to ingest first; the demo collection makes way for them.
            demo: Ingest the bundled collection where the store is empty.
            on_report: Hears what the ingest did.
            on_problem: Hears why it couldn't be done; what is stored is served all the same.
        """
        self._settings = settings
        self._papers = list(papers)
        self._demo = demo
        self._on_report = on_report
        self._on_problem = on_problem
        self._embedder = build_embedder(settings)
        self._reranker = build_reranker(settings)
        self._store: Store | None = None
        self._assistant: Assistant | None = None
        self._activity = "starting…"
        self._error: PaperchatError | None = None
        self._ready = threading.Event()
        self._offered: tuple[int, Filters] = (-1, NO_FILTERS)
        self._examples: tuple[str, ...] = ()
        self._writer = ChosenModel(None, "", None)

    def start(self) -> None:
        """Begin the work in the background."""
        threading.Thread(target=self._prepare, name="paperchat-prepare", daemon=True).start()

    def stream(
        self,
        question: str,
        history: Sequence[Turn],
        filters: Filters = NO_FILTERS,
        read_filters: bool = True,
    ) -> Iterator[Event]:
        """Answer event by event, once the store and the embedding model are there."""
        self._ready.wait()
        if self._assistant is None:
            raise self._error or StoreMissing(
                "there are no papers here yet", "add some: `paperchat ingest FILE`"
            )
        yield from self._assistant.events(question, history, filters=filters, read_filters=read_filters)

    def filter_choices(self) -> Filters:
        """Return the venues, tags, authors and sources that most papers have."""
        if self._assistant is None:
            return NO_FILTERS
        library = self._assistant.store.library
        if (revision := library.revision()) != self._offered[0]:  # all papers are counted: once is enough
            common = library.filtering.common
            offered = Filters(
                venues=common("venues", OFFERED),
                tags=common("tags", OFFERED),
                authors=common("authors", OFFERED),
                sources=common("sources", OFFERED),
            )
            self._offered = (revision, offered)
        return self._offered[1]

    def paper(self, paper_id: str) -> Paper | None:
        """Return a stored paper."""
        return self._store.library.paper(paper_id) if self._store else None

    def status(self) -> ServiceStatus:
        """Tell how the system stands."""
        writer = self._assistant.chosen if self._assistant else self._writer
        return ServiceStatus(
            papers=self._store.library.count()[0] if self._store else 0,
            ready=self._ready.is_set(),
            activity=self._activity,
            model=writer.name,
            why=writer.why,
            hint="" if writer.name else NO_MODEL_HINT,
            error=self._error.message if self._error else "",
            error_hint=self._error.hint if self._error else "",
            examples=self._examples,
        )

    def _prepare(self) -> None:
        """Fill the store, load what finding needs, then the language model; quotes answer while it loads."""
        try:
            self._fill()
            if self._store is None:
                self._store = open_store(self._settings)
            self._examples = examples(self._store)
            self._activity = "loading the embedding model…"
            self._embedder.warm()
            if self._reranker is not None:
                self._activity = "loading the reranker…"
                self._reranker.load()
            self._store.indexes()
            quoting = ChosenModel(None, "the language model is loading", None)
            self._assistant = self._assemble(quoting)
        except PaperchatError as error:
            self._error = error
        except Exception as error:
            log.exception("the page can't be prepared")
            self._error = PaperchatError(
                f"paperchat can't start: {error}", "`paperchat doctor` looks into it"
            )
        finally:
            self._activity = ""
            self._ready.set()
        if self._assistant is not None:
            self._activity = "loading the language detector…"
            detect_language(_FOREIGN)
            self._load_writer()

    def _fill(self) -> None:
        """Ingest what was asked for; a file that was ingested before costs no model."""
        store = open_store(self._settings, create=bool(self._papers or self._demo))
        self._store = store
        papers = self._papers
        if not papers and self._demo and not store.library.count()[0]:
            papers = [demo_file()]
        if not papers:
            return
        demo = (
            [id_ for id_, _ in store.library.titles()]
            if self._papers and holds_only_demo(store.library)
            else []
        )
        self._activity = "adding papers…"
        try:
            report = ingest(papers, store, self._embedder, progress=self)
        except PaperchatError as error:
            self._on_problem(error)
            return
        self._on_report(report)
        if demo and report.added:
            own = {id_ for id_ in demo if not holds_only_demo(store.library, id_)}
            with store.writing():
                store.library.remove(id_ for id_ in demo if id_ not in own)

    def _load_writer(self) -> None:
        self._activity = "loading the language model…"
        try:
            chosen = choose_model(self._settings)
            if chosen.load is not None:
                chosen.load()
            self._writer = chosen
        except ModelError as error:
            self._writer = ChosenModel(None, f"{error.message}. {error.hint}", None)
        except Exception as error:
            log.exception("the language model can't be loaded")
            self._writer = ChosenModel(None, f"the language model can't be loaded: {error}", None)
        self._assistant = self._assemble(self._writer)
        self._activity = ""

    def _assemble(self, writer: ChosenModel) -> Assistant:
        if self._store is None:
            raise ModelUnavailable("the store isn't open", "start again")
        return assemble(self._settings, self._store, self._embedder, writer, self._reranker)

    def read(self, papers: int) -> None:
        """Hear how many papers were read."""
        self._activity = f"reading papers: {papers:,}"

    def embedding(self, done: int, total: int) -> None:
        """Hear how many papers are embedded."""
        self._activity = f"adding papers: {done:,} of {total:,}" if total else self._activity

    def indexing(self, papers: int) -> None:
        """Hear that the indexes are being built."""
        self._activity = f"indexing {papers:,} papers…"


def examples(store: Store, most: int = _EXAMPLES) -> tuple[str, ...]:
    """Return questions that a collection can answer, one each about papers spread over it."""
    ids = list(store.library.fingerprints())
    step = max(1, len(ids) // most)
    papers = store.library.papers(ids[::step][:most])
    return tuple(f"What does {short_name(paper.title)} show?" for paper in papers)
