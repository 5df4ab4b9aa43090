"""pandas' data frames: a row for each word, a column for each of its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.extras import require
from huffvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    import pandas as pd

COUNT = "count"


def to_pandas(vectors: WordVectors, *, counts: bool = False) -> pd.DataFrame:
    """Return vectors as a data frame: the index ``word``, float32 columns 0 to dim - 1.

    The index of documents is called ``tag``.

    Parameters
    ----------
    vectors
        The vectors.
    counts
        Whether a first column ``count`` (int64, 0 where not known) goes before the numbers.

    Raises
    ------
    MissingExtraError
        If pandas is not installed.
    """
    pandas = require("pandas", "a data frame of pandas")
    index = pandas.Index(vectors.words, dtype=object, name=vectors.row_name)
    frame: pd.DataFrame = pandas.DataFrame(vectors.vectors, index=index, copy=True)
    if counts:
        frame.insert(0, COUNT, vectors.vocabulary.counts)
    return frame


def from_pandas(frame: pd.DataFrame) -> WordVectors:
    """Return the vectors in a data frame.

    Parameters
    ----------
    frame
        Its index has the words, all its columns are numbers: one named ``count`` how often a word
        occurs (if there is none they are 0), the others its vector, in their order.

    Raises
    ------
    ConfigError
        If it is no data frame, or has columns that are not numbers or none at all.
    FormatError
        If the index has anything but words, or a word twice, or counts are no whole numbers.
    MissingExtraError
        If pandas is not installed.
    """
    pandas = require("pandas", "a data frame of pandas")
    if not isinstance(frame, pandas.DataFrame):
        raise ConfigError(f"frame must be a data frame of pandas, not {type(frame).__name__}")
    words = frame.index.tolist()
    for word in words:
        if not isinstance(word, str):
            raise FormatError(
                f"the index must be words, not {word!r}: frame.set_index(the column with them)"
            )
    numbers = frame.drop(columns=COUNT, errors="ignore")
    for name, dtype in numbers.dtypes.items():
        if not pandas.api.types.is_numeric_dtype(dtype):
            raise ConfigError(f"the column {name!r} must be numbers, not {dtype}")
    counts = frame[COUNT] if COUNT in frame.columns else np.zeros(len(words), np.int64)
    vocabulary = Vocabulary(words, np.asarray(counts))
    return WordVectors(vocabulary, numbers.to_numpy(np.float32, na_value=np.nan))
