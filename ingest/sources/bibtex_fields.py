"""The fields of one BibTeX or BibLaTeX entry → a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.models import Rejected
from ingest.fields import as_names, as_tags, as_year
from ingest.identify import normalise_arxiv_id
from ingest.records import Record, record_from
from ingest.retractions import retraction_of
from ingest.sources.bibtex_text import bare, ungroup

_VENUES = (
    "journal", "journaltitle", "booktitle", "maintitle", "eventtitle", "school", "institution", "howpublished",
)  # fmt: skip
_ADDRESSES = ("url", "ee", "link", "bdsk-url-1", "adsurl", "howpublished", "note")
_KEYWORDS = (
    "keywords", "keyword", "author_keywords", "author-keywords", "keywords-plus", "mendeley-tags", "primaryclass",
)  # fmt: skip
_LANGUAGES = {
    name: code
    for code, names in {
        "en": "american australian british canadian newzealand ukenglish usenglish english",
        "de": "german ngerman austrian naustrian germanb swissgerman nswissgerman",
        "fr": "french francais acadian canadien", "pt": "portuguese portuges brazil brazilian", "el": "greek",
        "es": "spanish mexican",
    }.items()
    for name in names.split()
}  # fmt: skip
# The commands that NASA ADS writes in place of a journal's name.
_ADS_JOURNALS = {
    "aap": "Astronomy and Astrophysics", "aapr": "Astronomy and Astrophysics Reviews",
    "aaps": "Astronomy and Astrophysics Supplement Series", "actaa": "Acta Astronomica",
    "aj": "The Astronomical Journal", "ao": "Applied Optics", "apj": "The Astrophysical Journal",
    "apjl": "The Astrophysical Journal Letters", "apjs": "The Astrophysical Journal Supplement Series",
    "apss": "Astrophysics and Space Science", "araa": "Annual Review of Astronomy and Astrophysics",
    "gca": "Geochimica et Cosmochimica Acta", "grl": "Geophysical Research Letters", "icarus": "Icarus",
    "jcap": "Journal of Cosmology and Astroparticle Physics", "jcp": "Journal of Chemical Physics",
    "jgr": "Journal of Geophysical Research", "memras": "Memoirs of the Royal Astronomical Society",
    "memsai": "Memorie della Società Astronomica Italiana",
    "mnras": "Monthly Notices of the Royal Astronomical Society", "na": "New Astronomy",
    "nar": "New Astronomy Reviews", "nat": "Nature", "nphysa": "Nuclear Physics A",
    "pasa": "Publications of the Astronomical Society of Australia",
    "pasj": "Publications of the Astronomical Society of Japan",
    "pasp": "Publications of the Astronomical Society of the Pacific", "physrep": "Physics Reports",
    "planss": "Planetary and Space Science", "pra": "Physical Review A", "prb": "Physical Review B",
    "prc": "Physical Review C", "prd": "Physical Review D", "pre": "Physical Review E",
    "prl": "Physical Review Letters", "procspie": "Proceedings of SPIE",
    "qjras": "Quarterly Journal of the Royal Astronomical Society", "solphys": "Solar Physics",
    "ssr": "Space Science Reviews", "zap": "Zeitschrift für Astrophysik",
}  # fmt: skip
_JUNIOR = re.compile(r"(?:jr|sr|[iv]{2,3})\.?", re.I)
_GENERATION_LAST = re.compile(r"([^,]+),\s*([^,]+),\s*((?:jr|sr)\.?|I{2,3}|IV)", re.I)
# BibLaTeX's other way: `family=Berg, given=Jan, prefix=van der, useprefix=true`.
_NAME_PART = re.compile(
    r"\s*\"?(family|given|prefix|suffix|[a-z-]{2,12})\s*=\s*(?:\{([^{}]*)\}|\"([^\"]*)\"|([^,\"]*))\"?\s*(?:,|$)"
)
_NAMESAKE = re.compile(r"(?<=\S) 0\d{3}$")  # dblp tells people of one name apart: `Wei Li 0001`
_ADDRESS = re.compile(r"https?://[^\s\"<>]+")
_ARXIV_MENTION = re.compile(
    r"\barxiv\s?:?\s?(?:e-prints?\s?:?\s?)?(?:abs/)?([\w.-]+(?:/\d{7})?(?:v\d+)?)", re.I
)
_CORR_VOLUME = re.compile(r"abs/(.+)")


def entry_record(kind: str, fields: Mapping[str, str], source: str, where: str) -> Record | Rejected:
    """Make a record of an entry.

    Args:
        kind: The entry's type, as `article`.
        fields: Values by field name in lower case, macros put in, delimiters taken off.
        source: The file's path as given.
        where: Line and key.

    Returns:
        The record, or why there is none.
    """
    title = ungroup(fields.get("title", ""))
    if not any(char.isalnum() for char in title):
        found = ", ".join(list(fields)[:8]) or "no field"
        return Rejected(file=source, where=where, reason=f"no title in this @{kind} (found: {found})")
    if subtitle := ungroup(fields.get("subtitle", "")).strip():
        title = f"{title.rstrip()}{'' if title.rstrip().endswith((':', '?', '!')) else ':'} {subtitle}"
    notes = [ungroup(fields.get(name, "")) for name in ("note", "addendum", "pubstate")]
    keywords = [tag for name in _KEYWORDS for tag in as_tags(ungroup(fields.get(name, "")))]
    retracted, retraction_note = retraction_of(title, [kind, *keywords], notes)
    record = record_from(
        {
            "title": title,
            "abstract": ungroup(fields.get("abstract", "")),
            "venue": _venue(fields),
            "doi": bare(fields.get("doi", "")),
            "arxiv_id": _arxiv_id(fields),
            "pmid": _pmid(fields),
            "url": _url(fields),
            "tags": keywords,
            "language": _language(fields),
        },
        source,
        where,
    )
    if isinstance(record, Rejected):
        return record
    date = _date(fields)
    return replace(
        record,
        authors=_people(fields.get("author", "")) or _people(fields.get("editor", "")),
        year=as_year(fields.get("year", "")) or as_year(date),
        date=date,
        retracted=retracted,
        retraction_note=retraction_note,
    )


def _people(value: str) -> tuple[str, ...]:
    """Return the names of a list parted by `and` as `First von Last Jr`."""
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    names: list[str] = []
    value = " ".join(value.split())
    for written in split_multiple_persons_names(value) if value else ():
        name = written.strip(" ,")
        if name.casefold() in ("", "others", "et al", "et al."):
            continue
        if name.startswith("{") and name.endswith("}") and "{" not in name[1:]:
            names.append(name[1:-1].strip())  # an organisation, whatever commas it has
            continue
        if parts_told := _told_parts(name):
            names.append(parts_told)
            continue
        if name.count(",") > 2 or ";" in name.replace("&amp;", ""):
            names.extend(as_names(ungroup(name)))  # a list that isn't parted by `and`
            continue
        if turned := _GENERATION_LAST.fullmatch(name):
            last, first, generation = turned.groups()
            if not _JUNIOR.fullmatch(first.strip()):
                name = f"{last}, {generation}, {first}"
        try:
            parts = parse_single_name_into_parts(name, strict=False)
            names.append(" ".join([*parts.first, *parts.von, *parts.last, *parts.jr]))
        except InvalidNameError:
            names.append(name)
    plain = (_NAMESAKE.sub("", ungroup(name).strip()) for name in names)
    return tuple(dict.fromkeys(filter(None, plain)))


def _told_parts(name: str) -> str:
    """Return a name that is told part by part as `given prefix family suffix`, else nothing."""
    if "=" not in name:
        return ""
    told = {part[1]: (part[2] or part[3] or part[4] or "").strip() for part in _NAME_PART.finditer(name)}
    if not told.get("family"):
        return ""
    return " ".join(filter(None, (told.get(part, "") for part in ("given", "prefix", "family", "suffix"))))


def _venue(fields: Mapping[str, str]) -> str:
    for name in _VENUES:
        venue = ungroup(fields.get(name, "")).strip()
        if venue and not (name == "howpublished" and ("\\url" in venue or _ADDRESS.search(venue))):
            return _ADS_JOURNALS.get(venue.removeprefix("\\"), venue) if venue.startswith("\\") else venue
    return "arXiv" if _is_arxiv(fields) else ""


def _is_arxiv(fields: Mapping[str, str]) -> bool:
    return any(
        "arxiv" in fields.get(name, "").casefold()
        for name in ("archiveprefix", "eprinttype", "archive", "publisher")
    )


def _arxiv_id(fields: Mapping[str, str]) -> str:
    """Return the arXiv id that an entry names, with its version.

    Google Scholar hides it in the journal's name, dblp in the volume, Zotero in a note.
    """
    eprint = (
        bare(fields.get("eprint", "")) or bare(fields.get("arxivid", "")) or bare(fields.get("arxiv", ""))
    )
    if eprint and (_is_arxiv(fields) or not fields.get("eprinttype", "")) and normalise_arxiv_id(eprint):
        return eprint
    volume = _CORR_VOLUME.fullmatch(fields.get("volume", "").strip())
    if (
        volume
        and fields.get("journal", "").strip(" {}").casefold() == "corr"
        and normalise_arxiv_id(volume[1])
    ):
        return volume[1]
    for name in ("journal", "journaltitle", "howpublished", "note", "number", "publisher"):
        for mention in _ARXIV_MENTION.finditer(bare(fields.get(name, ""))):
            if normalise_arxiv_id(mention[1]):
                return mention[1]
    return ""


def _pmid(fields: Mapping[str, str]) -> str:
    if fields.get("eprinttype", "").casefold() in ("pubmed", "pmid"):
        return bare(fields.get("eprint", ""))
    return bare(fields.get("pmid", ""))


def _url(fields: Mapping[str, str]) -> str:
    for name in _ADDRESSES:
        found = _ADDRESS.search(bare(fields.get(name, "")))
        if found:
            return found.group().rstrip(".,;")
    return ""


def _language(fields: Mapping[str, str]) -> str:
    name = fields.get("langid", "").strip() or ungroup(fields.get("language", "")).strip()
    return _LANGUAGES.get(name.casefold(), name)


def _date(fields: Mapping[str, str]) -> str:
    if date := fields.get("date", "").strip():
        return date
    year = as_year(fields.get("year", ""))
    month = re.sub(r"[{}~.,\s]+", " ", fields.get("month", "")).strip()
    if year is None or not month:
        return str(year or "")
    if month.isdigit():
        day = fields.get("day", "").strip(" {}")
        return f"{year}-{month:0>2}" + (f"-{day:0>2}" if day.isdigit() else "")
    return f"{month} {year}"
