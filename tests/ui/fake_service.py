"""A deterministic service with made-up papers, for the tests of the page.

What it answers depends on the question: "pasta" isn't in the collection, "break" raises an error
with a hint, "crash" one without, "fail" gives a failed answer, "slow" streams for many seconds,
"attack" is answered from a hostile paper, all else from two papers with every kind of verdict.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.errors import ModelUnavailable
from assistant.events import ClaimReady, DraftDelta, Event, EvidenceFound, Finished, Understood
from assistant.filters import NO_FILTERS, Filters
from assistant.models import (
    Answer,
    AnswerStatus,
    Citation,
    CitedField,
    Claim,
    Evidence,
    Paper,
    PaperRef,
    Ranked,
    SourceRef,
    Span,
    Turn,
    Verdict,
)
from ui.service import ServiceStatus

HOSTILE = (
    '<script>alert(1)</script><img src="https://evil.example/i.png" onerror="alert(2)"> '
    "![x](https://evil.example/m.png) [click](javascript:alert(3)) <form action=https://evil.example> "
    "<iframe src=https://evil.example></iframe><style>*{display:none}</style> **bold** `code` $$x$$ "
    "%%%LATEX_BLOCK_0%%% </p></article><h1>owned</h1>\n\n# heading\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "https://evil.example/auto '\"><svg onload=alert(4)>"
)

LONG_VENUE = "Proceedings of the Joint Meeting on " + ", ".join(
    f"Sparse Graphs of Sort {n}" for n in range(12)
)
"""Longer than 200 characters, as names of proceedings can be."""

PAPERS = (
    Paper(
        id="arxiv:2403.00001",
        title="TRELLIS: Trimming Graphs by Degree before Training",
        abstract=(
            "Large graphs slow every step of training, and most of their edges carry little. Earlier work removes "
            "edges again and again while the network trains, which costs as much as it saves. We introduce TRELLIS, "
            "a one-shot sparsifier that ranks every edge by the degrees of its two ends and removes the weakest "
            "before training starts. A projected gradient step keeps the weights sparse as well. On six benchmarks "
            "TRELLIS removes 62.5% of the edges and loses 0.3 points of accuracy, while iterative methods lose 1.1 "
            "points at the same sparsity. Training takes 41% less time. An ablation shows that the degree cue alone "
            "accounts for most of the gain: random removal at the same rate loses 4.7 points. We release the code "
            "and the sparsified graphs, and discuss where the method fails, above all on graphs whose degrees are "
            "nearly uniform."
        ),
        authors=("Ada Almeida", "Bo Lindqvist", "Chidi Okafor"),
        year=2024,
        venue="Workshop on Graph Learning",
        arxiv_id="2403.00001",
    ),
    Paper(
        id="doi:10.1234/quarry",
        title="Quarry: Mining Sentences that Answer",
        abstract=(
            "A reader who asks a question of a collection wants the sentence that answers it. Quarry selects "
            "sentences in three milliseconds by comparing each with the question and its neighbours. Selected "
            "sentences answer 83% of 1,204 questions, against 71% for whole passages of the same length. The "
            "method needs no training and no language model."
        ),
        authors=("Dana Petrova",),
        year=2023,
        doi="10.1234/quarry",
        abstract_by="the paperchat project",
    ),
    Paper(
        id="hash:3f",
        title="On the Uniformity of Degrees in Road Networks",
        abstract="Road networks have nearly uniform degrees. We measure 212 cities and find a mean of 2.9.",
        year=2019,
        url="https://example.org/roads",
    ),
    Paper(id="hash:40", title="Pruning Lottery Tickets in Transformers", abstract="", url="ftp://example.org/x"),
    Paper(id="hash:41", title=HOSTILE, abstract=f"{HOSTILE} It scores 12.5 points.", authors=(HOSTILE,),
          venue=HOSTILE, url="javascript:alert(5)", abstract_by=HOSTILE),
)  # fmt: skip


def cite(n: int, paper: Paper, quote: str, field: CitedField = "abstract") -> Citation:
    """Return a citation of the words `quote` of a paper's field."""
    start = paper.field(field).index(quote)
    return Citation(
        n=n,
        paper_id=paper.id,
        title=paper.title,
        quote=quote,
        start=start,
        end=start + len(quote),
        field=field,
    )


