"""The chat page in a real browser: what a reader sees and does, and that nothing leaves the machine."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fake_service import CLAIMS, CUE, EDGES, HOSTILE, LONG_VENUE, PAPERS, FakeService
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from serving import serving

from assistant.filters import Filters
from ui.service import ServiceStatus

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=3, reruns_delay=1)]  # cores may be busy
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


PATIENCE = 20_000
"""Milliseconds that anything may take on busy cores: what comes at all comes sooner, and passes sooner."""
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """Return the browser's path; without one the tests are skipped, except on CI."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROME") or next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(
            "CI must have a browser: none of chromium, chromium-browser, google-chrome, $CHROME was found"
        )
    if found is None:
        pytest.skip("no browser: install chromium, or set CHROME to one's path")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def service() -> FakeService:
    return FakeService()


@pytest.fixture(scope="module")
def address(service: FakeService) -> Iterator[str]:
    """Serve the page as `serve` does, in a thread of this process."""
    from ui.server import create_app

    with serving(create_app(service)) as found:
        yield found


@pytest.fixture(autouse=True)
def usual_state(service: FakeService) -> None:
    """Give each test the service as new."""
    usual = FakeService()
    service.state, service.pause, service.sentences = usual.state, usual.pause, usual.sentences
    service.understanding = usual.understanding
    service.histories.clear()
    service.filters.clear()
    service.closed.clear()


