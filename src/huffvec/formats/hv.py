r"""huffvec's own format: a model, or vectors alone, in one safetensors file.

Tensors:

==================== ======= ================= =================================================
``words``            uint8   (n_bytes,)        the words in UTF-8, joined by "\n"
``counts``           int64   (n_words,)        occurrences; all 0 if not known
``input_vectors``    float32 (n_words, dim)    the word vectors; with subwords (n_rows, dim), the
                                               rows that they are means of (`huffvec.subwords`);
                                               (0, dim) where words have none, as with dbow.
                                               Of vectors alone also float16 or int8
``input_scales``     float32 (n_rows,)         what int8 rows are multiplied by
``output_vectors``   float32 (n_outputs, dim)  rows of the output layer; models only
``position_vectors`` float32 (2 · window, dim) only of position-weighted CBOW: the vectors of the
                                               window's positions, from left to right
``document_vectors`` float32 (n_tags, dim)     only of documents: a vector for each tag
``tags``             uint8   (n_bytes,)        only of documents: their tags, as words
``tag_counts``       int64   (n_tags,)         tokens of the documents with each tag
``frozen``           uint8   (n_words,)        only of checkpoints, where words are frozen: not zero
                                               for those whose input rows stay as they are
others                                         the objective's tables, under its names for them
==================== ======= ================= =================================================

Metadata (text): ``format`` = ``huffvec``, ``format_version`` = ``1``, and as JSON objects
``versions`` and, in models, ``config``, ``objective``, ``training``. What the subwords are is in
``config``, or without a model in an object ``subwords`` of its own; how the text was read is in
``training``, of vectors alone too. A checkpoint is a model with an
object ``checkpoint`` (:mod:`huffvec.training.checkpoint`). Opened as a memory map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES, WEIGHTS
from huffvec.corpus.options import InputOptions
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.files.paths import PathLike
from huffvec.files.records import check_version, metadata_of, naming_damage, record_of
from huffvec.files.safetensors_file import (
    TensorInfo,
    is_safetensors,
    map_tensors,
    read_header,
    write_tensors,
)
from huffvec.files.writing import Place, atomic_path
from huffvec.formats.dtypes import narrowed, to_float32
from huffvec.subwords import Subwords
from huffvec.vectors.subword_vectors import SubwordVectors, make_vectors
from huffvec.vectors.word_vectors import WordVectors

VERSION = "1"
SECTIONS = ("config", "objective", "training", "subwords", "checkpoint", "versions")
# dtype and number of dimensions of the tensors that the format itself names.
KNOWN_TENSORS: dict[str, tuple[type[np.generic], int]] = {
    "words": (np.uint8, 1),
    "counts": (np.int64, 1),
    "input_scales": (np.float32, 1),
    "frozen": (np.uint8, 1),
    "tags": (np.uint8, 1),
    "tag_counts": (np.int64, 1),
    **{weight.name: (np.float32, 2) for weight in WEIGHTS},  # input_vectors: or one of NARROW
}


# Smaller types of input_vectors, which `read_parts` makes float32 of.
NARROW = (np.float16, np.int8)


@dataclass(frozen=True)
class HvInfo:
    """What a file holds, without its numbers.

    Attributes
    ----------
    n_words, dim
        Words, and numbers in a vector.
    config, objective, training, versions
        The records saved with a model as JSON values; empty where only vectors were saved.
    checkpoint
        How to continue the run; empty if this is no checkpoint.
    subwords
        What the rows of input_vectors are, unless they are the words'.
    tensors
        Type, shape and place of every tensor.
    """

    n_words: int
    dim: int
    config: dict[str, Any]
    objective: dict[str, Any]
    training: dict[str, Any]
    versions: dict[str, Any]
    checkpoint: dict[str, Any]
    subwords: Subwords | None
    tensors: dict[str, TensorInfo]

    @property
    def is_model(self) -> bool:
        """Whether the file holds all of a model, not the vectors alone."""
        return bool(self.config) and "output_vectors" in self.tensors


def is_hv(path: Path) -> bool:
    """Return whether the file starts as one of huffvec's."""
    return is_safetensors(path)


def read_hv(path: PathLike) -> WordVectors:
    """Return the word vectors of a model, or of vectors alone, as a memory map.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or is not one of huffvec's.
    """
    info, tensors = read_parts(path)
    if not _has_word_vectors(info.config):
        raise FormatError(
            f"{str(path)!r} is a model of documents whose words have no vectors "
            f"({info.config['architecture']}): huffvec.load(path).documents are those of its "
            "documents, and commands ask for them by their option ",
            OptionName("documents"),
            ".",
        )
    with naming_damage(path):
        vocabulary = Vocabulary.from_bytes(tensors["words"], tensors["counts"], source=path)
    return make_vectors(vocabulary, tensors["input_vectors"], info.subwords, info.training)


def write_hv(path: PathLike, vectors: WordVectors, dtype: str = "float32") -> None:
    """Write words, counts and vectors, without the rest of a model.

    The vectors are of one of `huffvec.formats.dtypes.DTYPES`.

    Raises
    ------
    FormatError
        If the dtype cannot hold a number.
    OutputError
        If the file cannot be written.
    """
    sections: dict[str, dict[str, Any]] = {}
    if isinstance(vectors, SubwordVectors):
        table = vectors.input_vectors
        sections["subwords"] = vectors.subwords.to_dict()
    else:
        table = vectors.vectors
    if vectors.reading:
        sections["training"] = InputOptions.recorded(asdict(vectors.reading))
    numbers, scales = narrowed(table, dtype)
    tensors: dict[str, npt.NDArray[Any]] = {
        "words": vectors.vocabulary.word_bytes(),
        "counts": vectors.vocabulary.counts,
        "input_vectors": numbers,
    }
    if scales is not None:
        tensors["input_scales"] = scales
    write_parts(path, tensors, sections)


