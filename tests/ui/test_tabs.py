"""Tabs beside the chat, in a real browser: made when opened, and the chat goes on as it was."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from fake_service import CLAIMS, FakeService
from playwright.sync_api import Page, expect, sync_playwright
from serving import serving
from test_chat_page import FLAGS, Watch, ask, box, chromium

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2, reruns_delay=1)]


@pytest.fixture(scope="module")
def opened() -> list[float]:
    """When the tab was opened."""
    return []


@pytest.fixture(scope="module")
def address(opened: list[float]) -> Iterator[str]:
    from ui.server import create_app

    def runs() -> str:
        opened.append(time.monotonic())
        return f"<table><tr><th>run</th></tr><tr><td>run {len(opened)}</td></tr></table>"

    with serving(create_app(FakeService(), tabs=[("Runs", runs)])) as found:
        yield found


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1360, "height": 860})
        watch = Watch(page, address)
        page.goto(address)
        expect(box(page)).to_be_visible()
        yield page
        assert watch.wrong == []
        browser.close()


def test_a_tab_is_made_each_time_it_is_opened_and_the_chat_stays(page: Page, opened: list[float]) -> None:
    assert opened == []  # nothing is read for readers who never look
    answer = ask(page, "Which cue does it use?")
    expect(answer).to_contain_text("checked ·")
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_role("cell", name="run 1")).to_be_visible()
    expect(box(page)).not_to_be_visible()
    page.get_by_role("tab", name="Chat").click()
    expect(answer).to_contain_text(CLAIMS[0].text)
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_role("cell", name="run 2")).to_be_visible()
    page.get_by_role("tab", name="Chat").click()
    expect(ask(page, "And how many edges go?")).to_contain_text("checked ·")