class Watch:
    """What a page did that it shouldn't: foreign requests, errors, dialogs."""

    def __init__(self, page: Page, own: str) -> None:
        self.wrong: list[str] = []
        self.requests = 0
        self.own = urlsplit(own).netloc
        page.on("request", lambda request: self._request(request.url))
        page.on("response", lambda response: self._response(response.status, response.url))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def _request(self, url: str) -> None:
        self.requests += 1
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.own:
            self.wrong.append(f"request: {url}")

    def _response(self, status: int, url: str) -> None:
        if status >= 400:
            self.wrong.append(f"{status}: {url}")

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self.wrong.append(f"console: {text}")


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    options = {"viewport": {"width": 1360, "height": 860}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """An open page; the test fails if it did anything that it shouldn't."""
    page = context.new_page()
    watch = Watch(page, address)
    page.goto(address)
    expect(box(page)).to_be_visible()
    yield page
    assert watch.requests > 5
    assert watch.wrong == []


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your question")


def ask(page: Page, question: str) -> Locator:
    """Send a question once the page takes one; return the place of its answer."""
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    before = page.get_by_test_id("bot").count()
    box(page).fill(question)
    answer = page.get_by_test_id("bot").nth(before)
    send(page, answer)
    return answer


def send(page: Page, shown: Locator) -> None:
    """Press Enter until something shows: the page takes one at a time, and drops those that come too soon."""
    until = time.monotonic() + PATIENCE / 1000
    while not shown.is_visible() and time.monotonic() < until:
        box(page).press("Enter")
        with suppress(AssertionError):
            expect(shown).to_be_visible(timeout=3000)
    expect(shown).to_be_visible()


def card(page: Page, anchor: str) -> Locator:
    return page.locator(f"#sources #{anchor}")


def in_view(locator: Locator) -> bool:
    return bool(
        locator.evaluate(
            """element => {
                const box = element.getBoundingClientRect();
                const start = element.getClientRects()[0];  // of words that run over two lines, the first
                const hit = document.elementFromPoint(start.x + 3, start.y + 3);
                const uncovered = !!hit && (element.contains(hit) || hit.contains(element));
                return box.top >= 0 && box.bottom <= innerHeight && uncovered;
            }"""
        )
    )


def wait_in_view(locator: Locator) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while not in_view(locator):
        assert time.monotonic() < until, "never scrolled into view"
        time.sleep(0.05)


def test_the_page_greets_and_answers_an_example(page: Page) -> None:
    expect(page).to_have_title("paperchat")
    expect(page.get_by_role("heading", level=1)).to_have_text("paperchat")
    expect(page.locator("#title")).to_contain_text("checked against the papers, or quoted from them")
    expect(page.locator("#status")).to_contain_text("103 papers")
    expect(page.locator("#status")).to_contain_text("qwen2.5-1.5b")
    page.get_by_text("Which cue does the one-shot sparsifier use?").click()
    expect(page.get_by_test_id("bot")).to_contain_text(CLAIMS[0].text)
    expect(page.get_by_test_id("user")).to_have_text("Which cue does the one-shot sparsifier use?")
    expect(page.locator("#status")).to_contain_text("last answer")


def test_an_answer_shows_verdicts_chips_and_marked_sources(page: Page) -> None:
    answer = ask(page, "Which cue does it use?")
    expect(answer).to_contain_text("written by qwen2.5-1.5b and checked")
    expect(answer.locator(".claim")).to_have_count(4)
    expect(answer.locator(".quoted").first).to_contain_text("Quoted instead")
    expect(answer.locator(".chip").first).to_have_text("[1]")
    expect(answer.locator(".chip").first).to_have_attribute("title", f"{PAPERS[0].title}\n“{CUE}”")
    expect(card(page, "src-1-1").locator("mark")).to_have_text([CUE, EDGES], use_inner_text=True)
    expect(card(page, "src-1-1").get_by_role("link")).to_have_attribute("href", PAPERS[0].link)
    expect(card(page, "src-1-2")).to_contain_text(
        "Summary by the paperchat project, not the authors’ abstract"
    )
    expect(page.locator("#sources .also li")).to_have_count(2)
    expect(box(page)).to_have_value("")
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_a_chip_opens_its_card_and_shows_the_quote(page: Page) -> None:
    page.set_viewport_size({"width": 1200, "height": 420})
    answer = ask(page, "Which cue does it use?")
    mark = card(page, "src-1-2").locator("mark").last
    answer.locator(".chip").last.click()
    wait_in_view(mark)
    expect(card(page, "src-1-2")).to_be_focused()
    expect(card(page, "src-1-2").get_by_role("button")).to_have_attribute("aria-expanded", "true")
    expect(card(page, "src-1-2")).to_contain_text("A reader who asks")
    assert len(page.context.pages) == 1
    assert urlsplit(page.url).fragment == ""


def test_a_source_stays_in_view_while_the_rest_is_still_being_written(
    page: Page, service: FakeService
) -> None:
    """The panel is made anew with each sentence; on a slow machine a reader clicks long before the last."""
    page.set_viewport_size({"width": 1200, "height": 420})
    service.sentences = threading.Semaphore(1)
    answer = ask(page, "Which cue does it use?")
    answer.locator(".chip").first.click()
    expect(card(page, "src-1-1")).to_be_focused()
    service.sentences.release(len(CLAIMS))
    expect(answer).to_contain_text("checked ·")
    expect(card(page, "src-1-2")).to_be_visible()  # the panel was made anew since
    mark = card(page, "src-1-1").locator("mark").first
    wait_in_view(mark)
    expect(card(page, "src-1-1")).to_be_focused()
    expect(card(page, "src-1-1").get_by_role("button")).to_have_attribute("aria-expanded", "true")


def test_a_reader_who_has_gone_on_is_not_called_back(page: Page, service: FakeService) -> None:
    service.sentences = threading.Semaphore(1)
    answer = ask(page, "Which cue does it use?")
    answer.locator(".chip").first.click()
    expect(card(page, "src-1-1")).to_be_focused()
    box(page).click()
    page.keyboard.type("And how many")
    service.sentences.release(len(CLAIMS))
    expect(card(page, "src-1-2")).to_be_visible()  # a new card, which a source still wanted would be shown by
    expect(answer).to_contain_text("checked ·")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("And how many")


def test_an_abstract_folds_and_unfolds(page: Page) -> None:
    ask(page, "Which cue does it use?")
    first = card(page, "src-1-1")
    expect(first).not_to_contain_text("Large graphs slow", use_inner_text=True)
    first.get_by_role("button", name="Whole abstract").click()
    expect(first.locator(".abstract")).to_have_text(PAPERS[0].abstract, use_inner_text=True)
    first.get_by_role("button", name="Less").click()
    expect(first).not_to_contain_text("Large graphs slow", use_inner_text=True)


def test_evidence_shows_while_the_text_is_still_being_written(page: Page, service: FakeService) -> None:
    service.sentences = threading.Semaphore(0)
    answer = ask(page, "Which cue does it use?")
    expect(card(page, "found-1-1").locator("mark").first).to_have_text(CUE)
    expect(answer.locator(".draft")).to_contain_text("TRELLIS drops")
    expect(answer.locator(".draft")).to_have_attribute("aria-hidden", "true")
    expect(page.locator("#sources .cited")).to_have_count(0)
    service.sentences.release()
    expect(answer.locator(".claim").first).to_contain_text(CLAIMS[0].text)
    expect(card(page, "src-1-1")).to_be_visible()
    expect(card(page, "found-1-2")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(answer).to_contain_text("Stopped. What is shown was checked.")
    service.sentences.release(len(CLAIMS))


def test_stop_ends_a_slow_answer_and_the_next_question_works(page: Page, service: FakeService) -> None:
    answer = ask(page, "slow: which cue?")
    expect(answer.locator(".draft")).to_be_visible()
    box(page).fill("typed meanwhile")
    box(page).press("Enter")  # ignored while an answer is being written
    page.get_by_role("button", name="Stop").click()
    expect(answer).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert service.closed.wait(PATIENCE / 1000)
    expect(page.get_by_test_id("user")).to_have_count(1)
    expect(box(page)).to_have_value("typed meanwhile")
    expect(ask(page, "Which cue?")).to_contain_text(CLAIMS[0].text)


def test_a_follow_up_has_the_history_and_older_sources_come_back(page: Page, service: FakeService) -> None:
    first = ask(page, "Which cue?")
    expect(first).to_contain_text("checked ·")
    second = ask(page, "And how many edges go?")
    expect(second).to_contain_text("Understood as: And how many edges go? (of arxiv:2403.00001)")
    expect(second).to_contain_text("checked ·")
    assert service.histories[1][1].paper_ids == (PAPERS[0].id, PAPERS[1].id)
    expect(card(page, "src-2-1")).to_be_visible()
    first.locator(".chip").first.click()
    expect(card(page, "src-1-1")).to_be_focused()
    expect(page.locator("#sources")).to_contain_text("for “Which cue?”")
    second.locator(".chip").first.click()
    expect(card(page, "src-2-1")).to_be_focused()


def test_new_chat_forgets_everything(page: Page, service: FakeService) -> None:
    expect(ask(page, "slow: which cue?").locator(".draft")).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_test_id("bot")).to_have_count(0)
    expect(page.locator("#sources .card")).to_have_count(0)
    assert service.closed.wait(PATIENCE / 1000)
    expect(page.get_by_text("Ask the collection")).to_be_visible()
    expect(ask(page, "Which cue?")).to_contain_text("checked ·")
    assert service.histories[-1] == ()
    expect(page.get_by_test_id("bot")).to_have_count(1)


def test_not_in_the_collection(page: Page) -> None:
    answer = ask(page, "What do these papers say about cooking pasta?")
    expect(answer.get_by_role("heading")).to_have_text("Not in the collection")
    expect(answer.get_by_role("link")).to_have_count(3)
    answer.get_by_role("link").nth(2).click()
    expect(card(page, "near-1-3")).to_be_focused()
    expect(page.locator("#sources")).to_contain_text("none of which answers")


def test_errors_are_shown_and_the_page_goes_on(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    broken = ask(page, "break").get_by_role("alert")
    expect(broken).to_contain_text("No answer from http://127.0.0.1:11434")
    expect(broken.locator("code")).to_have_text("ollama serve")
    crashed = ask(page, "crash")
    expect(crashed.get_by_role("alert")).to_contain_text("something went wrong inside paperchat")
    expect(page.locator("body")).not_to_contain_text("a secret detail")
    assert "a secret detail" in caplog.text
    expect(ask(page, "fail").get_by_role("alert")).to_contain_text("The model stopped answering.")
    expect(ask(page, "Which cue?")).to_contain_text(CLAIMS[0].text)


def test_empty_and_overlong_questions_are_not_asked(page: Page, service: FakeService) -> None:
    box(page).fill("   ")
    box(page).press("Enter")
    box(page).fill("x" * 2001)
    send(page, page.get_by_text("Your question has 2,001 characters; at most 2,000").first)
    expect(box(page)).to_have_value("x" * 2001)
    assert service.histories == []
    expect(page.get_by_test_id("user")).to_have_count(0)
    expect(ask(page, "x" * 2000)).to_contain_text("checked ·")


def test_hostile_text_stays_text_everywhere(page: Page, service: FakeService) -> None:
    elements = (
        "document.querySelectorAll('script, img, iframe, form, style, link, svg, object, embed').length"
    )
    before = page.evaluate(elements)
    answer = ask(page, f"attack {HOSTILE[:300]}")
    expect(answer).to_contain_text("checked ·")
    page.locator("#sources .more").click()
    for place in (answer, page.get_by_test_id("user"), page.locator("#sources")):
        expect(place).to_contain_text("<script>alert(1)</script><img src=")
        expect(place).to_contain_text("**bold** `code` $$x$$")
        expect(
            place.locator("script, img, svg, iframe, form, style, h1, h2, strong, code, table, .katex")
        ).to_have_count(0)
    expect(card(page, "src-1-1").locator("mark")).to_have_text("It scores 12.5 points.")
    for link in page.locator("#chat a, #sources a").all():
        assert re.match(r"#src-1-1|https://(arxiv|doi|example)\.org/", link.get_attribute("href") or "")
    service.state = ServiceStatus(
        papers=2, collection=HOSTILE, model=HOSTILE[:200], why=HOSTILE, examples=(HOSTILE,)
    )
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#chat .about")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#status img, #chat img, #chat h1, #chat form")).to_have_count(0)
    assert page.evaluate(elements) <= before + 1  # Gradio's own icon of an example may come


def test_scripts_that_get_into_the_page_do_not_run(context: BrowserContext, address: str) -> None:
    """The content policy holds even where the escaping and Gradio's sanitiser would both fail."""
    page = context.new_page()
    page.goto(address)
    expect(box(page)).to_be_visible()
    blocked = page.evaluate(
        """async () => {
            const seen = [];
            addEventListener("securitypolicyviolation", event => seen.push(event.effectiveDirective));
            document.body.insertAdjacentHTML("beforeend",
                '<img src="https://evil.example/x.png"><img src="data:," onerror="window.owned = 1">');
            const script = document.createElement("script");
            script.textContent = "window.owned = 2";
            document.body.append(script);
            await fetch("https://evil.example/").catch(() => {});
            const all = ["img-src", "script-src-attr", "script-src-elem", "connect-src"];
            for (let left = 60; left && !all.every(one => seen.includes(one)); left--) {
                await new Promise(done => setTimeout(done, 300));
            }
            await new Promise(done => setTimeout(done, 300));
            return [window.owned ?? null, ...new Set(seen)];
        }"""
    )
    assert blocked[0] is None
    assert {"img-src", "script-src-attr", "script-src-elem", "connect-src"} <= set(blocked)


def test_a_loading_service_becomes_ready_without_a_reload(
    browser: Browser, address: str, service: FakeService
) -> None:
    service.state = ServiceStatus(papers=0, ready=False, activity="adding papers: 40 of 103")
    page = browser.new_page()
    page.goto(address)
    expect(page.locator("#status")).to_contain_text("adding papers: 40 of 103")
    expect(page.get_by_role("heading", name="Getting ready")).to_be_visible()
    service.state = FakeService().state
    expect(page.locator("#status")).to_contain_text("103 papers")
    expect(page.locator("#status")).not_to_contain_text("adding")
    expect(page.get_by_text("How many questions do sentences answer?")).to_be_visible()
    page.close()


def test_an_empty_store_and_quotes_only_say_what_to_do(
    browser: Browser, address: str, service: FakeService
) -> None:
    service.state = ServiceStatus(papers=0, why="no model was found", hint="run `make chat LLM=local`")
    page = browser.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="There are no papers yet")).to_be_visible()
    expect(page.locator("#chat code")).to_have_text("paperchat ingest papers.jsonl")
    page.get_by_text("quotes only").click()
    expect(page.locator("#status code")).to_have_text("make chat LLM=local")
    page.get_by_role("heading", level=1).click()
    expect(page.locator("#status code")).to_be_hidden()
    page.close()


