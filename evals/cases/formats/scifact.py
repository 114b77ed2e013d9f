"""SciFact: claims against abstracts, with the sentences that support or contradict them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from evals.cases import SentenceRef
from evals.cases.formats import Imported
from evals.cases.formats.corpus import Corpus, read_corpus
from evals.cases.formats.rows import add_case, find_file, json_lines, text_of

_TYPES = {
    frozenset({"SUPPORT"}): "support",
    frozenset({"CONTRADICT"}): "contradict",
    frozenset(): "no_evidence",
}


@dataclass
class _Claim:
    """A claim with the papers it cites, and of each with evidence the label and the sentences, from 0."""

    text: str
    where: str
    cited: dict[str, None] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    sentences: dict[str, list[int]] = field(default_factory=dict)


def read(path: Path, into: Imported) -> None:
    """Read SciFact's folder, or one file of claims beside its corpus.jsonl.

    Both the layout of its release (a line a claim) and that of claim pairs (a line a claim and paper) are
    understood. A claim becomes a question as it stands; one without evidence is unanswerable.

    Raises:
        UsageError: There are no claims or no corpus.
    """
    files = find_file(path, "claims_*.jsonl", "claims.jsonl")
    corpus_file = (path if path.is_dir() else path.parent) / "corpus.jsonl"
    if not files or not corpus_file.is_file():
        lacking = "claims_*.jsonl" if not files else "corpus.jsonl"
        raise UsageError(f"{path}: there is no {lacking}", "name the folder with SciFact's files")
    corpus = read_corpus(corpus_file, into)
    texts = _sentences(corpus_file)
    claims: dict[str, _Claim] = {}
    for file in files:
        for where, row in json_lines(file, into):
            _add(row, where, claims, into)
    for id_, claim in claims.items():
        _to_case(id_, claim, corpus, texts, into)


def _sentences(corpus_file: Path) -> dict[str, list[str]]:
    """Return the sentences of each abstract as the test set counts them."""
    found: dict[str, list[str]] = {}
    for _, row in json_lines(corpus_file, Imported()):  # its bad lines are reported as papers
        key = str(row.get("doc_id", row.get("id", row.get("_id"))))
        if isinstance(row.get("abstract"), list):
            found[key] = [str(sentence).strip() for sentence in row["abstract"]]
        elif isinstance(row.get("sent_spans"), list):
            text = str(row.get("text") or "")
            found[key] = [text[start:end].strip() for start, end in row["sent_spans"]]
    return found


def _add(row: dict[str, Any], where: str, claims: dict[str, _Claim], into: Imported) -> None:
    id_, text = row.get("id", row.get("claim_id")), text_of(row.get("claim"))
    if id_ is None or not text:
        into.skipped.append(f"{where}: no id or no claim")
        return
    if "evidence" not in row and "label" not in row:
        into.skipped.append(f"{where}: the claim {id_} has no labels")
        return
    try:
        labelled = list(_labels(row))
    except (KeyError, TypeError, ValueError) as error:
        into.skipped.append(f"{where}: its evidence can't be read: {error!r}")
        return
    claim = claims.setdefault(str(id_), _Claim(text, where))
    for doc, label, sentences in labelled:
        claim.cited[doc] = None
        if label in ("SUPPORT", "CONTRADICT"):
            claim.labels[doc] = label
            claim.sentences.setdefault(doc, []).extend(sentences)


def _labels(row: dict[str, Any]) -> Iterator[tuple[str, str, list[int]]]:
    for doc in row.get("cited_doc_ids") or ():
        yield str(doc), "", []
    evidence = row.get("evidence")
    for doc, sets in evidence.items() if isinstance(evidence, dict) else ():
        for each in sets:
            yield str(doc), str(each["label"]), [int(n) for n in each["sentences"]]
    if "label" in row:
        yield (
            str(row.get("doc_id")),
            str(row["label"]),
            [int(n) for each in row.get("evidence_sets") or () for n in each],
        )


def _to_case(id_: str, claim: _Claim, corpus: Corpus, texts: dict[str, list[str]], into: Imported) -> None:
    gold = corpus.names(claim.labels, claim.where)
    if claim.labels and not gold:
        into.skipped.append(f"{claim.where}: none of the papers of claim {id_} is in the corpus")
        return
    evidence: dict[SentenceRef, None] = {}
    for doc, numbers in claim.sentences.items():
        for n in dict.fromkeys(numbers):
            if doc in corpus and n < len(texts.get(doc, ())):
                evidence.update(dict.fromkeys(corpus.evidence(doc, texts[doc][n], claim.where)))
    labels = frozenset(claim.labels.values())
    names = corpus.names((doc for doc in claim.cited if doc not in claim.labels), claim.where)
    fields = {
        "id": f"scifact-{id_}",
        "type": _TYPES.get(labels, "mixed"),
        "question": claim.text,
        "gold": gold,
        "related": [name for name in names if name not in gold],
        "evidence": list(evidence),
        "reference": claim.text if labels == {"SUPPORT"} else "",
        "answerable": bool(gold),
        "tags": ["scifact"],
    }
    add_case(into, claim.where, fields)
