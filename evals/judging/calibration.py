"""How far a rater of claims agrees with a reader who labelled them: agreement, kappa, each disagreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.judging.labelled import SHIPPED, Label, LabelledClaim, load_labels
from evals.judging.raters import NoRating, Rate, Rating, by_check, by_judge
from evals.stats import Estimate, cohen_kappa, mean_interval

__all__ = [
    "SHIPPED",
    "Agreement",
    "Calibration",
    "Disagreement",
    "Label",
    "LabelledClaim",
    "NoRating",
    "Rate",
    "Rating",
    "by_check",
    "by_judge",
    "calibrate",
    "calibration_json",
    "load_labels",
    "render_calibration",
]

TWO = (Label.SUPPORTED, Label.NOT_SUPPORTED)
"""What a rater that says yes or no can answer; to it, all but `supported` is `not_supported`."""


@dataclass(frozen=True)
class Agreement:
    """How far two raters' labels are the same; an estimate is None where it is undefined."""

    share: Estimate | None
    kappa: Estimate | None
    table: dict[str, dict[str, int]]
    """Claims by the reader's label (always of four), then by the rater's."""


@dataclass(frozen=True)
class Disagreement:
    """A claim that the rater answers in another way than the reader."""

    id: str
    claim: str
    kind: str
    label: str
    rating: str
    label_why: str
    rating_why: str


@dataclass(frozen=True)
class Calibration:
    """A rater against labelled claims; figures rest on the `n` claims that it answered."""

    name: str
    claims: int
    n: int
    missing: dict[str, str]
    """The claims without an answer, by id, with the reason."""
    binary: Agreement
    """On supported or not, which is what an answer's sentence needs."""
    four: Agreement | None
    """On the four labels; None from a rater that gives two."""
    precision: Estimate | None
    """Share of what it calls supported that is."""
    recall: Estimate | None
    """Share of what is supported that it calls so."""
    by_kind: dict[str, tuple[int, int]]
    """By how a claim was made: how many it answers as the reader does on supported or not, of how many."""
    disagreements: tuple[Disagreement, ...]


def calibrate(rate: Rate, claims: Sequence[LabelledClaim], name: str) -> Calibration:
    """Let a rater answer every claim and compare it with the reader's labels.

    Args:
        rate: The rater; a claim that it gives no rating for counts as missing, in no figure.
        claims: Claims with distinct ids.
        name: What the rater is called in the report.
    """
    missing: dict[str, str] = {}
    rated: list[tuple[LabelledClaim, Rating]] = []
    for item in claims:
        answer = rate(item)
        if isinstance(answer, NoRating):
            missing[item.id] = answer.reason
        else:
            rated.append((item, answer))
    in_four = bool(rated) and all(rating.label is not None for _, rating in rated)
    right = [(item.label is Label.SUPPORTED, rating.supported) for item, rating in rated]
    return Calibration(
        name=name,
        claims=len(claims),
        n=len(rated),
        missing=missing,
        binary=_agreement([(item.label, _two(rating.supported)) for item, rating in rated], TWO),
        four=_agreement([(item.label, rating.label) for item, rating in rated if rating.label], tuple(Label))
        if in_four
        else None,
        precision=mean_interval([float(reader) for reader, rater in right if rater]),
        recall=mean_interval([float(rater) for reader, rater in right if reader]),
        by_kind=_by_kind(rated),
        disagreements=tuple(
            Disagreement(item.id, item.claim, item.kind, item.label, said, item.why, rating.why)
            for item, rating in rated
            if (said := rating.label or _two(rating.supported))
            != (item.label if rating.label else _two(item.label is Label.SUPPORTED))
        ),
    )


def _by_kind(rated: Sequence[tuple[LabelledClaim, Rating]]) -> dict[str, tuple[int, int]]:
    agreed, every = Counter[str](), Counter[str]()
    for item, rating in rated:
        every[item.kind] += 1
        agreed[item.kind] += rating.supported is (item.label is Label.SUPPORTED)
    return {kind: (agreed[kind], every[kind]) for kind in sorted(every)}


def _agreement(pairs: Sequence[tuple[Label, Label]], answers: Sequence[Label]) -> Agreement:
    """Compare the reader's labels with the rater's, as far as the rater's answers can tell them apart."""
    readers = [label if label in answers else Label.NOT_SUPPORTED for label, _ in pairs]
    raters = [answer for _, answer in pairs]
    counts = Counter(pairs)
    return Agreement(
        share=mean_interval([float(a == b) for a, b in zip(readers, raters, strict=True)]),
        kappa=cohen_kappa(readers, raters),
        table={label: {answer: counts[label, answer] for answer in answers} for label in Label},
    )


def _two(supported: bool) -> Label:
    return TWO[0] if supported else TWO[1]


def calibration_json(found: Calibration) -> dict[str, Any]:
    """Return a calibration as JSON-able values; an estimate is {value, low, high, n}, or null."""
    return asdict(found)


def render_calibration(found: Calibration) -> str:
    """Return a calibration as plain text, for a terminal."""
    lines = [
        f"{_line(found.name)} against the labels of {found.claims} claims: "
        f"{found.n} answered, {len(found.missing)} missing",
        *_agreed("supported or not", found.binary),
        f"  precision of “supported”  {_estimate(found.precision)}",
        f"  recall of “supported”     {_estimate(found.recall)}",
    ]
    if found.four:
        lines += _agreed("four labels", found.four)
    kinds = [f"{_line(kind)} {right}/{n}" for kind, (right, n) in found.by_kind.items() if kind]
    if kinds:
        lines += ["", "as labelled on supported or not, by kind of claim", f"  {', '.join(kinds)}"]
    if found.disagreements:
        lines += ["", f"{len(found.disagreements)} disagreements"]
    for item in found.disagreements:
        lines += [
            f"  {_line(item.id)}  {_line(item.claim)}" + (f" [{_line(item.kind)}]" if item.kind else ""),
            f"    labelled: {item.label}" + (f" ({_line(item.label_why)})" if item.label_why else ""),
            f"    rated:    {item.rating}" + (f" ({_line(item.rating_why)})" if item.rating_why else ""),
        ]
    if found.missing:
        lines += ["", f"{len(found.missing)} missing: in no figure above"]
    lines += [f"  {_line(id_)}  {_line(reason)}" for id_, reason in found.missing.items()]
    return "\n".join(lines)


def _agreed(title: str, agreement: Agreement) -> list[str]:
    answers = list(next(iter(agreement.table.values())))
    width = max(len(label) for label in Label)
    return [
        "",
        title,
        f"  agreement      {_estimate(agreement.share)}",
        f"  Cohen's kappa  {_estimate(agreement.kappa)}",
        "",
        f"  {'labelled, rated':>{width}}" + "".join(f"  {answer:>{width}}" for answer in answers),
        *(
            f"  {label:>{width}}" + "".join(f"  {row[answer]:>{width}}" for answer in answers)
            for label, row in agreement.table.items()
        ),
        "",
    ]


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "undefined"
    return f"{estimate.value:.3f}  [{estimate.low:.3f}, {estimate.high:.3f}]  n {estimate.n}"


def _line(text: str) -> str:
    """Return a text that isn't ours on one line, without what could steer a terminal."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())
