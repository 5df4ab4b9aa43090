"""Of pytest, when it runs gensim's tests: where they are, and in whose place huffvec stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import gensim.test
import pytest

SAID = "said"


class _Lines(logging.Handler):
    """Keeps what is said when gensim does the work itself, or an argument has no effect."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--substituted", action="store_true", help="with huffvec's models")


def pytest_configure(config: pytest.Config) -> None:
    # What the tests import from gensim.test, and the files they read, are those fetched.
    gensim.test.__path__[:] = [str(config.rootpath)]
    if config.getoption("substituted"):
        from huffvec.gensim import install

        install()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    logger, handler = logging.getLogger("huffvec.gensim"), _Lines()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        item.user_properties += [(SAID, line) for line in dict.fromkeys(handler.lines)]
