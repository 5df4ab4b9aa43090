r"""fastText's ``.bin`` format: words, counts, and vectors with or without character n-grams.

The bytes are described in :mod:`huffvec.formats.fasttext_file`, models with their output layer are
in :mod:`huffvec.model.fasttext`. fastText's table of input vectors is huffvec's: the words'
rows, then those of the n-grams, hashed alike. So vectors of seen and unseen words are the same
in both programs. ``</s>``, fastText's end of a line, is a word like others, without n-grams;
huffvec writes none.

Of a classifier ("supervised") the vectors of its words are read, not its labels. Bytes of a word
that are not UTF-8 become ``\xhh``, as in gensim.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.paths import PathLike
from huffvec.formats.fasttext_file import is_fasttext_file, read_fasttext_file
from huffvec.formats.fasttext_layout import FastTextArgs, FastTextFile
from huffvec.formats.fasttext_output import write_fasttext_file
from huffvec.subwords import Subwords
from huffvec.vectors.subword_vectors import SubwordVectors, make_vectors
from huffvec.vectors.word_vectors import WordVectors

CBOW, SKIPGRAM, CLASSIFIER = 1, 2, 3
HIERARCHICAL_SOFTMAX, NEGATIVE_SAMPLING, SOFTMAX, ONE_VS_ALL = 1, 2, 3, 4
# What is written of models that were not trained by fastText, where huffvec has nothing like it.
LR_UPDATE_RATE = 100


def is_fasttext_binary(path: Path) -> bool:
    """Return whether the file starts as fastText's ``.bin`` files do."""
    return is_fasttext_file(path)


def read_fasttext_binary(path: PathLike) -> WordVectors:
    """Return the vectors in a ``.bin`` file, memory-mapped.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged, quantized or of another version.
    """
    content = read_fasttext_file(path)
    return make_vectors(vocabulary_of(path, content), *input_of(path, content))


def write_fasttext_binary(path: PathLike, vectors: WordVectors) -> None:
    """Write vectors as a ``.bin`` file, with an output matrix that has no rows.

    fastText has no words that never occur: unknown counts are written as 1.

    Raises
    ------
    FormatError
        If a word holds a NUL character, or words are hashed (floret's layout).
    OutputError
        If the file cannot be written.
    """
    subwords = vectors.subwords if isinstance(vectors, SubwordVectors) else None
    table = vectors.input_vectors if isinstance(vectors, SubwordVectors) else vectors.vectors
    args = FastTextArgs(
        dim=vectors.dim,
        window=5,
        epochs=1,
        min_count=1,
        negatives=5,
        word_ngrams=1,
        loss=NEGATIVE_SAMPLING,
        architecture=SKIPGRAM,
        **subword_args(subwords),
        lr_update_rate=LR_UPDATE_RATE,
        subsample_threshold=1e-4,
    )
    output_vectors = np.empty((0, vectors.dim), np.float32)
    n_tokens = max(vectors.vocabulary.n_tokens, len(vectors))
    write_fasttext_file(path, content_of(vectors.vocabulary, args, n_tokens, table, output_vectors))


def vocabulary_of(path: PathLike, content: FastTextFile) -> Vocabulary:
    """Return the words, without labels, and their counts.

    Raises
    ------
    FormatError
        If a word is empty.
    """
    n_words = content.n_words
    joined = content.words[:-1]
    if content.n_labels:
        joined = b"\n".join(joined.split(b"\n", n_words)[:n_words])
    try:
        joined.decode()
    except UnicodeDecodeError:
        words = joined.split(b"\n")
        texts = [word.decode("utf-8", "backslashreplace").encode() for word in words]
        n_replaced = sum(text != word for text, word in zip(texts, words, strict=True))
        warnings.warn(
            f"{str(path)!r}: {n_replaced:,} words are not UTF-8; such bytes are written as \\xhh, "
            "and the n-grams of these words are other ones",
            stacklevel=3,
        )
        joined = b"\n".join(texts)
    try:
        return Vocabulary.from_bytes(np.frombuffer(joined, np.uint8), content.counts[:n_words])
    except FormatError as error:
        raise FormatError(f"{str(path)!r} is damaged: {error}") from None


def input_of(
    path: PathLike, content: FastTextFile
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], Subwords | None]:
    """Return the table of input vectors and what its rows are.

    Raises
    ------
    FormatError
        If the options of the n-grams cannot be, or do not fit the table.
    """
    args, table = content.args, content.input_vectors
    subwordless = content.version < 12 and args.architecture == CLASSIFIER
    min_n = max(args.min_n, 1)
    if args.buckets == 0 or args.max_n < min_n or subwordless:  # other rows are of several words
        return table[: content.n_words], None
    try:
        subwords = Subwords(min_n, args.max_n, args.buckets)
        n_rows = subwords.n_rows(content.n_words)
    except ConfigError as error:
        raise FormatError(f"{str(path)!r} has options that are not supported: {error}") from error
    if len(table) != n_rows:
        raise FormatError(
            f"{str(path)!r} is damaged: {content.n_words:,} words and {args.buckets:,} buckets, "
            f"but {len(table):,} input rows."
        )
    return table, subwords


def subword_args(subwords: Subwords | None) -> dict[str, int]:
    """Return the options of n-grams as fastText names them; with max_n = 0 there are none.

    Raises
    ------
    FormatError
        If words are hashed.
    """
    if subwords is None:
        return {"buckets": 0, "min_n": 0, "max_n": 0}
    if subwords.hash_words:
        raise FormatError(
            "fastText's .bin format has a row for every word, and these words are hashed: save as "
            "floret or huffvec instead"
        )
    return {"buckets": subwords.n_buckets, "min_n": subwords.min_n, "max_n": subwords.max_n}


def content_of(
    vocabulary: Vocabulary,
    args: FastTextArgs,
    n_tokens: int,
    input_vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    output_vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> FastTextFile:
    """Return what to write of a vocabulary and matrices.

    Raises
    ------
    FormatError
        If a word holds a NUL character.
    """
    words = vocabulary.word_bytes().tobytes() + b"\n"
    if b"\0" in words:
        raise FormatError(
            "fastText's .bin format cannot hold words with a NUL character, which ends words "
            "there; save as huffvec instead"
        )
    counts = np.maximum(vocabulary.counts, 1)
    return FastTextFile(args, n_tokens, words, counts, 0, input_vectors, output_vectors)
