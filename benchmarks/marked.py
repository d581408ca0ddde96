"""Put what a benchmark found between two equal marks of a page."""

from pathlib import Path


def write_between(path: Path, mark: str, text: str) -> None:
    """Replace what stands between the two ``<!-- mark -->`` of a page."""
    sign = f"<!-- {mark} -->"
    before, _, after = path.read_text(encoding="utf-8").split(sign)
    path.write_text(f"{before}{sign}\n{text}{sign}{after}", encoding="utf-8")
