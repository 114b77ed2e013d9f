"""Follow-ups measured: is the right paper first for the standalone question, and are new questions left alone?

    python -m evals.bench.follow_up evals/cases/demo.jsonl STORE evals/cases/collection.jsonl STORE

Each pair is a file of cases, or of dialogues as tests/assistant/follow_ups.jsonl has them, and a store of its
papers. False alarms are questions that need no conversation, each put after other cases' questions and answers.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.embedding import SentenceEmbeddings
from assistant.llm import choose_model
from assistant.models import Turn
from assistant.retrieve import HybridRetriever
from assistant.rewrite import StandAlone, asking, make_stand_alone
from assistant.settings import load_settings
from assistant.spoken_of import PaperLookup
from assistant.store import Store
from assistant.text import fold
from evals.bench.datasets import rows
from evals.stats import mean_interval
from ingest.clean import clean

_K = 10
_HISTORIES = 3
"""How many unrelated conversations each new question is put after."""

Rewrite = Callable[[str, Sequence[Turn]], StandAlone]


@dataclass(frozen=True)
class Dialogue:
    """A question after a conversation, and the papers that are right; `new` where it isn't a follow-up."""

    kind: str
    history: tuple[Turn, ...]
    question: str
    gold: frozenset[str]
    reference: str = ""
    new: bool = False


def main() -> None:
    """Measure each pair of dialogues and store, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", nargs="+", type=Path, metavar="CASES STORE")
    parser.add_argument("--model", default="none", help="a language model, as the setting llm names it")
    parser.add_argument("--show", action="store_true", help="print every miss and false alarm")
    arguments = parser.parse_args()
    if len(arguments.pairs) % 2:
        parser.error("name a store after each file of cases")
    embedder = SentenceEmbeddings("all-MiniLM-L6-v2")
    columns = "".join(f"{column:>22}" for column in ("hit@1 as asked", "hit@1", "about is right", "changed"))
    print(f"{'file':24} {'what':33} {'n':>5}{columns}")
    for cases, folder in zip(arguments.pairs[::2], arguments.pairs[1::2], strict=True):
        store = Store(folder)
        retriever = HybridRetriever(store=store, embedder=embedder, k=_K)
        dialogues = read_dialogues(cases, store)
        rewrite = rewriter(PaperLookup.of(retriever), arguments.model)
        name = cases.stem
        follow_ups = [each for each in dialogues if each.history and not each.new]
        report(name, "follow-ups", follow_ups, retriever, rewrite, arguments.show)
        new = [each for each in dialogues if each.new]
        alone = [each for each in dialogues if not each.history]
        report(name, "new questions, as written", new, retriever, rewrite, arguments.show)
        report(name, "new questions, unrelated history", unrelated(alone), retriever, rewrite, arguments.show)
        store.close()


def rewriter(known: PaperLookup, llm: str) -> Rewrite:
    """Return what makes questions stand alone, with a language model's help if one is named."""
    if llm == "none":
        return lambda question, history: make_stand_alone(question, history, known)
    chosen = choose_model(load_settings(llm=llm).settings)
    if chosen.load is None:
        raise SystemExit(f"{llm}: no such language model: {chosen.why}")
    ask = asking(chosen.load)
    return lambda question, history: make_stand_alone(question, history, known, ask)


def ranked(found: StandAlone, retriever: HybridRetriever) -> list[str]:
    """Return the best papers for a standalone question: those it is about first, those it has seen last."""
    text = found.search or found.question
    first = list(found.about)
    if len(first) > 1:
        first = [each.paper_id for each in retriever.rank(text, among=frozenset(first))]
    if found.only:
        return first
    ids = [each.paper_id for each in retriever.rank(text, k=_K + len(found.without))]
    rest = [id_ for id_ in ids if id_ not in first and id_ not in found.without]
    return [*first, *rest, *found.without]


