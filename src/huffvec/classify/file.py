"""Classifiers from files (:mod:`huffvec.classify.saving` has what is in them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.features import Features
from huffvec.classify.saving import (
    EXTRA,
    FEATURES,
    FORMAT,
    OBJECTIVE,
    SECTIONS,
    VERSION,
    Tensors,
)
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.files.opening import on_disk
from huffvec.files.paths import PathLike
from huffvec.files.records import check_version, naming_damage, record_of
from huffvec.files.safetensors_file import (
    TensorInfo,
    is_safetensors,
    map_tensors,
    read_header,
)
from huffvec.objectives import from_dict
from huffvec.product_codes import ProductCodes
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

_TABLES = INPUT_VECTORS.name, OUTPUT_VECTORS.name
_QUANTIZED = "codes", "centroids"  # what a table's name has behind it where it is quantized
# dtype and number of dimensions of the tensors that the format itself names.
_TENSORS: dict[str, tuple[type[np.generic], int]] = {
    "labels": (np.uint8, 1),
    "label_counts": (np.int64, 1),
}
_MAYBE: dict[str, tuple[type[np.generic], int]] = {
    "label_weights": (np.float32, 1),
    INPUT_VECTORS.name: (np.float32, 2),
    OUTPUT_VECTORS.name: (np.float32, 2),
}


@dataclass(frozen=True)
class ClassifierInfo:
    """What a file holds, without its numbers.

    Attributes
    ----------
    n_labels, n_features, dim
        Labels, features with a row, and numbers in a row.
    config, objective, training, extra, versions
        The records saved with the classifier, as JSON values.
    checkpoint
        How to continue the run; empty if this is no checkpoint.
    tensors
        Type, shape and place of every tensor.
    """

    n_labels: int
    n_features: int
    dim: int
    config: dict[str, Any]
    objective: dict[str, Any]
    training: dict[str, Any]
    extra: dict[str, Any]
    versions: dict[str, Any]
    checkpoint: dict[str, Any]
    tensors: dict[str, TensorInfo]


def is_classifier_file(path: Path) -> bool:
    """Return whether a file is a classifier, by its content."""
    try:
        return is_safetensors(path) and read_header(path)[1].get("format") == FORMAT
    except FormatError:
        return False


def load(path: PathLike) -> Classifier:
    """Return the classifier in a file, its arrays memory-mapped: large ones open at once.

    Parameters
    ----------
    path
        A ``.hvclf`` file, a checkpoint of one, or a classifier of fastText (``.bin``, ``.ftz``).

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or holds no classifier.
    """
    with on_disk(path) as file:
        if not is_safetensors(file):
            return _load_fasttext(file)
        info, tensors = read_classifier(file)
        return classifier_of(file, info, tensors)


def _load_fasttext(path: Path) -> Classifier:
    """Return the classifier in a file of fastText."""
    # Slow to import, and of no use for other files.
    from huffvec.classify.fasttext_reading import read_fasttext_classifier
    from huffvec.formats.fasttext_file import is_fasttext_file

    if not is_fasttext_file(path):
        raise _no_classifier(path)
    return read_fasttext_classifier(path)


def read_classifier(path: Path) -> tuple[ClassifierInfo, dict[str, npt.NDArray[Any]]]:
    """Return what a file holds and its tensors, memory-mapped and read-only.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or holds no classifier.
    """
    info = read_info(path)
    return info, map_tensors(path, info.tensors)


def read_info(path: Path) -> ClassifierInfo:
    """Return what a file holds, reading its header only.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or holds no classifier.
    """
    if not is_safetensors(path):
        raise _no_classifier(path)
    tensors, metadata = read_header(path)
    if metadata.get("format") != FORMAT:
        raise _no_classifier(path)
    check_version(path, metadata, VERSION)
    for name, (dtype, ndim) in {**_TENSORS, **_MAYBE}.items():
        found = tensors.get(name)
        if found is not None and (found.dtype != dtype or len(found.shape) != ndim):
            raise FormatError(
                f"{str(path)!r} is damaged: {name} should be {np.dtype(dtype)} with {ndim} "
                f"dimensions and is {found.dtype} of shape {found.shape}."
            )
    if lacking := _lacking(tensors):
        raise FormatError(f"{str(path)!r} is damaged: it lacks {', '.join(lacking)}.")
    n_features, dim = _shape_of(path, INPUT_VECTORS.name, tensors)
    _shape_of(path, OUTPUT_VECTORS.name, tensors)
    n_labels = tensors["label_counts"].shape[0]
    sections = {name: record_of(path, metadata, name) for name in SECTIONS}
    return ClassifierInfo(n_labels, n_features, dim, tensors=tensors, **sections)


def classifier_of(path: Path, info: ClassifierInfo, tensors: Tensors) -> Classifier:
    """Return the classifier that the parts of a file make.

    Raises
    ------
    FormatError
        If they do not fit one another.
    """
    with naming_damage(path):
        config = ClassifierConfig.from_dict(info.config)
        counts = tensors["label_counts"]
        labels = Vocabulary.from_bytes(tensors["labels"], counts, source=path)
        features = Features.from_arrays(config, _under(FEATURES, tensors), path)
        weights = {name: tensors[name] for name in _TABLES if name in tensors}
        codes = {
            name: ProductCodes.from_arrays(name, _under(f"{name}.", tensors))
            for name in _TABLES
            if name not in tensors
        }
        objective = from_dict(info.objective)
        bound = objective.restore(labels.counts, _under(OBJECTIVE, tensors))
        tables: dict[str, Any] = {**codes, **weights}
        outputs = tables[OUTPUT_VECTORS.name]
        bound.check(outputs.rows() if OUTPUT_VECTORS.name in codes else outputs)
        _check_shapes(features, len(labels), config.dim, tables, tensors)
    return Classifier(
        features=features,
        labels=labels,
        weights=weights,
        bound=bound,
        config=config,
        training=info.training,
        codes=codes,
        extra=info.extra,
        extra_arrays=_under(EXTRA, tensors),
    )


def _shape_of(path: Path, name: str, tensors: Mapping[str, TensorInfo]) -> tuple[int, int]:
    """Return how many rows of how many numbers a table has, which may be quantized.

    Raises
    ------
    FormatError
        If its codes are no table.
    """
    if name in tensors:
        n_rows, dim = tensors[name].shape
        return n_rows, dim
    codes, centroids = (tensors[f"{name}.{part}"].shape for part in _QUANTIZED)
    if not len(codes) == len(centroids) == 2:
        raise FormatError(f"{str(path)!r} is damaged: {name} has codes of shape {codes}.")
    return codes[0], centroids[1]


def _lacking(tensors: Mapping[str, TensorInfo]) -> list[str]:
    """Return the names of tables and other tensors that should be there and are not."""
    quantized = [
        name for name in _TABLES if all(f"{name}.{part}" in tensors for part in _QUANTIZED)
    ]
    return [name for name in (*_TENSORS, *_TABLES) if name not in (*tensors, *quantized)]


def _check_shapes(
    features: Features, n_labels: int, dim: int, tables: Mapping[str, Any], tensors: Tensors
) -> None:
    """Raise FormatError unless the tensors' shapes fit what there is."""
    inputs, outputs = (tables[name].shape for name in _TABLES)
    # A table has one row at least.
    fits = inputs == (max(1, features.n_rows), dim) and outputs[1] == dim and n_labels > 0
    if "label_weights" in tensors:
        fits = fits and tensors["label_weights"].shape == (n_labels,)
    if not fits:
        shapes = {name: tensors[name].shape for name in (*_TENSORS, *_MAYBE) if name in tensors}
        raise FormatError(
            f"shapes {shapes} do not fit {features.n_rows} features, {n_labels} labels and dim "
            f"{dim}"
        )


def _no_classifier(path: Path) -> FormatError:
    """Return the error of a file that is something else."""
    from huffvec.formats import detect  # of no use where all is well, and slow to import

    try:
        kind = detect(path)
        if kind == "huffvec" and read_header(path)[1].get("format") != "huffvec":
            return FormatError(f"{str(path)!r} is no classifier of huffvec.")
    except FormatError:
        return FormatError(f"{str(path)!r} is no classifier of huffvec.")
    what = "a model" if kind in ("huffvec", "fasttext") else "a file"
    return FormatError(
        f"{str(path)!r} is {what} of word vectors ({kind}), not a classifier: huffvec.load or "
        "huffvec.load_vectors opens it, and huffvec.classify.train makes classifiers."
    )


def _under(prefix: str, tensors: Tensors) -> dict[str, npt.NDArray[Any]]:
    return {
        name.removeprefix(prefix): array
        for name, array in tensors.items()
        if name.startswith(prefix)
    }
