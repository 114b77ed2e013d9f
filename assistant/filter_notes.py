"""What a reader should know of filters: fields that the collection lacks, papers left out, names that nobody has."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.filters import FilterField, Filters, Known

_FIELDS: dict[FilterField, str] = {
    "since": "year", "until": "year", "authors": "authors", "venues": "venue", "tags": "tags",
}  # fmt: skip
_CALLED = {"year": "year of publication", "authors": "authors", "venue": "venue", "tags": "tags"}
NO_YEARS = "No paper here tells its year of publication, so which are the newest or the oldest can’t be told."
_ONE = {"authors": "author", "venues": "venue", "tags": "tag", "sources": "source", "paper_ids": "paper"}


def checked(filters: Filters, known: Known) -> tuple[Filters, tuple[str, ...]]:
    """Return the filters that can be applied, and notes about them.

    A filter on a field that no paper has is left out, with a note. One that some papers lack the field for
    is kept, and a note tells how many papers it leaves out for that. A name that no paper has is kept too:
    nothing is found, and a note tells which names are near.
    """
    there = known.fields()
    kept, notes, told = filters, list[str](), set[str]()
    for part, value in filters.parts():
        name = _FIELDS.get(part)
        if name is not None and name not in there:
            kept = kept.without(part, value)
            if name not in told:
                notes.append(f"No paper here tells its {_CALLED[name]}, so nothing was filtered by it.")
        elif name is not None and name not in told and (lacking := known.lacking(name)):
            verb = "doesn't tell its" if lacking == 1 else "don't tell their"
            left = "is" if lacking == 1 else "are"
            papers = "1 paper" if lacking == 1 else f"{lacking:,} papers"
            notes.append(f"{papers} {verb} {_CALLED[name]} and {left} left out.")
        if name is not None:
            told.add(name)
        if part not in ("since", "until") and (name is None or name in there) and not known.has(part, value):
            notes.append(unknown(part, value, known))
    if kept.since is not None or kept.until is not None:
        notes += [*impossible(kept), *_of_years(kept, known)]
    return kept, tuple(notes)


def checked_excluded(
    excluded: Sequence[Filters], known: Known
) -> tuple[tuple[Filters, ...], tuple[str, ...]]:
    """Return what papers are left out by, as far as that can be told of them, and notes that say so."""
    there = known.fields()
    kept, notes = list[Filters](), list[str]()
    for filters in excluded:
        lacking = [name for part, _ in filters.parts() if (name := _FIELDS.get(part)) and name not in there]
        if lacking:
            notes.append(f"No paper here tells its {_CALLED[lacking[0]]}, so nothing was filtered by it.")
        else:
            kept.append(filters)
            notes.append(f"Papers {_described(filters)} are left out.")
    return tuple(kept), tuple(notes)


def _described(filters: Filters) -> str:
    """Return filters in words, as they stand behind “papers”."""
    said = {
        "authors": "by",
        "venues": "from",
        "tags": "tagged",
        "sources": "read from",
        "paper_ids": "with the id",
    }
    parts = [
        f"{word} {' or '.join(values)}" for name, word in said.items() if (values := getattr(filters, name))
    ]
    since, until = filters.since, filters.until
    if since == until:
        parts += [f"of {since}"] if since is not None else []
    elif since is None or until is None:
        parts.append(f"of {since} or later" if until is None else f"of {until} or earlier")
    else:
        parts.append(f"from {since} to {until}")
    return " ".join(parts)


def unknown(field: FilterField, value: str, known: Known) -> str:
    """Return the note about a name that no paper here has."""
    name = _FIELDS.get(field)
    if name is not None and name not in known.fields():
        return f"No paper here tells its {_CALLED[name]}, so nothing was filtered by it."
    near = known.nearest(field, value)
    meant = f" Did you mean {' or '.join(f'“{each}”' for each in near)}?" if near else ""
    of = "called" if field in ("authors", "venues", "tags", "sources") else "with the id"
    return f"There is no {_ONE[field]} {of} “{value}” here.{meant}"


def impossible(filters: Filters) -> tuple[str, ...]:
    """Return a note where no paper at all can be of the years asked for."""
    if (filters.since or 0) <= (filters.until or 9999):
        return ()
    return (f"No paper can be of {filters.since} or later and of {filters.until} or earlier as well.",)


def _of_years(filters: Filters, known: Known) -> list[str]:
    years = known.years()
    if (
        years is None
        or impossible(filters)
        or ((filters.since or 0) <= years[1] and (filters.until or 9999) >= years[0])
    ):
        return []
    span = f"from {years[0]}" if years[0] == years[1] else f"from {years[0]} to {years[1]}"
    return [f"The papers here that tell their year are {span}."]
