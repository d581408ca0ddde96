"""The page in a real browser: opened from a file, in headless Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("selenium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium with its console and network logged; skipped where absent, failed under CI."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        reason = "no chromium or chromedriver on PATH: apt-get install chromium chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync"):
        options.add_argument(f"--{argument}")
    for argument in ("disable-background-networking", "disable-component-update", "disable-dev-shm-usage"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.fixture
def opened(browser: Any, side_by_side: Path) -> Any:
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get((side_by_side / "index.html").as_uri())
    return browser


def test_the_page_opens_without_an_error_and_asks_the_network_for_nothing(browser: Any, side_by_side: Path) -> None:
    import json

    for kind in ("browser", "performance"):
        browser.get_log(kind)
    url = (side_by_side / "index.html").as_uri()
    browser.get(url)
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert url in asked
    assert [address for address in asked if address != url and not address.startswith("data:")] == []
    assert browser.get_log("browser") == []
    assert "Skillweave" in browser.title


def test_the_explorer_unfolds_by_mouse_and_by_keyboard(opened: Any) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    leaves = opened.find_elements(By.CSS_SELECTOR, ".explorer .leaf")
    assert len(leaves) == 18
    assert not any(leaf.is_displayed() for leaf in leaves)
    opened.find_element(By.CSS_SELECTOR, "[data-fold=open]").send_keys(Keys.ENTER)
    assert all(leaf.is_displayed() for leaf in leaves)
    opened.find_element(By.CSS_SELECTOR, "[data-fold=close]").send_keys(Keys.ENTER)
    root = opened.find_element(By.CSS_SELECTOR, ".explorer summary")
    branches = opened.find_elements(By.CSS_SELECTOR, ".explorer details details > summary")
    assert not branches[0].is_displayed()
    root.send_keys(Keys.ENTER)
    assert branches[0].is_displayed()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(opened: Any, width: int) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width


CONTRAST = """
const rgb = c => { const x = c.match(/[\\d.]+/g).map(Number); return [...x.slice(0, 3), x[3] ?? 1]; };
const lum = c => { const v = c.slice(0, 3).map(x => (x /= 255) <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
  return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
  if (c[3] > 0) return c; } return [255, 255, 255, 1]; };
const bad = [];
for (const e of document.querySelectorAll("main *, header *, nav *, .banner *")) {
  if (e.closest("svg") || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
  const a = lum(rgb(getComputedStyle(e).color)), b = lum(ground(e));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) bad.push([e.tagName, e.className, e.textContent.slice(0, 30), ratio]);
}
return bad;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_on_its_ground(opened: Any, scheme: str) -> None:
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    assert opened.execute_script(CONTRAST) == []


def test_every_chart_has_a_name_for_those_who_cannot_see_it(opened: Any) -> None:
    from selenium.webdriver.common.by import By

    charts = opened.find_elements(By.CSS_SELECTOR, "svg[role=img]")
    assert len(charts) >= 6
    assert all(len(chart.get_attribute("aria-label")) > 20 for chart in charts)
