"""Which papers a survey finds, how many it counts, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import survey_candidates
from assistant.embedding import SentenceEmbeddings
from assistant.models import Paper
from assistant.store import Store
from assistant.survey import MAYBE, PRESENT, SURE, SurveyResult, decide, survey
from assistant.survey_candidates import READ_ALL, score
from ingest.embed import embed

MADE = {
    "beehives": (
        "Listening to Beehives",
        "Microphones inside beehives record the hum of the colony. Queenless honeybee colonies are told by their hum.",
    ),
    "foraging": (
        "How Far Honeybees Fly",
        "We tagged 300 honeybees at two apiaries. Most of the honeybees forage within two kilometres of the hive.",
    ),
    "mites": (
        "Varroa Mites and Winter Losses",
        "Mites weaken honeybee colonies. Colonies treated in August survive the winter twice as often.",
    ),
    "tides": (
        "Predicting Tides at River Mouths",
        "Tide tables fail where rivers meet the sea. A harmonic model with river discharge predicts tides within 4 cm.",
    ),
    "glaciers": (
        "Glacier Retreat Seen by Radar",
        "Radar images show glaciers retreating by 30 metres a year. Debris on the ice slows the retreat.",
    ),
    "bridges": (
        "Fatigue Cracks in Steel Bridges",
        "Steel bridges crack under heavy traffic. Strain gauges find the cracks before inspectors do.",
    ),
    "pottery": (
        "Dating Pottery by Its Glaze",
        "The glaze of medieval pottery holds traces of lead. Their ratio tells the decade of firing.",
    ),
    "violins": (
        "What Makes a Violin Sound Old",
        "Listeners compare old violins with new ones. They prefer the new violins in blind tests.",
    ),
    "ferries": (
        "Timetables for Island Ferries",
        "Ferries wait for trains that are late. An integer program finds timetables with fewer missed connections.",
    ),
    "bread": (
        "Sourdough at Low Temperatures",
        "Sourdough rises slowly in the cold. Bread from dough kept at 6 degrees has more acid and a thicker crust.",
    ),
}
HONEYBEES = {"beehives", "foraging", "mites"}


def put(store: Store, embedder: SentenceEmbeddings, papers: Iterable[Paper]) -> None:
    store.library.put(embed([(paper, paper.id) for paper in papers], embedder))


@pytest.fixture(scope="module")
def made(embedder: SentenceEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Ten invented papers, three of them on honeybees."""
    store = Store(tmp_path_factory.mktemp("made") / "store", create=True)
    put(store, embedder, (Paper(id=id_, title=title, abstract=text) for id_, (title, text) in MADE.items()))
    yield store
    store.close()


def ask(
    store: Store, embedder: SentenceEmbeddings, question: str, among: frozenset[str] | None = None
) -> SurveyResult:
    return survey(question, store.library, store.indexes(), embedder.query_vector, among)


def ids(result: SurveyResult) -> set[str]:
    return {found.ranked.paper_id for found in result.papers}


@pytest.mark.parametrize(
    "question", ["Which papers are about honeybees?", "how many papers deal with honeybees?", "honeybees"]
)
def test_all_papers_on_a_topic_are_found_and_no_others(
    made: Store, embedder: SentenceEmbeddings, question: str
) -> None:
    result = ask(made, embedder, question)

    assert ids(result) == HONEYBEES
    assert result.total == len(MADE)
    assert result.topic == "honeybees"


def test_papers_come_likeliest_first_and_show_a_sentence_of_their_own(
    made: Store, embedder: SentenceEmbeddings
) -> None:
    result = ask(made, embedder, "Which papers are about honeybees?")

    scores = [found.ranked.score for found in result.papers]
    assert scores == sorted(scores, reverse=True)
    for found in result.papers:
        assert found.span is not None
        title, abstract = MADE[found.ranked.paper_id]
        assert "honeybee" in abstract[found.span.start : found.span.end]
        assert found.ranked.title == title


def test_either_of_two_alternatives_will_do(made: Store, embedder: SentenceEmbeddings) -> None:
    assert ids(ask(made, embedder, "Which papers are on glaciers or violins?")) == {"glaciers", "violins"}


def test_what_is_excluded_is_left_out(made: Store, embedder: SentenceEmbeddings) -> None:
    assert ids(ask(made, embedder, "Which papers are about honeybees, but not mites?")) == HONEYBEES - {
        "mites"
    }


def test_only_the_papers_of_a_filter_are_searched_and_counted(
    made: Store, embedder: SentenceEmbeddings
) -> None:
    among = frozenset(MADE) - {"mites"}

    result = ask(made, embedder, "Which papers are about honeybees?", among)

    assert ids(result) == HONEYBEES - {"mites"}
    assert result.total == len(MADE) - 1


def test_a_topic_that_no_paper_has_counts_none(made: Store, embedder: SentenceEmbeddings) -> None:
    result = ask(made, embedder, "Which papers are about quantum cryptography?")

    assert result.papers == ()
    assert result.sure == 0
    assert result.presence < PRESENT
    assert result.total == len(MADE)


@pytest.mark.parametrize("among", [frozenset[str](), frozenset({"unheard of"})])
def test_a_filter_that_keeps_nothing_finds_nothing(
    made: Store, embedder: SentenceEmbeddings, among: frozenset[str]
) -> None:
    result = ask(made, embedder, "Which papers are about honeybees?", among)

    assert (result.papers, result.maybe, result.total) == ((), (), 0)
    assert result.topic == "honeybees"