def source(n: int, paper: Paper) -> SourceRef:
    """Return the numbered reference to a paper."""
    return SourceRef(
        n=n, paper_id=paper.id, title=paper.title, url=paper.link, authors=paper.authors, year=paper.year
    )


def _evidence(paper: Paper, *quotes: str) -> list[Evidence]:
    spans = [
        Span(start=paper.abstract.index(quote), end=paper.abstract.index(quote) + len(quote))
        for quote in quotes
    ]
    common = {"paper_id": paper.id, "title": paper.title, "score": 0.8, "similarity": 0.6}
    return [Evidence(**common, quote=span.of(paper.abstract), span=span) for span in spans]


CUE = (
    "We introduce TRELLIS, a one-shot sparsifier that ranks every edge by the degrees of its two ends and removes "
    "the weakest before training starts."
)
EDGES = (
    "On six benchmarks TRELLIS removes 62.5% of the edges and loses 0.3 points of accuracy, while iterative "
    "methods lose 1.1 points at the same sparsity."
)
SPEED = (
    "Quarry selects sentences in three milliseconds by comparing each with the question and its neighbours."
)
SHARE = "Selected sentences answer 83% of 1,204 questions, against 71% for whole passages of the same length."

CLAIMS = (
    Claim(
        text="TRELLIS drops edges once, before training, by the degrees of the two nodes that an edge joins.",
        verdict=Verdict.SUPPORTED,
        citations=(cite(1, PAPERS[0], CUE),),
    ),
    Claim(
        text=EDGES,
        verdict=Verdict.REPLACED,
        citations=(cite(1, PAPERS[0], EDGES),),
        draft="It removes 65% of the edges without any loss of accuracy.",
        why="65% isn't in the cited words.",
    ),
    Claim(text=SHARE, verdict=Verdict.QUOTED, citations=(cite(2, PAPERS[1], SHARE),)),
    Claim(
        text="Both methods need no training of their own, and Quarry appeared in 2023.",
        verdict=Verdict.SUPPORTED,
        citations=(cite(2, PAPERS[1], "The method needs no training"), cite(2, PAPERS[1], "2023", "year")),
    ),
    Claim(text="", verdict=Verdict.DROPPED, draft="It is the best of all.", why="no evidence says so"),
)


