"""PubMed's XML, as EFetch, "Send to file" and the yearly baseline give it: articles and books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_year
from ingest.identify import normalise_doi
from ingest.records import Record, checked
from ingest.sources.xml_pieces import Shape, root_name
from ingest.sources.xml_stream import local_name, read_xml
from ingest.sources.xml_text import child, children, inline_text, text_at

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")
_SETS = ("PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet")
_SHAPE = Shape(levels=(_SETS, _RECORDS), parts=(("MedlineCitation", "PubmedArticle"),))
_NO_LABELS = frozenset({"", "UNLABELLED", "UNLABELED", "UNASSIGNED"})
_NO_TITLE = re.compile(r"\W*(?:not available|no title available)?\W*", re.I)
_TRANSLATED = re.compile(r"\[(.+?)(\.?)\](\.?)\s*", re.DOTALL)
# How the notice of another document is told, and whether that document took the paper back.
_NOTICES = {
    "RetractionIn": "Retracted in",
    "PartialRetractionIn": "Partly retracted in",
    "ExpressionOfConcernIn": "Expression of concern in",
    "RetractionOf": "Retraction of",
}
_VERSIONS = frozenset({"UpdateOf", "UpdateIn", "RepublishedFrom", "RepublishedIn"})


def is_pubmed_xml(sample: str) -> bool:
    """Tell PubMed's XML by its first element."""
    return root_name(sample) in (*_SETS, *_RECORDS)


