"""Pictures of a report page as a reader meets it: light, dark, on a phone and printed.

    python benchmarks/pictures.py report/index.html docs/report [--only light ...]

Needs Chromium on PATH. Each picture is one PNG: the first screens at 1280 x 2200, the phone at 390 x 1700 twice as
dense, the first printed page.
"""

import argparse
import shutil
import sys
from pathlib import Path

WIDE, PHONE, PAPER = (1280, 2200), (390, 1700), (794, 1123)
KINDS = {
    "light": {"color_scheme": "light", "size": WIDE},
    "dark": {"color_scheme": "dark", "size": WIDE},
    "phone": {"color_scheme": "light", "size": PHONE, "scale": 2},
    "print": {"color_scheme": "light", "size": PAPER, "media": "print"},
}


def take(page_file: Path, folder: Path, *, only: list[str] | None = None, whole: bool = False) -> list[Path]:
    """Write the pictures of a page into a folder and return their paths; ``whole`` takes all of the page."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no chromium on PATH: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in only or list(KINDS):
            kind = KINDS[name]
            width, height = kind["size"]
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme=kind["color_scheme"],
                device_scale_factor=kind.get("scale", 1),
            )
            page.goto(page_file.resolve().as_uri())
            if "media" in kind:
                page.evaluate("dispatchEvent(new Event('beforeprint'))")
                page.emulate_media(media=kind["media"])
            made.append(folder / f"{name}.png")
            page.screenshot(path=made[-1], full_page=whole)
            page.close()
        browser.close()
    return made


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=list(KINDS))
    parser.add_argument("--whole", action="store_true", help="all of the page, not its first screens")
    given = parser.parse_args()
    for path in take(given.page, given.folder, only=given.only, whole=given.whole):
        print(path)


if __name__ == "__main__":
    main()
