"""Reading a model's reply as JSON of a form, whatever words stand around it, and saying what is wrong with it."""

from __future__ import annotations

import json
import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Reply = TypeVar("Reply", bound=BaseModel)
_SHOWN = 200
"""Characters of a reply or a reason that are shown."""
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


class Unreadable(ValueError):
    """What is wrong with a reply, in words that a model can act on."""


def read_reply(text: str, response_model: type[Reply]) -> Reply:
    """Return the first JSON object in a reply that has the form; words, fences and thoughts around it are left.

    Raises:
        Unreadable: There is none.
    """
    text = _THOUGHTS.sub("", text)
    decoder = json.JSONDecoder(strict=False)
    wrong, place = "", text.find("{")
    while place >= 0:
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            wrong = wrong or f"it isn't valid JSON ({shortened(str(error))})"
            end = place + 1
        else:
            try:
                return response_model.model_validate(value)
            except ValidationError as error:
                wrong = wrong or f"it isn't in the form asked for ({_told(error)})"
        place = text.find("{", end)
    raise Unreadable(wrong or ("it holds no JSON object" if text.strip() else "it is empty"))


def _told(error: ValidationError) -> str:
    found = [
        f"{'.'.join(map(str, item['loc'])) or 'the object'}: {item['msg']}" for item in error.errors()[:3]
    ]
    return shortened("; ".join(found))


def shortened(text: str) -> str:
    """Return a text on one line, cut where it is too long to be shown."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
