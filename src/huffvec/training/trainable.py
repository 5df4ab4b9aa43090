"""What the course of a run asks of its options and of what is trained on."""

from __future__ import annotations

from typing import Any, Protocol

from huffvec.training.tables import TableConfig


class LoopConfig(TableConfig, Protocol):
    """What a run's options have in any case."""

    @property
    def dim(self) -> int:
        """Numbers of a vector."""

    @property
    def epochs(self) -> int:
        """Number of passes."""

    def threads(self) -> int:
        """Return the number of threads to use."""

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON values."""


class LoopCorpus(Protocol):
    """What is trained on has a length."""

    @property
    def n_tokens(self) -> int:
        """Targets at most, of one epoch."""
