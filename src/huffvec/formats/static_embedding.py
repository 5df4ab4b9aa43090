r"""A folder that sentence-transformers opens: ``SentenceTransformer("folder")``.

A model of one module, ``StaticEmbedding``: a text's vector is the mean of those of its words::

    modules.json         the module's type
    model.safetensors    embedding.weight, float32 or float16 (n_words + 1, dim)
    tokenizer.json       of the package tokenizers: WordLevel, text is split at ASCII white space
    config_sentence_transformers.json

The last row is zeros: that of the token [UNK], which all other words are. It makes the mean of a
text shorter and leaves its direction as it is. If no word has capital letters, the tokenizer turns
those of a text into small ones. Counts are not stored.

Folders that sentence-transformers or model2vec wrote are read, too: their tokens (which may be
parts of words) and the tokens' rows, in bfloat16 and int8 as well. Where model2vec's have the
tensors ``mapping`` and ``weights``, a token's vector is ``embeddings[mapping[token]] *
weights[token]``. Neither package is needed for either.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.safetensors_file import TensorInfo, map_tensors, read_header, write_tensors
from huffvec.files.writing import atomic_folder
from huffvec.formats.dtypes import INT8_MAX, narrowed, of_bfloat16, to_float32
from huffvec.vectors.word_vectors import WordVectors

MODULES, TENSORS, TOKENIZER = "modules.json", "model.safetensors", "tokenizer.json"
CONFIG = "config_sentence_transformers.json"
STATIC_EMBEDDING_FILES = (MODULES, CONFIG, TENSORS, TOKENIZER)
# What sentence-transformers has called it since 3.2; newer versions know both their name and this.
MODULE_TYPE = "sentence_transformers.models.StaticEmbedding"
WEIGHT, MODEL2VEC_WEIGHT = "embedding.weight", "embeddings"
MAPPING, WEIGHTS = "mapping", "weights"
UNKNOWN = "[UNK]"
# As `huffvec train` splits text.
WHITE_SPACE = r"[ \t\n\r\x0b\f]+"


def is_static_embedding(folder: Path) -> bool:
    """Return whether a folder has the files of a module with a table of vectors."""
    try:
        module = _module_folder(folder)
    except FormatError:
        return False
    return (module / TENSORS).is_file() and (module / TOKENIZER).is_file()


def read_static_embedding(path: PathLike) -> WordVectors:
    """Return the tokens in a folder and their vectors, memory-mapped if all rows are tokens'.

    Raises
    ------
    FormatError
        If a file cannot be read or is damaged, or the model is not of this kind.
    """
    module = _module_folder(Path(path))
    tokenizer = _read_json(module / TOKENIZER)
    table = _token_vectors(path, module / TENSORS)
    words: list[str] = [""] * len(table)
    for word, row in _tokens(module / TOKENIZER, tokenizer):
        if not 0 <= row < len(words) or words[row] not in ("", word):
            raise FormatError(
                f"{str(path)!r} is damaged: the token {word!r} has the number {row}, which "
                f"is another's or not one of {len(words):,} rows."
            )
        words[row] = word
    unknown = tokenizer["model"].get("unk_token")
    if words[-1] == unknown and not table[-1].any():
        words, table = words[:-1], table[:-1]
    kept = [row for row, word in enumerate(words) if word and "\n" not in word]
    if len(kept) < len(words):
        message = f"{str(path)!r}: left out {len(words) - len(kept):,} rows without a word"
        warnings.warn(message, stacklevel=2)
        words, table = [words[row] for row in kept], table[kept]
    try:
        return WordVectors(words, table)
    except FormatError as error:
        raise FormatError(f"{str(path)!r} is damaged: {error}.") from None


def write_static_embedding(path: PathLike, vectors: WordVectors, dtype: str = "float32") -> None:
    """Write a folder for sentence-transformers, its numbers float32 or float16.

    Raises
    ------
    FormatError
        If the dtype cannot hold a number.
    OutputError
        If the folder cannot be written, or is there and has other files in it.
    """
    unknown = UNKNOWN
    while unknown in vectors:
        unknown = f"[{unknown}]"
    vocabulary = {word: row for row, word in enumerate([*vectors.words, unknown])}
    numbers, _ = narrowed(vectors.vectors, dtype)
    table = np.concatenate([numbers, np.zeros((1, vectors.dim), numbers.dtype)])
    contents = {
        MODULES: [{"idx": 0, "name": "0", "path": "", "type": MODULE_TYPE}],
        CONFIG: {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"},
        TOKENIZER: {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": {"type": "Lowercase"} if _is_lowercase(vectors.words) else None,
            "pre_tokenizer": {
                "type": "Split",
                "pattern": {"Regex": WHITE_SPACE},
                "behavior": "Removed",
                "invert": False,
            },
            "post_processor": None,
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": unknown},
        },
    }
    with atomic_folder(path, STATIC_EMBEDDING_FILES) as folder:
        write_tensors(folder / TENSORS, {WEIGHT: table}, {"format": "pt"}, digests=False)
        for name, content in contents.items():
            text = json.dumps(content, ensure_ascii=False, indent=1)
            (folder / name).write_text(text, encoding="utf-8")


def _token_vectors(path: PathLike, file: Path) -> npt.NDArray[np.float32]:
    """Return the vectors of the tokens, in the order of their numbers."""
    infos, _ = read_header(file, "a file of safetensors")
    name = next((name for name in (WEIGHT, MODEL2VEC_WEIGHT) if name in infos), None)
    if name is None or not (_has_floats(infos[name]) or infos[name].dtype == np.int8):
        raise FormatError(
            f"{str(path)!r} is not a StaticEmbedding with a row for each token: it must have "
            f"{WEIGHT} or {MODEL2VEC_WEIGHT}, of floats or int8, not {', '.join(infos) or 'none'}."
            ""
        )
    tensors = map_tensors(file, infos)
    table = _numbers(tensors[name], infos[name])
    if table.ndim != 2 or 0 in table.shape:
        raise FormatError(f"{str(path)!r} is damaged: {name} has the shape {table.shape}.")
    if infos[name].dtype == np.int8:
        message = f"{str(path)!r}: the numbers are int8 and without a scale, read as n / {INT8_MAX}"
        warnings.warn(message, stacklevel=4)
        table /= INT8_MAX
    if MAPPING in infos:
        rows = tensors[MAPPING]
        if rows.dtype.kind not in "iu" or rows.ndim != 1 or len(rows) == 0:
            raise _damaged_tensor(path, MAPPING, infos[MAPPING])
        if not 0 <= int(rows.min()) <= int(rows.max()) < len(table):
            raise FormatError(f"{str(path)!r} is damaged: {MAPPING} has rows that {name} has not.")
        table = table[rows]
    if WEIGHTS in infos:
        if not _has_floats(infos[WEIGHTS]) or infos[WEIGHTS].shape != (len(table),):
            raise _damaged_tensor(path, WEIGHTS, infos[WEIGHTS])
        table = to_float32(table, _numbers(tensors[WEIGHTS], infos[WEIGHTS]))
    return table


def _has_floats(info: TensorInfo) -> bool:
    return info.dtype.kind == "f" or info.is_bfloat16


def _numbers(tensor: npt.NDArray[Any], info: TensorInfo) -> npt.NDArray[np.float32]:
    return of_bfloat16(tensor) if info.is_bfloat16 else to_float32(tensor)


def _damaged_tensor(path: PathLike, name: str, info: TensorInfo) -> FormatError:
    wanted = "whole numbers" if name == MAPPING else "floats"
    return FormatError(
        f"{str(path)!r} is damaged: {name} must be {wanted}, one for each token, not "
        f"{info.dtype} of shape {info.shape}."
    )


def _is_lowercase(words: list[str]) -> bool:
    return all(word == word.lower() for word in words)


def _module_folder(folder: Path) -> Path:
    """Return the folder with the module's files: of a model of several, the first has the table."""
    if not (folder / MODULES).exists():
        return folder
    modules = _read_json(folder / MODULES)
    try:
        module = modules[0]
        kind, place = str(module["type"]), PurePosixPath(module["path"])
    except (TypeError, LookupError) as error:
        raise FormatError(f"{str(folder / MODULES)!r} is damaged: no list of modules.") from error
    if not kind.endswith(".StaticEmbedding") or place.is_absolute() or ".." in place.parts:
        raise FormatError(
            f"{str(folder)!r} must start with a StaticEmbedding, not with a module "
            f"{kind} in {str(place)!r}: only vectors that do not depend on the context are read."
        )
    return folder / place


def _read_json(path: Path) -> Any:
    """Return what a JSON file holds."""
    try:
        return json.loads(check_readable(path).read_bytes())
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{str(path)!r} is damaged: {error}.") from error


def _tokens(path: Path, tokenizer: Any) -> Iterator[tuple[str, int]]:
    """Yield the tokens and their rows, from the file of any kind of tokenizer."""
    try:
        vocabulary = tokenizer["model"]["vocab"]
        if isinstance(vocabulary, list):  # Unigram: tokens and their scores
            vocabulary = {token: row for row, (token, _) in enumerate(vocabulary)}
        added = {token["content"]: token["id"] for token in tokenizer.get("added_tokens") or []}
        for token, row in (vocabulary | added).items():
            if not isinstance(token, str) or type(row) is not int:
                raise TypeError(f"a token {token!r} with the number {row!r}")
            yield token, row
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise FormatError(
            f"{str(path)!r} is damaged or of another kind: it must have a vocabulary of tokens and "
            f"their numbers; {type(error).__name__}: {error}."
        ) from error
