"""The page in a real browser: opened from a file, in headless Chromium."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skillweave.reports.html import VIEWER

pytest.importorskip("playwright")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, headless; skipped where absent, failed under CI."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        reason = "no chromium on PATH: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield chrome
        chrome.close()


@pytest.fixture(params=["light"])
def opened(browser: Any, side_by_side: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page of two agents and the controls, in a colour scheme."""
    page = browser.new_page(color_scheme=request.param)
    page.goto((side_by_side / "index.html").as_uri())
    yield page
    page.close()


BOTH = pytest.mark.parametrize("opened", ["light", "dark"], indirect=True)


def test_the_page_opens_without_an_error_and_asks_the_network_for_nothing(browser: Any, side_by_side: Path) -> None:
    said: list[str] = []
    asked: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    url = (side_by_side / "index.html").as_uri()
    page.goto(url, wait_until="networkidle")
    for button in page.locator("[data-fold]").all():
        button.click()
    assert said == []
    assert [address for address in asked if not address.startswith("data:")] == [url]
    assert "Skillweave" in page.title()
    page.close()


def test_the_explorer_unfolds_by_mouse_and_by_keyboard(opened: Any) -> None:
    leaves = opened.locator(".explorer .leaf")
    assert leaves.count() == 18
    assert not any(leaf.is_visible() for leaf in leaves.all())
    opened.locator("[data-fold=open]").press("Enter")
    assert all(leaf.is_visible() for leaf in leaves.all())
    opened.locator("[data-fold=close]").press("Enter")
    branch = opened.locator(".explorer details details > summary").first
    assert not branch.is_visible()
    opened.locator(".explorer summary").first.press("Enter")
    assert branch.is_visible()
    branch.click()
    assert opened.locator(".explorer details details details > summary").first.is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(opened: Any, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@BOTH
def test_axe_finds_no_serious_problem_with_everything_unfolded(opened: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened.evaluate("for (const item of document.querySelectorAll('details')) item.open = true")
    found = Axe().run(opened).response["violations"]
    serious = {v["id"]: [n["target"] for n in v["nodes"]][:3] for v in found if v["impact"] in ("serious", "critical")}
    assert serious == {}


def test_axe_would_find_a_problem(opened: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    only = {"runOnly": ["color-contrast"]}
    opened.evaluate("document.querySelector('.lede').style.color = '#eee'")
    assert "color-contrast" in {v["id"] for v in Axe().run(opened, options=only).response["violations"]}


def test_every_chart_has_a_name_for_those_who_cannot_see_it(opened: Any) -> None:
    names = opened.locator("svg[role=img]").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert len(names) >= 6
    assert all(len(name) > 20 for name in names)


def test_print_shows_every_table_and_no_navigation(opened: Any) -> None:
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.emulate_media(media="print")
    assert not opened.locator("nav.contents").is_visible()
    assert all(table.is_visible() for table in opened.locator("details.more table").all())


@pytest.mark.slow
def test_the_link_of_a_failure_opens_its_rollout_in_inspect_view(
    browser: Any, weak_logs: Path, weak_report: tuple[Path, dict[str, Any]]
) -> None:
    port = 20_000 + os.getpid() % 20_000
    command = [sys.executable, "-m", "inspect_ai", "view", "--log-dir", str(weak_logs), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = browser.new_page()
        page.goto((weak_report[0] / "index.html").as_uri())
        link = page.locator(f"a[href^='{VIEWER}']").first
        where = str(link.get_attribute("href")).replace(":7575", f":{port}")
        asked = link.evaluate("e => e.closest('.failure').querySelector('blockquote').textContent")
        for _ in range(120):
            try:
                page.goto(where)
                break
            except Exception:
                time.sleep(0.5)
        page.get_by_text(asked.strip()[:40]).first.wait_for(timeout=60_000)
        page.close()
    finally:
        server.terminate()
        server.wait(30)
