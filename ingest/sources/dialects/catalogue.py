"""A catalogue told as paths: where its objects keep each field, and how they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.models import Rejected
from ingest.fields import as_year
from ingest.identify import identifier, normalise_arxiv_id, normalise_doi
from ingest.records import Record, checked, record_from, rejected
from ingest.retractions import told_by_title
from ingest.sources.dialects.paths import dates_at, first_at, people_at, texts_at, values_at

_RETRACTED = frozenset(
    {"retracted", "retracted publication", "retracted article", "withdrawn", "withdrawn items"}
)
_FILLED = (
    "abstract", "authors", "year", "date", "venue", "doi", "arxiv_id", "pmid", "url", "tags", "language",
    "retracted", "retraction_note", "related", "extracted", "abstract_by",
)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """A catalogue. Fields name paths (see `ingest.sources.dialects.paths`), parted by blanks, the best first.

    `tags` and `related` are gathered from all their paths, what else there is from the first that
    leads to something. A field that no path leads to is read by the names of its keys, as in objects
    of no catalogue: somebody may have added it. `prefix` goes before the first of `ids` to make an
    address where `url` leads to none. `kinds` lead to publication types, `flags` to what is true for
    a retracted paper, `notes` to where its retraction was published.
    """

    name: str
    recognises: Callable[[Mapping[str, Any]], bool]
    title: str = "title"
    subtitle: str = ""
    abstract: str = "abstract"
    authors: str = "authors"
    date: str = "date"
    venue: str = ""
    doi: str = "doi"
    arxiv_id: str = ""
    pmid: str = ""
    url: str = ""
    prefix: str = ""
    ids: str = ""
    tags: str = ""
    language: str = ""
    related: str = ""
    kinds: str = ""
    flags: str = ""
    notes: str = ""
    mend: Callable[[Record, Mapping[str, Any]], Record] | None = None
    """Mends what no path can tell."""
    refuses: Callable[[Mapping[str, Any]], str] | None = None
    """Tells why an object is no paper; empty where it is one."""

    def read(self, value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
        """Make a record of an object.

        The year is that of the first date; of the dates of that year the most precise is told.
        """
        if reason := self.refuses(value) if self.refuses else "":
            return rejected(source, where, reason)
        title, subtitle = first_at(value, self.title), first_at(value, self.subtitle)
        known = not title or not subtitle or subtitle.casefold() in title.casefold()
        dates = dates_at(value, self.date)
        year = as_year(dates[0]) if dates else None
        doi = next((text for text in texts_at(value, self.doi) if normalise_doi(text)), "")
        arxiv_id = next((text for text in texts_at(value, self.arxiv_id) if normalise_arxiv_id(text)), "")
        note = self._retraction(value) or told_by_title(title)
        one = first_at(value, self.ids)
        record = Record(
            title=title if known else f"{title.rstrip(' :')}: {subtitle}",
            source=source,
            where=where,
            abstract=first_at(value, self.abstract),
            authors=people_at(value, self.authors),
            year=year,
            date=max((date for date in dates if as_year(date) == year), key=len, default=""),
            venue=first_at(value, self.venue),
            doi=doi,
            arxiv_id=arxiv_id,
            pmid=first_at(value, self.pmid),
            url=first_at(value, self.url) or (f"{self.prefix}{one}" if one and self.prefix else ""),
            tags=self._tags(value),
            language=first_at(value, self.language),
            retracted=bool(note),
            retraction_note=note,
            related=self._related(value, doi, arxiv_id),
        )
        record = self.mend(record, value) if self.mend else record
        return checked(_filled(record, record_from(value, source, where)), value)

    def _retraction(self, value: Mapping[str, Any]) -> str:
        notes = texts_at(value, self.notes)
        if notes:
            return f"Retraction in {notes[0]}"
        kinds = [kind for kind in texts_at(value, self.kinds) if kind.casefold() in _RETRACTED]
        flagged = any(one is True for path in self.flags.split() for one in values_at(value, path))
        return kinds[0] if kinds else f"retracted, according to {self.name}" if flagged else ""

    def _tags(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        folded: dict[str, str] = {}
        for tag in texts_at(value, self.tags):  # a keyword and a heading may differ in capitals alone
            folded.setdefault(tag.casefold(), tag)
        return tuple(folded.values())

    def _related(self, value: Mapping[str, Any], doi: str, arxiv_id: str) -> tuple[str, ...]:
        own = {identifier(doi), f"arxiv:{normalise_arxiv_id(arxiv_id)}", ""}
        found = {identifier(text): text for text in reversed(texts_at(value, self.related))}
        return tuple(text for one, text in reversed(found.items()) if one not in own)


def _filled(record: Record, by_keys: Record | Rejected) -> Record:
    """Return a record with what only the names of keys tell."""
    if isinstance(by_keys, Rejected):
        return record
    told = {
        name: found for name in _FILLED if not getattr(record, name) and (found := getattr(by_keys, name))
    }
    return replace(record, **told)
