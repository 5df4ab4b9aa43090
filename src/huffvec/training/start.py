"""Training that starts from word vectors made elsewhere: words found there begin with them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
        vectors = read_vectors(given) if isinstance(given, (str, os.PathLike)) else given
        if not isinstance(vectors, WordVectors):
            raise ConfigError(
                OptionName("start_vectors"), f" must be a file or word vectors, not {given!r:.80}"
            )
        if vectors.dim != config.dim:
            raise ConfigError(
                OptionName("start_vectors"),
                f" have dim {vectors.dim}, but the model has dim {config.dim}: they must agree",
            )
        if config.subwords is not None and config.subwords.hash_words:
            raise ConfigError(
                OptionName("start_vectors"),
                " need a row for each word, which hash_words does without",
            )
        return cls(vectors, freeze)

    def begin(self, corpus: Corpus, objective: Objective, config: TrainingConfig) -> TrainingRun:
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
        found = np.array([word in self.vectors for word in words])
        if not found.any():
            raise ConfigError(
                OptionName("start_vectors"),
                ": none of their words is in the text; give vectors of the same "
                "language, with words spelled alike",
            )
        frozen = found.astype(np.uint8) if self.freeze else None
        run = TrainingRun(corpus, corpus.vocabulary, objective, config, frozen=frozen)
        ids = np.flatnonzero(found)
        run.weights[INPUT_VECTORS.name][ids] = self.vectors[[words[i] for i in ids.tolist()]]
        run.facts["start_vectors"] = {
            "found": len(ids),
            "words": len(words),
            "frozen": self.freeze,
        }
        return run


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
