"""How an index for approximate search is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from huffvec.options import option
from huffvec.records import Options

IndexDtype = Literal["f32", "f16", "i8"]


class IndexKeywords(TypedDict, total=False):
    """The fields of `IndexOptions` as keyword arguments, for type checkers."""

    dtype: IndexDtype
    connectivity: int
    expansion_add: int
    expansion_search: int


@dataclass(frozen=True)
class IndexOptions(Options):
    """How an index is made.

    Attributes
    ----------
    dtype
        Of its copy of the vectors: ``"f32"``, ``"f16"`` or ``"i8"``, 4, 2 or 1 bytes a number.
    connectivity
        Neighbours that each row keeps (HNSW's M); more find more and take more memory.
    expansion_add
        Candidates looked at when a row is added; more find more and take longer to build.
    expansion_search
        Candidates looked at in a search; more find more and take longer.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    called = "index option"

    dtype: IndexDtype = option(
        "f16", help="Type of the numbers in the index: 4, 2 or 1 bytes each."
    )
    connectivity: int = option(
        16, low=2, high=1_000, metavar="N", help="Neighbours that each word keeps."
    )
    expansion_add: int = option(
        128, low=1, high=100_000, metavar="N", help="Candidates looked at when a word is added."
    )
    expansion_search: int = option(
        128, low=1, high=100_000, metavar="N", help="Candidates looked at in a search."
    )
