"""Lists of papers that mark what is what by class: arXiv's listings and searches, the ACL Anthology's volumes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.models import Rejected
from ingest.records import Record, checked
from ingest.retractions import told_by_words
from ingest.sources.page_identity import identity_of

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_MOST = 20_000
_CATEGORY = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")
_SUBMITTED = re.compile(r"Submitted (\d{1,2} \w+,? \d{4})")
_ACL_PLACE = re.compile(r"(?:https?://(?:www\.)?aclanthology\.org)?/((?:(\d{4})\.)?[\w.-]+)/?")


def listed_records(soup: BeautifulSoup, source: str) -> Iterator[Record | Rejected]:
    """Yield the papers of a list that arXiv or the ACL Anthology wrote.

    Args:
        soup: The page.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each paper; nothing for any other page.
    """
    for entry in soup.find_all("dd", limit=_MOST):
        title = entry.find(class_="list-title")
        above = entry.find_previous_sibling("dt")
        if title is not None and above is not None:
            yield _of_listing(entry, title, above, source)
    for entry in soup.find_all("li", class_="arxiv-result", limit=_MOST):
        yield _of_search(entry, source)
    for link in soup.find_all("a", class_="align-middle", limit=_MOST):
        if link.parent is not None and link.parent.name == "strong" and _ACL_PLACE.fullmatch(_address(link)):
            yield from _of_volume(link, soup, source)


def _of_listing(entry: Tag, title: Tag, above: Tag, source: str) -> Record | Rejected:
    arxiv_id = _first_id(above)
    comments = _words(entry.find(class_="list-comments"))
    withdrawn = told_by_words(comments)
    record = Record(
        title=_words(title),
        source=source,
        where=arxiv_id or "a listing",
        abstract=_words(entry.find("p", class_="mathjax")),
        authors=_names(entry.find(class_="list-authors")),
        venue=_words(entry.find(class_="list-journal-ref")),
        arxiv_id=arxiv_id,
        url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else "",
        tags=tuple(dict.fromkeys(_CATEGORY.findall(_words(entry.find(class_="list-subjects"))))),
        retracted=withdrawn,
        retraction_note=comments if withdrawn else "",
    )
    return checked(record, ["a listing's entry"])


def _of_search(entry: Tag, source: str) -> Record | Rejected:
    arxiv_id = _first_id(entry)
    abstract = entry.find(class_="abstract-full") or entry.find(class_="abstract-short")
    comments = _words(entry.find(class_="comments"))
    comments = comments.removeprefix("Comments:").strip()
    withdrawn = told_by_words(comments)
    date = _SUBMITTED.search(_words(entry))
    record = Record(
        title=_words(entry.find("p", class_="title")),
        source=source,
        where=arxiv_id or "a search result",
        abstract=re.sub(r"\s*[△▽] (?:Less|More)$", "", _words(abstract)),
        authors=_names(entry.find("p", class_="authors")),
        date=date[1].replace(",", "") if date else "",
        arxiv_id=arxiv_id,
        url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else "",
        tags=tuple(
            dict.fromkeys(word for tag in entry.find_all(class_="tag") if "." in (word := _words(tag)))
        ),
        retracted=withdrawn,
        retraction_note=comments if withdrawn else "",
    )
    return checked(record, ["a search result"])


def _of_volume(link: Tag, soup: BeautifulSoup, source: str) -> Iterator[Record | Rejected]:
    place = _ACL_PLACE.fullmatch(_address(link))
    block = link.find_parent("span") or link.parent
    row = link.find_parent(class_="d-sm-flex") or block
    if place is None or block is None or row is None:
        return
    if re.search(r"[.-]0$|-0*00$", place[1]):
        return  # a volume's front matter is no paper
    below = row.find_next_sibling()
    is_abstract = below is not None and "card" in below.get_attribute_list("class")
    people = [_words(person) for person in block.find_all("a", href=True) if "/people/" in _address(person)]
    heading = soup.find(id="title")
    record = Record(
        title=_words(link),
        source=source,
        where=place[1],
        abstract=_words(below) if is_abstract else "",
        authors=tuple(dict.fromkeys(filter(None, people))),
        year=int(place[2]) if place[2] else None,
        venue=_words(heading),
        url=f"https://aclanthology.org/{place[1]}/",
    )
    yield checked(record, ["a volume's entry"])


def _address(link: Tag) -> str:
    return str(link.get("href") or "").strip()


def _words(tag: Tag | None) -> str:
    """Return a tag's text without the label that stands before it, as `Title:`."""
    if tag is None:
        return ""
    label = tag.find(class_="descriptor")
    words = " ".join(tag.get_text().split())
    return words.removeprefix(" ".join(label.get_text().split())).strip() if label is not None else words


def _names(tag: Tag | None) -> tuple[str, ...]:
    links = tag.find_all("a") if tag is not None else []
    return tuple(dict.fromkeys(filter(None, map(_words, links))))


def _first_id(tag: Tag) -> str:
    """Return the arXiv id of the first link that names one."""
    links = (_address(link) for link in tag.find_all("a", href=True))
    return next((arxiv for arxiv, _ in map(identity_of, links) if arxiv), "")
