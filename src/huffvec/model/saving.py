"""Models to files: huffvec's own and fastText's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from huffvec.checks import check_choice
from huffvec.files.paths import PathLike
from huffvec.files.suffixes import check_suffix
from huffvec.formats.hv import write_parts
from huffvec.model.fasttext_writing import write_fasttext_model

if TYPE_CHECKING:
    from huffvec.model.model import Model


def save_model(path: PathLike, model: Model, format: str | None = None) -> None:
    """Write a model to a file.

    The parameters and errors are those of `huffvec.Model.save`.
    """
    suffix = Path(path).suffix.lower()
    format = format or ("fasttext" if suffix == ".bin" else "huffvec")
    check_choice("format of a model", format, ("huffvec", "fasttext"))
    check_suffix(path, format)
    if format == "huffvec":
        write_parts(path, *parts(model))
    else:
        write_fasttext_model(path, model)


def parts(model: Model) -> tuple[dict[str, npt.NDArray[Any]], dict[str, dict[str, Any]]]:
    """Return the arrays and the records that a file of a model holds, by name."""
    tensors: dict[str, npt.NDArray[Any]] = {
        "words": model.vocabulary.word_bytes(),
        "counts": model.vocabulary.counts,
        **model.weights,
        **model.tables,
    }
    if model.tags is not None:
        tensors |= {"tags": model.tags.word_bytes(), "tag_counts": model.tags.counts}
    sections = {
        "config": model.config.to_dict(),
        "objective": model.objective.to_dict(),
        "training": model.training,
    }
    return tensors, sections
