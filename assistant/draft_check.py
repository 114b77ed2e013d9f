"""What becomes of a sentence that a model wrote: shown if its evidence supports it, else quoted or dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.compose import SourceNumbers, quote_claim
from assistant.embedding import SentenceEmbeddings
from assistant.generate import Sentence
from assistant.models import Citation, Claim, Evidence, Paper, Support, Verdict
from assistant.text import terms
from assistant.verify import LEAST_SHARED, Check, check_claim, support


class DraftChecker:
    """Checks the sentences of one draft, in the order written."""

    def __init__(
        self,
        embedder: SentenceEmbeddings,
        evidence: Sequence[Evidence],
        paper_of: Callable[[Evidence], Paper],
        numbers: SourceNumbers,
    ) -> None:
        """Take what the draft was written from.

        Args:
            embedder: Tells how near a sentence and its quotes are.
            evidence: The sentences that the model was given.
            paper_of: The stored paper of an evidence sentence.
            numbers: The answer's source numbers.
        """
        self._embedder = embedder
        self._evidence = evidence
        self._paper_of = paper_of
        self._numbers = numbers
        self._said: set[str] = set()
        self._quoted: set[tuple[str, int]] = set()

    def check(self, sentence: Sentence) -> list[Claim]:
        """Return the claims to show, or a dropped one; none where it was said before.

        A model that writes nothing but numbers has said nothing: the best quotes do better than its choice.
        A sentence that fails with the evidence it
        cites is tried with what shares most with it, for small models mistake numbers more than facts.
        """
        key = " ".join(terms(sentence.text))
        if not key or key in self._said:
            return []
        self._said.add(key)
        nearest = self._nearest(sentence.text)
        cited = sentence.cited or nearest
        outcome = self._compare(sentence.text, cited)
        if not outcome.supported and cited != nearest:
            second = self._compare(sentence.text, nearest)
            if second.supported:
                cited, outcome = nearest, second
        if outcome.supported:
            citations = self._citations(sentence.text, cited, outcome)
            self._quoted |= {_place(item) for item in cited}
            return [
                Claim(
                    text=sentence.text, verdict=Verdict.SUPPORTED, citations=citations, score=outcome.score,
                    why=outcome.why,
                )
            ]  # fmt: skip
        for item in nearest:  # what it was most likely made from; a quote about something else helps nobody
            if _place(item) not in self._quoted:
                return [self._quote(item, draft=sentence.text, why=outcome.why)]
        return [Claim(text=sentence.text, verdict=Verdict.DROPPED, draft=sentence.text, why=outcome.why)]

    def _citations(self, text: str, cited: Sequence[Evidence], whole: Check) -> tuple[Citation, ...]:
        """Return the citations of a claim, each with what it says by itself; what says nothing of it is left out.

        Where that would leave nothing that carries the claim, all stay.
        """
        judged = []
        for item in cited:
            alone = whole if len(cited) == 1 else self._compare(text, [item])
            judged.append((item, alone, support(text, item.quote, item.title, alone)))
        telling = [each for each in judged if each[2] in (Support.SUPPORTED, Support.PARTLY)]
        if len(telling) < len(judged) and self._compare(text, [item for item, _, _ in telling]).supported:
            judged = telling
        return tuple(
            self._numbers.cite(item, self._paper_of(item)).model_copy(
                update={"support": verdict, "score": alone.score, "why": alone.why}
            )
            for item, alone, verdict in judged
        )

    def _quote(self, item: Evidence, *, draft: str = "", why: str = "") -> Claim:
        self._quoted.add(_place(item))
        return quote_claim(item, self._paper_of(item), self._numbers, draft=draft, why=why)

    def _compare(self, text: str, cited: Sequence[Evidence]) -> Check:
        if not cited:
            return check_claim(text, [], [])
        vectors = self._embedder.document_vectors([text, *(item.quote for item in cited)])
        similarity = float((vectors[1:] @ vectors[0]).max())
        return check_claim(text, [item.quote for item in cited], [item.title for item in cited], similarity)

    def _nearest(self, text: str) -> tuple[Evidence, ...]:
        """Return the one piece of evidence that shares most with a sentence, if it shares enough."""
        said = set(terms(text))
        shared = [
            len(said & set(terms(f"{item.title} {item.quote}"))) / max(1, len(said))
            for item in self._evidence
        ]
        best = max(range(len(shared)), key=shared.__getitem__, default=None)
        return () if best is None or shared[best] < LEAST_SHARED else (self._evidence[best],)


def _place(item: Evidence) -> tuple[str, int]:
    return (item.paper_id, item.span.start)
