"""Labels and weights out of columns of tables."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.corpus.labelled.options import MAX_WEIGHT
from huffvec.corpus.labelled.pieces import label_token
from huffvec.corpus.readers.columns import as_bytes, flattened, joined, plain
from huffvec.corpus.readers.tables import column_kind
from huffvec.errors import CorpusError


class LabelCodes(NamedTuple):
    """The labels of rows as numbers.

    Attributes
    ----------
    names
        The different labels; an empty one is in no row.
    codes
        Their numbers, row after row, each once in a row: (n,).
    sizes
        How many labels each row has, (n_rows,).
    """

    names: list[str]
    codes: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]


def label_lines(array: Any, where: str, names: list[str] | None) -> list[bytes]:
    """Return the labels of each row, as tokens with spaces between them.

    Parameters and errors are those of `label_codes`; besides, a label may be one that has no token
    (see `label_token`).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    labels, codes, sizes = label_codes(array, where, names)
    tokens = pa.array([_token(label, where) for label in labels], pa.binary())
    lists = pa.LargeListArray.from_arrays(
        pa.array(np.cumsum(np.concatenate([[0], sizes]))), tokens.take(pa.array(codes))
    )
    return joined(pc.binary_join(lists, b" "), b"\n").split(b"\n")


def label_codes(array: Any, where: str, names: list[str] | None) -> LabelCodes:
    """Return the labels of each row, each once.

    Parameters
    ----------
    array
        Text, numbers, or lists of these, an array of Arrow; null, NaN and empty text are no labels.
    where
        What to call it in messages.
    names
        The labels' names if the column has their numbers. A number below 0 is no label.

    Raises
    ------
    CorpusError
        If numbers are not whole or have no name, or one is missing within a list.
    """
    values, offsets = _values(array, where)
    encoded = values.dictionary_encode()
    labels = [_name(value, names, where) for value in encoded.dictionary.to_pylist()]
    codes = encoded.indices.to_numpy()
    rows = np.repeat(np.arange(len(array)), np.diff(offsets))
    is_label = np.array([label != "" for label in labels], bool)[codes]
    codes, rows = codes[is_label], rows[is_label]
    _, first = np.unique(rows * max(1, len(labels)) + codes, return_index=True)
    first.sort()
    return LabelCodes(labels, codes[first], np.bincount(rows[first], minlength=len(array)))


def weights(array: Any, where: str, first_row: int) -> npt.NDArray[np.float32]:
    """Return the weight of each row, float32 (n_rows,).

    Parameters
    ----------
    array
        Numbers, or text of such, an array of Arrow.
    where
        What to call it in messages.
    first_row
        The number of its first row there.

    Raises
    ------
    CorpusError
        If one is not a number from 0 to `MAX_WEIGHT`.
    """
    import pyarrow as pa

    try:
        numbers = plain(array).cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise CorpusError(
            f"{where} has the type {array.type}, expected numbers: {str(error).rstrip('.')}."
        ) from None
    return checked_weights(numbers.to_numpy(zero_copy_only=False), where, first_row)


def checked_weights(
    values: npt.NDArray[np.float64], where: str, first_row: int = 1
) -> npt.NDArray[np.float32]:
    """Return weights as the engine takes them.

    Raises
    ------
    CorpusError
        If one is not a number from 0 to `MAX_WEIGHT`.
    """
    bad = np.flatnonzero(~((values >= 0) & (values <= MAX_WEIGHT)))
    if len(bad):
        remedy = "" if not values[bad[0]] > 0 else " Weights are factors of the rate: divide all."
        raise CorpusError(
            f"{where}: row {first_row + bad[0]} weighs {values[bad[0]]:g}, expected a number from "
            f"0 to {MAX_WEIGHT:,}.{remedy}"
        )
    return values.astype(np.float32)


def class_names(schema: Any, column: str) -> list[str] | None:
    """Return the names of a column's numbers where Hugging Face's datasets keep them."""
    try:
        kept = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"][column]
        while isinstance(kept, list) or "feature" in kept:
            kept = kept[0] if isinstance(kept, list) else kept["feature"]
        names = kept["names"]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return names if is_list else None


def _values(array: Any, where: str) -> tuple[Any, npt.NDArray[np.int64]]:
    """Return the labels of all rows, and where those of each row begin."""
    import pyarrow as pa

    is_list = column_kind(array.type) in ("tokens", "ids")
    array = as_bytes(array)
    if is_list:
        values, offsets = flattened(array, where)
        return plain(values), offsets
    array = plain(array)
    if pa.types.is_null(array.type):
        array = array.cast(pa.int64())
    if pa.types.is_floating(array.type):
        array = _whole(array, where)
    offsets = np.cumsum(np.concatenate([[0], array.is_valid().to_numpy(zero_copy_only=False)]))
    return array.drop_null(), offsets


def _whole(array: Any, where: str) -> Any:
    """Return floats that are whole numbers as such; NaN is missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return pc.if_else(pc.is_nan(array), None, array).cast(pa.int64())
    except pa.ArrowInvalid:
        raise CorpusError(
            f"{where} has numbers that are not whole, expected labels: text or whole numbers."
        ) from None


def _name(value: Any, names: list[str] | None, where: str) -> str:
    """Return the label that a value of a column stands for; an empty one for none."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise CorpusError(f"{where}: the label {value[:50]!r} is not UTF-8.") from None
    if isinstance(value, bool):
        return str(value).lower()
    if names is None:
        return str(value)
    if value >= len(names):
        raise CorpusError(f"{where} has the label {value}, but only {len(names)} labels' names.")
    return names[value] if value >= 0 else ""


def _token(label: str, where: str) -> bytes:
    try:
        return label_token(label)
    except CorpusError as error:
        raise CorpusError(f"{where}: {error}") from None