@pytest.mark.parametrize(
    "context", [{"viewport": {"width": 390, "height": 844}}], indirect=True, ids=["phone"]
)
def test_on_a_phone_the_sources_come_below_and_nothing_sticks_out(page: Page) -> None:
    answer = ask(page, "Which cue does it use?")
    expect(answer).to_contain_text("checked ·")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    chat, sources = page.locator("#chat").bounding_box(), page.locator("#sources-column").bounding_box()
    assert chat is not None and sources is not None
    assert sources["y"] >= chat["y"] + chat["height"]
    assert in_view(box(page))
    answer.locator(".chip").nth(1).click()
    wait_in_view(card(page, "src-1-1").locator("mark").nth(1))


@pytest.mark.parametrize(
    "context", [{"color_scheme": "dark"}, {"color_scheme": "light"}], indirect=True, ids=["dark", "light"]
)
def test_text_has_enough_contrast_in_both_schemes(page: Page, request: pytest.FixtureRequest) -> None:
    answer = ask(page, "Which cue does it use?")
    expect(answer).to_contain_text("checked ·")
    dark = request.node.callspec.id == "dark"
    places = (
        "#title p, #status .item, #new-chat, #chat .claim, #chat .chip, #chat .note, #chat .outcome, "
        "#chat .aside summary, #question .submit-button, #sources .abstract, #sources .abstract mark, "
        "#sources .meta, #sources .meta mark, #sources .byline, #sources .also a, #sources .more"
    )
    for place in places.split(", "):
        ratio, light = settled_contrast(page.locator(place).first)
        assert ratio >= 4.5, f"{place}: {ratio:.1f}"
        if place == "#chat .claim":
            assert (light > 0.5) == dark