def report(
    name: str,
    what: str,
    dialogues: Sequence[Dialogue],
    retriever: HybridRetriever,
    rewrite: Rewrite,
    show: bool,
) -> None:
    """Print one row: hit@1 of the question as asked and made to stand alone, and how often `about` is right."""
    if not dialogues:
        return
    raw, hits, told, changed = [], [], [], []
    missed: Counter[str] = Counter()
    first: dict[StandAlone, list[str]] = {}
    for each in dialogues:
        found, plain = rewrite(each.question, each.history), StandAlone(each.question)
        for asked in (found, plain):
            if asked not in first:
                first[asked] = ranked(asked, retriever)[:1]
        changed.append(float(found.changed))
        if each.gold:
            raw.append(float(bool(each.gold & set(first[plain]))))
            hits.append(float(bool(each.gold & set(first[found]))))
            if found.about:
                about = found.about[:1] if len(each.gold) == 1 else found.about
                told.append(float(bool(each.gold & set(about))))
        bad = found.changed if each.new else each.gold and not hits[-1]
        missed[each.kind] += bool(bad)
        if show and bad:
            titles = _titles(first[found], retriever)
            print(f"  # {each.kind}: {each.question!r} → {found.question!r} [{found.why}] found {titles}")
    row = "".join(f"{_shown(values):>22}" for values in (raw, hits, told, changed))
    print(f"{name:24} {what:33} {len(dialogues):5}{row}", flush=True)
    if show:
        print("  # by kind:", ", ".join(f"{kind} {count}" for kind, count in missed.most_common() if count))


def _shown(values: Sequence[float]) -> str:
    """Return a mean with its bootstrap 95% interval."""
    found = mean_interval(values)
    return f"{found.value:.3f} [{found.low:.3f} {found.high:.3f}]" if found else "–"


def unrelated(alone: Sequence[Dialogue]) -> list[Dialogue]:
    """Put each question after the questions and answers of cases about other papers."""
    draw = random.Random(0)
    made = []
    for each in alone:
        others = [
            other for other in alone if other.reference and not other.gold & each.gold and other is not each
        ]
        for other in draw.sample(others, _HISTORIES):
            said = (
                Turn(role="user", content=other.question),
                Turn(role="assistant", content=other.reference, paper_ids=tuple(sorted(other.gold))),
            )
            made.append(Dialogue(each.kind, said, each.question, each.gold, new=True))
    return made


def read_dialogues(path: Path, store: Store) -> list[Dialogue]:
    """Read cases of the evaluation suite, or dialogues of the tests."""
    titles = [(fold(title), paper_id) for paper_id, title in store.library.titles()]
    found = []
    for row in rows(path):
        if "said" in row:
            cited = [[_paper(title, titles) for title in papers] for papers in row.get("cited", ())]
            history = turns(row["said"], cited)
            gold = frozenset(_paper(title, titles) for title in row["gold"])
            found.append(Dialogue(row["kind"], history, row["ask"], gold, new=row["kind"] == "topic_change"))
            continue
        history = tuple(Turn(role=turn["role"], content=turn["content"]) for turn in row.get("history", ()))
        if history and row["type"] != "follow_up":
            continue
        gold = frozenset(_paper(title, titles) for title in row.get("gold") or row.get("related") or ())
        kind = ", ".join(row.get("tags", ())) if history else row["type"]
        found.append(Dialogue(kind, history, row["question"], gold, row.get("reference", "")))
    return found


def turns(said: Iterable[str], cited: Sequence[Sequence[str]] = ()) -> tuple[Turn, ...]:
    """Return a conversation from what was said in turn, the reader first; `cited` are each answer's papers."""
    made = []
    for i, text in enumerate(said):
        papers = cited[i // 2] if i % 2 and i // 2 < len(cited) else ()
        made.append(Turn(role="assistant" if i % 2 else "user", content=text, paper_ids=tuple(papers)))
    return tuple(made)


def _paper(title: str, titles: Sequence[tuple[str, str]]) -> str:
    """Return the id of the one paper with a title, or whose title begins so."""
    wanted = fold(clean(title))
    ids = [id_ for known, id_ in titles if known == wanted] or [
        id_ for known, id_ in titles if known.startswith(wanted)
    ]
    if len(ids) != 1:
        raise SystemExit(f"{title}: {len(ids)} papers of the store have this title; one is needed")
    return ids[0]


def _titles(ids: Sequence[str], retriever: HybridRetriever) -> list[str]:
    return [paper.title[:40] for paper in retriever.store.library.papers(list(ids))]


if __name__ == "__main__":
    main()
