"""Dates in the many writings of files → ISO 8601, as far as they are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ingest.fields import as_year

_LONGEST = 60
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2})(?!\d))?(?!\d)")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
_CJK = re.compile(r"(\d{4})\s*[年년](?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?)?")
_DAYS = re.compile(r"(?<![\d/.-])\d{1,2}\s?(?:--?|[–—/]|to)\s?\d{1,2}(?=[\s,]*[^\W\d_]|,?\s*\d{4}$)")
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def as_date(value: Any) -> str:
    """Return a date as ISO 8601 as far as it is told: `2021-05-04`, `2021-05`, `2021`, or nothing.

    Reads what files write: `2021-05-04T00:00:00Z`, `2021 May 4`, `2021/05/04//`, `May 2021`,
    `4-9 August 2021` (the month), `2021年5月4日`, and the lists of Crossref and CSL,
    `{"date-parts": [[2021, 5, 4]]}`. Where day and month could be exchanged, as in `03.05.2021`,
    only the year is told.
    """
    if isinstance(value, Mapping):
        value = value.get("date-parts") or value.get("raw") or next(iter(value.values()), None)
    while isinstance(value, list) and value and isinstance(value[0], list):
        value = value[0]
    if isinstance(value, list):
        value = "-".join(str(part) for part in value[:3])
    text = str(value).strip().strip("/") if isinstance(value, str | int) else ""
    if found := _ISO.match(text) or _DIGITS.fullmatch(text) or _CJK.match(text):
        return _iso(int(found[1]), int(found[2] or 0), int(found[3] or 0)) if as_year(found[1]) else ""
    year = as_year(text)
    if year is None:
        return ""
    if text == str(year) or len(text) > _LONGEST:
        return str(year)
    if _MONTH.search(text):
        text = _DAYS.sub("", text, count=1)  # of a meeting's days the month is told
    return _in_words(text, year)


def _in_words(text: str, year: int) -> str:
    """Return a date in words: what readings with other defaults and orders don't agree on isn't told."""
    from dateutil import parser

    readings = []
    for default in (datetime(year, 1, 1), datetime(year, 12, 28)):
        for day_first in (False, True):
            try:
                readings.append(parser.parse(text, default=default, dayfirst=day_first))
            except (ValueError, OverflowError):
                month = _MONTH.search(text)
                return _iso(year, _MONTHS.index(month[1].lower()) + 1, 0) if month else str(year)
    if {reading.year for reading in readings} != {year} or len({reading.month for reading in readings}) > 1:
        return str(year)
    days = {reading.day for reading in readings}
    return _iso(year, readings[0].month, days.pop() if len(days) == 1 else 0)


def _iso(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12:
        return str(year)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"
