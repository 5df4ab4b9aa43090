"""Bands of words of similar frequency; the output rows of each band have their own width.

Cutoffs c_1 < c_2 < … split the words by rank, the most frequent first, into bands 0 … c_1 − 1,
c_1 … c_2 − 1 and so on. Ranks are ids where counts fall; where they do not (a vocabulary that was
given), a table ``ranks``, int32 (n_words,), has the rank of every word. Rows that are narrower than
the table lie several to a table row, each from a multiple of 16 numbers on, so that a narrow band
takes little memory.

Bands are described by an int32 table (n_bands, 5), which is the engine's as well
(``cpp/engine/outputs/bands.hpp``): first word, words, first table row, width, rows of the band in a
table row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_int, must_be, plain
from huffvec.config import stride_of
from huffvec.corpus.ranks import is_falling, ranks_of
from huffvec.errors import ConfigError, FormatError, OptionName

BandTable = npt.NDArray[np.int32]


def whole_numbers(name: str, values: object) -> tuple[int, ...]:
    """Return an option's whole numbers, each at least 1.

    Raises
    ------
    ConfigError
        If values is not a sequence of such numbers.
    """
    numbers = plain(values)
    if not isinstance(numbers, tuple) or not numbers:
        raise ConfigError(f"{name} must be one or more whole numbers, not {values!r:.80}")
    return tuple(check_int(name, number, 1, 2**31 - 1) for number in numbers)


def check_cutoffs(cutoffs: tuple[int, ...], n_words: int | None = None) -> None:
    """Raise ConfigError unless cutoffs rise and, if n_words is known, are less than that."""
    if any(a >= b for a, b in pairwise(cutoffs)):
        raise ConfigError(OptionName("cutoffs"), f" must rise, and {list(cutoffs)} do not")
    if n_words is not None and cutoffs and cutoffs[-1] >= n_words:
        raise must_be("cutoffs", f"less than the number of words, {n_words}", cutoffs[-1])


def band_table(
    edges: Sequence[int], widths: Sequence[int], dim: int, first_row: int, *, projected: bool
) -> BandTable:
    """Return the table of the bands edges[i] … edges[i + 1] − 1, from table row first_row on.

    With projected, as many table rows as a band is wide are left free before its rows.
    """
    bands = []
    for (first, end), width in zip(pairwise(edges), widths, strict=True):
        first_row += width if projected else 0
        padded = stride_of(width)
        per_row = (dim - width) // padded + 1
        bands.append((first, end - first, first_row, width, per_row))
        first_row += -(-(end - first) // per_row)
    return np.array(bands, np.int32).reshape(-1, 5)


def band_rows(
    output_vectors: npt.NDArray[np.float32], band: npt.NDArray[np.int32]
) -> npt.NDArray[np.float32]:
    """Return a copy of the rows of a band, float32 (words of the band, width)."""
    _, n_words, first, width, per_row = band.tolist()
    padded = stride_of(width)
    table = output_vectors[first : first - (-n_words // per_row)]
    parts = [table[:, i * padded : i * padded + width] for i in range(per_row)]
    rows: npt.NDArray[np.float32] = np.stack(parts, axis=1).reshape(-1, width)[:n_words]
    return rows


def pack_rows(
    output_vectors: npt.NDArray[np.float32],
    band: npt.NDArray[np.int32],
    rows: npt.NDArray[np.float32],
) -> None:
    """Write the rows of a band, (words of the band, width), to their places: see `band_rows`."""
    _, n_words, first, width, per_row = band.tolist()
    padded = stride_of(width)
    n_table_rows = -(-n_words // per_row)
    packed = np.zeros((n_table_rows * per_row, padded), np.float32)
    packed[:n_words, :width] = rows
    table = output_vectors[first : first + n_table_rows]
    columns = packed.reshape(n_table_rows, -1)[:, : table.shape[1]]
    table[:, : columns.shape[1]] = columns


def fits(table: BandTable, n_words: int, dim: int, *, projected: bool) -> bool:
    """Return whether a table from a file is what `band_table` makes of its own edges and widths.

    Projected bands begin after the rows of frequent words and of the bands themselves; others begin
    with the first word and the first row.
    """
    edges, widths = [*table[:, 0].tolist(), n_words], table[:, 3].tolist()
    begins = edges[0] >= 1 if projected else edges[0] == 0
    rising = all(a < b for a, b in pairwise(edges))
    if not begins or not rising or min(widths) < 1 or max(widths) > dim:
        return False
    first_row = edges[0] + len(table) if projected else 0
    expected = band_table(edges, widths, dim, first_row, projected=projected)
    return bool((table == expected).all())


@dataclass(frozen=True, eq=False)
class Bands:
    """The bands that words are in.

    Attributes
    ----------
    table
        int32 (n_bands, 5), see above.
    ranks
        The rank of every word, int32 (n_words,); ``None`` where ids are ranks.
    """

    table: BandTable
    ranks: npt.NDArray[np.int32] | None = None

    @classmethod
    def of(
        cls,
        counts: npt.NDArray[np.int64],
        edges: Sequence[int],
        widths: Sequence[int],
        dim: int,
        *,
        projected: bool,
    ) -> Bands:
        """Return the bands of words with these counts; see `band_table`.

        Projected ones have the rows of the frequent words and of the bands before them.
        """
        first_row = edges[0] + len(widths) if projected else 0
        table = band_table(edges, widths, dim, first_row, projected=projected)
        return cls(table, None if is_falling(counts) else ranks_of(counts))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], name: str, n_words: int) -> Bands:
        """Return bands from a file, the table by its name there and maybe ``ranks``.

        Raises
        ------
        FormatError
            If there is no such table, or ranks are not those of all words.
        """
        table, ranks = arrays.get(name), arrays.get("ranks")
        is_table = table is not None and table.ndim == 2 and table.shape[1] == 5 and len(table) > 0
        if table is None or not is_table or table.dtype != np.int32:
            raise FormatError(f"{name} must be a table of int32 with 5 columns")
        if ranks is not None:
            is_whole = ranks.dtype == np.int32 and ranks.shape == (n_words,)
            if not is_whole or not np.array_equal(np.sort(ranks), np.arange(n_words)):
                raise FormatError(f"ranks must be the numbers from 0 to {n_words - 1}, each once")
        return cls(np.ascontiguousarray(table), ranks)

    def to_arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """Return the table by its name in files, and ``ranks`` if there are any."""
        return {name: self.table} | ({} if self.ranks is None else {"ranks": self.ranks})

    @property
    def end_row(self) -> int:
        """Number of table rows up to the last band's end."""
        _, n_words, first_row, _, per_row = self.table[-1].tolist()
        return int(first_row + -(-n_words // per_row))
