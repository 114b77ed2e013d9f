"""Drafts of cases by a language model, with RAGAS's test-set generation over a collection's abstracts."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import random
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

from assistant.errors import ModelUnavailable, UsageError
from assistant.library import Library
from assistant.text import fold, terms
from evals.cases import Case, SentenceRef
from evals.cases.match import contains
from evals.cases.phrases import Readable, figures, read_papers

if TYPE_CHECKING:
    from ragas.testset.graph import KnowledgeGraph, Node

log = logging.getLogger(__name__)

ATTEMPTS = 2
"""How often a paper is tried; within an attempt RAGAS itself asks again where a reply can't be read."""
TRIED = 3
"""At most so many papers are tried for each case that is wanted."""
_EVERY = 4
"""One draft in so many is over two papers, where two share an entity."""
_LEAST_TOLD = 0.3
"""Share of an answer's terms that a sentence must have to be its evidence."""
_SEED = 1
_PERSONAS = (
    ("Researcher", "Works in the field, compares methods and looks for results to build on."),
    ("Student", "Is new to the field and wants to understand what methods, data and terms are."),
    ("Engineer", "Wants to use methods and data in practice and asks for figures and limits."),
)


@dataclass(frozen=True)
class Drafted:
    """What a model drafted, and what it failed to: a line for each paper, with the reason."""

    cases: tuple[Case, ...]
    failures: tuple[str, ...]


def draft_with_model(library: Library, model: BaseChatModel, embedder: Embeddings, number: int) -> Drafted:
    """Draft cases with RAGAS: questions about one abstract, and some about two that share an entity.

    Each draft is a generation of its own, so that a reply that can't be read costs one case and not all.

    Args:
        library: The papers to ask about.
        model: Who reads the abstracts and writes questions and answers.
        embedder: What RAGAS's generator is given to compare texts with.
        number: How many cases are wanted; each paper is tried once until there are so many.

    Returns:
        At most so many cases, each with the tag `draft` and `reviewed: false`; and why others failed.

    Raises:
        UsageError: There are no papers with an abstract.
        ModelUnavailable: The model can't be reached.
    """
    papers = [each for each in read_papers(library.papers()) if each.paper.abstract]
    if not papers:
        hint = "`paperchat ingest FILE` adds some"
        raise UsageError(f"{library.folder}: there are no papers with an abstract to ask about", hint)
    cases: list[Case] = []
    failures: list[str] = []
    with _quiet(), _seeded():
        maker = _Maker(model, embedder)
        for each in papers[: number * TRIED]:
            if len(cases) == number:
                break
            reasons: dict[str, None] = {}
            for _ in range(ATTEMPTS):
                try:
                    cases.append(maker.draft(each, len(cases) + 1))
                    break
                except ModelUnavailable:
                    raise
                except (
                    Exception
                ) as error:  # whatever RAGAS or a reply raises costs this paper only, and is told
                    log.info("no draft about %s", each.paper.id, exc_info=True)
                    said = " ".join(str(error).split())[:200]
                    reasons[f"{type(error).__name__}: {said}" if said else type(error).__name__] = None
            else:
                failures.append(f"{each.paper.title}: {'; then '.join(reasons)}")
    return Drafted(tuple(cases), tuple(failures))


