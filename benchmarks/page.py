"""Measures pages that ``huffvec explore`` has written: size, and how long a browser takes.

    python benchmarks/page.py PAGES… [--times 5] [--word the]

Needs playwright (``pip install playwright``) and Chromium, which runs without a screen and draws by
software. Prints medians in milliseconds: from opening a page until all of it is there, its worker
too; from a word that is typed to its nearest ones; and a frame while the map is moved.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
OPTIONS = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--no-sandbox",
]
# Moves the map for a second as a mouse does, a step a frame, and returns how long frames took.
MOVE = """async () => {
    const map = document.querySelector("[data-testid=map]");
    const { left, top, width, height } = map.getBoundingClientRect();
    const send = (type, x, y) => (type === "mousedown" ? map : window).dispatchEvent(
        new MouseEvent(type, { bubbles: true, view: window, clientX: x, clientY: y }));
    const [x, y] = [left + width / 2, top + height / 2];
    const frame = () => new Promise((go) => requestAnimationFrame(go));
    send("mousedown", x, y);
    const times = [];
    let last = await frame();
    const end = last + 1000;
    for (let step = 1; last < end; step++) {
        send("mousemove", x + 60 * Math.sin(step / 9), y + 40 * Math.cos(step / 9));
        const now = await frame();
        times.push(now - last);
        last = now;
    }
    send("mouseup", x, y);
    return times;
}"""


def measured(tab: Page, page: Path, word: str | None) -> dict[str, float]:
    """Open a page once, and return how long things take."""
    tab.goto(page.absolute().as_uri())
    tab.wait_for_selector("#app[data-ready]", timeout=120_000)
    found = {"ready": float(tab.get_attribute("#app", "data-ready") or "nan")}
    if word is not None:
        start = time.perf_counter()
        tab.get_by_test_id("search").fill(word)
        tab.get_by_test_id("search").press("Enter")
        tab.wait_for_selector("[data-testid=neighbours] li")
        found["nearest"] = 1e3 * (time.perf_counter() - start)
    found["frame"] = statistics.median(tab.evaluate(MOVE))
    return found


def openings(browser: Any, page: Path, times: int, word: str | None) -> Iterator[dict[str, float]]:
    """Yield what was measured, in a new context each time, after one that does not count."""
    for number in range(times + 1):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        found = measured(context.new_page(), page, word)
        context.close()
        if number:
            yield found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--word", help="one that all pages have")
    args = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for page in args.pages:
            runs = list(openings(browser, page, args.times, args.word))
            medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            shown = ", ".join(f"{name} {value:,.0f}" for name, value in medians.items())
            print(f"{page}: {page.stat().st_size / 1e6:.1f} MB; ms: {shown}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
