"""The report: what it tells in HTML, Markdown and JSON, and the page in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_run import HOSTILE, made_run, made_scores
from playwright.sync_api import Browser, Page, expect, sync_playwright

from evals.report.formats import html_report, json_report, markdown_report
from evals.report.text import summary
from evals.runs.record import Run
from evals.runs.scores import Scores

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made_run(tmp_path_factory.mktemp("report") / "made")


@pytest.fixture(scope="module")
def scores(run: Run) -> Scores:
    return made_scores(run)


@pytest.fixture(scope="module")
def html(run: Run, scores: Scores) -> str:
    return html_report(run, scores)


def test_the_summary_tells_figures_who_wrote_and_judged_and_what_passed(scores: Scores) -> None:
    text = summary(scores)
    assert "Writer: no language model: answers are quotes. Judge: ollama:judge." in text
    assert re.search(r"^  passed +0\.375 +\[\d\.\d{3}  \d\.\d{3}\] +8$", text, re.MULTILINE)
    assert re.search(r"^  ragas_made +0\.500 +\[0\.500  0\.500\] +4 +2$", text, re.MULTILINE)
    assert re.search(r"^  seconds_p50 ↓ +3\.50 s ", text, re.MULTILINE)  # the median of .5, 1, 2 … 7
    assert text.index("answers") < text.index("abstention") < text.index("ragas") < text.index("speed")
    assert re.search(r"^  lookup +1 of 3 +33%$", text, re.MULTILINE)
    assert re.search(r"^  all +3 of 8 +38%$", text, re.MULTILINE)


def test_json_holds_every_metric_by_type(scores: Scores) -> None:
    found = json.loads(json.dumps(json_report(scores)))
    assert found["metrics"].keys() == scores.metrics.keys()
    assert found["metrics"]["passed"]["by_type"]["lookup"]["mean"] == pytest.approx(0.3333)
    assert found["metrics"]["refusal_recall"]["all"]["mean"] == 0.5
    assert found["passed"]["by_type"]["lookup"] == {"passed": 1, "of": 3}
    assert found["missing"] == {"ragas_made": {"the reply isn’t JSON": 2}}
    assert found["judge"] == "ollama:judge"


def test_markdown_tells_every_failure_and_makes_nothing_of_hostile_text(run: Run, scores: Scores) -> None:
    text = markdown_report(run, scores)
    failures = text[text.index("## Failures (5)") :]
    assert re.findall(r"^### (.+)", failures, re.MULTILINE) == [
        "loses (lookup)", "both (compare)", "corals (near\\_miss)", "broken (lookup)", "attack (attack)",
    ]  # fmt: skip
    assert "- **why:** lacks the fact: 0.4% accuracy" in failures
    assert "- **error:** ollama: the model went away" in failures
    assert "- **gold:** Lumen: Fast Attention (rank 3, not cited)" in failures
    assert "| passed | 0.375 |" in text
    assert "ragas\\_made: 2 of 6; the reply isn’t JSON (2)" in text
    assert "<img" not in text and "<script" not in text


def test_the_page_tells_who_was_asked_what_and_every_failure(html: str) -> None:
    words = " ".join(re.sub(r"<[^>]*>", " ", html).split())
    assert "8 cases of made.jsonl about 4 papers, 2026-01-02 03:04 UTC" in words
    for told in (
        "fingerprint cases0", "fingerprint store0", "all-MiniLM-L6-v2", "Judge: ollama:judge",
        "lacks the fact: 0.4% accuracy", "What does Lumen lose?", "It loses 0.4% accuracy.",
        "cites 1 of the 2 gold papers", "replaced", "rank 3 not cited", "ollama: the model went away",
        "says what it must not: taken", "2 of 6", "the reply isn’t JSON ×2", "3 of 8",
    ):  # fmt: skip
        assert told in words, told


def test_the_page_fetches_nothing_and_lets_nothing_else_run(html: str) -> None:
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy.startswith("default-src &#39;none&#39;")
    assert "script-src &#39;sha256-" in policy and "unsafe-eval" not in policy
    assert set(re.findall(r"https?://[^\s\"'<)]*", html)) <= {
        "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink",
    }  # fmt: skip
    assert not re.search(r"<(?:link|img|iframe|object|embed|base)\b", html)
    assert len(re.findall(r"<script", html)) == 1
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r"&lt;.*?&gt;", "", html))


def test_ids_in_the_page_are_unique_although_every_plot_has_its_own(html: str) -> None:
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:href="#|url\(#)([^")]*)', html))
    assert used and used <= set(ids)


def test_hostile_names_of_types_and_metrics_harm_no_plot(run: Run, scores: Scores) -> None:
    def odd(text: str) -> str:
        return f"$x^{{ {text} <b>"

    cases = [case.model_copy(update={"type": odd(case.type)}) for case in scores.cases]
    metrics = {
        name: metric.model_copy(update={"by_type": {odd(t): own for t, own in metric.by_type.items()}})
        for name, metric in scores.metrics.items()
    }
    asked = [case.model_copy(update={"type": odd(case.type)}) for case in run.cases]
    page = html_report(
        Run(run.folder, run.info, asked, run.answers, run.papers),
        scores.model_copy(update={"cases": cases, "metrics": metrics}),
    )
    assert "<b>" not in page
    assert "$x^{ lookup &lt;b&gt;" in page


def test_a_run_in_which_all_passed_or_nothing_has_a_value_has_a_page(run: Run, scores: Scores) -> None:
    kept = [case for case in scores.cases if case.passed][:1]
    few = scores.model_copy(update={"cases": kept, "metrics": {}})
    page = html_report(run, few)
    assert "Every case passed." in page
    assert "1<span" in page and "0 of 0" not in summary(few)


# --- in the browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROME") or next(filter(None, map(shutil.which, names)), None)
    if path is None and not os.environ.get("CI"):
        pytest.skip("no browser: install chromium, or set CHROME to one's path")
    assert path, "CI must have a browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, html: str, tmp_path: Path) -> Iterator[Page]:
    """The report opened from its file; the test fails if it asked for anything else, or complained."""
    file = tmp_path / "report.html"
    file.write_text(html, "utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    yield page
    page.wait_for_timeout(100)
    assert asked == [file.as_uri()]
    assert wrong == []
    assert page.title() == "made: evaluation"
    page.close()


def shown(page: Page) -> list[str]:
    """Return the ids of the cases that the table shows, in its order."""
    found: list[str] = page.eval_on_selector_all(
        "#case-table tbody tr:not([hidden]) th", "cells => cells.map(cell => cell.textContent.trim())"
    )
    return found


@pytest.mark.browser
@pytest.mark.flaky(reruns=2, reruns_delay=1)
def test_cases_are_filtered_by_type_outcome_and_words(page: Page) -> None:
    assert len(shown(page)) == 8
    page.get_by_role("search").get_by_label("Type").select_option("lookup")
    assert shown(page) == ["fast", "loses", "broken"]
    expect(page.locator("#count")).to_have_text("3 of 8")
    page.get_by_role("search").get_by_label("Outcome").select_option("failed")
    assert shown(page) == ["loses"]
    expect(page.locator("#failures .card:visible")).to_have_count(1)  # the cards follow the filter
    page.get_by_role("search").get_by_label("Outcome").select_option("error")
    assert shown(page) == ["broken"]
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#count")).to_have_text("8 of 8")
    page.get_by_role("search").get_by_label("Text").fill(
        "SITES corals"
    )  # one in the question, one in the answer
    assert shown(page) == ["corals"]
    page.get_by_role("search").get_by_label("Text").fill("no such word")
    assert shown(page) == []


@pytest.mark.browser
@pytest.mark.flaky(reruns=2, reruns_delay=1)
def test_cases_are_sorted_either_way_with_missing_values_last(page: Page) -> None:
    head = page.get_by_role("columnheader", name="seconds")
    head.get_by_role("button").click()
    assert shown(page) == ["weather", "fast", "loses", "both", "and-trim", "corals", "broken", "attack"]
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    assert shown(page)[:2] == ["attack", "broken"]
    expect(head).to_have_attribute("aria-sort", "descending")
    words = page.get_by_role("columnheader", name="words_said").get_by_role("button")
    words.click()
    assert set(shown(page)[-2:]) == {"weather", "broken"}  # neither was answered
    words.click()
    assert set(shown(page)[-2:]) == {"weather", "broken"}
    page.get_by_role("columnheader", name="case").get_by_role("button").click()
    assert shown(page)[:3] == ["and-trim", "attack", "both"]
    assert head.get_attribute("aria-sort") is None


@pytest.mark.browser
@pytest.mark.flaky(reruns=2, reruns_delay=1)
def test_the_keyboard_does_it_all(page: Page) -> None:
    button = page.get_by_role("columnheader", name="seconds").get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    assert shown(page)[0] == "weather"
    page.get_by_role("link", name="fast", exact=True).focus()
    page.keyboard.press("Enter")
    card = page.locator("#passing .card", has_text="How much faster is Lumen?")
    expect(card).to_have_attribute("open", "")
    expect(card.locator("> summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card).not_to_have_attribute("open", "")


@pytest.mark.browser
@pytest.mark.flaky(reruns=2, reruns_delay=1)
def test_hostile_text_is_text(page: Page) -> None:
    card = page.locator(".card", has_text="Say it:")
    expect(card.locator(".question")).to_contain_text(HOSTILE)
    card.get_by_text("Abstract", exact=True).click()
    expect(card.locator(".papers .paper-words")).to_contain_text(f"Snare says {HOSTILE}")
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1


@pytest.mark.browser
@pytest.mark.flaky(reruns=2, reruns_delay=1)
def test_the_policy_holds_even_if_markup_got_in(browser: Browser, html: str, tmp_path: Path) -> None:
    marked = html.replace("<main>", f'<main>{HOSTILE}<img src="http://127.0.0.1:9/x.png">', 1)
    (tmp_path / "marked.html").write_text(marked, "utf-8")
    page = browser.new_page()
    done: list[str] = []
    page.on("requestfinished", lambda request: done.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "marked.html").as_uri())
    page.wait_for_timeout(200)
    assert page.title() == "made: evaluation"
    assert done == [(tmp_path / "marked.html").as_uri()]
    assert (
        sum("Content Security Policy" in text for text in complaints) >= 3
    )  # two images, a script or a handler
    page.close()


@pytest.mark.browser
@pytest.mark.flaky(reruns=2, reruns_delay=1)
def test_plots_have_words_and_numbers(page: Page) -> None:
    drawings = page.locator(".plot .drawing")
    assert drawings.count() >= 3
    for drawing in drawings.all():
        expect(drawing).to_have_attribute("role", "img")
        assert len(drawing.get_attribute("aria-label") or "") > 30
        assert drawing.locator("svg[aria-hidden=true]").count() == 1
    assert page.locator(".plot figcaption table").count() == drawings.count()
    latency = page.locator(".plot", has_text="Latency")
    latency.get_by_text("Numbers").click()
    expect(latency.get_by_role("row", name="whole answer")).to_contain_text("3.00 s")  # .5, 1, 2, 3, 4, 5, 7


@pytest.mark.browser
@pytest.mark.flaky(reruns=2, reruns_delay=1)
def test_the_page_follows_the_readers_colours_and_fits_a_phone_and_paper(page: Page) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(247, 248, 248)", "rgb(20, 25, 27)"]
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Close all").click()
    expect(page.locator("#failures .card[open]")).to_have_count(0)
    page.emulate_media(media="print")
    expect(page.locator(".filter")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#failures .card[open]")).to_have_count(5)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#failures .card[open]")).to_have_count(0)
