"""Facts are found as whole words, whatever the case, accents and dashes."""

from __future__ import annotations

import pytest

from evals.cases import Fact
from evals.cases.match import contains, says


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("It uses 18 types.", "18", True),
        ("It uses 118 types.", "18", False),
        ("It gains 18.5 points.", "18", False),
        ("It gains 3.18 points.", "18", False),
        ("It gains 18.", "18", True),
        ("It drops by 18%, then 20%.", "18%", True),
        ("A One‑Shot method", "one-shot", True),
        ("a one shot method", "one-shot", True),
        ("an edge-degree cue", "degree", True),
        ("degrees of freedom", "degree", False),
        ("Poincaré's map", "poincare", True),
        ("只需3步即可", "3", True),
        ("只需13步即可", "3", False),
        ("使用注意力机制的模型", "注意力", True),
        ("anything", "", False),
    ],
)
def test_contains(text: str, form: str, found: bool) -> None:
    assert contains(text, form) is found


def test_any_form_will_do() -> None:
    fact = Fact(fact="40% fewer edges", accept=("40%", "forty percent"))
    assert says("with forty percent fewer edges", fact)
    assert not says("with 41% fewer edges", fact)
