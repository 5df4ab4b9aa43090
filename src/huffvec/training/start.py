"""Training that starts from word vectors made elsewhere: words found there begin with them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.checks import check_bool
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, OptionName
from huffvec.formats import read_vectors
from huffvec.objectives import Objective
from huffvec.subwords import Subwords
from huffvec.training.run import TrainingRun
from huffvec.vectors.word_vectors import WordVectors
from huffvec.weights import INPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.corpus.file import Corpus


@dataclass(frozen=True)
class StartVectors:
    """Vectors that a run starts from.

    Attributes
    ----------
    vectors
        Words that are found there begin with their vectors.
    freeze
        Whether the words that are found keep them.
    """

    vectors: WordVectors
    freeze: bool = False

    @classmethod
    def of(cls, given: object, freeze: object, config: TrainingConfig) -> StartVectors | None:
        """Return vectors that are given as such or as a file of any format; none for ``None``.

        Raises
        ------
        ConfigError
            If they are neither, have another dim, or words have no rows to put them into; or if
            words cannot be frozen.
        FormatError
            If the file cannot be read.
        """
        freeze = check_freeze(freeze, given, config.subwords)
        if given is None:
            return None
        vectors = vectors_of(given, config.dim)
        if not ARCHITECTURES[config.architecture].has_word_vectors:
            raise ConfigError(
                OptionName("start_vectors"),
                f" are for words, which have no vectors with {config.architecture}: train with "
                "dbow-words or dm",
            )
        if config.subwords is not None and config.subwords.hash_words:
            raise ConfigError(
                OptionName("start_vectors"),
                " need a row for each word, which hash_words does without",
            )
        return cls(vectors, freeze)

    def begin(
        self, corpus: Corpus, objective: Objective, config: TrainingConfig, replicas: int = 1
    ) -> TrainingRun:
        """Return a run whose words have these vectors, which records how many were found.

        With subwords it is a word's own row that is set, as by fastText's ``-pretrainedVectors``.

        Raises
        ------
        ConfigError
            If no word is found.
        CorpusError
            As `TrainingRun`.
        """
        words = corpus.vocabulary.words
        found = found_in(self.vectors, words)
        frozen = found.astype(np.uint8) if self.freeze else None
        run = TrainingRun(
            corpus, corpus.vocabulary, objective, config, frozen=frozen, replicas=replicas
        )
        n_found = put_into(run.weights[INPUT_VECTORS.name], self.vectors, words, found)
        run.facts["start_vectors"] = {
            "found": n_found,
            "words": len(words),
            "frozen": self.freeze,
        }
        return run


def vectors_of(given: object, dim: int) -> WordVectors:
    """Return word vectors that are given as such or as a file of any format; dim 0: of any.

    Raises
    ------
    ConfigError
        If they are neither, or have another dim.
    FormatError
        If the file cannot be read.
    """
    vectors = read_vectors(given) if isinstance(given, (str, os.PathLike)) else given
    if not isinstance(vectors, WordVectors):
        raise ConfigError(
            OptionName("start_vectors"), f" must be a file or word vectors, not {given!r:.80}"
        )
    if dim not in (vectors.dim, 0):
        raise ConfigError(
            OptionName("start_vectors"),
            f" have dim {vectors.dim}, but the model has dim {dim}: they must agree",
        )
    return vectors


def found_in(vectors: WordVectors, words: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which of a text's words have vectors, (n_words,).

    Raises
    ------
    ConfigError
        If none has.
    """
    found = np.array([word in vectors for word in words], np.bool_)
    if not found.any():
        raise ConfigError(
            OptionName("start_vectors"),
            ": none of their words is in the text; give vectors of the same "
            "language, with words spelled alike",
        )
    return found


def put_into(
    rows: npt.NDArray[np.float32],
    vectors: WordVectors,
    words: Sequence[str],
    found: npt.NDArray[np.bool_],
) -> int:
    """Set the rows of the words that are found to their vectors; return how many these are."""
    ids = np.flatnonzero(found)
    rows[ids] = vectors[[words[i] for i in ids.tolist()]]
    return len(ids)


def check_freeze(freeze: object, start_vectors: object, subwords: Subwords | None) -> bool:
    """Return freeze; raise `ConfigError` where nothing can be frozen."""
    freeze = check_bool("freeze", freeze)
    if freeze and start_vectors is None:
        raise ConfigError(
            OptionName("freeze"), " needs start vectors: the words found there keep them"
        )
    if freeze and subwords is not None:
        raise ConfigError(
            OptionName("freeze"),
            " cannot be used with subwords: a word's vector is a mean of rows that it shares "
            "with other words. Leave one of them out.",
        )
    return freeze
