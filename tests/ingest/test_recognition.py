"""Each format is recognised for what it is and for nothing else, and the exports that people have give e"
"very field."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import FORMATS, find_format, read_sources
from ingest.sources.encodings import NotText

PROSE = (
    "We count swifts by their calls alone. A row of microphones is hung below the eaves. The counts agree."
)

SAMPLES: dict[str, str] = {
    "PubMed (XML)": "<?xml version='1.0'?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article>"
    "<ArticleTitle>Moss at night</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    "EndNote (XML)": "<xml><records><record><titles><title>Moss at night</title></titles></record></records></xml>",
    "arXiv (Atom)": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2004.99906v3</id>'
    "<title>Moss at night</title><summary>It grows.</summary></entry></feed>",
    "ACL Anthology (XML)": '<collection id="2031.moss"><volume id="1"><paper id="1"><title>Moss at night</title>'
    "</paper></volume></collection>",
    "Zotero (RDF)": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:bib="http://purl.org/net/biblio#"><bib:Article rdf:about="#1"><z:itemType>journalArticle</z:itemType>'
    "<dc:title>Moss at night</dc:title></bib:Article></rdf:RDF>",
    "web page (HTML)": "<!DOCTYPE html><html><body><h3>Counting Moss at Night with Cheap Lamps</h3>"
    f"<p>{PROSE}</p></body></html>",
    "XML of another kind": "<?xml version='1.0'?><recipes><recipe><title>Moss soup</title></recipe></recipes>",
    "JSON Lines": '{"title": "Moss at night", "abstract": "It grows."}\n{"title": "Moss by day"}\n',
    "JSON": '[\n {"title": "Moss at night", "abstract": "It grows."}\n]\n',
    "PubMed (NBIB)": "PMID- 77\nTI  - Moss at night\nAB  - It grows.\n",
    "Web of Science": "FN Clarivate\nVR 1.0\nPT J\nAU Fern, A\nTI Moss at night\nPY 2020\nER\n\nEF\n",
    "RIS": "TY  - JOUR\nTI  - Moss at night\nAU  - Fern, Ada\nER  - \n",
    "Ovid": "<1>\nAuthor\n  Fern, Ada\nTitle\n  Moss at night.\nSource\n  Moss. 3(1):1-9, May 2021.\n",
    "EndNote (refer)": "%0 Journal Article\n%A Fern, Ada\n%T Moss at night\n%D 2020\n",
    "BibTeX": "@article{fern2020,\n  title = {Moss at night},\n  author = {Fern, Ada}\n}\n",
    "Markdown page": f"# Papers\n\n## Counting Moss at Night with Cheap Lamps\n\n{PROSE}\n",
    "table (CSV, TSV)": "title,abstract,year\nMoss at night,It grows.,2020\n",
    "copied web page": f"Counting Moss at Night with Cheap Lamps\n\n{PROSE}\n",
}

ALSO: dict[str, str] = {  # which later format would take a sample too
    **dict.fromkeys(("Web of Science", "Ovid", "EndNote (refer)"), "copied web page"),
    **{name: "XML of another kind" for name in SAMPLES if name.endswith(("XML)", "(Atom)", "(RDF)"))},
    "JSON Lines": "JSON",
    "table (CSV, TSV)": "copied web page",
}

OTHER_TEXTS: dict[str, str] = {
    "log": "2021-05-04 10:00:01,123 INFO  [main] server.App - Starting server on port 8080\n"
    "2021-05-04 10:00:02,456 WARN  [main] server.Db - Slow connection: it took 1200 ms\n",
    "python": "import sys\n\n\ndef count(names: list[str]) -> int:\n    return len(names)\n\n\nif __name_"
    "_ == '__main__':\n"
    "    print(count(sys.argv))\n",
    "javascript": "import { readFile } from 'fs';\n\nexport async function load(name) {\n"
    "  const text = await readFile(name, 'utf8');\n  return JSON.parse(text);\n}\n",
    "toml": '[project]\nname = "moss"\nversion = "1.0"\ndescription = "Counts moss at night, by lamp light."\n',
    "ini": "[user]\nname = Ada Fern\nemail = ada@example.org\ntitle = The one who counts the moss\n",
    "yaml": "---\nreferences:\n- id: fern2020\n  title: Moss at night\n  author:\n  - family: Fern\n    given: Ada\n",
    "latex": "\\documentclass{article}\n\\title{Moss at Night}\n\\author{Ada Fern}\n\\begin{document}\n"
    "\\begin{abstract}\nWe count moss by lamp light. It grows.\n\\end{abstract}\n\\end{document}\n",
    "css": "body { margin: 0; font-family: sans-serif; }\n.title { font-weight: bold; }\n",
    "sql": "-- papers\nCREATE TABLE papers (id INTEGER, title TEXT, abstract TEXT, authors TEXT);\n"
    "SELECT title, abstract, authors, year FROM papers;\n",
}


def read(folder: Path, text: str | bytes, name: str = "export.dat") -> tuple[list[Paper], list[Rejected]]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    papers: list[Paper] = []
    rejected: list[Rejected] = []
    for item in read_sources([path]):
        made = to_paper(item) if isinstance(item, Record) else item
        if isinstance(made, Paper):
            papers.append(made)
        else:
            rejected.append(made)
    return papers, rejected


def one(folder: Path, text: str | bytes) -> Paper:
    papers, rejected = read(folder, text)
    assert rejected == []
    assert len(papers) == 1
    return papers[0]


def test_there_is_a_sample_of_each_format() -> None:
    assert list(SAMPLES) == [known.name for known in FORMATS]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_format_is_taken_by_its_own_reader(name: str) -> None:
    assert find_format(SAMPLES[name]).name == name
    assert find_format("\ufeff\n" + SAMPLES[name]).name == name
    assert find_format(SAMPLES[name].replace("\n", "\r\n")).name == name
    assert find_format(SAMPLES[name].replace("\n", "\r")).name == name


@pytest.mark.parametrize("name", SAMPLES)
def test_few_other_readers_would_take_it(name: str) -> None:
    takers = {known.name for known in FORMATS if known.recognises(SAMPLES[name])}
    assert takers == {name, ALSO.get(name, name)}


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "XML of another kind"])
def test_it_is_read_whatever_its_name_and_packing(name: str, tmp_path: Path) -> None:
    papers, _ = read(tmp_path, SAMPLES[name], "misleading.pdf")
    assert papers and "at night" in papers[0].title.lower()
    packed, _ = read(tmp_path, gzip.compress(SAMPLES[name].encode("utf-16")), "misleading.csv")
    assert [paper.title for paper in packed] == [paper.title for paper in papers]


@pytest.mark.parametrize("name", OTHER_TEXTS)
def test_what_is_no_list_of_papers_is_refused(name: str) -> None:
    with pytest.raises(NotText):
        find_format(OTHER_TEXTS[name])


SCOPUS_HEADER = (
    '"Authors","Author full names","Author(s) ID","Title","Year","Source title","Volume","Issue","Art. No.",'
    '"Page start","Page end","DOI","Link","Abstract","Author Keywords","Document Type","Source","EID"'
)


def test_scopus_csv_has_a_column_that_ends_with_a_full_stop(tmp_path: Path) -> None:
    row = (
        '"van der Berg J.; García-Márquez M.J.","van der Berg, Jan (57200000001); García-Márquez, María José '
        '(57200000002)","1; 2","Tides: ""slow"" ones","2021","Journal of Tides","3","1","100","","",'
        '"10.5555/tides.1","https://example.org/1","To measure, with care.","tides; mixing","Article","Sc'
        'opus","2-s2.0"'
    )
    paper = one(tmp_path, f"{SCOPUS_HEADER}\n{row}\n")
    assert paper.title == 'Tides: "slow" ones'
    assert paper.authors == ("Jan van der Berg", "María José García-Márquez")
    assert (paper.year, paper.venue, paper.doi) == (2021, "Journal of Tides", "10.5555/tides.1")
    assert paper.tags == ("tides", "mixing")


def test_a_sentence_with_a_title_in_it_is_no_header() -> None:
    text = "Title, authors and year of a paper, of a venue.\n\n" + PROSE
    assert find_format(text).name != "table (CSV, TSV)"


WOS_COLUMNS = "PT\tAU\tAF\tTI\tSO\tLA\tAB\tPY\tDI\tPM\tDA\tUT\t"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_quotes_in_a_tab_delimited_export_of_web_of_science_are_the_authors_own(
    encoding: str, tmp_path: Path
) -> None:
    rows = [
        'J\tBerg, J\tvan der Berg, Jan; Li, Wei\t"Slow" tides\tTIDES\tEnglish\t"Big, said he.\t2021\t10.5555/t.1\t7\t'
        "2021-12-31\tWOS:1\t",
        "J\tLi, W\tLi, Wei\tFast tides\tTIDES\tEnglish\tPlain.\t2020\t10.5555/t.2\t8\t2021-12-31\tWOS:2\t",
    ]
    papers, rejected = read(tmp_path, "\r\n".join([WOS_COLUMNS, *rows, ""]).encode(encoding))
    assert rejected == []
    assert [paper.title for paper in papers] == ['"Slow" tides', "Fast tides"]
    assert papers[0].abstract == '"Big, said he.'
    assert (papers[0].year, papers[0].doi, papers[0].pmid) == (2021, "10.5555/t.1", "7")
    assert papers[0].authors == ("Jan van der Berg", "Wei Li")


def test_the_day_of_an_export_is_no_date_of_a_paper(tmp_path: Path) -> None:
    row = "J\tLi, W\tLi, Wei\tTides at dusk\tTIDES\tEnglish\tPlain.\t2021\t\t\t2021-12-31\tWOS:2\t"
    assert one(tmp_path, f"{WOS_COLUMNS}\n{row}\n").date == ""


def test_a_quoted_cell_of_a_tab_delimited_table_may_hold_tabs_and_lines(tmp_path: Path) -> None:
    paper = one(tmp_path, 'title\tabstract\tyear\nMoss\t"a\tb ""c""\nd"\t2020\n')
    assert (paper.abstract, paper.year) == ('a b "c" d', 2020)
    last = one(tmp_path, 'title\tabstract\nMoss\t"first\nsecond"\n')
    assert last.abstract == "first second"


def test_exports_joined_to_one_file_have_several_headers(tmp_path: Path) -> None:
    papers, rejected = read(tmp_path, SAMPLES["table (CSV, TSV)"] * 2)
    assert len(papers) == 2
    assert [(item.where, item.reason) for item in rejected] == [("line 3", "the header again")]


def test_names_that_biblatex_tells_part_by_part(tmp_path: Path) -> None:
    paper = one(
        tmp_path,
        "@article{a, title={Moss}, author={family=Berg, given=Jan, prefix=van der, useprefix=true and {Moss Club} "
        'and family={de la Cruz}, given="Ana", suffix=Jr}}\n',
    )
    assert paper.authors == ("Jan van der Berg", "Moss Club", "Ana de la Cruz Jr")


def test_journals_that_ads_names_by_macros(tmp_path: Path) -> None:
    papers, _ = read(
        tmp_path,
        "".join(f"@article{{{m}, title={{Moss {m}}}, journal={{\\{m}}}}}\n" for m in ("apj", "pasj")),
    )
    assert [paper.venue for paper in papers] == [
        "The Astrophysical Journal",
        "Publications of the Astronomical Society of Japan",
    ]


def test_entities_that_zotero_escaped(tmp_path: Path) -> None:
    paper = one(tmp_path, "@article{a, title={Moss}, abstract={It grew, p\\&lt;0.05, by AT\\&T.}}\n")
    assert paper.abstract == "It grew, p<0.05, by AT&T."


def test_bibtex_with_line_ends_of_old_macs_and_a_blank_line_first(tmp_path: Path) -> None:
    assert (
        one(tmp_path, "\n@article{a,\n title={Moss at night}\n}\n".replace("\n", "\r")).title
        == "Moss at night"
    )


def test_macros_that_double_each_other_are_refused(tmp_path: Path) -> None:
    doubling = "".join(f"@string{{m{n + 1} = m{n} # m{n} # m{n} # m{n}}}\n" for n in range(30))
    papers, rejected = read(
        tmp_path,
        f"@string{{m0 = {{{'x' * 100}}}}}\n{doubling}@article{{a, title={{Moss}}, abstract=m6 # m6 # m6}}\n"
        "@article{b, title={Fern}}\n",
    )
    assert [paper.title for paper in papers] == ["Fern"]
    assert any("(key a)" in item.where for item in rejected)
    assert all("macros" in item.reason for item in rejected)


def test_a_paper_above_its_own_bibtex_is_reported(tmp_path: Path) -> None:
    text = f"Counting Moss at Night\n\n{PROSE} {PROSE} {PROSE} {PROSE}\n\nBibTeX\n\n{SAMPLES['BibTeX']}"
    papers, rejected = read(tmp_path, text)
    assert [paper.title for paper in papers] == ["Moss at night"]
    assert rejected[0].reason.startswith("text before the first entry: Counting Moss at Night")


def test_what_mendeley_writes_above_its_entries_is_not(tmp_path: Path) -> None:
    above = "Automatically generated by Mendeley Desktop\nAny changes to this file will be lost if it is regenerated."
    assert one(tmp_path, f"{above}\n\n{SAMPLES['BibTeX']}").title == "Moss at night"


def test_the_acl_anthologys_page_of_a_paper_without_an_abstract(tmp_path: Path) -> None:
    page = (
        '<!doctype html><html><head><meta content="Moss at Night" name="citation_title">'
        '<meta content="Jan van der Berg" name="citation_author"><meta content="2021/8" name="citation_pu'
        'blication_date">'
        '<meta content="10.5555/moss.1" name="citation_doi"><meta property="og:description" content="Jan '
        "van der Berg. "
        'Proceedings of Moss. 2021."></head><body><h2>Moss at Night</h2><p>Anything else that the page says.</p>'
    )
    paper = one(tmp_path, page)
    assert (paper.title, paper.authors, paper.date) == ("Moss at Night", ("Jan van der Berg",), "2021-08")
    assert (paper.doi, paper.abstract) == ("10.5555/moss.1", "")


def test_a_papers_own_page_keeps_its_tags_where_the_abstract_is_in_sections(tmp_path: Path) -> None:
    page = (
        '<!DOCTYPE html><html><head><meta name="citation_title" content="Moss at Night"><meta name="citation_pmid" '
        'content="33000001"></head><body><div id="abstract"><h2>Abstract</h2><p><b>Background:</b> Moss matters.</p>'
        "<p><b>Methods:</b> We count it.</p></div></body></html>"
    )
    paper = one(tmp_path, page)
    assert (paper.title, paper.pmid) == ("Moss at Night", "33000001")
    assert paper.abstract == "Background: Moss matters. Methods: We count it."


ARXIV_ENTRY = (
    '<dt><a href="/abs/{id}" title="Abstract">arXiv:{id}</a> [<a href="/pdf/{id}">pdf</a>]</dt><dd><div class="meta">'
    '<div class="list-title mathjax"><span class="descriptor">Title:</span> {title}</div>'
    '<div class="list-authors"><a href="x">Jan van der Berg</a>, <a href="y">Wei Li</a></div>'
    '<div class="list-comments"><span class="descriptor">Comments:</span> {comments}</div>'
    '<div class="list-subjects"><span class="descriptor">Subjects:</span> Language (cs.CL); Physics (hep-th)</div>'
    '<p class="mathjax">{abstract}</p></div></dd>'
)


def test_each_entry_of_arxivs_listing_has_its_own_id(tmp_path: Path) -> None:
    entries = ARXIV_ENTRY.format(
        id="2101.00001", title="Moss at Night", comments="9 pages", abstract=PROSE
    ) + ARXIV_ENTRY.format(
        id="2101.00002",
        title="Moss by Day",
        comments="Withdrawn due to an error in Section 2",
        abstract="It is green.",
    )
    papers, rejected = read(
        tmp_path,
        f"<!DOCTYPE html><html><body><h1>New</h1><p>Total of 2 entries</p><dl>{entries}</dl></body></html>",
    )
    assert rejected == []
    assert [(paper.title, paper.arxiv_id) for paper in papers] == [
        ("Moss at Night", "2101.00001"),
        ("Moss by Day", "2101.00002"),
    ]
    assert (papers[0].authors, papers[0].abstract) == (("Jan van der Berg", "Wei Li"), PROSE)
    assert papers[0].tags == ("cs.CL", "hep-th")
    assert [paper.retracted for paper in papers] == [False, True]
    assert papers[1].retraction_note == "Withdrawn due to an error in Section 2"


def test_arxivs_search_results_hide_the_whole_abstract(tmp_path: Path) -> None:
    paper = one(
        tmp_path,
        '<!DOCTYPE html><html><body><ol><li class="arxiv-result"><p class="list-title"><a href="https://a'
        "rxiv.org/abs/"
        '2101.00001v2">arXiv:2101.00001</a></p><span class="tag">cs.CL</span><p class="title is-5">Moss a'
        "t <span>Night"
        '</span></p><p class="authors"><span>Authors:</span><a href="s">Ada Fern</a></p><p class="abstract"><span '
        'class="abstract-short">…It <a>▽ More</a></span><span class="abstract-full" style="display: none"'
        ">It grows by "
        "lamp light. <a>△ Less</a></span></p><p><span>Submitted</span> 4 May, 2021; <span>announced</span"
        "> May 2021.</p>"
        "</li></ol></body></html>",
    )
    assert (paper.title, paper.authors, paper.abstract) == (
        "Moss at Night",
        ("Ada Fern",),
        "It grows by lamp light.",
    )
    assert (paper.arxiv_id, paper.arxiv_version, paper.date) == ("2101.00001", 2, "2021-05-04")


def test_a_volume_of_the_acl_anthology(tmp_path: Path) -> None:
    def entry(number: int, title: str, abstract: str) -> str:
        return (
            '<p class="d-sm-flex"><span class="list-button-row"><a class="badge" href="x.pdf">pdf</a></span><span '
            f'class="d-block"><strong><a class="align-middle" href="/2021.moss-1.{number}/">{title}</a></strong><br>'
            '<a href="/people/a/">Ada Fern</a> | <a href="/people/t/">Tom Reed</a></span></p>'
            f'<div class="card abstract-collapse"><div class="card-body">{abstract}</div></div>'
        )

    body = (
        entry(0, "Proceedings of Moss", "")
        + entry(1, "Moss at Night", PROSE)
        + entry(2, "Moss by Day", "Green.")
    )
    papers, rejected = read(
        tmp_path, f'<!doctype html><html><body><h2 id="title">Proceedings of Moss</h2>{body}</body></html>'
    )
    assert rejected == []
    assert [(paper.title, paper.abstract) for paper in papers] == [
        ("Moss at Night", PROSE),
        ("Moss by Day", "Green."),
    ]
    assert papers[0].authors == ("Ada Fern", "Tom Reed")
    assert (papers[0].url, papers[0].year) == ("https://aclanthology.org/2021.moss-1.1/", 2021)
    assert papers[0].venue == "Proceedings of Moss"


EXPORTS: dict[str, str] = {
    "Google Scholar .ris": "TY  - JOUR\nT1  - Moss at night\nA1  - van der Berg, Jan\nA1  - Li, Wei\n"
    "JO  - Moss\nPY  - 2021\nDO  - https://doi.org/10.5555/MOSS.1\nER  - \n",
    "Cochrane .ris": "Record #1 of 1\nProvider: Somebody, Ltd.\n\nTY  - JOUR\nAN  - CN-1\nAU  - van der Berg, Jan\n"
    "AU  - Li, Wei\nTI  - Moss at night\nJO  - Moss\nYR  - 2021\nDO  - 10.5555/moss.1\nER  - \n",
    "ProQuest .ris": "TY  - JOUR\nAU  - van der Berg, Jan\nAU  - Li, Wei\nDA  - 2021/05/04/\nPY  - 2021\n"
    "DO  - http://dx.doi.org/10.5555/moss.1\nST  - Moss\nT2  - Moss\nTI  - Moss at night\nER  - \n",
    "EndNote .enw": "%0 Journal Article\n%T Moss at night\n%A van der Berg, Jan\n%A Li, Wei\n%J Moss\n%D 2021\n"
    "%R doi:10.5555/moss.1\n",
    "PubMed .nbib": "\nPMID- 33000001\nDP  - 2021 May-Jun\nTI  - Moss at\n      night\nLID - 10.5555/moss.1 [doi]\n"
    "FAU - van der Berg, Jan\nAU  - van der Berg J\nFAU - Li, Wei\nAU  - Li W\nJT  - Moss\n",
    "Web of Science .bib": "\n@article{ WOS:1,\nAuthor = {van der Berg, Jan and Li, Wei},\nTitle = {{Moss"
    " at\n   night}},"
    "\nJournal = {{Moss}},\nYear = {{2021}},\nMonth = {{MAY 4}},\nDOI = {{10.5555/moss.1}},\n}\n",
    "Mendeley .bib": "@article{Berg2021,\nauthor = {van der Berg, Jan and Li, Wei},\ntitle = {{Moss at night}},\n"
    "doi = {10.5555/moss.1},\njournal = {Moss},\nmonth = {may},\nyear = {2021}\n}\n",
    "ACL Anthology .bib": '@string{m = "Moss"}\n@inproceedings{berg-2021,\n title = "{M}oss at night",\n author = '
    '"van der Berg, Jan  and\n      Li, Wei",\n booktitle = m,\n month = may,\n year = "2021",\n doi = "1'
    '0.5555/moss.1"\n}\n',
    "dblp .bib": "@article{DBLP:journals/m/BergL21,\n  author = {Jan van der Berg and\n            Wei Li 0001},\n"
    "  title = {Moss at night},\n  journal = {Moss},\n  year = {2021},\n  doi = {10.5555/MOSS.1}\n}\n",
    "NASA ADS .bib": '@ARTICLE{2021M....1V,\n author = {{van der Berg}, Jan and {Li}, Wei},\n title = "{M'
    'oss at night}"'
    ",\n journal = {Moss},\n year = 2021,\n month = may,\n doi = {10.5555/moss.1}\n}\n",
    "Dimensions .csv": '"About the data: Exported on May 04, 2021. Criteria: moss."\nRank,DOI,PMID,Title,Abstract,'
    "Source title,Publication date,PubYear,Authors\n1,10.5555/moss.1,,Moss at night,,Moss,2021-05-04,2021"
    ',"van der Berg, '
    'Jan; Li, Wei"\n',
    "Lens .csv": '"Lens ID","Title","Date Published","Publication Year","Source Title","Author/s","Abstract","DOI"\n'
    '"0","Moss at night","2021-05-04","2021","Moss","Jan van der Berg; Wei Li","","10.5555/moss.1"\n',
    "Zotero .csv": '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Date'
    '","Date Added"\n'
    '"A","journalArticle","2021","van der Berg, Jan; Li, Wei","Moss at night","Moss","10.5555/moss.1","20'
    '21-05-04","2022"\n',
    "Crossref": '{"status": "ok", "message": {"items": [{"DOI": "10.5555/MOSS.1", "indexed": {}, "title":'
    ' ["Moss at night"]'
    ', "author": [{"given": "Jan", "family": "van der Berg"}, {"given": "Wei", "family": "Li"}], "contain'
    'er-title": ["Moss"]'
    ', "issued": {"date-parts": [[2021, 5]]}, "reference": [{"article-title": "Another"}]}]}}',
}


@pytest.mark.parametrize("name", EXPORTS)
def test_one_paper_is_the_same_in_whatever_export(name: str, tmp_path: Path) -> None:
    papers, rejected = read(tmp_path, EXPORTS[name])
    assert [item for item in rejected if not item.reason.startswith("above the header")] == []
    assert len(papers) == 1
    paper = papers[0]
    assert paper.title == "Moss at night"
    assert paper.authors == ("Jan van der Berg", "Wei Li")
    assert (paper.year, paper.venue, paper.doi) == (2021, "Moss", "10.5555/moss.1")
    assert paper.date in ("", "2021-05", "2021-05-04")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "subtitles",
            "".join(
                f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\nHe says that moss grows at night.\n\n"
                for n in range(9)
            ),
        ),
        (
            "mail",
            "From: a@example.org\nTo: b@example.org\nSubject: Moss at night\nDate: Mon, 2 Apr 2007\n\n"
            + PROSE
            + "\n",
        ),
        (
            "settings",
            "name: moss\nversion: 1.0\ndescription: counts moss at night with lamps\nauthor: Ada\nlicense: MIT\n",
        ),
        (
            "a container file",
            "FROM python:3\nRUN pip install moss\nCOPY . /app of the moss project\nCMD moss count at night\n",
        ),
        (
            "a difference",
            "--- a\n+++ b\n@@ -1,2 +1,2 @@\n-the moss is counted at night\n+the moss is counted at dusk\n",
        ),
    ],
)
def test_what_is_no_page_is_not_read_as_one(name: str, text: str) -> None:
    with pytest.raises(NotText):
        find_format(text)
