"""Training that starts from word vectors made elsewhere: words found there begin with them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError
from huffvec.formats import read_vectors
from huffvec.vectors import WordVectors

if TYPE_CHECKING:
    from huffvec.training.run import TrainingRun


def vectors_to_start_from(given: object, config: TrainingConfig) -> WordVectors:
    """Return vectors that are given as such or as a file of any format.

    Raises
    ------
    ConfigError
        If they are neither, have another dim, or words have no rows to put them into.
    FormatError
        If the file cannot be read.
    """
    vectors = read_vectors(given) if isinstance(given, (str, os.PathLike)) else given
    if not isinstance(vectors, WordVectors):
        raise ConfigError(f"start_vectors must be a file or word vectors, not {given!r:.80}")
    if vectors.dim != config.dim:
        raise ConfigError(
            f"start_vectors have dim {vectors.dim}, but the model has dim {config.dim}: they must "
            "agree"
        )
    if config.subwords is not None and config.subwords.hash_words:
        raise ConfigError("start_vectors need a row for each word, which hash_words does without")
    return vectors


def start_from(run: TrainingRun, vectors: WordVectors) -> None:
    """Put the vectors of the words that are found into their rows, and record how many they are.

    With subwords it is a word's own row that is set, as by fastText's ``-pretrainedVectors``.

    Raises
    ------
    ConfigError
        If none is found.
    """
    words = run.vocabulary.words
    ids = [i for i, word in enumerate(words) if word in vectors]
    if not ids:
        raise ConfigError(
            "start_vectors: none of their words is in the text; give vectors of the same language, "
            "with words spelled alike"
        )
    run.input_table[np.array(ids), : run.config.dim] = vectors[[words[i] for i in ids]]
    run.facts["start_vectors"] = {"found": len(ids), "words": len(words)}