def test_an_empty_collection_has_no_papers_on_anything(tmp_path: Path, embedder: SentenceEmbeddings) -> None:
    store = Store(tmp_path / "empty", create=True)

    assert ask(store, embedder, "How many papers are about honeybees?").total == 0


def test_a_paper_without_an_abstract_is_found_by_its_title(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    put(store, embedder, [Paper(id="bare", title="Honeybees on Rooftops", abstract="")])

    result = ask(store, embedder, "Which papers are about honeybees?")

    assert ids(result) == {"bare"}
    assert result.papers[0].span is None
    assert result.total == 7


def test_one_paper_alone_can_be_surveyed(made: Store, embedder: SentenceEmbeddings) -> None:
    assert ids(ask(made, embedder, "papers on honeybees", frozenset({"foraging"}))) == {"foraging"}


@pytest.mark.parametrize("question", ["", "???", "Which papers are there?", "but not", "NOT (", "哪些论文"])
def test_questions_without_a_topic_raise_nothing(
    made: Store, embedder: SentenceEmbeddings, question: str
) -> None:
    assert ask(made, embedder, question).total == len(MADE)


def test_in_a_large_collection_the_best_are_read_and_all_are_counted(
    tmp_path: Path, embedder: SentenceEmbeddings
) -> None:
    store = Store(tmp_path / "large", create=True)
    titles = [f"Ledger {n} of the harbour office, {1600 + n}" for n in range(READ_ALL + 20)]
    put(store, embedder, (Paper(id=f"ledger-{n}", title=each, abstract="") for n, each in enumerate(titles)))
    put(store, embedder, (Paper(id=id_, title=MADE[id_][0], abstract=MADE[id_][1]) for id_ in HONEYBEES))

    result = ask(store, embedder, "Which papers are about honeybees?")
    scored = score(
        "Which papers are about honeybees?",
        store.library,
        store.indexes(),
        embedder.query_vector,
    )

    assert ids(result) == HONEYBEES
    assert result.total == READ_ALL + 23
    assert scored is not None and len(scored.texts) < scored.total
    store.close()


@pytest.fixture
def shallow(tmp_path: Path, embedder: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store of forty papers on honeybees, and one on a violin, among sixty ledgers, of which few are read."""
    for name, value in {"READ_ALL": 40, "SAMPLE": 20, "DEPTH": 10}.items():
        monkeypatch.setattr(survey_candidates, name, value)
    titles = [f"Ledger {n} of the harbour office" for n in range(60)]
    titles += [f"Honeybees of valley {n}" for n in range(40)] + ["What Makes a Violin Sound Old"]
    store = Store(tmp_path / "shallow", create=True)
    put(store, embedder, (Paper(id=each, title=each, abstract="") for each in titles))
    yield store
    store.close()


def test_a_topic_of_more_papers_than_are_read_has_at_least_those_counted(
    shallow: Store, embedder: SentenceEmbeddings
) -> None:
    many = ask(shallow, embedder, "Which papers are about honeybees?")
    one = ask(shallow, embedder, "Which papers are about violins?")
    few = frozenset(f"Honeybees of valley {n}" for n in range(40))
    all_read = ask(shallow, embedder, "Which papers are about honeybees?", few)

    assert 0 < len(many.papers) < 40 and many.at_least
    assert len(one.papers) == 1 and not one.at_least
    assert not all_read.at_least


def test_a_survey_reads_the_mapped_vectors_and_none_of_the_librarys_passages(
    made: Store, embedder: SentenceEmbeddings
) -> None:
    said: list[str] = []
    made.indexes()
    with made.library.reading() as db:
        db.set_trace_callback(said.append)
        ask(made, embedder, "Which papers are about honeybees?", frozenset({"foraging", "tides"}))
        db.set_trace_callback(None)

    assert any("FROM sentences" in each for each in said)
    assert not any("vector" in each and "FROM passages" in each for each in said)


def test_papers_that_are_gone_since_the_indexes_were_made_are_passed_over(
    tmp_path: Path, embedder: SentenceEmbeddings
) -> None:
    store = Store(tmp_path / "leaving", create=True)
    put(store, embedder, (Paper(id=id_, title=title, abstract=text) for id_, (title, text) in MADE.items()))
    indexes = store.indexes()
    store.library.remove(["mites", "bread"])

    result = survey("papers on honeybees", store.library, indexes, embedder.query_vector)
    gone = survey("papers on mites", store.library, indexes, embedder.query_vector, frozenset({"mites"}))

    assert ids(result) == HONEYBEES - {"mites"}
    assert (gone.papers, gone.total) == ((), 0)
    store.close()


def test_counted_papers_are_sure_or_not_and_the_range_has_those_that_may_be_in() -> None:
    taken, maybe, sure = decide(np.array([MAYBE, 0.99, 0.01, SURE, 0.55]), 1.0)

    assert taken == [1, 3, 4]
    assert maybe == [0]
    assert sure == 2


def test_where_the_topic_is_hardly_there_the_likeliest_are_only_told_as_perhaps_in() -> None:
    taken, maybe, sure = decide(np.array([0.9, 0.95, 0.1, 0.8, 0.7]), PRESENT / 2)

    assert (taken, sure) == ([], 0)
    assert maybe == [1, 0, 3]


@given(st.lists(st.floats(0, 1), max_size=40), st.floats(0, 1))
def test_no_paper_is_told_twice_and_the_range_holds_the_count(likely: list[float], presence: float) -> None:
    taken, maybe, sure = decide(np.array(likely), presence)

    assert len({*taken, *maybe}) == len(taken) + len(maybe) <= len(likely)
    assert sure <= len(taken)
