"""A browser for the tests of pages."""

import pytest
from exploring_pages import CHROMIUM, OPTIONS, opened


@pytest.fixture(scope="session")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium is installed, which pages are tested in")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Return a context manager that opens the page of scenes."""
    return lambda scenes, **options: opened(browser, tmp_path / "page.html", scenes, **options)
