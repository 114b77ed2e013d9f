"""Questions in other languages measured: what language they are taken for, and whether their paper is found.

    python -m evals.bench.languages
    python -m evals.bench.languages --demo STORE --page STORE --llm llamacpp:qwen2.5-coder-1.5b-instruct

Detection is measured on the cases, on the questions of foreign_questions.tsv, and as false alarms on the English
public test sets where their folder is. With stores of the demo collection and of the page collection the gold
paper is searched for, without a model and with one's translations.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.embedding import SentenceEmbeddings
from assistant.foreign import understand_language
from assistant.language import ENGLISH, detect_language
from assistant.llm import choose_model
from assistant.retrieve import HybridRetriever
from assistant.settings import load_settings
from assistant.store import Store
from assistant.text import fold
from assistant.translate import Ask, Messages
from evals.bench.datasets import DATA, rows

HERE = Path(__file__).resolve().parent
CASES = {"page": HERE.parent / "cases" / "collection.jsonl", "demo": HERE.parent / "cases" / "demo.jsonl"}
PUBLIC = {"pubmedqa/qa": "question", "qasa_unanswerable/questions": "question", "scitldr/queries": "text",
          "scifact/queries": "text"}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question, its language, and the collection (demo or page) and titles in which its answer is."""

    code: str
    text: str
    kind: str
    collection: str = ""
    gold: tuple[str, ...] = ()


def questions(data: Path) -> Iterator[Asked]:
    """Yield every question there is to measure with."""
    for collection, path in CASES.items():
        for row in rows(path):
            tag = next((tag[5:] for tag in row.get("tags", ()) if tag.startswith("lang:")), ENGLISH)
            if row["type"] != "out_of_domain":  # its languages aren't tagged
                gold = tuple(row.get("gold", ()))
                yield Asked(tag, row["question"], "case", collection, gold)
    for line in (HERE / "foreign_questions.tsv").read_text(encoding="utf-8").splitlines():
        code, collection, listed, text = line.split("\t")
        if listed:
            yield Asked(code, text, "own", collection, tuple(listed.split("|")))
        else:
            yield Asked(code, text, collection)
    for name, field in PUBLIC.items():
        if (path := data / f"{name}.jsonl").is_file():
            yield from (Asked(ENGLISH, row[field], name.partition("/")[0]) for row in rows(path))


def measure_detection(asked: list[Asked]) -> None:
    """Print by kind of question: English ones taken for foreign, foreign ones recognised, by the right code."""
    print(f"{'questions':12} {'English':>8} {'false alarms':>13} {'foreign':>8} {'recognised':>11} {'right code':>11} "
          f"{'ms':>6}")  # fmt: skip
    by_kind: dict[str, list[Asked]] = defaultdict(list)
    for item in asked:
        by_kind[item.kind].append(item)
    for kind, items in by_kind.items():
        started = time.process_time()
        found = [(item.code, detect_language(item.text)) for item in items]
        milliseconds = (time.process_time() - started) / len(items) * 1000
        english = [each for code, each in found if code == ENGLISH]
        foreign = [(code, each) for code, each in found if code != ENGLISH]
        alarms = sum(each.sure and each.code != ENGLISH for each in english)
        seen = [(code, each) for code, each in foreign if each.sure and each.code != ENGLISH]
        right = sum(code == each.code for code, each in seen)
        print(f"{kind:12} {len(english):8} {alarms:13} {len(foreign):8} {len(seen):11} {right:11} "
              f"{milliseconds:6.2f}")  # fmt: skip


def measure_finding(asked: list[Asked], stores: dict[str, Path], ask: Ask | None) -> None:
    """Print how often the gold paper comes first and among five, for the questions as they are and as understood."""
    embedder = SentenceEmbeddings("all-MiniLM-L6-v2")
    opened = {name: Store(path) for name, path in stores.items()}
    retrievers = {
        name: HybridRetriever(store=store, embedder=embedder, k=5) for name, store in opened.items()
    }
    hits: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for item in asked:
        if item.code == ENGLISH or not item.gold or item.collection not in retrievers:
            continue
        retriever, store = retrievers[item.collection], opened[item.collection]
        hits[item.kind, "as it is"].append(_hit(retriever, item.text, item.gold))
        for how, by in (("without a model", None), ("with the model", ask)):
            if how.startswith("with the") and ask is None:
                continue
            lexical = store.indexes().lexical
            found = understand_language(
                item.text, store.library, embedder.name, by, papers_with=lexical.papers_with
            )
            hit = _hit(retriever, found.text_to_search, item.gold)
            hits[item.kind, how].append(hit)
            group = (
                "translated" if found.translated else "may answer" if found.may_answer else "may not answer"
            )
            hits[item.kind, f"{how}: {group}"].append(hit)
    print(f"\n{'questions':10} {'searched':34} {'n':>4} {'hit@1':>6} {'hit@5':>6}")
    for (kind, how), found_at in sorted(hits.items()):
        first, five = (sum(hit[i] for hit in found_at) / len(found_at) for i in (0, 1))
        print(f"{kind:10} {how:34} {len(found_at):4} {first:6.2f} {five:6.2f}")


def _hit(retriever: HybridRetriever, text: str, gold: tuple[str, ...]) -> tuple[bool, bool]:
    found = [any(fold(title) in fold(item.title) for title in gold) for item in retriever.rank(text)]
    return any(found[:1]), any(found[:5])


def _asker(llm: str, kept: Path | None) -> Ask | None:
    """Return what asks a model, and remembers its replies in a file, since a small machine takes seconds for each."""
    chosen = choose_model(load_settings(llm=llm).settings)
    if chosen.load is None:
        return None
    model = chosen.load()
    known: dict[str, str] = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.is_file() else {}

    def ask(messages: Messages) -> str | None:
        key = json.dumps(messages, ensure_ascii=False)
        if key not in known:
            known[key] = str(model.invoke(messages).text)
            if kept:
                kept.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
        return known[key]

    return ask


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--demo", type=Path, help="a store of the demo collection")
    parser.add_argument("--page", type=Path, help="a store of the page collection")
    parser.add_argument("--llm", default="none")
    parser.add_argument("--replies", type=Path, help="a file that keeps the model's translations")
    arguments = parser.parse_args()
    asked = list(questions(arguments.data))
    measure_detection(asked)
    stores = {name: path for name in CASES if (path := getattr(arguments, name))}
    if stores:
        measure_finding(asked, stores, _asker(arguments.llm, arguments.replies))


if __name__ == "__main__":
    main()