def read_info(path: PathLike) -> HvInfo:
    """Return what a file holds, reading its header only.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or is not one of huffvec's.
    """
    tensors, metadata = read_header(path)
    if metadata.get("format") == "huffvec-corpus":
        raise FormatError(
            f"{str(path)!r} is an encoded corpus, not a model: huffvec train makes one of it."
        )
    if metadata.get("format") == "huffvec-classifier":
        raise FormatError(
            f"{str(path)!r} is a classifier, not a model of word vectors: huffvec.classify.load "
            "opens it, and huffvec classify predict asks it."
        )
    if metadata.get("format") != "huffvec":
        raise FormatError(f"{str(path)!r} is a safetensors file, but not one of huffvec's.")
    check_version(path, metadata, VERSION)
    for name, (dtype, ndim) in KNOWN_TENSORS.items():
        found = tensors.get(name)
        is_narrow = name == "input_vectors" and found is not None and found.dtype in NARROW
        if found is not None and (
            not (found.dtype == dtype or is_narrow) or len(found.shape) != ndim
        ):
            raise FormatError(
                f"{str(path)!r} is damaged: {name} should be {np.dtype(dtype)} with {ndim} "
                f"dimensions and is {found.dtype} of shape {found.shape}."
            )
    if not {"words", "counts", "input_vectors"} <= tensors.keys():
        raise FormatError(f"{str(path)!r} is damaged: it lacks words, counts or input_vectors.")
    sections = {name: record_of(path, metadata, name) for name in SECTIONS}
    of_vectors = sections.pop("subwords")
    subwords = _parse_subwords(path, sections["config"].get("subwords") or of_vectors)
    _check_shapes(path, tensors, subwords, _has_word_vectors(sections["config"]))
    _check_reading(path, sections["training"])
    (n_words,), (_, dim) = tensors["counts"].shape, tensors["input_vectors"].shape
    return HvInfo(n_words, dim, tensors=tensors, subwords=subwords, **sections)


def read_parts(path: PathLike) -> tuple[HvInfo, dict[str, npt.NDArray[Any]]]:
    """Return what a file holds and its tensors, memory-mapped and read-only.

    Vectors of fewer bits are returned as float32, in memory.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or is not one of huffvec's.
    """
    info = read_info(path)
    tensors = map_tensors(path, info.tensors)
    tensors["input_vectors"] = to_float32(
        tensors["input_vectors"], tensors.pop("input_scales", None)
    )
    return info, tensors


def write_parts(
    path: PathLike,
    tensors: Mapping[str, npt.NDArray[Any]],
    sections: Mapping[str, Mapping[str, Any]],
    place: Place = atomic_path,
) -> None:
    """Write tensors and records (JSON values under the names `SECTIONS`) to a file, atomically.

    ``place`` gives the file that is written and puts it into its place (`huffvec.files`).

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    header = metadata_of("huffvec", VERSION, sections)
    write_tensors(path, tensors, header, place)


def _check_shapes(
    path: PathLike,
    tensors: Mapping[str, TensorInfo],
    subwords: Subwords | None,
    has_word_vectors: bool,
) -> None:
    """Raise FormatError unless the tensors' shapes fit one another."""
    (n_words,), (n_rows, dim) = tensors["counts"].shape, tensors["input_vectors"].shape
    try:
        expected_rows = subwords.n_rows(n_words) if subwords else n_words
    except ConfigError:
        expected_rows = -1
    if not has_word_vectors:
        expected_rows = 0
    # Vectors alone need no words where words are hashed.
    needs_words = subwords is None or not subwords.hash_words or "output_vectors" in tensors
    fits = (n_words > 0 or not needs_words) and dim > 0 and n_rows == expected_rows
    if "output_vectors" in tensors:
        fits = fits and tensors["output_vectors"].shape[1] == dim
    needs_scales = tensors["input_vectors"].dtype == np.int8
    scales = tensors.get("input_scales")
    fits = fits and (scales.shape if scales else None) == ((n_rows,) if needs_scales else None)
    if "frozen" in tensors:
        fits = fits and subwords is None and tensors["frozen"].shape == (n_words,)
    if not fits:
        shapes = {name: tensors[name].shape for name in KNOWN_TENSORS if name in tensors}
        raise FormatError(f"{str(path)!r} is damaged: shapes {shapes} do not fit one another.")


def _has_word_vectors(config: Mapping[str, Any]) -> bool:
    """Return whether words have vectors in a model of a configuration, maybe an unknown one."""
    architecture = ARCHITECTURES.get(str(config.get("architecture")))
    return architecture is None or architecture.has_word_vectors


def _parse_subwords(path: PathLike, values: object) -> Subwords | None:
    """Return the subwords that a record describes, None for an empty one, or raise FormatError."""
    if not values:
        return None
    with naming_damage(path):
        return Subwords.from_dict(values)


def _check_reading(path: PathLike, training: dict[str, Any]) -> None:
    """Raise FormatError if the record of how text was read says what cannot be done."""
    try:
        InputOptions.of(**InputOptions.recorded(training))
    except ConfigError as error:
        raise FormatError(f"{str(path)!r} is damaged: {error}.") from None
