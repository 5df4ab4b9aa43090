"""What people are told when something is not done as gensim's arguments say."""

from __future__ import annotations

import logging

logger = logging.getLogger("huffvec.gensim")


def falls_back(what: str, reason: str) -> None:
    """Say in one line that gensim does the work, and why."""
    logger.warning("huffvec.gensim: gensim itself %s: %s", what, reason)


def has_no_effect(argument: str, reason: str) -> None:
    """Say in one line that an argument changes nothing, and why."""
    logger.warning("huffvec.gensim: %s has no effect: %s", argument, reason)


def show() -> None:
    """Show the lines on standard error, whatever a script does with its logs."""
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