def settled_contrast(locator: Locator) -> tuple[float, float]:
    """Return the contrast of a text and how light it is, once colours have stopped changing."""
    until = time.monotonic() + PATIENCE / 1000
    while True:
        before = locator.evaluate(CONTRAST)
        time.sleep(0.2)
        if (locator.evaluate(CONTRAST) == before and before[0] >= 4.5) or time.monotonic() > until:
            return before[0], before[1]


CONTRAST = """element => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b]
        .map(part => part / 255)
        .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    let behind = element;
    const seeThrough = () => rgba(getComputedStyle(behind).backgroundColor)[3] < 255;
    while (behind.parentElement && seeThrough()) behind = behind.parentElement;
    const text = luminance(rgba(getComputedStyle(element).color));
    const ground = luminance(rgba(getComputedStyle(behind).backgroundColor));
    const [high, low] = [Math.max(text, ground), Math.min(text, ground)];
    return [(high + 0.05) / (low + 0.05), text];
}"""


def test_the_keyboard_reaches_everything(page: Page) -> None:
    answer = ask(page, "Which cue does it use?")
    expect(answer).to_contain_text("checked ·")
    answer.locator(".chip").first.focus()
    page.keyboard.press("Enter")
    expect(card(page, "src-1-1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(card(page, "src-1-1").get_by_role("link")).to_be_focused()
    page.keyboard.press("Tab")
    expect(card(page, "src-1-1").get_by_role("button", name="Less")).to_be_focused()
    for message, name in (("user", "Question"), ("bot", "Answer")):
        expect(page.get_by_test_id(message)).to_have_attribute("aria-label", name)


def test_two_readers_have_chats_of_their_own(browser: Browser, address: str, service: FakeService) -> None:
    pages = [browser.new_page(), browser.new_page()]
    for page in pages:
        page.goto(address)
        expect(box(page)).to_be_visible()
    expect(ask(pages[0], "Which cue?")).to_contain_text("checked ·")
    expect(ask(pages[1], "Which cue?")).to_contain_text("checked ·")
    assert service.histories == [(), ()]
    for page in pages:
        page.close()


def test_the_api_answers_one_question(address: str) -> None:
    from gradio_client import Client

    client = Client(address, verbose=False)
    answer = client.predict("Which cue?", api_name="/ask")
    assert answer["claims"][0]["citations"][0]["quote"] == CUE
    with pytest.raises(Exception, match="start it with `ollama serve`"):
        client.predict("break", api_name="/ask")
    with pytest.raises(Exception, match="since 2022 is after until 2020"):
        client.predict("Which cue?", ["since 2022", "until 2020"], api_name="/ask")


SERVE = """
import socket, sys
sys.path.insert(0, sys.argv[1])

def watch(event, args):
    there = args[0] if event == "socket.getaddrinfo" else args[1] if event == "socket.connect" else None
    host = there[0] if isinstance(there, tuple) else there
    if event.startswith("socket.") and isinstance(host, str) and host not in ("127.0.0.1", "localhost"):
        print("OUT", event, host, file=sys.stderr)

sys.addaudithook(watch)
from fake_service import FakeService
from ui.server import serve
serve(FakeService(), port=0, on_ready=lambda address: print(address, flush=True))
"""


@pytest.mark.slow
def test_the_server_says_when_it_is_ready_calls_nobody_and_stops_when_told() -> None:
    """`serve` in a process of its own, ended as a terminal ends it."""
    command = [sys.executable, "-c", SERVE, str(Path(__file__).parent)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True).start()
    try:
        address = lines.get(timeout=60).strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        assert httpx.get(f"{address}/healthz", timeout=20).json()["status"] == "ok"
        assert httpx.get(address, timeout=20).status_code == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "OUT" not in errors
        assert "Traceback" not in errors
    finally:
        process.kill()


def filter_chip(page: Page, text: str) -> Locator:
    return page.locator("#filters .token", has_text=text)


def test_filters_are_typed_shown_and_removed(page: Page, service: FakeService) -> None:
    field = page.get_by_label("Only papers")
    field.fill("since 2023")
    field.press("Enter")
    expect(filter_chip(page, "since 2023")).to_be_visible()
    field.fill("colour: red")
    field.press("Enter")
    expect(page.get_by_text("isn't a filter")).to_be_visible()
    expect(filter_chip(page, "colour")).to_have_count(0)
    expect(ask(page, "Which cue does it use?")).to_contain_text("Only papers since 2023")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    filter_chip(page, "since 2023").locator(".token-remove").click()
    expect(filter_chip(page, "since 2023")).to_have_count(0)
    ask(page, "Which cue is used then?")
    expect(page.locator("#chat .understood", has_text="Only papers")).to_have_count(1)
    assert [filters.since for filters in service.filters] == [2023, None]


def test_a_filter_read_off_the_question_can_be_taken_back(page: Page, service: FakeService) -> None:
    expect(ask(page, "Which cue is used since 2021?")).to_contain_text("Only papers since 2021")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    filter_chip(page, "since 2021").locator(".token-remove").click()
    expect(page.get_by_test_id("bot")).to_have_count(2)
    expect(page.get_by_test_id("bot").nth(1)).not_to_contain_text("Only papers")
    expect(filter_chip(page, "since 2021")).to_have_count(0)
    assert [filters.since for filters in service.filters] == [2021, None]


def test_the_page_offers_what_the_collection_can_be_restricted_to(page: Page) -> None:
    page.get_by_label("Only papers").click()
    page.get_by_role("option", name="venue: Workshop on Graph Learning").click()
    expect(filter_chip(page, "venue: Workshop on Graph Learning")).to_be_visible()


def restrict(page: Page, text: str) -> None:
    """Type a filter."""
    field = page.get_by_label("Only papers")
    field.fill(text)
    field.press("Enter")
    expect(filter_chip(page, text)).to_be_visible()


def test_a_filter_added_while_an_answer_is_written_stays_and_holds_from_then_on(
    page: Page, service: FakeService
) -> None:
    service.sentences = threading.Semaphore(0)
    answer = ask(page, "Which cue is used since 2021?")
    expect(answer.locator(".draft")).to_be_visible()
    expect(filter_chip(page, "since 2021")).to_be_visible()
    restrict(page, "author: Ada Almeida")
    service.sentences.release(len(CLAIMS))
    expect(answer).to_contain_text("checked ·")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(filter_chip(page, "author: Ada Almeida")).to_be_visible()
    expect(filter_chip(page, "since 2021")).to_be_visible()
    expect(answer).not_to_contain_text("Ada Almeida")
    expect(ask(page, "And which cue then?")).to_contain_text("Only papers author: Ada Almeida")
    assert service.filters == [Filters(since=2021), Filters(authors=("Ada Almeida",))]
    expect(filter_chip(page, "author: Ada Almeida")).to_be_visible()
    expect(filter_chip(page, "since 2021")).to_have_count(0)


def test_a_filter_added_before_the_question_is_understood_stays_too(page: Page, service: FakeService) -> None:
    service.understanding = threading.Semaphore(0)
    answer = ask(page, "Which cue is used since 2021?")
    restrict(page, "author: Ada Almeida")
    service.understanding.release()
    expect(answer).to_contain_text("checked ·")
    expect(filter_chip(page, "author: Ada Almeida")).to_be_visible()
    expect(filter_chip(page, "since 2021")).to_be_visible()
    expect(answer).not_to_contain_text("Ada Almeida")
    assert service.filters == [Filters(since=2021)]


def test_a_long_venue_that_is_offered_can_be_chosen(page: Page, service: FakeService) -> None:
    page.get_by_label("Only papers").click()
    page.get_by_role("option", name=LONG_VENUE[:80]).click()
    expect(filter_chip(page, LONG_VENUE)).to_be_visible()
    expect(ask(page, "Which cue?")).to_contain_text("checked ·")
    assert service.filters == [Filters(venues=(LONG_VENUE,))]


def test_years_the_wrong_way_round_are_told_and_not_taken(page: Page, service: FakeService) -> None:
    restrict(page, "since 2022")
    field = page.get_by_label("Only papers")
    field.fill("until 2020")
    field.press("Enter")
    expect(page.get_by_text("since 2022 is after until 2020").first).to_be_visible()
    expect(filter_chip(page, "until 2020")).to_have_count(0)
    expect(ask(page, "Which cue?")).to_contain_text("checked ·")
    assert service.filters == [Filters(since=2022)]
