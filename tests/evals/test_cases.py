"""Case files: what is read, what is refused and where, what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from evals.cases import Case, SentenceRef, dump_cases, fingerprint, load_cases, sentence_digest

CASES = sorted((Path(__file__).resolve().parents[2] / "evals" / "cases").glob("*.jsonl"))


def case(**fields: object) -> dict[str, object]:
    return {"id": "a", "type": "lookup", "question": "What is Lumen?", **fields}


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_every_field_is_read_and_unknown_ones_are_kept(tmp_path: Path) -> None:
    row = case(
        history=[{"role": "user", "content": "Hello"}],
        gold=["p1"],
        facts=[{"fact": "64 links", "accept": ["64"]}],
        evidence=["Verbatim words.", {"paper": "p1", "sentence": 2}],
        difficulty=3,
    )
    [read] = load_cases(write(tmp_path / "c.jsonl", row))
    assert read.answerable
    assert read.history[0].content == "Hello"
    assert read.evidence == ("Verbatim words.", SentenceRef(paper="p1", sentence=2))
    assert (read.model_extra or {})["difficulty"] == 3
    assert dump_cases([read], tmp_path / "d.jsonl") == 1
    assert load_cases(tmp_path / "d.jsonl") == [read]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (case(question=" "), "blank"),
        ({"id": "b", "type": "lookup"}, "question"),
        (case(answerable=False, gold=["p1"]), "isn't answerable"),
        (case(gold=["p1"], related=["p1"]), "optional or related too: p1"),
        (case(facts=[{"fact": "x", "accept": []}]), "facts.0.accept"),
        (case(facts=[{"fact": "x", "accept": ["…"]}]), "no word"),
        (case(evidence=[{"paper": "p1", "sentence": 0}]), "sentence"),
        ([], "case"),
    ],
)
def test_a_wrong_case_is_refused_with_its_line(tmp_path: Path, row: object, says: str) -> None:
    path = write(tmp_path / "c.jsonl", case(id="fine"), row)
    with pytest.raises(UsageError) as caught:
        load_cases(path)
    assert "line 2" in caught.value.message
    assert says in caught.value.message
    assert caught.value.hint


def test_an_id_may_stand_only_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2: the id 'a' is line 1's too"):
        load_cases(write(tmp_path / "c.jsonl", case(), case()))


def test_a_file_that_is_missing_empty_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    for name in ("absent", "empty", "binary"):
        with pytest.raises(UsageError, match=name):
            load_cases(tmp_path / f"{name}.jsonl")


def test_the_fingerprint_tells_other_cases_not_another_order() -> None:
    first, second = Case.model_validate(case()), Case.model_validate(case(id="b"))
    assert fingerprint([first, second]) == fingerprint([second, first]) != fingerprint([first])


def test_a_digest_ignores_case_and_spacing_and_nothing_else() -> None:
    assert sentence_digest("It is 3.2 times  faster.") == sentence_digest("it is 3.2 times faster")
    assert sentence_digest("It is 3.2 times faster.") != sentence_digest("It is 3.3 times faster.")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_the_shipped_cases_are_cases_and_enough(path: Path) -> None:
    cases = load_cases(path)
    assert len(cases) >= 120
    for each in cases:
        assert each.gold or not each.answerable, each.id
