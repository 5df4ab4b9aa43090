"""A trained model: vocabulary, weights, objective and how it was trained."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.config import TrainingConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.formats.hv import KNOWN_TENSORS, read_parts, write_parts
from huffvec.objectives import Objective
from huffvec.objectives import from_dict as objective_from_dict
from huffvec.vectors import WordVectors


@dataclass
class Model:
    """All that training made, enough to query, evaluate and save.

    Attributes
    ----------
    vocabulary
        Words and counts, in the order of the rows.
    input_vectors
        float32 (n_words, dim): the word vectors; maybe a memory map, maybe rows of a padded table.
    output_vectors
        float32 (n_outputs, dim): rows of the output layer.
    objective
        How words were predicted.
    config
        How the model was trained.
    tables
        The objective's arrays by name (a tree's paths, say).
    training
        Record of the training as JSON values: tokens, seconds, loss …
    """

    vocabulary: Vocabulary
    input_vectors: npt.NDArray[np.float32]
    output_vectors: npt.NDArray[np.float32]
    objective: Objective
    config: TrainingConfig
    tables: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def vectors(self) -> WordVectors:
        """The word vectors, to look up, compare, search and evaluate; they share the weights."""
        return WordVectors(self.vocabulary, self.input_vectors)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to a ``.hv`` file (:mod:`huffvec.formats.hv`).

        Raises
        ------
        OutputError
            If the file cannot be written; an older file of that name is then unchanged.
        """
        tensors: dict[str, npt.NDArray[Any]] = {
            "words": self.vocabulary.word_bytes(),
            "counts": self.vocabulary.counts,
            "input_vectors": self.input_vectors,
            "output_vectors": self.output_vectors,
        }
        sections = {
            "config": self.config.to_dict(),
            "objective": self.objective.to_dict(),
            "training": self.training,
        }
        write_parts(path, tensors | self.tables, sections)


def load(path: str | os.PathLike[str]) -> Model:
    """Return the model in a ``.hv`` file, its arrays memory-mapped: large models open at once.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged, is not one of huffvec's or holds vectors alone.
    """
    info, tensors = read_parts(path)
    if not info.is_model:
        raise FormatError(
            f"{str(path)!r} holds vectors and no model; open it with huffvec.load_vectors."
        )
    return Model(
        vocabulary=Vocabulary.from_bytes(tensors["words"], tensors["counts"]),
        input_vectors=tensors["input_vectors"],
        output_vectors=tensors["output_vectors"],
        objective=objective_from_dict(info.objective),
        config=TrainingConfig.from_dict(info.config),
        tables={name: array for name, array in tensors.items() if name not in KNOWN_TENSORS},
        training=info.training,
    )


def load_vectors(path: str | os.PathLike[str], format: str | None = None) -> WordVectors:
    """Return the word vectors in a file of any format that huffvec knows.

    Parameters
    ----------
    path
        A file of a model or of vectors.
    format
        ``"huffvec"``, ``"word2vec-binary"``, ``"word2vec-text"`` or ``"numpy"``; ``None`` finds
        out from the content.

    Raises
    ------
    ConfigError
        If the format is unknown.
    FormatError
        If the file cannot be read, or is damaged or of another format.
    """
    from huffvec.formats import read_vectors

    return read_vectors(path, format)
