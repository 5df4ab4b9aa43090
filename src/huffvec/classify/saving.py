r"""Classifiers in files, ``.hvclf``: everything in one safetensors file.

Tensors:

=================== ======= ================== =================================================
``labels``          uint8   (n_bytes,)         the labels in UTF-8, joined by "\n"
``label_counts``    int64   (n_labels,)        how many examples had each
``input_vectors``   float32 (n_rows, dim)      the features' rows
``output_vectors``  float32 (n_outputs, dim)   rows of the output layer
``input_vectors.…`` or ``output_vectors.…``    in place of a table that is quantized: its codes,
                                               under `huffvec.product_codes.ProductCodes`' names
``features.…``                                 what the features are, under
                                               `huffvec.classify.features.Features`' names
``objective.…``                                the objective's tables, under its names for them
``extra.…``                                    `Classifier.extra_arrays`: what was added later
``label_weights``   float32 (n_labels,)        only of checkpoints, where labels have weights
=================== ======= ================== =================================================

Metadata (text): ``format`` = ``huffvec-classifier``, ``format_version`` = ``1``, and as JSON
objects ``versions``, ``config``, ``objective``, ``training`` and ``extra`` (`Classifier.extra`). A
checkpoint has an object ``checkpoint`` (:mod:`huffvec.training.checkpoint`). Opened as a memory
map.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from huffvec.files.paths import PathLike
from huffvec.files.records import metadata_of
from huffvec.files.safetensors_file import write_tensors
from huffvec.files.suffixes import FASTTEXT_SUFFIXES, check_suffix
from huffvec.files.writing import Place, atomic_path

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

FORMAT = "huffvec-classifier"
VERSION = "1"
SECTIONS = ("config", "objective", "training", "extra", "checkpoint", "versions")
FEATURES, OBJECTIVE, EXTRA = "features.", "objective.", "extra."  # what names begin with
Tensors = Mapping[str, npt.NDArray[Any]]


def save(path: PathLike, model: Classifier, *, approximate: bool = False) -> None:
    """Write a classifier to a file, atomically: to fastText's if its name ends with .bin or .ftz.

    Raises
    ------
    ConfigError
        If the name is one of another format.
    FormatError
        If fastText would predict something else.
    OutputError
        If the file cannot be written; an older file of that name is then unchanged.
    """
    if Path(path).suffix.lower() in FASTTEXT_SUFFIXES:
        from huffvec.classify.fasttext_writing import write_fasttext_classifier

        write_fasttext_classifier(path, model, approximate=approximate)
        return
    check_suffix(path, FORMAT)
    write_classifier(path, *parts(model))


def parts(model: Classifier) -> tuple[dict[str, npt.NDArray[Any]], dict[str, dict[str, Any]]]:
    """Return the arrays and the records that a file of a classifier holds, by name."""
    tensors: dict[str, npt.NDArray[Any]] = {
        "labels": model.labels.word_bytes(),
        "label_counts": model.labels.counts,
        **model.weights,
        **{
            f"{n}.{part}": array
            for n, codes in model.codes.items()
            for part, array in codes.to_arrays().items()
        },
        **_named(FEATURES, model.features.to_arrays()),
        **_named(OBJECTIVE, model.bound.arrays()),
        **_named(EXTRA, model.extra_arrays),
    }
    sections = {
        "config": model.config.to_dict(),
        "objective": model.bound.objective.to_dict(),
        "training": model.training,
        "extra": model.extra,
    }
    return tensors, sections


def write_classifier(
    path: PathLike,
    tensors: Tensors,
    sections: Mapping[str, Mapping[str, Any]],
    place: Place = atomic_path,
) -> None:
    """Write the parts of a classifier; ``place`` gives the file that is written.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_tensors(path, tensors, metadata_of(FORMAT, VERSION, sections), place)


def _named(prefix: str, arrays: Tensors) -> dict[str, npt.NDArray[Any]]:
    return {prefix + name: array for name, array in arrays.items()}