class _Maker:
    """RAGAS's generator with the papers that the model has read so far."""

    def __init__(self, model: BaseChatModel, embedder: Embeddings) -> None:
        os.environ["RAGAS_DO_NOT_TRACK"] = "true"  # before ragas is imported: it asks once
        from ragas.embeddings import LangchainEmbeddingsWrapper
        from ragas.llms import LangchainLLMWrapper
        from ragas.run_config import RunConfig
        from ragas.testset.persona import Persona
        from ragas.testset.transforms.extractors import NERExtractor

        # The model's own client retries what can be retried.
        self._config = RunConfig(max_retries=1, max_workers=1)
        self._llm = LangchainLLMWrapper(model, run_config=self._config)
        self._embeddings = LangchainEmbeddingsWrapper(embedder)
        self._personas = [Persona(name=name, role_description=role) for name, role in _PERSONAS]
        self._extractor = NERExtractor(llm=self._llm, tokenizer=_characters())
        self._read: dict[str, tuple[Readable, Node]] = {}

    def draft(self, each: Readable, number: int) -> Case:
        """Draft one case about a paper, or about it and an earlier one that shares an entity.

        Raises:
            Exception: Whatever the model's replies made RAGAS raise.
        """
        node = self._node(each)
        joint = self._joint(each, node) if number % _EVERY == 0 else None
        sample = self._sample(joint or _graph([node]), hops=2 if joint else 1)
        contexts = {re.sub(r"^<\d+-hop>\s*", "", context) for context in sample.reference_contexts or ()}
        gold = [paper for paper, node in self._read.values() if node.get_property("page_content") in contexts]
        question, reference = str(sample.user_input or "").strip(), str(sample.reference or "").strip()
        if not gold or not reference:
            raise ValueError("the draft has no answer, or isn't about a paper")
        return _to_case(number, "multi_hop" if joint else "lookup", (question, reference), gold)

    def _node(self, each: Readable) -> Node:
        from ragas.testset.graph import Node, NodeType

        if each.paper.id not in self._read:
            content = f"{each.paper.title}\n\n{each.paper.abstract}"
            node = Node(type=NodeType.CHUNK, properties={"page_content": content})
            name, entities = asyncio.run(self._extractor.extract(node))
            found = list(dict.fromkeys(entity.strip() for entity in entities or () if entity.strip()))
            if not found:
                raise ValueError("the model found no entity in the abstract")
            node.add_property(name, found)
            self._read[each.paper.id] = (each, node)
        return self._read[each.paper.id][1]

    def _joint(self, each: Readable, node: Node) -> KnowledgeGraph | None:
        """Return a graph of a paper and the first earlier one that shares an entity, None where there is none."""
        from ragas.testset.graph import Relationship

        own = {fold(entity): entity for entity in node.properties["entities"]}
        for id_, (_, other) in self._read.items():
            pairs = [(own[fold(e)], e) for e in other.properties["entities"] if fold(e) in own]
            if id_ != each.paper.id and pairs:
                shared = {"overlapped_items": pairs}
                graph = _graph([node, other])
                graph.relationships.append(
                    Relationship(source=node, target=other, type="entities_overlap", properties=shared)
                )
                return graph
        return None

    def _sample(self, graph: KnowledgeGraph, *, hops: int) -> Any:
        from ragas.testset import TestsetGenerator
        from ragas.testset.synthesizers.multi_hop import MultiHopSpecificQuerySynthesizer
        from ragas.testset.synthesizers.single_hop.specific import SingleHopSpecificQuerySynthesizer
        from ragas.testset.synthesizers.testset_schema import Testset

        kind: Any = SingleHopSpecificQuerySynthesizer if hops == 1 else MultiHopSpecificQuerySynthesizer
        generator = TestsetGenerator(self._llm, self._embeddings, graph, list(self._personas))
        made = generator.generate(
            testset_size=1, query_distribution=[(kind(llm=self._llm), 1.0)], run_config=self._config
        )
        if not isinstance(made, Testset) or not made.samples:
            raise ValueError("the model matched none of the abstract's entities with a reader")
        return made.samples[0].eval_sample


def _graph(nodes: list[Node]) -> KnowledgeGraph:
    from ragas.testset.graph import KnowledgeGraph

    return KnowledgeGraph(nodes=nodes)


def _characters() -> Any:
    """Return a tokenizer that counts characters: RAGAS's own would be fetched from the network."""
    from ragas.tokenizers import BaseTokenizer

    class Characters(BaseTokenizer):
        def encode(self, text: str) -> list[int]:
            return [ord(char) for char in text]

        def decode(self, tokens: list[int]) -> str:
            return "".join(map(chr, tokens))

    return Characters()


def _to_case(number: int, kind: str, said: tuple[str, str], gold: list[Readable]) -> Case:
    question, reference = said
    text = " ".join(f"{each.paper.title} {each.paper.abstract}" for each in gold)
    values = [value for value in figures(reference) if contains(text, value)]
    fields = {
        "id": f"{kind.replace('_', '-')}-{number}",
        "type": kind,
        "question": question,
        "gold": [each.name for each in gold],
        "facts": [{"fact": value, "accept": [value]} for value in values],
        "evidence": [ref for each in gold for ref in _evidence(each, reference)],
        "reference": reference,
        "tags": ["draft"],
        "reviewed": False,
    }
    return Case.model_validate(fields)


def _evidence(each: Readable, reference: str) -> list[SentenceRef]:
    """Return the sentence that tells most of an answer, if any tells enough of it."""
    wanted = set(terms(reference))
    told = [len(wanted & set(terms(each.text(n)))) for n in range(len(each.spans))]
    best = max(range(len(told)), key=told.__getitem__)
    return [each.ref(best)] if told[best] >= max(1.0, _LEAST_TOLD * len(wanted)) else []


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep RAGAS's progress bars, one for each step of each draft, and its deprecations off the terminal."""
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _seeded() -> Iterator[None]:
    """Make RAGAS's draws of readers and styles the same every time."""
    state = random.getstate()
    random.seed(_SEED)
    try:
        yield
    finally:
        random.setstate(state)
