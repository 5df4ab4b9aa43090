r"""The bytes of fastText's ``.bin`` and ``.ftz`` files, versions 11 and 12, into arrays and back.

Everything is little-endian and without gaps::

    int32     793712314, the version (11 or 12, laid out alike)
    int32     dim, window, epochs, min_count, negatives, word_ngrams, loss, architecture,
              buckets, min_n, max_n, lr_update_rate
    float64   subsample_threshold
    int32     n_words + n_labels, n_words, n_labels
    int64     n_tokens, size of the pruning index (-1: not pruned)
    for every word, then every label:
              its bytes, "\0", int64 count, int8 0 (a word) or 1 (a label)
    int32     pruning index, two numbers an entry: a bucket that has a row, and which one,
              counted from the first behind the words'
    bool      whether the input matrix is quantized
    the input matrix
    bool      whether the output matrix is quantized
    the output matrix

    a matrix: int64 n_rows, dim;  float32 n_rows × dim
    a quantized matrix (of .ftz files; `huffvec.product_codes`):
    bool      whether norms are apart
    int64     n_rows, dim
    int32     n_rows × n_parts;  uint8 n_rows × n_parts: the codes
    a quantizer of dim numbers
    with norms: uint8 n_rows: their codes;  a quantizer of one number

    a quantizer: int32 dim, n_parts, sub_dim, numbers in the last part
    for every part: float32 256 × sub_dim, of the last one as many as it has

Matrices are opened as memory maps, so that reading takes the memory of the words alone. Their
place is not a multiple of four bytes; NumPy and huffvec read them all the same. fastText reads a
pruning index only where the input matrix is quantized.

Classifiers of version 11 have no character n-grams, whatever max_n says. floret's own ``.bin``
files begin alike, but have two numbers more, before lr_update_rate; they are not read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huffvec.product_codes import ProductCodes

MAGIC = 793712314
VERSION = 12
VERSIONS = (11, VERSION)
NOT_PRUNED = -1
WORD, LABEL = 0, 1

ARGS = struct.Struct("<12id")
SIZES = struct.Struct("<3i2q")
ENTRY = struct.Struct("<qb")
IS_QUANTIZED = struct.Struct("<?")
SHAPE = struct.Struct("<2q")
CODES = struct.Struct("<?2qi")
QUANTIZER = struct.Struct("<4i")


@dataclass(frozen=True)
class FastTextArgs:
    """How fastText trained a model, in the order of the file.

    Attributes
    ----------
    dim
        Vector size (dimensions).
    window, epochs, min_count, negatives
        As in `huffvec.config.TrainingConfig` and `huffvec.objectives.NegativeSampling`.
    word_ngrams
        Words in the longest n-grams of words; 1 but in classifiers.
    loss
        1 hierarchical softmax, 2 negative sampling, 3 softmax, 4 one-vs-all.
    architecture
        1 CBOW, 2 skip-gram, 3 a classifier ("supervised").
    buckets
        Rows for n-grams.
    min_n, max_n
        Lengths of character n-grams; max_n 0: there are none.
    lr_update_rate
        Tokens between two changes of the learning rate.
    subsample_threshold
        As in `huffvec.config.TrainingConfig`.
    """

    dim: int
    window: int
    epochs: int
    min_count: int
    negatives: int
    word_ngrams: int
    loss: int
    architecture: int
    buckets: int
    min_n: int
    max_n: int
    lr_update_rate: int
    subsample_threshold: float


@dataclass(frozen=True)
class FastTextFile:
    """What a ``.bin`` or ``.ftz`` file holds.

    Attributes
    ----------
    args
        How it was trained.
    n_tokens
        Tokens of the text.
    words
        The words, then the labels, each followed by a line feed.
    counts
        How often each occurs, int64 (n_words + n_labels,).
    n_labels
        How many of them are labels.
    input_vectors
        float32 (n_words + buckets, dim); a memory map when it was read.
    output_vectors
        float32 (n_outputs, dim), the same.
    version
        Of the file.
    pruned
        The buckets that have rows, int32 (n_kept,), in the order of these; ``None`` for all.
    input_codes, output_codes
        In place of a matrix that is quantized, whose array has no rows then.
    """

    args: FastTextArgs
    n_tokens: int
    words: bytes
    counts: npt.NDArray[np.int64]
    n_labels: int
    input_vectors: npt.NDArray[np.float32]
    output_vectors: npt.NDArray[np.float32]
    version: int = VERSION
    pruned: npt.NDArray[np.int32] | None = None
    input_codes: ProductCodes | None = None
    output_codes: ProductCodes | None = None

    @property
    def n_words(self) -> int:
        """How many words it has, without labels."""
        return len(self.counts) - self.n_labels
