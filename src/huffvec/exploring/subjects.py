"""What is explored: a model, vectors, or a file of either."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from huffvec.errors import ConfigError, OptionName
from huffvec.files.opening import on_disk
from huffvec.files.paths import PathLike
from huffvec.formats import detect
from huffvec.formats.hv import read_info
from huffvec.model import Model, load, load_vectors
from huffvec.vectors.word_vectors import WordVectors

Explored: TypeAlias = Model | WordVectors | PathLike
_MOST = 2


class Subject(NamedTuple):
    """A model or vectors to explore.

    Attributes
    ----------
    title
        What it is called.
    vectors
        Of its words, or of its documents.
    model
        ``None`` if there are only vectors.
    """

    title: str
    vectors: WordVectors
    model: Model | None


def subjects_of(
    explored: Sequence[Explored], titles: Sequence[str], *, documents: bool
) -> list[Subject]:
    """Return what is to be explored, with titles.

    Raises
    ------
    ConfigError
        If there are none or more than two, not as many titles, or one is none of these.
    FormatError
        If a file cannot be read.
    """
    if not 1 <= len(explored) <= _MOST:
        raise ConfigError(f"a page shows one or two models, not {len(explored)}")
    if titles and len(titles) != len(explored):
        raise ConfigError(
            OptionName("titles"),
            f" must be as many as there are models, {len(explored)}, not {len(titles)}",
        )
    for one in explored:
        if not isinstance(one, Model | WordVectors | str | os.PathLike):
            raise ConfigError(
                f"a model, vectors or the name of a file can be explored, not {one!r:.80}"
            )
    names = titles or _names(explored)
    return [_subject(one, name, documents) for one, name in zip(explored, names, strict=True)]


def _names(explored: Sequence[Explored]) -> list[str]:
    """Return names that differ: of files theirs, with folders if they are called alike."""
    names = [_name(one) for one in explored]
    if len(set(names)) == len(names):
        return names
    if not any(isinstance(one, Model | WordVectors) for one in explored):
        return [str(one) for one in explored]
    return [f"{name} {number}" for number, name in enumerate(names, 1)]


def _name(one: Explored) -> str:
    if isinstance(one, Model):
        return "model"
    return f"{one.row_name} vectors" if isinstance(one, WordVectors) else Path(one).name


def _subject(one: Explored, title: str, documents: bool) -> Subject:
    if not isinstance(one, Model | WordVectors):
        one = _from_file(one)
    if isinstance(one, Model):
        return Subject(title, one.documents if documents else one.vectors, one)
    if documents:
        raise ConfigError(
            OptionName("documents", True), " needs a model, and there are only vectors"
        )
    return Subject(title, one, getattr(one, "model", None))


def _from_file(path: PathLike) -> Model | WordVectors:
    with on_disk(path) as file:
        kind = detect(file)
        is_model = kind == "fasttext" or (kind == "huffvec" and read_info(file).is_model)
    return load(path) if is_model else load_vectors(path)