@dataclass
class FakeService:
    """Answers like the real one, as fast or as slowly as a test wants.

    Attributes:
        pause: Seconds between two words of the draft.
        understanding: Where given, a question is understood only once this has been released for it.
        sentences: Where given, each sentence is finished only once this has been released for it.
        state: What `status` returns.
        histories: What came with each question, in order.
        filters: What each question was restricted to, in order.
        closed: Set when a reader left in the middle of an answer.
    """

    pause: float = 0.0
    understanding: threading.Semaphore | None = None
    sentences: threading.Semaphore | None = None
    state: ServiceStatus = field(
        default_factory=lambda: ServiceStatus(
            papers=103,
            collection="103 papers on graphs, retrieval and language models",
            model="qwen2.5-1.5b",
            why="a local model is installed",
            examples=(
                "Which cue does the one-shot sparsifier use?",
                "How many questions do sentences answer?",
            ),
        )
    )
    histories: list[tuple[Turn, ...]] = field(default_factory=list)
    filters: list[Filters] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    def status(self) -> ServiceStatus:
        """Return what the test has set."""
        return self.state

    def paper(self, paper_id: str) -> Paper | None:
        """Return one of the five papers."""
        return next((paper for paper in PAPERS if paper.id == paper_id), None)

    def filter_choices(self) -> Filters:
        """Return what two of the papers can be found by."""
        return Filters(venues=("Workshop on Graph Learning", LONG_VENUE), authors=("Ada Almeida",))

    def stream(
        self,
        question: str,
        history: Sequence[Turn],
        filters: Filters = NO_FILTERS,
        read_filters: bool = True,
    ) -> Iterator[Event]:
        """Answer as the module's docstring says; of filters only "since" and a year is read off a question."""
        self.histories.append(tuple(history))
        since = re.search(r"since (\d{4})", question) if read_filters else None
        read = Filters(since=int(since[1])) if since else Filters()
        self.filters.append(filters.merged(read))
        started = time.monotonic()
        if "break" in question:
            raise ModelUnavailable("no answer from http://127.0.0.1:11434", "start it with `ollama serve`")
        if self.understanding is not None:
            self.understanding.acquire(timeout=60)
        standalone = (
            f"{question} (of {history[-1].paper_ids[0]})" if history and history[-1].paper_ids else question
        )
        yield Understood(standalone_question=standalone, filters=filters.merged(read), read_filters=read)
        if "crash" in question:
            raise ZeroDivisionError("a secret detail")
        attack = "attack" in question
        found = _evidence(PAPERS[4], "It scores 12.5 points.") if attack else _evidence(PAPERS[0], CUE, EDGES)
        if not attack:
            found += _evidence(PAPERS[1], SPEED, SHARE)
        retrieved = tuple(
            Ranked(paper_id=paper.id, title=paper.title, score=1 / rank, passage=paper.abstract[:80], passage_id="x#0")
            for rank, paper in enumerate(PAPERS[4:] if attack else PAPERS[:4], 1)
        )  # fmt: skip
        yield EvidenceFound(retrieved=retrieved, evidence=tuple(found))
        if "pasta" in question:
            yield Finished(answer=self._answer(question, standalone, AnswerStatus.NOT_IN_COLLECTION, started))
        elif "fail" in question:
            yield Finished(answer=self._answer(question, standalone, AnswerStatus.FAILED, started))
        else:
            claims = CLAIMS if not attack else _hostile_claims()
            sources = [source(1, PAPERS[0]), source(2, PAPERS[1])] if not attack else [source(1, PAPERS[4])]
            yield from self._write(claims, sources, 2.0 if "slow" in question else self.pause)
            yield Finished(
                answer=self._answer(question, standalone, AnswerStatus.ANSWERED, started).model_copy(
                    update={"claims": claims, "sources": tuple(sources)}
                )
            )

    def _write(self, claims: Sequence[Claim], sources: list[SourceRef], pause: float) -> Iterator[Event]:
        try:
            for claim in claims:
                for word in (claim.draft or claim.text).split():
                    yield DraftDelta(text=word + " ")
                    time.sleep(pause)
                if self.sentences is not None:
                    self.sentences.acquire(timeout=60)
                seen = max((citation.n for citation in claim.citations), default=1)
                yield ClaimReady(claim=claim, sources=tuple(sources[:seen]))
        except GeneratorExit:
            self.closed.set()
            raise

    def _answer(self, question: str, standalone: str, status: AnswerStatus, started: float) -> Answer:
        absent, failed = status == AnswerStatus.NOT_IN_COLLECTION, status == AnswerStatus.FAILED
        text = "The model stopped answering." if failed else "None of the papers says anything about this."
        return Answer(
            status=status,
            question=question,
            standalone_question=standalone,
            text=text if absent or failed else " ".join(f"{claim.text} [1]" for claim in CLAIMS),
            model=None if absent or failed else self.state.model,
            notes=() if absent or failed else ("The collection has no authors for this paper.",),
            retrieved=tuple(
                PaperRef(paper_id=paper.id, title=paper.title, score=0.5) for paper in PAPERS[:4]
            ),
            near_misses=tuple(
                PaperRef(paper_id=paper.id, title=paper.title, score=0.2) for paper in PAPERS[:3]
            )
            if absent
            else (),
            unknown_markers=() if absent or failed else ("[7]",),
            timings={"retrieve": 0.02, "total": time.monotonic() - started},
        )


def _hostile_claims() -> tuple[Claim, ...]:
    quote = cite(1, PAPERS[4], "It scores 12.5 points.")
    return (
        Claim(text=HOSTILE, verdict=Verdict.SUPPORTED, citations=(quote,)),
        Claim(text=HOSTILE, verdict=Verdict.REPLACED, citations=(quote,), draft=HOSTILE, why=HOSTILE),
    )
