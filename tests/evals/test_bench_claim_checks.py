"""The exact checks are counted apart, on supported claims and on others."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.bench.claim_checks import Pair, check_covid, scifact, shares, summedits

RIG = ("The rig carries 150 kg and does not bend.",)


def test_each_check_is_counted_by_itself_and_together() -> None:
    pairs = [
        Pair("The rig carries 150 kg.", RIG, "Rigs", True),
        Pair("The rig carries a load of 150 kg.", RIG, "Rigs", True),
        Pair("The rig carries 160 kg.", RIG, "Rigs", False),
        Pair("The rig does not carry 160 kg.", RIG, "Rigs", False),
    ]
    found = shares(pairs)
    assert found["number"] == (0, 1)
    assert found["negation"] == (0, 0.5)
    assert found["any"] == (0, 1)
    assert found["name"] == (0, 0)


def test_the_public_sets_are_read(shared: Path) -> None:
    for read, least in ((scifact, 500), (check_covid, 800), (summedits, 200)):
        pairs = list(read(shared / "data"))
        assert len(pairs) > least
        assert {pair.supported for pair in pairs} == {True, False}
        assert all(pair.claim and all(pair.evidence) for pair in pairs)


@pytest.mark.parametrize("pairs", [[], [Pair("A.", ("B.",), "C", True)]])
def test_too_few_pairs_are_no_error(pairs: list[Pair]) -> None:
    assert shares(pairs)["any"] == (0, 0)
