"""A small made-up run for RAGAS, and scripted judges; every value in the tests is worked out from these by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from made_run import INFO
from samples import LUMEN, PAPERS, REEF, TRIM, case, cite, claim, quote, sample

from assistant.models import AnswerStatus, Evidence, Paper, Span
from evals.metrics.base import Sample
from evals.runs.lines import LineFile
from evals.runs.record import ANSWERS, Run, begin, finish, load_run

FASTER, LOSES, EDGES = "It is 3.2 times faster.", "It loses 0.4% accuracy.", "Trim removes edges in one shot."


class Scripted(BaseChatModel):
    """A model that answers a prompt by a rule."""

    rule: Callable[[str], str]

    @property
    def _llm_type(self) -> str:
        return "rule"

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        said = self.rule(messages[0].text)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=said))])


def evidence(paper: Paper, words: str) -> Evidence:
    start = paper.abstract.find(words)
    return Evidence(
        paper_id=paper.id, title=paper.title, quote=words, span=Span(start=start, end=start + len(words)),
        score=1.0, similarity=0.7,
    )  # fmt: skip


def judged_samples() -> list[Sample]:
    """Return four cases: two answered, the first with a reference; one rightly refused; one that broke."""
    offered = (evidence(LUMEN, FASTER), evidence(LUMEN, LOSES), evidence(TRIM, EDGES))
    return [
        sample(
            case(id="fast", question="How fast is it?", gold=("lumen",), optional=("reef",), evidence=[FASTER, LOSES],
                 facts=[{"fact": "speed", "accept": ["3.2 times"]}, {"fact": "loss", "accept": ["0.4%"]}],
                 reference="Lumen is 3.2 times faster and loses 0.4% accuracy."),
            quote(LUMEN, FASTER),
            claim("Trim prunes in one shot.", cite(TRIM, EDGES), cite(TRIM, "Not in it.", start=0)),
            found=("trim", "lumen", "reef"), evidence=offered,
        ),
        sample(case(id="trim", question="What does Trim do?", gold=("trim",)), quote(TRIM, EDGES),
               evidence=offered[2:], found=("trim",)),
        sample(case(id="rain", type="out_of_domain", question="Will it rain?", answerable=False,
                    reference="The collection doesn't say."), status=AnswerStatus.NOT_IN_COLLECTION),
        sample(case(id="gone", question="Who wrote Lumen?", gold=("lumen",), reference="Ada Byron."), error="it broke"),
    ]  # fmt: skip


def judged_run(folder: Path, samples: list[Sample] | None = None) -> Run:
    """Write the run as a real one is written, and read it again."""
    samples = samples or judged_samples()
    samples = [Sample(each.case, _standalone(each), PAPERS) for each in samples]
    begin(folder, INFO, [each.case for each in samples])
    with closing(LineFile(folder / ANSWERS)) as recorder:
        for each in samples:
            recorder.add(each.recorded)
    finish(folder, (LUMEN, TRIM, REEF))
    return load_run(folder)


def _standalone(each: Sample) -> Any:
    """Give the first case's follow-up the question that it stood for."""
    answer = each.recorded.answer
    if answer is None or each.case.id != "fast":
        return each.recorded
    asked = answer.model_copy(update={"standalone_question": "How fast is Lumen?"})
    return each.recorded.model_copy(update={"answer": asked})


def statements(*said: str) -> str:
    return json.dumps({"statements": list(said)})


def verdicts(*given: int) -> str:
    rows = [{"statement": f"s{n}", "reason": "as it says", "verdict": v} for n, v in enumerate(given)]
    return json.dumps({"statements": rows})


def claims(*said: str) -> str:
    return json.dumps({"claims": list(said)})


def attributed(*given: int) -> str:
    rows = [{"statement": f"s{n}", "reason": "as it says", "attributed": v} for n, v in enumerate(given)]
    return json.dumps({"classifications": rows})


def useful(given: int) -> str:
    return json.dumps({"reason": "as it says", "verdict": given})


def question(text: str, noncommittal: int = 0) -> str:
    return json.dumps({"question": text, "noncommittal": noncommittal})


def kindly(prompt: str) -> str:
    """Judge everything well, by what a prompt of RAGAS's asks for."""
    given = json.loads(prompt.rpartition("\ninput: ")[2].rpartition("\nOutput:")[0])
    if "statements" in given:
        return verdicts(*[1 for _ in given["statements"]])
    if "atomicity" in given:
        return claims(given["response"])
    if set(given) == {"response"}:
        return question("How fast is Lumen?")
    if '"attributed"' in prompt:
        return attributed(1)
    return useful(1) if '"verdict"' in prompt else statements("One thing.", "Another thing.")