def read_pubmed_xml(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read PubMed XML.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each article, book and book chapter.
    """
    for found in read_xml(text, source, _SHAPE):
        if isinstance(found, Rejected):
            yield found
        elif local_name(found.element) == "PubmedBookArticle":
            yield _book(found.element, source, found.where)
        else:
            yield _article(found.element, source, found.where)


def _article(element: Element, source: str, where: str) -> Record | Rejected:
    citation = element if local_name(element) == "MedlineCitation" else child(element, "MedlineCitation")
    article = child(citation, "Article")
    issue = child(article, "Journal", "JournalIssue")
    date, year = _published(child(issue, "PubDate"), child(article, "ArticleDate"))
    pmid = text_at(citation, "PMID")
    ids = children(element, "PubmedData", "ArticleIdList", "ArticleId")
    abstract, language = _abstract(child(article, "Abstract")), ""
    if not abstract:
        others = [
            (_abstract(other), other.get("Language", "")) for other in children(citation, "OtherAbstract")
        ]
        abstract, language = next((other for other in others if other[0]), ("", ""))
    told = children(citation, "CommentsCorrectionsList", "CommentsCorrections")
    kinds = [
        inline_text(kind).strip() for kind in children(article, "PublicationTypeList", "PublicationType")
    ]
    notes = [note for one in told if (note := _notice(one))]
    record = Record(
        title=_title(article, citation),
        source=source,
        where=where,
        abstract=abstract,
        authors=_authors(children(article, "AuthorList")),
        year=year,
        date=date,
        venue=text_at(article, "Journal", "Title")
        or text_at(article, "Journal", "ISOAbbreviation")
        or text_at(citation, "MedlineJournalInfo", "MedlineTA"),
        doi=_doi(children(article, "ELocationID"), ids),
        pmid=pmid,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdecimal() else "",
        tags=_tags(citation),
        language=_language(language or text_at(article, "Language")),
        retracted="Retracted Publication" in kinds
        or any(one.get("RefType") == "RetractionIn" for one in told),
        retraction_note="; ".join(notes),
        related=tuple(
            doi
            for one in told
            if one.get("RefType") in _VERSIONS and (doi := normalise_doi(text_at(one, "RefSource")))
        ),
    )
    return checked(record, [f"PMID {pmid}"] if pmid else [local_name(inner) for inner in element])


def _book(element: Element, source: str, where: str) -> Record | Rejected:
    """Make a record of a book, or of a chapter, which has a title beside the book's."""
    document = child(element, "BookDocument")
    book = child(document, "Book")
    book_title = inline_text(child(book, "BookTitle")).strip()
    chapter = _unbracketed(inline_text(child(document, "ArticleTitle")).strip())
    date, year = _published(child(book, "PubDate"), child(document, "ContributionDate"))
    pmid = text_at(document, "PMID")
    record = Record(
        title=chapter or book_title,
        source=source,
        where=where,
        abstract=_abstract(child(document, "Abstract")),
        authors=_authors(children(document, "AuthorList")) or _authors(children(book, "AuthorList")),
        year=year,
        date=date,
        venue=book_title if chapter else text_at(book, "Publisher", "PublisherName"),
        doi=_doi(children(book, "ELocationID"), children(document, "ArticleIdList", "ArticleId")),
        pmid=pmid,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdecimal() else "",
        tags=_tags(document),
        language=_language(text_at(document, "Language")),
    )
    return checked(record, [f"PMID {pmid}"] if pmid else [local_name(inner) for inner in element])


def _title(article: Element | None, citation: Element | None) -> str:
    """Return the title; that of the original language where there is no English one."""
    title = inline_text(child(article, "ArticleTitle")).strip()
    if not _NO_TITLE.fullmatch(title):
        return _unbracketed(title)
    original = child(article, "VernacularTitle")
    if original is None:
        original = child(citation, "MedlineJournalInfo", "VernacularTitle")
    return inline_text(original).strip()


def _unbracketed(title: str) -> str:
    """Take away the brackets that mark a translated title, if they are around all of it."""
    found = _TRANSLATED.fullmatch(title)
    if not found:
        return title
    depth = 0
    for char in found[1]:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return title
    return found[1] + (found[2] or found[3]) if depth == 0 else title


def _abstract(element: Element | None) -> str:
    """Return an abstract's sections a line each, with their labels; a copyright notice is none."""
    sections = []
    for section in children(element, "AbstractText"):
        text, label = inline_text(section).strip(), str(section.get("Label", "")).strip(" :\t\n")
        if text:
            sections.append(text if label.upper() in _NO_LABELS else f"{label}: {text}")
    return "\n".join(sections)


def _authors(lists: list[Element]) -> tuple[str, ...]:
    """Return the names of authors, or of editors where there are no authors."""
    by_kind = sorted(lists, key=lambda one: str(one.get("Type", "authors")).casefold() != "authors")
    for people in by_kind:
        everyone = children(people, "Author")
        # An invalid name is a misspelling that the list has again as it should be.
        names = [_name(one) for one in everyone if one.get("ValidYN") != "N"] or [
            _name(one) for one in everyone
        ]
        if any(names):
            return tuple(dict.fromkeys(filter(None, names)))
    return ()


def _name(author: Element) -> str:
    given = text_at(author, "ForeName") or text_at(author, "FirstName") or text_at(author, "Initials")
    spelled = " ".join(filter(None, (given, text_at(author, "LastName"), text_at(author, "Suffix"))))
    return spelled or text_at(author, "CollectiveName")


def _published(issue: Element | None, online: Element | None) -> tuple[str, int | None]:
    """Return date and year of the issue; the day on which the text appeared if it was the same year."""
    first, second = _date(issue), _date(online)
    year = as_year(first) or as_year(second)
    if "-" not in first and second.startswith(first):
        first = second
    return first, year


def _date(element: Element | None) -> str:
    parts = [text_at(element, name) for name in ("Year", "Month", "Day")]
    if parts[0]:
        return as_date(("-" if parts[1].isdecimal() else " ").join(filter(None, parts))) or as_date(parts[0])
    return as_date(text_at(element, "MedlineDate"))


def _doi(locations: list[Element], ids: list[Element]) -> str:
    told = [one for one in locations if one.get("EIdType") == "doi" and one.get("ValidYN") != "N"]
    told += [one for one in ids if one.get("IdType") == "doi"]
    return next((doi for one in told if (doi := inline_text(one).strip())), "")


def _tags(citation: Element | None) -> tuple[str, ...]:
    """Return the authors' keywords, then MeSH headings with their qualifiers: `Iodine/blood`."""
    tags = [inline_text(keyword) for keyword in children(citation, "KeywordList", "Keyword")]
    for heading in children(citation, "MeshHeadingList", "MeshHeading"):
        tags.append("/".join(" ".join(inline_text(part).split()) for part in heading))
    return tuple(dict.fromkeys(tag for text in tags if (tag := " ".join(text.split()))))


def _language(code: str) -> str:
    return "" if code.casefold() in ("und", "mul") else code


def _notice(element: Element) -> str:
    kind = _NOTICES.get(str(element.get("RefType")))
    if kind is None:
        return ""
    pmid, where = text_at(element, "PMID"), text_at(element, "RefSource")
    told = where + (f" (PMID {pmid})" if pmid and where else f"PMID {pmid}" if pmid else "")
    return f"{kind}: {told}" if told else kind.partition(" in")[0]
