"""A judge as RAGAS's metrics take one, with the checks of its replies that RAGAS leaves out."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from evals.judging.judge import Judge, Tally
from evals.judging.reply import Reply

if TYPE_CHECKING:
    from ragas.llms.base import InstructorBaseRagasLLM

_BINARY = ("verdict", "attributed", "noncommittal")
"""Fields that RAGAS declares as integers and counts as yes or no."""
_FILLED = ("statements", "claims", "classifications", "question")
"""Fields that RAGAS takes empty, and then scores 0 or nothing for what the judge left out."""


def ragas_llm(judge: Judge, tally: Tally | None = None) -> InstructorBaseRagasLLM:
    """Return a judge as RAGAS's metrics take one; `tally` hears what it takes."""
    from ragas.llms.base import InstructorBaseRagasLLM

    class JudgeLLM(InstructorBaseRagasLLM):
        def generate(self, prompt: str, response_model: type[Reply]) -> Reply:
            wanted = _wanted(prompt)
            schema = _stricter(response_model.model_json_schema(), wanted)
            return judge.ask(
                prompt,
                response_model,
                schema=schema,
                check=lambda reply: _complaint(reply, wanted),
                tally=tally,
            )

        async def agenerate(self, prompt: str, response_model: type[Reply]) -> Reply:
            return await asyncio.to_thread(self.generate, prompt, response_model)

    return JudgeLLM()


def _wanted(prompt: str) -> int | None:
    """Return on how many statements a prompt of RAGAS's asks verdicts; None where it doesn't."""
    try:
        given, _ = json.JSONDecoder().raw_decode(prompt.rpartition("\ninput: ")[2])
    except ValueError:
        return None
    statements = given.get("statements") if isinstance(given, dict) else None
    return len(statements) if isinstance(statements, list) else None


def _stricter(schema: dict[str, Any], wanted: int | None) -> dict[str, Any]:
    """Return a schema that also says what RAGAS only hopes for."""
    schema = copy.deepcopy(schema)
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            if name in _BINARY and field.get("type") == "integer":
                field["enum"] = [0, 1]
    for name, field in schema.get("properties", {}).items():
        if name in _FILLED and field.get("type") == "array":
            field["minItems"] = 1
            if wanted and name == "statements":
                field["minItems"] = field["maxItems"] = wanted
    return schema


def _complaint(reply: BaseModel, wanted: int | None) -> str:
    """Say what is wrong with a reply that RAGAS would silently count otherwise; empty where nothing is."""
    given: dict[str, Any] = reply.model_dump()
    if empty := [name for name in _FILLED if name in given and not given[name]]:
        return f"{empty[0]} is empty"
    statements = given.get("statements")
    if wanted is not None and isinstance(statements, list) and len(statements) != wanted:
        return f"there are {wanted} statements to judge, and {len(statements)} in the reply"
    parts = [given, *(item for value in given.values() if isinstance(value, list) for item in value)]
    for part in parts:
        for name in _BINARY if isinstance(part, dict) else ():
            if name in part and part[name] not in (0, 1):
                return f"{name} is {part[name]}, which is neither 0 nor 1"
    return ""
