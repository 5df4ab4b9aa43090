"""Models from files: huffvec's own and fastText's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES, INPUT_WEIGHTS, WEIGHTS
from huffvec.config import TrainingConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.files.opening import on_disk
from huffvec.files.paths import PathLike
from huffvec.files.records import naming_damage
from huffvec.formats import detect, read_vectors
from huffvec.formats.fasttext_file import is_fasttext_file
from huffvec.formats.hv import KNOWN_TENSORS, read_parts
from huffvec.model.fasttext_reading import read_fasttext_model
from huffvec.model.model import Model
from huffvec.objectives import from_dict as objective_from_dict
from huffvec.vectors.word_vectors import WordVectors
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.weights import Weights


def load(path: PathLike) -> Model:
    """Return the model in a file, its arrays memory-mapped: large models open at once.

    Parameters
    ----------
    path
        A ``.hv`` file, or a ``.bin`` file of fastText (:mod:`huffvec.model.fasttext`).

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged, is of another format or holds vectors alone.
    """
    with on_disk(path) as file:
        if not is_fasttext_file(file):
            return _load_hv(file)
        return read_fasttext_model(file)


def _no_model(path: Path) -> FormatError:
    """Return the error of a file of vectors in place of a model."""
    return FormatError(
        f"{str(path)!r} holds only vectors, not a model; open it with huffvec.load_vectors."
    )


def _refuse_vectors(path: Path) -> None:
    """Raise FormatError if a file has vectors in another format than huffvec's own."""
    try:
        kind = detect(path)
    except FormatError:  # of none: reading it as a model says more
        return
    if kind != "huffvec":
        raise _no_model(path)


def _load_hv(path: Path) -> Model:
    """Return the model in a ``.hv`` file."""
    _refuse_vectors(path)
    info, tensors = read_parts(path)
    if not info.is_model:
        raise _no_model(path)
    arrays = {name: array for name, array in tensors.items() if name not in KNOWN_TENSORS}
    with naming_damage(path):
        objective = objective_from_dict(info.objective)
        vocabulary = Vocabulary.from_bytes(tensors["words"], tensors["counts"], source=path)
        config = TrainingConfig.from_dict(info.config)
    tags = _tags(path, tensors, config)
    weights = _weights(path, tensors, config, 0 if tags is None else len(tags))
    with naming_damage(path):
        bound = objective.restore(vocabulary.counts, arrays)
        bound.check(weights[OUTPUT_VECTORS.name])
    return Model(
        vocabulary=vocabulary,
        weights=weights,
        bound=bound,
        config=config,
        tags=tags,
        training=info.training,
    )


def _tags(
    path: Path, tensors: Mapping[str, npt.NDArray[Any]], config: TrainingConfig
) -> Vocabulary | None:
    """Return the tags of a model's documents, or raise FormatError if they lack."""
    if not ARCHITECTURES[config.architecture].has_documents:
        return None
    if not {"tags", "tag_counts"} <= tensors.keys():
        raise FormatError(f"{str(path)!r} is damaged: it lacks tags or tag_counts.")
    with naming_damage(path):
        return Vocabulary.from_bytes(tensors["tags"], tensors["tag_counts"], source=path)


def _weights(
    path: Path, tensors: Mapping[str, npt.NDArray[Any]], config: TrainingConfig, n_tags: int
) -> Weights:
    """Return the tensors that are weights, or raise FormatError if one lacks or does not fit."""
    own = ARCHITECTURES[config.architecture].weights(config, n_tags)
    dim = tensors[INPUT_VECTORS.name].shape[1]
    found = {weight.name: tensors[weight.name] for weight in WEIGHTS if weight.name in tensors}
    for weight in INPUT_WEIGHTS:
        expected = (own[weight], dim) if weight in own else None
        if (found[weight.name].shape if weight.name in found else None) != expected:
            raise FormatError(
                f"{str(path)!r} is damaged: {weight.name} should have shape {expected}, or not be "
                f"there if it is None."
            )
    return found


def load_vectors(
    path: PathLike,
    format: str | None = None,
    *,
    top: int | None = None,
    words: Collection[str] | None = None,
) -> WordVectors:
    """Return the word vectors in a file of any format that huffvec knows, all or some.

    Parameters
    ----------
    path
        A file, or folder, of a model or of vectors. Files may be compressed (gzip, bzip2, xz, zstd)
        or in a zip archive: one of several in it is named behind the archive
        (``"glove.6B.zip/glove.6B.50d.txt"``).
    format
        One of :data:`huffvec.formats.FORMATS`; ``None`` finds out from the content.
    top
        Read only this many words, the first ones: mostly the most frequent. Of text and word2vec's
        formats no more is read, and a first line that announces another number of words is no error
        then.
    words
        Only these words, those of them that are in the file.

    Raises
    ------
    ConfigError
        If the format is unknown, or top or words cannot be used.
    FormatError
        If the file cannot be read, or is damaged or of another format.
    """
    return read_vectors(path, format, top=top, words=words)
